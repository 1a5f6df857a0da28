/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The page of help.
 */
#ifndef HDRTAP_TOP_HELP_H
#define HDRTAP_TOP_HELP_H

#include "top_screen.h"

/* From that row on to the last but one; in two columns where there is room. */
void top_help_draw(struct top_screen *screen, size_t row);

#endif
