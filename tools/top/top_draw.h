/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The picture of a table and of what is looked at, on any screen (top_screen.h).
 */
#ifndef HDRTAP_TOP_DRAW_H
#define HDRTAP_TOP_DRAW_H

#include "top_screen.h"
#include "top_state.h"

struct top_picture {
	const struct top_table *table;
	const struct top_state *state;
	const char *source; /* where records come from, harmless */
	const char *note;   /* what became of the source, harmless; "": nothing */
	__u64 since; /* UTC ns: what is shown was counted from then on; 0: all of the window */
	const char *lacks; /* header field that what is read does not have; NULL: none */
	__u64 speed;       /* times as fast as the records' time; 0: as they come */
};

/* Rows of a table that a screen of so many rows has, 1 or more. */
size_t top_draw_page(size_t rows);

/* For people, as large as the screen is. Returns what the screen's end() does. */
int top_draw(struct top_screen *screen, const struct top_picture *picture);

/*
 * For programs: a line of NAME=VALUE about the window, a line of titles, a line per row and one for
 * the sum, an empty line. Columns stand always in the same place but for the key, which comes last.
 */
int top_draw_plain(struct top_screen *screen, const struct top_picture *picture);

#endif
