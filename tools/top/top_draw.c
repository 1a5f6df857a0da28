/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Losses stand in the first row, in front of what is cut first on a narrow screen.
 */
#include "top_draw.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "top_help.h"

#define HEAD_ROWS 4 /* above the table: three lines and the titles */
#define FOOT_ROWS 1
#define LOW_ROWS  8 /* a screen of fewer rows has one line above the titles */

/* A row that is written from left to right. */
struct pen {
	struct top_screen *screen;
	size_t row, at;
};

__attribute__((format(printf, 3, 4))) static void pen_put(struct pen *pen, enum top_style style,
							  const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	pen->at = top_screen_put(pen->screen, pen->row, pen->at, SIZE_MAX, style, text);
}

/* --- above the table --- */

static size_t head_rows(size_t rows)
{
	return rows < LOW_ROWS ? 2 : HEAD_ROWS;
}

size_t top_draw_page(size_t rows)
{
	size_t others = head_rows(rows) + FOOT_ROWS;

	return rows > others ? rows - others : 1;
}

static void put_losses(struct pen *pen, const struct top_table *table)
{
	if (table->lost)
		pen_put(pen, TOP_STYLE_ALARM, "  ! lost %llu in this window, %llu in all",
			table->lost, table->lost_ever);
	else if (table->lost_ever)
		pen_put(pen, TOP_STYLE_WARNING, "  lost 0 in this window, %llu in all",
			table->lost_ever);
	else
		pen_put(pen, TOP_STYLE_PLAIN, "  lost 0");
}

static void put_first(struct pen *pen, const struct top_picture *picture)
{
	const struct top_state *state = picture->state;
	char clock[TOP_TEXT_MAX];

	pen_put(pen, TOP_STYLE_STRONG, "hdrtap-top");
	put_losses(pen, picture->table);
	if (state->paused)
		pen_put(pen, TOP_STYLE_WARNING, "  paused");
	pen_put(pen, TOP_STYLE_PLAIN, "  by ");
	pen_put(pen, TOP_STYLE_STRONG, "%s", state->level[state->depth].by);
	pen_put(pen, TOP_STYLE_PLAIN, "  window ");
	pen_put(pen, TOP_STYLE_STRONG, "%s", top_window_text(state->window));
	top_text_clock(clock, picture->table->end);
	pen_put(pen, TOP_STYLE_PLAIN, "  %s  %s", clock, picture->source);
	if (picture->speed)
		pen_put(pen, TOP_STYLE_PLAIN, "  x%llu", picture->speed);
}

static void put_number(struct pen *pen, const struct top_picture *picture, enum top_column_id id,
		       const char *format)
{
	char text[TOP_TEXT_MAX];

	top_column_cell(text, id, &picture->table->sum, picture->table, false);
	pen_put(pen, TOP_STYLE_PLAIN, format, text);
}

/* The sum. */
static void put_second(struct pen *pen, const struct top_picture *picture)
{
	pen_put(pen, TOP_STYLE_PLAIN, "%llu requests", picture->table->sum.requests);
	put_number(pen, picture, TOP_COLUMN_RATE, "  %s/s");
	put_number(pen, picture, TOP_COLUMN_ERRORS, "  5xx %s");
	put_number(pen, picture, TOP_COLUMN_REFUSED, "  4xx %s");
	put_number(pen, picture, TOP_COLUMN_UNANSWERED, "  unanswered %s");
	put_number(pen, picture, TOP_COLUMN_P50, "  p50 %s");
	put_number(pen, picture, TOP_COLUMN_P90, "  p90 %s");
	put_number(pen, picture, TOP_COLUMN_P99, "  p99 %s");
}

