/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The terminal: keys and pictures.
 */
#ifndef HDRTAP_TOP_SHOW_H
#define HDRTAP_TOP_SHOW_H

#include "top.h"

/* Watches keys and signals of `top->terminal`. Returns 0 or -errno (reported). */
int top_show_open(struct top *top);

/* A new picture, if it is time for one. As a verb of struct companion_tool. */
int top_show_tick(struct top *top, __u64 now);

#endif
