/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_state.h"

#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static const char *const usual[] = { "api", "host", "client", "status" };

#define TOP_X_TEXT(s, text, ...) text,
static const char *const window_texts[] = { TOP_WINDOWS(TOP_X_TEXT) };
#define TOP_X_NS(s, text, ns) ns,
static const __u64 window_ns[] = { TOP_WINDOWS(TOP_X_NS) };

const char *top_window_text(enum top_window window)
{
	return window_texts[window];
}

__u64 top_window_ns(enum top_window window)
{
	return window_ns[window];
}

static struct top_level *level(struct top_state *state)
{
	return &state->level[state->depth];
}

static void set_by(struct top_state *state, const char *by)
{
	snprintf(level(state)->by, TOP_BY_MAX, "%s", by);
}

void top_state_init(struct top_state *state, const char *by, enum top_window window)
{
	*state = (struct top_state){
		.window = window, .sort = TOP_COLUMN_RATE, .page = 1, .columns = 80
	};
	set_by(state, by);
}

static void say(struct top_state *state, const char *text)
{
	snprintf(state->message, TOP_MESSAGE_MAX, "%s", text);
}

static enum top_action begin_again(struct top_state *state)
{
	state->selected = state->first = state->id_size = 0;
	return TOP_ACTION_RECOUNT;
}

/* --- the selected row --- */

static void select_row(struct top_state *state, const struct top_table *table, size_t row)
{
	state->selected = row;
	state->id_size = 0;
	if (row < table->count && table->row[row].id_size <= TOP_ID_MAX) {
		memcpy(state->id, table->row[row].id, table->row[row].id_size);
		state->id_size = table->row[row].id_size;
	}
}

static bool is_selected(const struct top_state *state, const struct top_row *row)
{
	return row->kind == TOP_ROW_KEY && row->id_size == state->id_size &&
	       !memcmp(row->id, state->id, row->id_size);
}

static void find_selected(struct top_state *state, const struct top_table *table)
{
	for (size_t i = 0; state->id_size && i < table->count; i++)
		if (is_selected(state, &table->row[i])) {
			state->selected = i;
			return;
		}
}

void top_state_settle(struct top_state *state, const struct top_table *table)
{
	find_selected(state, table);
	if (state->selected >= table->count)
		state->selected = table->count ? table->count - 1 : 0;
	if (state->first > state->selected)
		state->first = state->selected;
	if (state->selected - state->first >= state->page)
		state->first = state->selected - state->page + 1;
	if (state->first + state->page > table->count)
		state->first = table->count > state->page ? table->count - state->page : 0;
}

static enum top_action move(struct top_state *state, const struct top_table *table, size_t down,
			    size_t up)
{
	size_t last = table->count ? table->count - 1 : 0;
	size_t to = state->selected > up ? state->selected - up : 0;

	to = last - to > down ? to + down : last;
	select_row(state, table, to);
	top_state_settle(state, table);
	return TOP_ACTION_SHOW;
}

/* --- what is counted --- */

static bool is_taken(const struct top_state *state, const char *by)
{
	for (size_t i = 0; i < state->depth; i++)
		if (!strcmp(state->level[i].by, by))
			return true;
	return false;
}

/* The next of the usual ones that no level before has, `step` further; the present one if there is
 * none. */
static const char *next_by(struct top_state *state, size_t at, size_t step)
{
	for (size_t i = 0; i < LENGTH(usual); i++) {
		at = (at + step) % LENGTH(usual);
		if (!is_taken(state, usual[at]))
			return usual[at];
	}
	return level(state)->by;
}

static size_t number_of(const char *by, size_t otherwise)
{
	for (size_t i = 0; i < LENGTH(usual); i++)
		if (!strcmp(usual[i], by))
			return i;
	return otherwise;
}

static enum top_action turn(struct top_state *state, size_t step)
{
	size_t at = number_of(level(state)->by, step == 1 ? LENGTH(usual) - 1 : 0);

	set_by(state, next_by(state, at, step));
	return begin_again(state);
}

static enum top_action choose_by(struct top_state *state, const char *by)
{
	if (is_taken(state, by)) {
		say(state, "every row here would be the same; go back first (Backspace)");
		return TOP_ACTION_SHOW;
	}
	set_by(state, by);
	return begin_again(state);
}

static enum top_action drill(struct top_state *state, const struct top_table *table)
{
	const struct top_row *row = table->row + state->selected;
	struct top_level *here = level(state);

	if (state->selected >= table->count)
		return TOP_ACTION_NONE;
	if (row->kind == TOP_ROW_OTHER || row->id_size > TOP_ID_MAX) {
		say(state, "(other) is everything without a row of its own; there is nothing to "
			   "drill into");
		return TOP_ACTION_SHOW;
	}
	if (state->depth + 1 == TOP_DEPTH_MAX) {
		say(state, "there is no deeper level; go back with Backspace");
		return TOP_ACTION_SHOW;
	}
	memcpy(here->id, row->id, row->id_size);
	here->id_size = row->id_size;
	top_text_bytes(here->name, row->key, row->key_size, TOP_NAME_MAX - 1);
	state->depth++;
	*level(state) = (struct top_level){ 0 };
	set_by(state, next_by(state, LENGTH(usual) - 1, 1));
	if (!*level(state)->by) /* all of them are taken */
		set_by(state, "path");
	return begin_again(state);
}

