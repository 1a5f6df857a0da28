/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options of a companion: read at the start, and again on SIGHUP.
 */
#ifndef HDRTAP_TOOLS_LIB_COMPANION_OPTIONS_H
#define HDRTAP_TOOLS_LIB_COMPANION_OPTIONS_H

#include "companion.h"

/*
 * Reads all options into a struct of the tool, and checks them. `*options` is set also when that
 * fails, unless there is no memory. Returns 0 or -errno (reported).
 */
int companion_options_read(void **options, const struct companion_tool *tool, int argc,
			   char **argv);

/* NULL is fine. */
void companion_options_free(void *options, const struct companion_tool *tool);

#endif
