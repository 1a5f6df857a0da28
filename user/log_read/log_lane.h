/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One of the logs that are merged: it has one record at hand, or nothing for now, or is over. One
 * that has nothing for now may still get an older record than others have: it is known to have none
 * by what its log says of that, or by the clock, or it was waited for long enough.
 */
#ifndef HDRTAP_USER_LOG_LANE_H
#define HDRTAP_USER_LOG_LANE_H

#include "log_read/log_event.h"
#include "log_read/log_want.h"

enum lane_state {
	LANE_NEXT, /* has to be moved on */
	LANE_READY,
	LANE_IDLE,
	LANE_OVER
};

struct lane {
	struct log_reader *reader;
	struct log_want want; /* as to time */
	__u8 run_id[16];      /* of the run that `complete` is of */
	__u64 passed;         /* batches passed over that were taken into account */
	enum lane_state state;
	const struct log_batch *batch; /* NULL: none */
	__u32 next, lost;              /* of the batch: records and losses that were handed on */
	__u32 senseless;
	const struct hdrtap_record *rec; /* LANE_READY */
	__u64 time;                      /* of that, UTC */
	__u64 complete;                  /* UTC: no older record will come; 0: not known */
	__u64 complete_clock;            /* the same by the run's clock */
	bool news;                       /* of these */
	__u64 looked;                    /* UTC, LANE_IDLE: nothing had been written then */
	__u64 held;   /* CLOCK_BOOTTIME, LANE_IDLE: since when others wait for it; 0: they do not */
	bool ignored; /* waited for long enough; until it goes on */
	bool pollable; /* a stream whose descriptor tells when there is more */
};

/* The next record of the batch that makes sense. Returns whether there is one. */
static inline bool lane_next_record(struct lane *lane)
{
	while (lane->next < lane->batch->record_count) {
		lane->rec = log_reader_record(lane->reader, lane->next++);
		if (!lane->rec) {
			lane->senseless++;
			continue;
		}
		lane->time = lane->rec->time + lane->batch->utc_offset;
		if (log_want_time(&lane->want, lane->time)) {
			lane->state = LANE_READY;
			return true;
		}
	}
	return false;
}

/*
 * Moves a lane on until it has a record (LANE_READY), an event or nothing. Returns that event, which
 * `now` is about from here on, 0: the lane's state says more, or -errno. `notice` has the words of
 * some events.
 */
int lane_move_on(struct lane *lane, struct log_merge_now *now, struct message *notice);

/* What the lane has at hand becomes `now`, but for its number, the record and its place. Returns
 * `event`. */
int lane_event(const struct lane *lane, struct log_merge_now *now, int event);

/* Whether an idle lane is known to have no record that is older. */
bool lane_has_none_before(const struct lane *lane, __u64 time);

/* Whether nobody waits for an idle lane. It is looked at now and then all the same. */
bool lane_is_ignored(const struct lane *lane);

/* An idle lane holds up a record. Returns whether it has done so for too long. */
bool lane_is_overdue(struct lane *lane);

#endif