/* The part that is looked at. */
static void put_third(struct pen *pen, const struct top_picture *picture)
{
	const struct top_state *state = picture->state;
	char clock[TOP_TEXT_MAX], where[512];

	if (picture->since) {
		top_text_clock(clock, picture->since);
		pen_put(pen, TOP_STYLE_WARNING, "counted since %s  ", clock);
	}
	if (picture->lacks)
		pen_put(pen, TOP_STYLE_WARNING, "%s was not chosen (-e) when this was captured  ",
			picture->lacks);
	if (!picture->table->exact)
		pen_put(pen, TOP_STYLE_WARNING, "more keys than fit  ");
	if (*state->where) {
		top_text_bytes(where, state->where, strlen(state->where), sizeof(where) - 1);
		pen_put(pen, TOP_STYLE_STRONG, "where %s  ", where);
	}
	if (!state->depth && !*state->where)
		pen_put(pen, TOP_STYLE_PLAIN, "all requests");
	for (size_t i = 0; i < state->depth; i++)
		pen_put(pen, TOP_STYLE_STRONG, "%s%s %s", i ? " > " : "", state->level[i].by,
			state->level[i].name);
}

/* --- the table --- */

static void put_titles(struct top_screen *screen, size_t row, const struct top_layout *layout,
		       const struct top_state *state)
{
	char line[1024];
	size_t wide = screen->columns < sizeof(line) ? screen->columns : sizeof(line) - 1;

	memset(line, ' ', wide);
	line[wide] = '\0';
	for (enum top_column_id id = 0; id < TOP_COLUMN_MAX; id++) {
		const char *title = top_column_title(id);
		size_t size = title ? strlen(title) : 0, at = layout->at[id];

		if (id < TOP_COLUMN_TREND && size < layout->wide[id])
			at += layout->wide[id] - size;
		if (!layout->wide[id] || at + size > wide)
			continue;
		memcpy(line + at, title, size);
		if (id == state->sort && at + size < wide)
			line[at + size] = state->reverse ? '^' : 'v';
	}
	top_screen_put(screen, row, 0, wide, TOP_STYLE_HEADING, line);
}

static enum top_style cell_style(enum top_column_id id, const struct top_row *row, bool selected)
{
	if (selected)
		return TOP_STYLE_SELECTED;
	if (id == TOP_COLUMN_ERRORS && row->errors)
		return TOP_STYLE_ALARM;
	if (id == TOP_COLUMN_REFUSED && row->refused)
		return TOP_STYLE_WARNING;
	return row->kind == TOP_ROW_OTHER ? TOP_STYLE_FAINT : TOP_STYLE_PLAIN;
}

static void put_trend(struct top_screen *screen, size_t row, const struct top_layout *layout,
		      const struct top_row *of, const struct top_table *table, enum top_style style)
{
	char text[TOP_SPARK_SIZE(TOP_SPARK_SLICES) + 1];

	top_spark(text, layout->wide[TOP_COLUMN_TREND], of->trend, table->hole, screen->utf8);
	strcat(text, " ");
	screen->ops->put(screen, row, layout->at[TOP_COLUMN_TREND], style, text);
}

static void put_key(struct top_screen *screen, size_t row, const struct top_layout *layout,
		    const struct top_row *of, enum top_style style)
{
	size_t wide = layout->wide[TOP_COLUMN_KEY], shown;
	char text[1024];

	if (!wide)
		return;
	if (wide >= sizeof(text))
		wide = sizeof(text) - 1;
	if (of->kind == TOP_ROW_OTHER)
		shown = snprintf(text, sizeof(text), "(other)");
	else if (!of->key_size)
		shown = snprintf(text, sizeof(text), "(none)");
	else
		shown = top_text_bytes(text, of->key, of->key_size, wide);
	while (style == TOP_STYLE_SELECTED && shown < wide)
		text[shown++] = ' ';
	text[shown] = '\0';
	top_screen_put(screen, row, layout->at[TOP_COLUMN_KEY], wide, style, text);
}

