/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Record logs and streams, merged by time and handed on to a sink in steps: for whoever waits for
 * other things, too.
 */
#ifndef HDRTAP_USER_LOG_FEED_H
#define HDRTAP_USER_LOG_FEED_H

#include "log_read/log_merge.h"
#include "run/accounts.h"
#include "sink/sink.h"

enum log_feed_state {
	LOG_FEED_MORE,   /* there may be more at once */
	LOG_FEED_IDLE,   /* nothing more for now: wait for log_feed_fd(), log_feed_wait() at most */
	LOG_FEED_END,    /* of all logs */
	LOG_FEED_ENOUGH, /* the sink wants no more */
};

struct log_feed;

/*
 * Opens `count` logs. What is handed on, dropped and lost is counted in `accounts`. Returns 0 or
 * -errno (reported). To be closed in any case.
 */
int log_feed_open(struct log_feed **feed, const struct log_source_options *options, size_t count,
		  struct sink *sink, struct accounts *accounts);

/* From here on what is wrong with a log is passed over without a word: notices, and that it is over
 * before its end, which log_feed_step() does not return then. */
void log_feed_quiet(struct log_feed *feed);

/* Hands on what is there, `most` records and other events at most. Never blocks, but in the sink.
 * Returns enum log_feed_state or -errno (reported, but for the sink's -EPIPE). */
int log_feed_step(struct log_feed *feed, unsigned int most);

/* Readable when a stream has more. */
int log_feed_fd(const struct log_feed *feed);

/* Milliseconds to wait for it, -1: any time. */
int log_feed_wait(const struct log_feed *feed);

/* Whether records may be missing because something was damaged, other than a torn end. */
bool log_feed_damaged(const struct log_feed *feed);

/* UTC, ns: the latest time of a record that was handed on, 0: none yet. */
__u64 log_feed_newest(const struct log_feed *feed);

/* UTC, ns: no record to come is older, but for those flagged LATE; 0: not known. */
__u64 log_feed_complete(const struct log_feed *feed);

/* Places that were damaged, torn or missing, and passed over. */
__u64 log_feed_notices(const struct log_feed *feed);

/* Bytes read. */
__u64 log_feed_bytes(const struct log_feed *feed);

/* NULL is fine. What the sink was told to stay valid does until then. */
void log_feed_close(struct log_feed *feed);

#endif