static enum top_action back(struct top_state *state)
{
	enum top_action action;

	if (!state->depth)
		return TOP_ACTION_NONE;
	state->depth--;
	action = begin_again(state);
	memcpy(state->id, level(state)->id, level(state)->id_size);
	state->id_size = level(state)->id_size;
	return action;
}

/* --- how it is shown --- */

static enum top_action other_window(struct top_state *state, size_t step)
{
	state->window = (state->window + step) % TOP_WINDOW_MAX;
	return TOP_ACTION_WINDOW;
}

static enum top_action other_column(struct top_state *state, size_t step)
{
	const struct top_layout layout = top_layout(state->columns);

	do
		state->sort = (state->sort + step) % TOP_COLUMN_MAX;
	while (!top_column_sorts(state->sort) || !layout.wide[state->sort]);
	return TOP_ACTION_WINDOW;
}

static enum top_action begin_typing(struct top_state *state, enum top_mode mode, const char *text)
{
	state->mode = mode;
	top_prompt_begin(&state->prompt, text);
	return TOP_ACTION_SHOW;
}

/* --- keys --- */

static enum top_action typed_where(struct top_state *state, const struct top_judge *judge)
{
	size_t column = 0;

	if (*state->prompt.text && !judge->where(state->prompt.text, state->message, &column)) {
		if (column)
			state->prompt.at =
				column - 1 < state->prompt.size ? column - 1 : state->prompt.size;
		return TOP_ACTION_SHOW;
	}
	memcpy(state->where, state->prompt.text, sizeof(state->where));
	state->mode = TOP_MODE_TABLE;
	return begin_again(state);
}

static enum top_action typed_by(struct top_state *state, const struct top_judge *judge)
{
	if (!judge->by(state->prompt.text, state->message))
		return TOP_ACTION_SHOW;
	state->mode = TOP_MODE_TABLE;
	return choose_by(state, state->prompt.text);
}

static enum top_action type(struct top_state *state, int key, const struct top_judge *judge)
{
	enum top_prompt_result result = top_prompt_key(&state->prompt, key);

	if (result == TOP_PROMPT_DONE)
		return state->mode == TOP_MODE_WHERE ? typed_where(state, judge)
						     : typed_by(state, judge);
	if (result == TOP_PROMPT_LEFT)
		state->mode = TOP_MODE_TABLE;
	return TOP_ACTION_SHOW;
}

/* Keys that move in the table. */
static enum top_action move_key(struct top_state *state, int key, const struct top_table *table)
{
	switch (key) {
	case 'k':
	case TOP_KEY_UP:
		return move(state, table, 0, 1);
	case 'j':
	case TOP_KEY_DOWN:
		return move(state, table, 1, 0);
	case TOP_KEY_PAGE_UP:
		return move(state, table, 0, state->page);
	case TOP_KEY_PAGE_DOWN:
		return move(state, table, state->page, 0);
	case 'g':
	case TOP_KEY_HOME:
		return move(state, table, 0, table->count);
	case 'G':
	case TOP_KEY_END:
		return move(state, table, table->count, 0);
	default:
		return TOP_ACTION_NONE;
	}
}

/* Keys that choose what is counted. */
static enum top_action part_key(struct top_state *state, int key, const struct top_table *table)
{
	switch (key) {
	case TOP_KEY_ENTER:
	case TOP_KEY_RIGHT:
	case 'l':
		return drill(state, table);
	case TOP_KEY_BACKSPACE:
	case TOP_KEY_ESCAPE:
	case TOP_KEY_LEFT:
		return back(state);
	case 'b':
		return turn(state, 1);
	case 'B':
		return turn(state, LENGTH(usual) - 1);
	case '1' ... '4':
		return choose_by(state, usual[key - '1']);
	case 'f':
		return begin_typing(state, TOP_MODE_BY, "");
	case '/':
		return begin_typing(state, TOP_MODE_WHERE, state->where);
	default:
		return move_key(state, key, table);
	}
}

static enum top_action table_key(struct top_state *state, int key, const struct top_table *table)
{
	switch (key) {
	case 'q':
	case 'Q':
		return TOP_ACTION_QUIT;
	case 'h':
	case '?':
		state->mode = TOP_MODE_HELP;
		return TOP_ACTION_SHOW;
	case 'w':
		return other_window(state, 1);
	case 'W':
		return other_window(state, TOP_WINDOW_MAX - 1);
	case 's':
	case '>':
		return other_column(state, 1);
	case 'S':
	case '<':
		return other_column(state, TOP_COLUMN_MAX - 1);
	case 'r':
		state->reverse = !state->reverse;
		return TOP_ACTION_WINDOW;
	case 'p':
	case ' ':
		state->paused = !state->paused;
		return TOP_ACTION_WINDOW;
	default:
		return part_key(state, key, table);
	}
}

enum top_action top_state_key(struct top_state *state, int key, const struct top_table *table,
			      const struct top_judge *judge)
{
	if (key == TOP_KEY_NONE)
		return TOP_ACTION_NONE;
	state->message[0] = '\0';
	if (key == TOP_KEY_REDRAW)
		return TOP_ACTION_SHOW;
	if (state->mode == TOP_MODE_HELP) {
		state->mode = TOP_MODE_TABLE;
		return TOP_ACTION_SHOW;
	}
	return state->mode == TOP_MODE_TABLE ? table_key(state, key, table)
					     : type(state, key, judge);
}
