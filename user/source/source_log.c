/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The record log as a source. Each record is looked at once, where it was decompressed to. The
 * kernel's accounts were closed when the log was written; here only what is handed on is counted,
 * and what the log says was lost.
 */
#include "source/source_log.h"

#include <poll.h>

#include "base/error.h"

#define WAIT_MS 50

/* Returns 0, SINK_ENOUGH or the sink's error. */
static int pass_record(struct source *source, const struct hdrtap_record *rec, __s64 utc_offset)
{
	int err = source->sink->ops->write(source->sink, rec, utc_offset);

	source->accounts->user[err < 0 ? HDRTAP_USER_DROPPED : HDRTAP_USER_WRITTEN]++;
	return err;
}

static int pass_losses(struct source *source, const struct log_batch *batch)
{
	const struct sink_ops *ops = source->sink->ops;
	__u32 i;
	int err = 0;

	for (i = 0; !err && i < batch->loss_count; i++) {
		struct log_loss loss = log_decode_loss(batch, i);

		source->accounts->user[HDRTAP_USER_LOST_REPORTED] += loss.count;
		if (ops->lost)
			err = ops->lost(source->sink, loss.cpu, loss.count);
	}
	return err;
}

static int pass_batch(struct source *source, struct log_reader *reader)
{
	const struct log_batch *batch = log_reader_batch(reader);
	const struct sink_ops *ops = source->sink->ops;
	__u32 i, senseless = 0;
	int err = pass_losses(source, batch);

	for (i = 0; !err && i < batch->record_count; i++) {
		const struct hdrtap_record *rec = log_reader_record(reader, i);

		if (rec)
			err = pass_record(source, rec, batch->utc_offset);
		else
			senseless++;
	}
	if (senseless)
		warn_line("%u records contradict themselves and were passed over", senseless);
	if (!err && batch->complete_until && ops->complete)
		err = ops->complete(source->sink, batch->complete_until, batch->utc_offset);
	return err;
}

/* Until there may be more, or a signal. */
static int wait_for_more(struct source *source, const struct log_reader *reader)
{
	struct pollfd fds[2] = {
		{ .fd = source->signal_fd, .events = POLLIN },
		{ .fd = log_reader_fd(reader), .events = POLLIN },
	};
	const struct sink_ops *ops = source->sink->ops;
	int err = ops->tick ? ops->tick(source->sink) : 0;

	if (!err)
		poll(fds, 2, WAIT_MS);
	return err;
}

static int handle_event(struct source *source, struct log_reader *reader, int event)
{
	switch (event) {
	case LOG_EVENT_META:
		return source->sink->ops->describe(source->sink, log_reader_meta(reader));
	case LOG_EVENT_BATCH:
		return pass_batch(source, reader);
	default:
		return wait_for_more(source, reader);
	}
}

int log_source_run(const struct log_source_options *options, struct source *source)
{
	struct log_reader *reader;
	int err = log_reader_open(&reader, options), event;

	if (err)
		return err;
	err = source_ready(source);
	while (!err && !source_stopped(source)) {
		event = log_reader_next(reader);
		if (event == LOG_EVENT_END)
			break;
		err = event < 0 ? event : handle_event(source, reader, event);
	}
	log_reader_close(reader);
	return err == SINK_ENOUGH ? 0 : err;
}
