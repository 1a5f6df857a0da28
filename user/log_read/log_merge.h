/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Several record logs as one, in the order of UTC time. What hdrtap -r and libhdrtap read with;
 * prints nothing.
 */
#ifndef HDRTAP_USER_LOG_MERGE_H
#define HDRTAP_USER_LOG_MERGE_H

#include "log_read/log_event.h"

struct log_merge;

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
