/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The configuration file of a program: YAML, one mapping whose keys are options.
 */
#ifndef HDRTAP_USER_OPTION_FILE_H
#define HDRTAP_USER_OPTION_FILE_H

#include "option/option_given.h"
#include "option/option_table.h"

/*
 * Adds the options that the file has, each with its place there. Returns 0 or -errno (reported: no
 * such file, no YAML, an unknown key, a value of the wrong type). What the values are is not looked
 * at.
 */
int option_file_read(struct options_given *to, const struct option_table *table, const char *path);

#endif
