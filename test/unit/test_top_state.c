/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* hdrtap-top's keys: what they make of what is looked at, and lines that are typed in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "top/top_key.h"
#include "top/top_state.h"

static struct top_state state;
static struct top_table table;

static bool judge_by(const char *text, char *why)
{
	if (strcmp(text, "nothing") != 0)
		return true;
	strcpy(why, "there is no such field");
	return false;
}

static bool judge_where(const char *text, char *why, size_t *column)
{
	if (!strchr(text, '!'))
		return true;
	strcpy(why, "column 3: no");
	*column = 3;
	return false;
}

static const struct top_judge judge = { .by = judge_by, .where = judge_where };

static enum top_action key(int k)
{
	enum top_action action = top_state_key(&state, k, &table, &judge);

	top_state_settle(&state, &table);
	return action;
}

static void keys(const char *text)
{
	for (; *text; text++)
		key(*text);
}

static void begin(size_t rows, size_t page)
{
	top_state_init(&state, "api", TOP_WINDOW_1M);
	state.page = page;
	for (size_t i = 0; i < rows; i++) {
		char name[32];

		snprintf(name, sizeof(name), "row%zu", i);
		top_table_add(&table, name, strlen(name), name, strlen(name));
	}
	top_state_settle(&state, &table);
}

Test(top_state, moves_and_scrolls)
{
	begin(100, 10);
	cr_assert_eq(key('j'), TOP_ACTION_SHOW);
	cr_assert_eq(state.selected, 1);
	key(TOP_KEY_END);
	cr_assert(state.selected == 99 && state.first == 90);
	key('j');
	cr_assert_eq(state.selected, 99);
	key(TOP_KEY_PAGE_UP);
	cr_assert(state.selected == 89 && state.first == 89);
	key(TOP_KEY_HOME);
	cr_assert(state.selected == 0 && state.first == 0);
	key('k');
	cr_assert_eq(state.selected, 0);
	key(TOP_KEY_PAGE_DOWN);
	cr_assert(state.selected == 10 && state.first == 1);
	top_table_free(&table);
}

Test(top_state, the_selected_row_stays_selected)
{
	struct top_row row;

	begin(50, 10);
	keys("jjj");
	row = table.row[3];
	table.row[3] = table.row[40];
	table.row[40] = row;
	top_state_settle(&state, &table);
	cr_assert(state.selected == 40 && state.first == 31);
	key('j');
	cr_assert_eq(state.selected, 41);
	top_table_clear(&table);
	top_state_settle(&state, &table);
	cr_assert(state.selected == 0 && state.first == 0);
	cr_assert_eq(key(TOP_KEY_DOWN), TOP_ACTION_SHOW);
	top_table_free(&table);
}

/* Of no row there is nothing to look into; the first row is shown first until one is chosen. */
Test(top_state, drills_down_and_back)
{
	begin(0, 10);
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_NONE);
	begin(5, 10);
	keys("jj");
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_RECOUNT);
	cr_assert_eq(state.depth, 1);
	cr_assert_str_eq(state.level[0].name, "row2");
	cr_assert(state.level[0].id_size == 4 && !memcmp(state.level[0].id, "row2", 4));
	cr_assert_str_eq(state.level[1].by, "host"); /* the next one */
	cr_assert_eq(state.selected, 0);
	cr_assert_eq(key('1'), TOP_ACTION_SHOW); /* all have the same */
	cr_assert_neq(*state.message, '\0');
	cr_assert_str_eq(state.level[1].by, "host");
	cr_assert_eq(key('3'), TOP_ACTION_RECOUNT);
	cr_assert_str_eq(state.level[1].by, "client");
	cr_assert_eq(*state.message, '\0');
	cr_assert_eq(key(TOP_KEY_BACKSPACE), TOP_ACTION_RECOUNT);
	cr_assert_eq(state.depth, 0);
	cr_assert_str_eq(state.level[0].by, "api");
	cr_assert_eq(state.selected, 2); /* where one came from */
	cr_assert_eq(key(TOP_KEY_BACKSPACE), TOP_ACTION_NONE);
	top_table_free(&table);
}

