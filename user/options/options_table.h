/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every option of hdrtap, once: options_read.c makes getopt's lists and the usage text of it.
 */
#ifndef HDRTAP_USER_OPTIONS_TABLE_H
#define HDRTAP_USER_OPTIONS_TABLE_H

#include <stddef.h>

#include "options/option_row.h"

#define CONFIG_FILE_DEFAULT "/etc/hdrtap/hdrtap.yaml"

#define OPTIONS_ROWS_MAX 64

extern const struct option_row options_table[];
extern const size_t options_table_count;

/* The row of an option that there is, "-c" or "--heads". */
const struct option_row *option_row_named(const char *option);

#endif
