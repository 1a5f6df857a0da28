/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Elements are what most of it is; they are built in elements.c.
 */
#include "run/settings.h"

#include <string.h>

#include "run/elements.h"

int settings_build(struct hdrtap_settings *to, const struct run_meta *meta,
		   const struct settings_options *options, __u32 generation)
{
	__u32 kinds = options->kinds | (options->where.ways ? options->where.needs : 0);
	int err = elements_build(&to->elements, meta, kinds, generation);

	to->elements.where = options->where;
	to->sample = options->sample;
	memcpy(to->elements.key, options->key, sizeof(to->elements.key));
	to->ports = options->ports;
	to->limit = options->limit;
	return err;
}
