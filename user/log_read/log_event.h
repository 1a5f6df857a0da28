/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What comes next in record logs that are merged.
 */
#ifndef HDRTAP_USER_LOG_EVENT_H
#define HDRTAP_USER_LOG_EVENT_H

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

#endif
