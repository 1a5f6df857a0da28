/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_feed.h"

#include "base/clock.h"
#include "base/error.h"
#include "top_batch.h"

#define NS_PER_S 1000000000ULL

static struct top *of_taker(struct usage_taker *taker)
{
	return (struct top *)((char *)taker - offsetof(struct top, taker));
}

/* --- time --- */

/* An event of that time comes. */
static int come(struct top *top, __u64 time)
{
	int err = top->terminal ? 0 : top_batch_time(top, time, false);

	if (time > top->newest)
		top->newest = time;
	if (!top->first)
		top->first = time;
	if (top->pace.speed && !top->held &&
	    time > top_pace_limit(&top->pace, time, clock_boottime())) {
		top->held = true;
		companion_hold(top->companion, true);
	}
	return err;
}

void top_feed_tick(struct top *top, __u64 now)
{
	if (!top->held || top->newest > top_pace_limit(&top->pace, 0, now))
		return;
	top->held = false;
	companion_hold(top->companion, false);
}

__u64 top_feed_until(struct top *top, __u64 now)
{
	__u64 limit = top->pace.began ? top_pace_limit(&top->pace, 0, now) : ~0ULL;
	__u64 until = top->known ? top->known : top->newest - top->newest % NS_PER_S;

	if (top->over)
		return top->newest ? top_count_last(top->count, top->state.window) : top->known;
	return top->held || until > limit ? limit : until;
}

/* --- calls --- */

static int take_request(struct usage_taker *taker, struct usage_call *call)
{
	struct top *top = of_taker(taker);
	int err = come(top, call->event.time);

	if (call->event.time > top->begun)
		top->begun = call->event.time;
	top_count_request(top->count, call);
	return err;
}

static int take_end(struct usage_taker *taker, struct usage_call *call)
{
	struct top *top = of_taker(taker);
	int err = come(top, call->event.time);

	if (top->terminal)
		top_history_add(top->history, call);
	top_count_end(top->count, call);
	return err;
}

static int take_lost(struct usage_taker *taker, __u64 time, __u64 count)
{
	struct top *top = of_taker(taker);

	if (top->terminal)
		top_history_lost(top->history, time, count);
	top_count_lost(top->count, time, count);
	return 0;
}

static int take_complete(struct usage_taker *taker, __u64 until)
{
	struct top *top = of_taker(taker);
	int err = 0;

	if (until < top->known) /* the clock was set back */
		top->next = top->newest = 0;
	if (!top->terminal)
		err = top_batch_time(top, until, true);
	top->known = until;
	if (!top->first)
		top->first = until;
	top_count_complete(top->count, until);
	return err;
}

static int take_close(struct usage_taker *taker)
{
	struct top *top = of_taker(taker);

	top->over = true;
	top->shown = 0;
	top_count_over(top->count);
	return top->terminal ? 0 : top_batch_end(top);
}

const struct usage_ops top_feed_ops = {
	.request = take_request,
	.end = take_end,
	.lost = take_lost,
	.complete = take_complete,
	.close = take_close,
};

/* --- counting something else --- */

static void count_again(void *context, struct usage_call *call, bool end)
{
	struct top *top = context;

	if (end)
		top_count_end(top->count, call);
	else
		top_count_request(top->count, call);
}

static void lose_again(void *context, __u64 time, __u64 count)
{
	struct top *top = context;

	top_count_lost(top->count, time, count);
}

static int count_history(struct top *top)
{
	top_count_forgot(top->count, top_history_forgot(top->history));
	top_history_each(top->history, count_again, lose_again, top);
	top_count_begun(top->count, top->first, top->begun);
	if (top->known)
		top_count_complete(top->count, top->known);
	return 0;
}

int top_feed_recount(struct top *top)
{
	struct top_query query = { 0 };
	struct top_count *count;
	int err = top_query_read(&query, &top->state);

	if (err)
		top_query_free(&query);
	else
		err = top_count_new(&count, &query, top->options->memory);
	if (err)
		return err;
	top_again_stop(top->again);
	top->again = NULL;
	top_count_free(top->count);
	top->count = count;
	top->shown = 0;
	if (top->over)
		top_count_over(count);
	if (top->over && top_options_has_end(top->options))
		return top_again_start(&top->again, top->companion, &top->options->companion,
				       top->names, top->count);
	return count_history(top);
}
