/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lines as wide as the terminal they are shown on, in characters that it has.
 */
#ifndef HDRTAP_USER_TEXT_WIDTH_H
#define HDRTAP_USER_TEXT_WIDTH_H

#include "view/out.h"

#define TEXT_ARROW "\u2192" /* from a request to what came of it */

struct text_width {
	bool terminal;
	unsigned int columns; /* 0: lines are as long as they are */
	const char *ellipsis; /* what a cut ends with */
	unsigned int ellipsis_columns;
	const char *arrow;
};

/* Whether the descriptor is a terminal, which need not be. */
void text_width_open(struct text_width *width, int fd);

/* How wide it is now. Costs a system call on a terminal, and nothing elsewhere. */
void text_width_update(struct text_width *width, int fd);

/* How many columns the bytes from `from` on take. */
unsigned int text_width_columns(const struct out *out, size_t from);

/*
 * Cuts the line in progress, which is characters of one column and escape sequences that set
 * colors, so that with an ellipsis at its end, and `behind` columns behind that, it fits. Colors
 * end where it is cut. What is behind it does not fit at all: nothing is cut.
 */
void text_width_cut(const struct text_width *width, struct out *out, unsigned int behind);

#endif
