/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An event that is always there makes the loop come back. Notices were shown when the logs were
 * read first.
 */
#include "top_again.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "source/log_feed.h"
#include "usage/usage_sink.h"

#define PIECE_EVENTS 4096 /* of the log, before the loop gets its turn */

struct top_again {
	struct usage_taker taker;
	struct companion *companion;
	const struct api_names *names;
	struct top_count *count;
	struct sink *sink; /* NULL: closed */
	struct accounts accounts;
	struct log_feed *feed;
	int fd; /* -1: none */
	bool done;
};

static int no_memory(void)
{
	return fail(ENOMEM, "cannot read the log again: out of memory; end other programs");
}

/* --- what comes of it --- */

static struct top_again *of_taker(struct usage_taker *taker)
{
	return (struct top_again *)((char *)taker - offsetof(struct top_again, taker));
}

static int take_request(struct usage_taker *taker, struct usage_call *call)
{
	top_count_request(of_taker(taker)->count, call);
	return 0;
}

static int take_end(struct usage_taker *taker, struct usage_call *call)
{
	top_count_end(of_taker(taker)->count, call);
	return 0;
}

static int take_lost(struct usage_taker *taker, __u64 time, __u64 count)
{
	top_count_lost(of_taker(taker)->count, time, count);
	return 0;
}

static int take_complete(struct usage_taker *taker, __u64 until)
{
	top_count_complete(of_taker(taker)->count, until);
	return 0;
}

static int take_close(struct usage_taker *taker)
{
	(void)taker;
	return 0;
}

static const struct usage_ops ops = {
	.request = take_request,
	.end = take_end,
	.lost = take_lost,
	.complete = take_complete,
	.close = take_close,
};

/* --- reading --- */

static int close_sink(struct top_again *again)
{
	struct sink *sink = again->sink;

	again->sink = NULL;
	return sink ? sink->ops->close(sink) : 0;
}

/* A log whose end is damaged ends for this reading as for the first one. */
static int finish(struct top_again *again)
{
	companion_unwatch(again->companion, again->fd);
	again->done = true;
	return close_sink(again);
}

static int read_on(void *argument, int fd, __u32 events)
{
	struct top_again *again = argument;
	int state = log_feed_step(again->feed, PIECE_EVENTS);

	(void)fd, (void)events;
	if (state == LOG_FEED_END)
		return finish(again);
	return state < 0 ? state : 0;
}

/* --- opening and closing --- */

static int open_logs(struct top_again *again, const struct companion_options *options)
{
	size_t count = options->read.count;
	struct log_source_options *logs = calloc(count, sizeof(*logs));
	int err;

	if (!logs)
		return no_memory();
	for (size_t i = 0; i < count; i++)
		logs[i] = (struct log_source_options){
			.path = options->read.item[i],
			.since = options->since,
			.until = options->until,
		};
	err = log_feed_open(&again->feed, logs, count, again->sink, &again->accounts);
	free(logs);
	if (!err)
		log_feed_quiet(again->feed);
	return err;
}

static int open_sink(struct top_again *again, const struct companion_options *options)
{
	const struct usage_options usage = {
		.names = &again->names,
		.timeout = options->timeout_ms * 1000000,
	};

	again->taker.ops = &ops;
	return usage_sink_open(&again->sink, &again->taker, &usage);
}

static int watch(struct top_again *again)
{
	again->fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	if (again->fd < 0)
		return fail(errno, "cannot read the log again: %s; raise the limit on open files",
			    strerror(errno));
	return companion_watch(again->companion, again->fd, EPOLLIN, read_on, again);
}

int top_again_start(struct top_again **again, struct companion *companion,
		    const struct companion_options *options, const struct api_names *names,
		    struct top_count *count)
{
	struct top_again *a = calloc(1, sizeof(*a));
	int err;

	if (!a)
		return no_memory();
	a->companion = companion;
	a->names = names;
	a->count = count;
	a->fd = -1;
	err = open_sink(a, options);
	err = err ? err : open_logs(a, options);
	err = err ? err : watch(a);
	if (err)
		top_again_stop(a);
	else
		*again = a;
	return err;
}

bool top_again_done(const struct top_again *again)
{
	return again->done;
}

__u64 top_again_records(const struct top_again *again)
{
	return again->accounts.user[HDRTAP_USER_WRITTEN];
}

void top_again_stop(struct top_again *again)
{
	if (!again)
		return;
	if (again->fd >= 0) {
		if (!again->done)
			companion_unwatch(again->companion, again->fd);
		close(again->fd);
	}
	close_sink(again);
	log_feed_close(again->feed);
	free(again);
}
