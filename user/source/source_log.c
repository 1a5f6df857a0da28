/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Record logs as a source. Each record is looked at once, where it was decompressed to. The
 * kernel's accounts were closed when the log was written; here only what is handed on is counted,
 * and what the log says was lost.
 */
#include "source/source_log.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/error.h"
#include "log_read/log_merge.h"

#define WAIT_MS      50
#define LOOK_RECORDS 1024 /* after so many it is looked whether a signal came */

struct log_source {
	struct source *source;
	struct log_merge *merge;
	struct log_description *described; /* what the sink knows; NULL: nothing yet */
};

/* Returns 0 or the sink's error. */
static int describe(struct log_source *log)
{
	struct log_description *description = log_merge_now(log->merge)->description;

	log_description_release(log->described);
	log->described = log_description_hold(description);
	return log->source->sink->ops->describe(log->source->sink, &description->meta);
}

/* Returns 0, SINK_ENOUGH or the sink's error. */
static int pass_record(struct log_source *log)
{
	const struct log_merge_now *now = log_merge_now(log->merge);
	struct source *source = log->source;
	int err = now->description == log->described ? 0 : describe(log);

	if (err)
		return err;
	err = source->sink->ops->write(source->sink, now->rec, now->batch->utc_offset,
				       log_decode_interface(now->batch, now->rec->ifindex));
	source->accounts->user[err < 0 ? HDRTAP_USER_DROPPED : HDRTAP_USER_WRITTEN]++;
	return err;
}

static int pass_loss(struct log_source *log)
{
	const struct log_loss *loss = &log_merge_now(log->merge)->loss;
	struct sink *sink = log->source->sink;

	log->source->accounts->user[HDRTAP_USER_LOST_REPORTED] += loss->count;
	return sink_lost(sink, loss->cpu, loss->count);
}

static int pass_complete(struct log_source *log)
{
	const struct log_merge_now *now = log_merge_now(log->merge);
	struct sink *sink = log->source->sink;
	int err = 0;

	if (!sink->ops->complete)
		return 0;
	if (now->description != log->described)
		err = describe(log);
	if (!err)
		err = sink->ops->complete(sink, now->complete_until,
					  now->complete_utc - now->complete_until);
	return err;
}

/* Until there may be more, or a signal. */
static int wait_for_more(struct log_source *log)
{
	struct pollfd fds[2] = {
		{ .fd = log->source->signal_fd, .events = POLLIN },
		{ .fd = log_merge_fd(log->merge), .events = POLLIN },
	};
	int err = sink_tick(log->source->sink);

	if (!err)
		poll(fds, 2, WAIT_MS);
	return err;
}

static int handle_event(struct log_source *log, int event)
{
	switch (event) {
	case LOG_MERGE_RECORD:
		return pass_record(log);
	case LOG_MERGE_META:
		return describe(log);
	case LOG_MERGE_LOSS:
		return pass_loss(log);
	case LOG_MERGE_COMPLETE:
		return pass_complete(log);
	case LOG_MERGE_NOTICE:
		warn_line("%s", log_merge_now(log->merge)->text);
		return 0;
	default:
		return wait_for_more(log);
	}
}

static int open_logs(struct log_source *log, const struct log_source_options *options, size_t count)
{
	struct message message;
	int err = log_merge_new(&log->merge);

	if (err)
		return fail(-err, "cannot read a record log: %s; end other programs",
			    strerror(-err));
	for (size_t i = 0; i < count && !err; i++) {
		err = log_merge_add(log->merge, &options[i], &message);
		if (err)
			fail(-err, "%s", message.text);
	}
	return err;
}

/* From open logs to their end. */
static int run(struct log_source *log)
{
	int err = source_ready(log->source), event = LOG_MERGE_META;
	unsigned int passed = 0;

	while (!err) {
		if ((event != LOG_MERGE_RECORD || passed++ % LOOK_RECORDS == 0) &&
		    source_stopped(log->source))
			return 0;
		event = log_merge_next(log->merge);
		if (event == LOG_MERGE_END)
			return log_merge_damaged(log->merge) ? -EBADMSG : 0;
		err = event < 0 ? fail(-event, "%s", log_merge_now(log->merge)->text)
				: handle_event(log, event);
	}
	return err == SINK_ENOUGH ? 0 : err;
}

int log_source_run(const struct log_source_options *options, size_t count, struct source *source)
{
	struct log_source log = { .source = source };
	int err = open_logs(&log, options, count);

	if (!err)
		err = run(&log);
	log_merge_free(log.merge);
	log_description_release(log.described);
	return err;
}
