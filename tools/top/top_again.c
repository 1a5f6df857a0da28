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
#include "log_read/log_merge.h"
#include "usage/usage_sink.h"

#define PIECE_EVENTS 4096 /* of the log, before the loop gets its turn */

struct top_again {
	struct usage_taker taker;
	struct companion *companion;
	const struct api_names *names;
	struct top_count *count;
	struct sink *sink; /* NULL: closed */
	struct log_merge *merge;
	struct log_description *described;
	int fd; /* -1: none */
	bool done;
	__u64 records;
};

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

static int describe(struct top_again *again)
{
	struct log_description *description = log_merge_now(again->merge)->description;

	if (description == again->described)
		return 0;
	log_description_release(again->described);
	again->described = log_description_hold(description);
	return again->sink->ops->describe(again->sink, &description->meta);
}

static int pass_record(struct top_again *again)
{
	const struct log_merge_now *now = log_merge_now(again->merge);
	int err = describe(again);

	again->records++;
	return err ? err
		   : again->sink->ops->write(again->sink, now->rec, now->batch->utc_offset,
					     log_decode_interface(now->batch, now->rec->ifindex));
}

static int pass_complete(struct top_again *again)
{
	const struct log_merge_now *now = log_merge_now(again->merge);
	int err = describe(again);

	return err ? err
		   : sink_complete(again->sink, now->complete_until,
				   now->complete_utc - now->complete_until);
}

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

static int handle(struct top_again *again, int event)
{
	const struct log_loss *loss = &log_merge_now(again->merge)->loss;

	switch (event) {
	case LOG_MERGE_RECORD:
		return pass_record(again);
	case LOG_MERGE_META:
		return describe(again);
	case LOG_MERGE_LOSS:
		return sink_lost(again->sink, loss->cpu, loss->count);
	case LOG_MERGE_COMPLETE:
		return pass_complete(again);
	default:
		return 0;
	}
}

static int read_on(void *argument, int fd, __u32 events)
{
	struct top_again *again = argument;
	int err = 0;

	(void)fd, (void)events;
	for (int i = 0; i < PIECE_EVENTS && !err; i++) {
		int event = log_merge_next(again->merge);

		if (event == LOG_MERGE_END)
			return finish(again);
		err = event < 0 ? 0 : handle(again, event); /* a log that is over was reported */
	}
	return err;
}

/* --- opening and closing --- */

static int open_logs(struct top_again *again, const struct companion_options *options)
{
	struct message message;
	int err = log_merge_new(&again->merge);

	if (err)
		return fail(-err, "cannot read the log again: %s; end other programs",
			    strerror(-err));
	for (size_t i = 0; i < options->read.count && !err; i++) {
		const struct log_source_options log = {
			.path = options->read.item[i],
			.since = options->since,
			.until = options->until,
		};

		err = log_merge_add(again->merge, &log, &message);
		if (err)
			fail(-err, "%s", message.text);
	}
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
		return fail(ENOMEM, "cannot read the log again: out of memory; end other programs");
	a->companion = companion;
	a->names = names;
	a->count = count;
	a->fd = -1;
	err = open_logs(a, options);
	err = err ? err : open_sink(a, options);
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
	return again->records;
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
	log_merge_free(again->merge);
	log_description_release(again->described);
	free(again);
}
