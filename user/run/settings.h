/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the parser is told and can be told again while it runs, from what the user chose.
 */
#ifndef HDRTAP_USER_SETTINGS_H
#define HDRTAP_USER_SETTINGS_H

#include <hdrtap/settings.h>

#include "run/meta.h"

/* Beside header elements. */
struct settings_options {
	__u32 kinds;  /* mask of 1 << HDRTAP_KIND_*: which heads are wanted */
	__u32 limit;  /* records per second; 0: no limit */
	__u32 sample; /* one of so many connections is looked at; 0, 1: all */
	struct hdrtap_where where;
	struct hdrtap_ports ports;
	__u64 key[2]; /* of hashed values, little-endian: key_load() */
};

/*
 * Builds settings of that generation, with the elements that are active in `meta`. Returns 0 or
 * -EINVAL (reported: elements_build()).
 */
int settings_build(struct hdrtap_settings *to, const struct run_meta *meta,
		   const struct settings_options *options, __u32 generation);

#endif
