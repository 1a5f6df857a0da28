/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Several record logs as one, in the order of UTC time. What hdrtap -r and libhdrtap read with;
 * prints nothing.
 */
#ifndef HDRTAP_USER_LOG_MERGE_H
#define HDRTAP_USER_LOG_MERGE_H

#include "log_read/log_reader.h"

enum log_merge_event {
	LOG_MERGE_END,
	LOG_MERGE_RECORD,
	LOG_MERGE_LOSS,
	LOG_MERGE_META,     /* of `source`: before its first record, and when its records mean
			       something else from here on */
	LOG_MERGE_IDLE,     /* nothing more for now: wait for log_merge_fd(), log_merge_wait() at
			       most */
	LOG_MERGE_NOTICE,   /* something is damaged, torn or missing, and was passed over */
	LOG_MERGE_COMPLETE, /* `complete_until` has advanced */
};

struct log_merge;

/* What the last event is about; valid until the next call. */
struct log_merge_now {
	unsigned int source;                 /* number of the log, in the order they were added */
	struct log_description *description; /* of that log; held by it. NULL: none yet */
	const struct hdrtap_record *rec;     /* LOG_MERGE_RECORD: as large as ours are */
	const struct log_batch *batch;       /* that it is in */
	__u32 at;             /* LOG_MERGE_RECORD: number of the record in the batch */
	__u64 complete_until; /* by the clock of that log's run: no record to come is older, but
				 for those flagged LATE; 0: not known */
	__u64 complete_utc;   /* the same in UTC */
	struct log_loss loss; /* LOG_MERGE_LOSS */
	const char *text;     /* LOG_MERGE_NOTICE, and after -errno */
};

/* Returns 0 or -errno. */
int log_merge_new(struct log_merge **merge);
void log_merge_free(struct log_merge *merge);

/* Returns 0, or -errno with a message. `options` is copied. */
int log_merge_add(struct log_merge *merge, const struct log_source_options *options,
		  struct message *message);

/*
 * Returns enum log_merge_event or -errno: that log is over, the others can be read on. Never
 * blocks.
 */
int log_merge_next(struct log_merge *merge);
const struct log_merge_now *log_merge_now(const struct log_merge *merge);

/* Whether records may be missing because something was damaged, other than a torn end. */
bool log_merge_damaged(const struct log_merge *merge);

/* Readable when a stream has more. */
int log_merge_fd(const struct log_merge *merge);

/* Milliseconds to wait for it, -1: any time. */
int log_merge_wait(const struct log_merge *merge);

/* UTC: no record to come from any of the logs is older, but for those flagged LATE; 0: not known.
 */
__u64 log_merge_complete(const struct log_merge *merge);

/* What all logs together took. */
struct log_read_counters log_merge_counters(const struct log_merge *merge);

#endif
