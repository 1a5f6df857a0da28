/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Colors of what stands out: errors, slow answers, odd heads.
 */
#ifndef HDRTAP_USER_TEXT_COLOR_H
#define HDRTAP_USER_TEXT_COLOR_H

#include "view/text_options.h"

/* Escape sequences of ECMA-48 (SGR), which every terminal with colors has. */
#define TEXT_ESCAPE        '\x1b'
#define TEXT_COLOR_OFF     "\x1b[0m"
#define TEXT_COLOR_REQUEST "\x1b[1m"  /* bold */
#define TEXT_COLOR_FLAGS   "\x1b[35m" /* magenta */

/* Whether lines that are written to `fd` are to have colors. */
bool text_color_wanted(enum text_color color, int fd);

/* The sequence of a status. */
const char *text_color_status(__u16 status);

/* The sequence of a latency in ns, NULL: it is nothing unusual. */
const char *text_color_latency(__u64 ns);

#endif
