/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every option of hdrtap, once.
 */
#ifndef HDRTAP_USER_OPTIONS_TABLE_H
#define HDRTAP_USER_OPTIONS_TABLE_H

#include "option/option_table.h"

#define CONFIG_FILE_DEFAULT "/etc/hdrtap/hdrtap.yaml"

extern const struct option_table options_table;

/* The row of an option that there is, "-c" or "--heads". */
const struct option_row *option_row_named(const char *option);

#endif
