/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options that choose heads by what is in them, and connections by chance.
 */
#ifndef HDRTAP_USER_OPTIONS_WHERE_H
#define HDRTAP_USER_OPTIONS_WHERE_H

#include "options/option_row.h"

/* Of type option_parse; the field is a struct where *. */
int options_parse_where(const struct option_row *row, void *field, const char *argument);

/* Of type option_parse; the field is a __u32. */
int options_parse_sample(const struct option_row *row, void *field, const char *argument);

#endif
