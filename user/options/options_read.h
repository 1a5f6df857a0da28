/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From the command line and the configuration file to struct options.
 */
#ifndef HDRTAP_USER_OPTIONS_READ_H
#define HDRTAP_USER_OPTIONS_READ_H

#include "options/options.h"

/*
 * Reads the command line and the configuration file. Returns 0, -EINVAL (reported) when it is wrong
 * or contradicts itself, or another -errno (reported: no memory, no such file). To be released by
 * options_free() in any case.
 */
int options_parse(struct options *options, int argc, char **argv);
void options_free(struct options *options);

#endif
