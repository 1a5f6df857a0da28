/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_help.h"

#define KEYS_WIDE   16
#define COLUMN_WIDE 70

static const struct line {
	const char *keys, *text;
} lines[] = {
	{ "q", "quit" },
	{ "Up Down k j", "choose a row; also PgUp, PgDn, Home, End" },
	{ "Enter Right", "drill down into the chosen row" },
	{ "Backspace Left", "go back" },
	{ "1 2 3 4", "by API, host, client, status" },
	{ "b B", "by the next or previous of these" },
	{ "f", "by any field: path, method, request[x-tenant], ..." },
	{ "w W", "longer or shorter window" },
	{ "s S", "sort by the column to the right or left" },
	{ "r", "reverse the order" },
	{ "/", "filter by a predicate; empty: all" },
	{ "p Space", "pause, and go on" },
	{ "Ctrl-L", "draw everything again" },
	{ "", "" },
	{ "5XX, 4XX", "share of answers with such a status" },
	{ "NOANS", "share of requests that got no answer" },
	{ "P50 P90 P99", "latency that so many of 100 did not exceed" },
	{ "TREND", "the last minute; ! where records were lost" },
	{ "(other)", "all that has no row of its own" },
};

#define COUNT (sizeof(lines) / sizeof(*lines))

static void put_line(struct top_screen *screen, size_t row, size_t column, const struct line *line)
{
	top_screen_put(screen, row, column, KEYS_WIDE, TOP_STYLE_STRONG, line->keys);
	top_screen_put(screen, row, column + KEYS_WIDE, COLUMN_WIDE - KEYS_WIDE, TOP_STYLE_PLAIN,
		       line->text);
}

void top_help_draw(struct top_screen *screen, size_t row)
{
	size_t rows = screen->rows > row + 1 ? screen->rows - row - 1 : 0;

	for (size_t i = 0; i < rows && i < COUNT; i++) {
		put_line(screen, row + i, 0, &lines[i]);
		if (i + rows < COUNT && screen->columns >= 2 * COLUMN_WIDE)
			put_line(screen, row + i, COLUMN_WIDE, &lines[i + rows]);
	}
}
