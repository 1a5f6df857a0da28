/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From the command line and the configuration file to a program's struct of options.
 */
#ifndef HDRTAP_USER_OPTION_READ_H
#define HDRTAP_USER_OPTION_READ_H

#include "option/option_given.h"
#include "option/option_table.h"

/*
 * Reads both; the command line takes precedence. What is given is listed in `given` (empty before)
 * and put into `options`, where defaults are already, by the rows of the table. `*file` becomes the
 * configuration file that was read, NULL: none. Behind it, getopt's `optind` is the first argument
 * that is no option. Returns 0, -EINVAL (reported: something is wrong) or another -errno (reported:
 * no memory, no such file). `given` and `options` are to be freed in any case.
 */
int option_read(const struct option_table *table, struct options_given *given, void *options,
		const char **file, int argc, char **argv);

/* Of a program that takes nothing but options. Returns 0 or -EINVAL (reported). */
int option_check_rest(const struct option_table *table, int argc, char **argv);

/* Frees `given`, and of `options` the lists of option_parse_list() and the predicates of
 * option_parse_where(). */
void option_free(const struct option_table *table, struct options_given *given, void *options);

/*
 * After the options were read again: says which are different and are not `live`. `during` is what
 * has to be restarted for that: "a capture".
 */
void option_say_fixed(const struct option_table *table, const struct options_given *now,
		      const struct options_given *fresh, const char *during);

#endif
