/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_show.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "top_draw.h"
#include "top_feed.h"

#define PERIOD_NS 1000000000ULL /* between two tables */
#define SAID_NS   6000000000ULL /* how long a message is shown */

static const struct top_judge judge = { .by = top_query_judge_by, .where = top_query_judge_where };

/* --- the table --- */

static bool by_quantile(const struct top *top)
{
	return top->state.sort >= TOP_COLUMN_P50 && top->state.sort <= TOP_COLUMN_P99;
}

/* Reads the table that is to be shown. */
static int read_table(struct top *top, __u64 now)
{
	__u64 until = top->paused ? top->paused : top_feed_until(top, now);
	struct top_state *state = &top->state;
	int err = top_count_read(top->count, &top->table, state->window, until);

	if (err)
		return err;
	if (by_quantile(top))
		err = top_count_details(top->count, &top->table, 0, top->table.count, false);
	top_sort(&top->table, state->sort, state->reverse);
	state->page = top_draw_page(top_terminal_screen(top->terminal)->rows);
	state->columns = top_terminal_screen(top->terminal)->columns;
	top_state_settle(state, &top->table);
	if (!err && top->table.count)
		err = top_count_details(top->count, &top->table, state->first, state->page, true);
	top->since = top_count_since(top->count, state->window, until);
	top->shown = now;
	return err;
}

/* --- what is told --- */

static void take_said(struct top *top, __u64 now)
{
	const char *line = top_said_last(top->said);

	if (!line)
		return;
	snprintf(top->last_said, sizeof(top->last_said), "%s", line);
	top->said_until = now + SAID_NS;
	top->shown = 0;
}

static void take_note(const struct top *top, __u64 now, char note[TOP_MESSAGE_MAX])
{
	if (top->again)
		snprintf(note, TOP_MESSAGE_MAX, "counting again: %llu records so far",
			 top_again_records(top->again));
	else if (now < top->said_until)
		snprintf(note, TOP_MESSAGE_MAX, "%s", top->last_said);
	else
		snprintf(note, TOP_MESSAGE_MAX, "%s", top->note);
}

static int draw(struct top *top, __u64 now)
{
	char note[TOP_MESSAGE_MAX];
	const struct top_picture picture = {
		.table = &top->table,
		.state = &top->state,
		.source = top->source,
		.note = note,
		.since = top->since,
		.lacks = top_count_lacks(top->count),
		.speed = top->options->speed,
	};

	take_note(top, now, note);
	return top_draw(top_terminal_screen(top->terminal), &picture);
}

static int show(struct top *top, __u64 now)
{
	int err = read_table(top, now);

	return err ? err : draw(top, now);
}

int top_show_tick(struct top *top, __u64 now)
{
	take_said(top, now);
	if (top_terminal_resize(top->terminal))
		top->shown = 0;
	if (top->again && top_again_done(top->again)) {
		top_again_stop(top->again);
		top->again = NULL;
		top->shown = 0;
	}
	if (top->shown && now - top->shown < PERIOD_NS)
		return 0;
	/* A picture that is paused changes with keys alone, but for what is said below it. */
	return top->paused && top->shown ? draw(top, now) : show(top, now);
}

/* --- keys --- */

static void pause_or_not(struct top *top)
{
	if (!top->state.paused)
		top->paused = 0;
	else if (!top->paused)
		top->paused = top_feed_until(top, clock_boottime());
}

static int act(struct top *top, enum top_action action)
{
	int err;

	switch (action) {
	case TOP_ACTION_QUIT:
		companion_stop(top->companion);
		return 0;
	case TOP_ACTION_RECOUNT:
		err = top_feed_recount(top);
		if (top->again) /* the old picture stays for as long as that may take */
			top->shown = clock_boottime();
		return err;
	case TOP_ACTION_WINDOW:
	case TOP_ACTION_SHOW:
		pause_or_not(top);
		top->shown = 0;
		return 0;
	default:
		return 0;
	}
}

static int take_key(struct top *top, int key)
{
	if (key == TOP_KEY_REDRAW)
		top_terminal_clear(top->terminal);
	return act(top, top_state_key(&top->state, key, &top->table, &judge));
}

static int keys_ready(void *argument, int fd, __u32 events)
{
	struct top *top = argument;
	int key, err = 0;

	(void)fd, (void)events;
	while (!err && (key = top_terminal_key(top->terminal)) >= 0)
		err = take_key(top, key);
	if (!err && key == -EIO)
		companion_stop(top->companion);
	if (!err && !top->shown)
		err = show(top, clock_boottime());
	return err;
}

static int signals_ready(void *argument, int fd, __u32 events)
{
	struct top *top = argument;

	(void)fd, (void)events;
	if (top_terminal_signal(top->terminal))
		companion_stop(top->companion);
	top_terminal_resize(top->terminal);
	return show(top, clock_boottime());
}

int top_show_open(struct top *top)
{
	int err = companion_watch(top->companion, top_terminal_key_fd(top->terminal), EPOLLIN,
				  keys_ready, top);

	return err ? err
		   : companion_watch(top->companion, top_terminal_signal_fd(top->terminal), EPOLLIN,
				     signals_ready, top);
}
