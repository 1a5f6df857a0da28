/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The command line of a program.
 */
#ifndef HDRTAP_USER_OPTION_LINE_H
#define HDRTAP_USER_OPTION_LINE_H

#include "option/option_given.h"
#include "option/option_table.h"

/*
 * Lists the options that the command line has. What their arguments are is not looked at. Behind
 * it, getopt's `optind` is the first argument that is no option. Returns 0 or -errno (reported).
 */
int option_line_read(struct options_given *to, const struct option_table *table, int argc,
		     char **argv);

#endif