Test(top_state, no_deeper_than_there_are_levels)
{
	begin(5, 10);
	for (int i = 0; i < 2 * TOP_DEPTH_MAX; i++)
		key(TOP_KEY_ENTER);
	cr_assert_eq(state.depth, TOP_DEPTH_MAX - 1);
	cr_assert_str_eq(state.level[4].by, "path");
	for (int i = 0; i < 2 * TOP_DEPTH_MAX; i++)
		key(TOP_KEY_LEFT);
	cr_assert_eq(state.depth, 0);
	top_table_free(&table);
}

Test(top_state, other_cannot_be_looked_into)
{
	begin(1, 10);
	table.row[0].kind = TOP_ROW_OTHER;
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_SHOW);
	cr_assert_eq(state.depth, 0);
	cr_assert(strstr(state.message, "without a row of its own"));
	top_table_free(&table);
}

/* A key that is too long to be remembered is not cut: it cannot be chosen. */
Test(top_state, long_keys)
{
	char *name = calloc(1, TOP_ID_MAX + 1);

	memset(name, 'x', TOP_ID_MAX + 1);
	begin(0, 10);
	top_table_add(&table, name, TOP_ID_MAX + 1, name, TOP_ID_MAX + 1);
	key(TOP_KEY_HOME);
	cr_assert_eq(state.id_size, 0);
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_SHOW);
	top_table_clear(&table);
	top_table_add(&table, name, TOP_ID_MAX, name, TOP_ID_MAX);
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_RECOUNT);
	cr_assert_eq(state.level[0].id_size, TOP_ID_MAX);
	cr_assert_eq(strlen(state.level[0].name), TOP_NAME_MAX - 1);
	top_table_free(&table);
	free(name);
}

Test(top_state, by_turns)
{
	begin(5, 10);
	key('b');
	cr_assert_str_eq(state.level[0].by, "host");
	keys("bbb");
	cr_assert_str_eq(state.level[0].by, "api");
	key('B');
	cr_assert_str_eq(state.level[0].by, "status");
	keys("f");
	cr_assert_eq(state.mode, TOP_MODE_BY);
	keys("nothing");
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_SHOW);
	cr_assert_str_eq(state.message, "there is no such field");
	key(TOP_KEY_ERASE_LINE);
	keys("path");
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_RECOUNT);
	cr_assert_str_eq(state.level[0].by, "path");
	key('b');
	cr_assert_str_eq(state.level[0].by, "api");
	top_table_free(&table);
}

Test(top_state, a_predicate_is_typed)
{
	begin(5, 10);
	keys("/q!!q");
	cr_assert_eq(state.mode, TOP_MODE_WHERE); /* q is a letter here */
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_SHOW);
	cr_assert_eq(state.mode, TOP_MODE_WHERE);
	cr_assert_str_eq(state.message, "column 3: no");
	cr_assert_eq(state.prompt.at, 2); /* there */
	cr_assert_str_eq(state.where, "");
	key(TOP_KEY_DELETE);
	key(TOP_KEY_BACKSPACE);
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_RECOUNT);
	cr_assert_str_eq(state.where, "qq");
	cr_assert_eq(state.mode, TOP_MODE_TABLE);
	keys("/x"); /* edits what is there */
	key(TOP_KEY_ESCAPE);
	cr_assert_str_eq(state.where, "qq");
	key('/');
	cr_assert_str_eq(state.prompt.text, "qq");
	key(TOP_KEY_ERASE_LINE);
	cr_assert_eq(key(TOP_KEY_ENTER), TOP_ACTION_RECOUNT);
	cr_assert_str_eq(state.where, "");
	top_table_free(&table);
}

