/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where a picture of rows and columns goes: a terminal, or lines of plain text.
 */
#ifndef HDRTAP_TOP_SCREEN_H
#define HDRTAP_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum top_style {
	TOP_STYLE_PLAIN,
	TOP_STYLE_STRONG,   /* bold */
	TOP_STYLE_HEADING,  /* reverse */
	TOP_STYLE_SELECTED, /* likewise */
	TOP_STYLE_FAINT,
	TOP_STYLE_WARNING, /* yellow, or bold without colors */
	TOP_STYLE_ALARM,   /* red, bold */
	TOP_STYLE_MAX
};

struct top_screen;

struct top_screen_ops {
	/* Begins a new picture: everything is empty. */
	void (*begin)(struct top_screen *screen);
	/* A text that takes one column per character and fits in the row; only from us, or made
	 * harmless (top_text_bytes()). Rows are written from left to right. */
	void (*put)(struct top_screen *screen, size_t row, size_t column, enum top_style style,
		    const char *text);
	/* The picture is complete. `cursor`: where it stands; row beyond the last: nowhere. Returns
	 * 0 or -errno (reported). */
	int (*end)(struct top_screen *screen, size_t row, size_t column);
};

struct top_screen {
	const struct top_screen_ops *ops;
	size_t rows, columns; /* 1 or more; SIZE_MAX: any number */
	bool utf8;            /* characters beyond ASCII can be shown */
};

/* Puts what fits into `columns` of a text that is ASCII. Returns the column behind it. */
size_t top_screen_put(struct top_screen *screen, size_t row, size_t column, size_t columns,
		      enum top_style style, const char *text);

/* Likewise, right-aligned. */
size_t top_screen_right(struct top_screen *screen, size_t row, size_t column, size_t columns,
			enum top_style style, const char *text);

#endif
