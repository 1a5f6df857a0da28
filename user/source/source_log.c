/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "source/source_log.h"

#include <errno.h>
#include <poll.h>

#include "source/log_feed.h"

#define WAIT_MS      50
#define LOOK_RECORDS 1024 /* after so many it is looked whether a signal came */

/* Until there may be more, or a signal. */
static int wait_for_more(const struct log_feed *feed, const struct source *source)
{
	struct pollfd fds[2] = {
		{ .fd = source->signal_fd, .events = POLLIN },
		{ .fd = log_feed_fd(feed), .events = POLLIN },
	};
	int err = sink_tick(source->sink);

	if (!err)
		poll(fds, 2, WAIT_MS);
	return err;
}

/* From open logs to their end. */
static int run(struct log_feed *feed, const struct source *source)
{
	int err = source_ready(source), state = LOG_FEED_MORE;

	while (!err) {
		if (source_stopped(source) || state == LOG_FEED_ENOUGH)
			return 0;
		if (state == LOG_FEED_END)
			return log_feed_damaged(feed) ? -EBADMSG : 0;
		err = state == LOG_FEED_IDLE ? wait_for_more(feed, source) : 0;
		if (!err)
			state = log_feed_step(feed, LOOK_RECORDS);
		if (!err && state < 0)
			err = state;
	}
	return err;
}

int log_source_run(const struct log_source_options *options, size_t count, struct source *source)
{
	struct log_feed *feed;
	int err = log_feed_open(&feed, options, count, source->sink, source->accounts);

	if (!err)
		err = run(feed, source);
	log_feed_close(feed);
	return err;
}
