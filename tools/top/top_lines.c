/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Rows come from the first to the last and from left to right, so nothing has to be kept.
 */
#include "top_lines.h"

#include <string.h>

static void begin(struct top_screen *screen)
{
	struct top_lines *lines = (struct top_lines *)screen;

	lines->row = lines->used = 0;
}

static void put(struct top_screen *screen, size_t row, size_t column, enum top_style style,
		const char *text)
{
	struct top_lines *lines = (struct top_lines *)screen;

	(void)style;
	for (; lines->row < row; lines->row++, lines->used = 0)
		fputc('\n', lines->out);
	fprintf(lines->out, "%*s%s", (int)(column > lines->used ? column - lines->used : 0), "",
		text);
	lines->used = column + strlen(text);
}

/* What cannot be written is noticed by whoever flushes `out`. */
static int end(struct top_screen *screen, size_t row, size_t column)
{
	struct top_lines *lines = (struct top_lines *)screen;

	(void)row, (void)column;
	fputc('\n', lines->out);
	return 0;
}

static const struct top_screen_ops ops = { .begin = begin, .put = put, .end = end };

void top_lines_open(struct top_lines *lines, FILE *out, size_t rows, size_t columns)
{
	*lines = (struct top_lines){
		.screen = { .ops = &ops, .rows = rows, .columns = columns },
		.out = out,
	};
}
