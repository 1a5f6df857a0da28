/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Each record is looked at once, where it was decompressed to. The kernel's accounts were closed
 * when the log was written; here only what is handed on is counted, and what the log says was lost.
 */
#include "source/log_feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct log_feed {
	struct sink *sink;
	struct accounts *accounts;
	struct log_merge *merge;
	struct log_description *described; /* what the sink knows; NULL: nothing yet */
	__u64 newest;
	__u64 notices;
	bool quiet;
};

/* Returns 0 or the sink's error. */
static int describe(struct log_feed *feed)
{
	struct log_description *description = log_merge_now(feed->merge)->description;

	log_description_release(feed->described);
	feed->described = log_description_hold(description);
	return feed->sink->ops->describe(feed->sink, &description->meta);
}

/* Returns 0, SINK_ENOUGH or the sink's error. */
static int pass_record(struct log_feed *feed)
{
	const struct log_merge_now *now = log_merge_now(feed->merge);
	__s64 utc_offset = now->batch->utc_offset;
	int err = now->description == feed->described ? 0 : describe(feed);

	if (err)
		return err;
	err = feed->sink->ops->write(feed->sink, now->rec, utc_offset,
				     log_decode_interface(now->batch, now->rec->ifindex));
	feed->accounts->user[err < 0 ? HDRTAP_USER_DROPPED : HDRTAP_USER_WRITTEN]++;
	if (now->rec->time + utc_offset > feed->newest)
		feed->newest = now->rec->time + utc_offset;
	return err;
}

static int pass_loss(struct log_feed *feed)
{
	const struct log_loss *loss = &log_merge_now(feed->merge)->loss;

	feed->accounts->user[HDRTAP_USER_LOST_REPORTED] += loss->count;
	return sink_lost(feed->sink, loss->cpu, loss->count);
}

static int pass_complete(struct log_feed *feed)
{
	const struct log_merge_now *now = log_merge_now(feed->merge);
	struct sink *sink = feed->sink;
	int err = 0;

	if (!sink->ops->complete)
		return 0;
	if (now->description != feed->described)
		err = describe(feed);
	if (!err)
		err = sink->ops->complete(sink, now->complete_until,
					  now->complete_utc - now->complete_until);
	return err;
}

static int handle_event(struct log_feed *feed, int event)
{
	switch (event) {
	case LOG_MERGE_RECORD:
		return pass_record(feed);
	case LOG_MERGE_META:
		return describe(feed);
	case LOG_MERGE_LOSS:
		return pass_loss(feed);
	case LOG_MERGE_COMPLETE:
		return pass_complete(feed);
	default: /* LOG_MERGE_NOTICE */
		feed->notices++;
		if (!feed->quiet)
			warn_line("%s", log_merge_now(feed->merge)->text);
		return 0;
	}
}

void log_feed_quiet(struct log_feed *feed)
{
	feed->quiet = true;
}

int log_feed_step(struct log_feed *feed, unsigned int most)
{
	while (most--) {
		int event = log_merge_next(feed->merge), err;

		if (event < 0 && feed->quiet)
			continue;
		if (event < 0)
			return fail(-event, "%s", log_merge_now(feed->merge)->text);
		if (event == LOG_MERGE_END)
			return LOG_FEED_END;
		if (event == LOG_MERGE_IDLE)
			return LOG_FEED_IDLE;
		err = handle_event(feed, event);
		if (err)
			return err == SINK_ENOUGH ? LOG_FEED_ENOUGH : err;
	}
	return LOG_FEED_MORE;
}

static int open_logs(struct log_feed *feed, const struct log_source_options *options, size_t count)
{
	struct message message;
	int err = log_merge_new(&feed->merge);

	if (err)
		return fail(-err, "cannot read a record log: %s; end other programs",
			    strerror(-err));
	for (size_t i = 0; i < count && !err; i++) {
		err = log_merge_add(feed->merge, &options[i], &message);
		if (err)
			fail(-err, "%s", message.text);
	}
	return err;
}

int log_feed_open(struct log_feed **to, const struct log_source_options *options, size_t count,
		  struct sink *sink, struct accounts *accounts)
{
	struct log_feed *feed = calloc(1, sizeof(*feed));

	*to = feed;
	if (!feed)
		return fail(ENOMEM, "cannot read a record log: out of memory; end other programs");
	feed->sink = sink;
	feed->accounts = accounts;
	return open_logs(feed, options, count);
}

int log_feed_fd(const struct log_feed *feed)
{
	return log_merge_fd(feed->merge);
}

int log_feed_wait(const struct log_feed *feed)
{
	return log_merge_wait(feed->merge);
}

bool log_feed_damaged(const struct log_feed *feed)
{
	return log_merge_damaged(feed->merge);
}

__u64 log_feed_newest(const struct log_feed *feed)
{
	return feed->newest;
}

__u64 log_feed_complete(const struct log_feed *feed)
{
	return log_merge_complete(feed->merge);
}

__u64 log_feed_notices(const struct log_feed *feed)
{
	return feed->notices;
}

__u64 log_feed_bytes(const struct log_feed *feed)
{
	return log_merge_counters(feed->merge).bytes;
}

void log_feed_close(struct log_feed *feed)
{
	if (!feed)
		return;
	log_merge_free(feed->merge);
	log_description_release(feed->described);
	free(feed);
}
