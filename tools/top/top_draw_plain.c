/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Tables for programs: exact numbers, one unit per column, and nothing that depends on a screen.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top_draw.h"
#include "view/escape.h"
#include "view/view_format.h"

#define NUMBER_WIDE     12 /* columns of a number */
#define NS_PER_S        1000000000ULL
#define TO_MILLISECONDS 23 /* bytes of a time, the Z left out */

static void put_window(struct top_screen *screen, const struct top_picture *picture)
{
	const struct top_table *table = picture->table;
	const struct top_state *state = picture->state;
	char line[512], time[VIEW_TIME_SIZE], clock[VIEW_TIME_SIZE + 1] = "-";
	char where[ESCAPE_ROOM(TOP_PROMPT_MAX) + 1];
	size_t at;

	if (table->end) {
		view_time(time, table->end);
		snprintf(clock, sizeof(clock), "%.*sZ", TO_MILLISECONDS, time);
	}
	snprintf(line, sizeof(line),
		 "time=%s window=%s seconds=%.3f lost=%llu lost_ever=%llu excluded=%llu "
		 "exact=%s by=%s where=",
		 clock, top_window_text(state->window), table->span / (double)NS_PER_S, table->lost,
		 table->lost_ever, table->excluded, table->exact ? "yes" : "no",
		 state->level[state->depth].by);
	at = top_screen_put(screen, 0, 0, SIZE_MAX, TOP_STYLE_PLAIN, line);
	top_text_bytes(where, state->where, strlen(state->where), 0);
	top_screen_put(screen, 0, at, SIZE_MAX, TOP_STYLE_PLAIN, where);
}

/* A number or its title, right-aligned; one that is too long moves what stands behind it. Returns
 * where the next one begins. */
static size_t put_one(struct top_screen *screen, size_t row, size_t at, const char *text)
{
	size_t size = strlen(text), wide = size < NUMBER_WIDE ? NUMBER_WIDE : size;

	top_screen_right(screen, row, at, wide, TOP_STYLE_PLAIN, text);
	return at + wide + 1;
}

static void put_titles(struct top_screen *screen)
{
	size_t at = 0;

	for (enum top_column_id id = 0; id < TOP_COLUMN_KEY; id++)
		if (top_column_plain_title(id))
			at = put_one(screen, 1, at, top_column_plain_title(id));
	top_screen_put(screen, 1, at, SIZE_MAX, TOP_STYLE_PLAIN,
		       top_column_plain_title(TOP_COLUMN_KEY));
}

static void put_numbers(struct top_screen *screen, size_t row, const struct top_row *of,
			const struct top_table *table, const char *key)
{
	char text[TOP_TEXT_MAX];
	size_t at = 0;

	for (enum top_column_id id = 0; id < TOP_COLUMN_KEY; id++) {
		if (!top_column_plain_title(id))
			continue;
		top_column_cell(text, id, of, table, true);
		at = put_one(screen, row, at, text);
	}
	top_screen_put(screen, row, at, SIZE_MAX, TOP_STYLE_PLAIN, key);
}

static int put_row(struct top_screen *screen, size_t row, const struct top_row *of,
		   const struct top_table *table)
{
	char *key = malloc(ESCAPE_ROOM(of->key_size) + 1);

	if (!key)
		return -ENOMEM;
	top_text_bytes(key, of->key, of->key_size, 0);
	put_numbers(screen, row, of, table,
		    of->kind == TOP_ROW_OTHER ? "(other)"
		    : of->key_size            ? key
					      : "(none)");
	free(key);
	return 0;
}

int top_draw_plain(struct top_screen *screen, const struct top_picture *picture)
{
	const struct top_table *table = picture->table;
	int err = 0;

	screen->ops->begin(screen);
	put_window(screen, picture);
	put_titles(screen);
	for (size_t i = 0; i < table->count && !err; i++)
		err = put_row(screen, 2 + i, &table->row[i], table);
	put_numbers(screen, 2 + table->count, &table->sum, table, "(all)");
	screen->ops->put(screen, 3 + table->count, 0, TOP_STYLE_PLAIN, "");
	return err ? err : screen->ops->end(screen, SIZE_MAX, 0);
}