static void put_row(struct top_screen *screen, size_t row, const struct top_layout *layout,
		    const struct top_row *of, const struct top_table *table, bool selected)
{
	char text[TOP_TEXT_MAX], padded[TOP_TEXT_MAX + 2];

	for (enum top_column_id id = 0; id < TOP_COLUMN_TREND; id++) {
		int wide = layout->wide[id];

		if (!wide)
			continue;
		top_column_cell(text, id, of, table, false);
		snprintf(padded, sizeof(padded), "%*s ", wide, text);
		top_screen_put(screen, row, layout->at[id], wide + selected,
			       cell_style(id, of, selected), padded);
	}
	if (layout->wide[TOP_COLUMN_TREND])
		put_trend(screen, row, layout, of, table,
			  cell_style(TOP_COLUMN_TREND, of, selected));
	put_key(screen, row, layout, of, cell_style(TOP_COLUMN_KEY, of, selected));
}

static bool is_typing(const struct top_state *state)
{
	return state->mode == TOP_MODE_WHERE || state->mode == TOP_MODE_BY;
}

static void put_table(struct top_screen *screen, size_t row, const struct top_picture *picture)
{
	struct top_layout layout = top_layout(screen->columns);
	const struct top_table *table = picture->table;
	const struct top_state *state = picture->state;
	size_t below = FOOT_ROWS + (is_typing(state) && *state->message);

	put_titles(screen, row++, &layout, state);
	for (size_t i = state->first; i < table->count && row + below < screen->rows; i++)
		put_row(screen, row++, &layout, &table->row[i], table, i == state->selected);
}

/* --- below it --- */

static void put_typed(struct top_screen *screen, const struct top_state *state, size_t *cursor)
{
	const char *label = state->mode == TOP_MODE_WHERE ? "where: " : "by field: ";
	struct pen pen = { screen, screen->rows - 1, 0 };
	size_t wide, first;

	if (*state->message && screen->rows > head_rows(screen->rows) + FOOT_ROWS)
		top_screen_put(screen, screen->rows - 2, 0, SIZE_MAX, TOP_STYLE_ALARM,
			       state->message);
	pen_put(&pen, TOP_STYLE_STRONG, "%s", label);
	wide = screen->columns > pen.at ? screen->columns - pen.at : 1;
	first = top_prompt_first(&state->prompt, wide);
	*cursor = pen.at + state->prompt.at - first;
	pen_put(&pen, TOP_STYLE_PLAIN, "%s", state->prompt.text + first);
}

static void put_foot(struct top_screen *screen, const struct top_picture *picture)
{
	struct pen pen = { screen, screen->rows - 1, 0 };

	if (*picture->state->message)
		pen_put(&pen, TOP_STYLE_WARNING, "%s", picture->state->message);
	else if (*picture->note)
		pen_put(&pen, TOP_STYLE_WARNING, "%s", picture->note);
	else
		pen_put(&pen, TOP_STYLE_FAINT,
			"h help  q quit  b by  w window  s sort  / filter  Enter drill  <- back  p "
			"pause");
}

static void put_head(struct top_screen *screen, const struct top_picture *picture)
{
	struct pen pen = { screen, 0, 0 };

	put_first(&pen, picture);
	if (head_rows(screen->rows) < HEAD_ROWS)
		return;
	pen = (struct pen){ screen, 1, 0 };
	put_second(&pen, picture);
	pen = (struct pen){ screen, 2, 0 };
	put_third(&pen, picture);
}

int top_draw(struct top_screen *screen, const struct top_picture *picture)
{
	bool typing = is_typing(picture->state);
	size_t cursor = 0;

	screen->ops->begin(screen);
	if (!typing || screen->rows > 1)
		put_head(screen, picture);
	if (picture->state->mode == TOP_MODE_HELP)
		top_help_draw(screen, head_rows(screen->rows) - 1);
	else if (screen->rows > head_rows(screen->rows))
		put_table(screen, head_rows(screen->rows) - 1, picture);
	if (typing)
		put_typed(screen, picture->state, &cursor);
	else if (screen->rows > head_rows(screen->rows))
		put_foot(screen, picture);
	return screen->ops->end(screen, typing ? screen->rows - 1 : screen->rows, cursor);
}
