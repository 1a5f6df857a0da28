/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_help.h"

#include <stdint.h>

#define KEYS_WIDE   16
#define COLUMN_WIDE 62

static const struct line {
	const char *keys, *text;
} lines[] = {
	{ "q", "quit" },
	{ "Up Down k j", "choose a row; also PgUp, PgDn, Home, End" },
	{ "Enter Right", "look into the chosen row" },
	{ "Backspace Left", "go back" },
	{ "1 2 3 4", "by API, host, client, status" },
	{ "b B", "by the next or previous of these" },
	{ "f", "by any field: path, method, request[x-tenant], ..." },
	{ "w W", "longer or shorter window" },
	{ "s S", "sort by the column to the right or left" },
	{ "r", "reverse the order" },
	{ "/", "only what a predicate is true for; empty: all" },
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

void top_help_draw(struct top_screen *screen, size_t row)
{
	size_t rows = screen->rows > row + 1 ? screen->rows - row - 1 : 0;

	for (size_t i = 0; i < COUNT && rows; i++) {
		size_t column = i / rows * COLUMN_WIDE, at = row + i % rows;

		if (column + KEYS_WIDE >= screen->columns)
			break;
		top_screen_put(screen, at, column, KEYS_WIDE, TOP_STYLE_STRONG, lines[i].keys);
		top_screen_put(screen, at, column + KEYS_WIDE, SIZE_MAX, TOP_STYLE_PLAIN,
			       lines[i].text);
	}
}