Test(top_state, windows_order_pause_help)
{
	begin(5, 10);
	cr_assert_eq(key('w'), TOP_ACTION_WINDOW);
	cr_assert_eq(state.window, TOP_WINDOW_5M);
	keys("ww");
	cr_assert_eq(state.window, TOP_WINDOW_1S);
	key('W');
	cr_assert_eq(state.window, TOP_WINDOW_ALL);
	for (int i = 0; i < 30; i++) {
		key(i % 2 ? 's' : '>');
		cr_assert(top_column_sorts(state.sort));
		cr_assert_not_null(top_column_title(state.sort));
	}
	for (int i = 0; i < 30; i++) {
		key('S');
		cr_assert(top_column_sorts(state.sort));
	}
	cr_assert_eq(key('r'), TOP_ACTION_WINDOW);
	cr_assert(state.reverse);
	key('p');
	cr_assert(state.paused);
	key(' ');
	cr_assert_not(state.paused);
	key('?');
	cr_assert_eq(state.mode, TOP_MODE_HELP);
	cr_assert_eq(key('q'), TOP_ACTION_SHOW); /* any key closes it */
	cr_assert_eq(state.mode, TOP_MODE_TABLE);
	cr_assert_eq(key('q'), TOP_ACTION_QUIT);
	cr_assert_eq(key(TOP_KEY_NONE), TOP_ACTION_NONE);
	cr_assert_eq(key('z'), TOP_ACTION_NONE);
	top_table_free(&table);
}

Test(top_prompt, edits)
{
	static struct top_prompt prompt;
	char *long_text = calloc(1, 2 * TOP_PROMPT_MAX);

	top_prompt_begin(&prompt, "abc");
	cr_assert_eq(top_prompt_key(&prompt, TOP_KEY_HOME), TOP_PROMPT_GOES_ON);
	top_prompt_key(&prompt, TOP_KEY_BACKSPACE); /* nothing is there */
	top_prompt_key(&prompt, TOP_KEY_LEFT);
	top_prompt_key(&prompt, 'x');
	cr_assert_str_eq(prompt.text, "xabc");
	top_prompt_key(&prompt, TOP_KEY_RIGHT);
	top_prompt_key(&prompt, TOP_KEY_DELETE);
	cr_assert_str_eq(prompt.text, "xac");
	top_prompt_key(&prompt, TOP_KEY_END);
	top_prompt_key(&prompt, TOP_KEY_RIGHT);
	top_prompt_key(&prompt, TOP_KEY_DELETE);
	top_prompt_key(&prompt, TOP_KEY_BACKSPACE);
	cr_assert_str_eq(prompt.text, "xa");
	top_prompt_key(&prompt, 0x1b); /* no letter */
	top_prompt_key(&prompt, 0x9b);
	top_prompt_key(&prompt, TOP_KEY_PAGE_UP);
	cr_assert_str_eq(prompt.text, "xa");
	cr_assert_eq(top_prompt_key(&prompt, TOP_KEY_ENTER), TOP_PROMPT_DONE);
	cr_assert_eq(top_prompt_key(&prompt, TOP_KEY_ESCAPE), TOP_PROMPT_LEFT);
	memset(long_text, 'y', 2 * TOP_PROMPT_MAX - 1);
	top_prompt_begin(&prompt, long_text);
	top_prompt_key(&prompt, 'z');
	cr_assert_eq(strlen(prompt.text), TOP_PROMPT_MAX - 1);
	cr_assert_eq(strchr(prompt.text, 'z'), NULL);
	free(long_text);
}

Test(top_prompt, the_cursor_is_seen)
{
	static struct top_prompt prompt;

	top_prompt_begin(&prompt, "0123456789");
	cr_assert_eq(top_prompt_first(&prompt, 20), 0);
	cr_assert_eq(top_prompt_first(&prompt, 5), 6);
	cr_assert_eq(top_prompt_first(&prompt, 1), 10);
	top_prompt_key(&prompt, TOP_KEY_HOME);
	cr_assert_eq(top_prompt_first(&prompt, 1), 0);
}
