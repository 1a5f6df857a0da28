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
	int err = elements_build(&to->elements, meta, options->kinds, generation);

	memcpy(to->elements.key, options->key, sizeof(to->elements.key));
	to->ports = options->ports;
	to->limit = options->limit;
	return err;
}
