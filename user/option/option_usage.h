/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#ifndef HDRTAP_USER_OPTION_USAGE_H
#define HDRTAP_USER_OPTION_USAGE_H

#include <stdio.h>

#include "option/option_table.h"

/* What --help says. */
void option_usage(const struct option_table *table, FILE *out);

#endif
