/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The completion of a program for each shell, made of its option table, on stdout. `function` is
 * the name of the shell's function.
 */
#ifndef HDRTAP_COMPLETION_H
#define HDRTAP_COMPLETION_H

#include "option/option_table.h"

void completion_bash(const struct option_table *table, const char *function);
void completion_zsh(const struct option_table *table, const char *function);
void completion_fish(const struct option_table *table, const char *function);

#endif
