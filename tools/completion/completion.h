/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The completion of each shell, made of the option table, on stdout.
 */
#ifndef HDRTAP_COMPLETION_H
#define HDRTAP_COMPLETION_H

void completion_bash(void);
void completion_zsh(void);
void completion_fish(void);

#endif
