/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How transactions end: what is held is handed on and freed.
 */
#ifndef HDRTAP_USER_TRANSACTION_END_H
#define HDRTAP_USER_TRANSACTION_END_H

#include "sink/sink.h"
#include "transaction/transaction_runs.h"

/* The sink. */
struct join {
	struct sink sink;
	struct transaction_taker *taker;
	struct transaction_options options;
	struct held_table table;
	struct transaction_runs runs;
	struct transaction_run *current; /* of the records that come; NULL: none yet */
	struct transaction_run *told;    /* that the taker was told last; NULL: none yet */
	__u64 utc;                       /* of the newest record of all runs that is not LATE */
	__u64 no_room;                   /* requests that ended because of that */
	__u64 failed;                    /* records that were held and could not be handed on */
};

/* Says that there is no memory; returns -ENOMEM. */
int join_out_of_memory(void);

/* Says that what the taker gets next is of that run, if it does not know. Returns what it did, or
 * 0. */
int join_tell(struct join *j, struct transaction_run *run);

/* Hands on what is not held. */
int join_hand_on(struct join *j, struct transaction_run *run,
		 const struct transaction *transaction);

/*
 * All of these return 0, SINK_ENOUGH, or the taker's -errno. What had to end has ended then, also
 * where not all of it was taken, but for what was behind the first failure.
 */

/* Hands on a head that was held, alone or with the other half that came now, and frees it. */
int join_finish(struct join *j, struct transaction_run *run, struct held *held,
		struct transaction transaction);

/* A held head ends without its other half; a request for that reason. */
int join_finish_alone(struct join *j, struct transaction_run *run, struct held *held,
		      enum transaction_end end);

/* What waits for longer than the timeout at `now`, by the run's clock. */
int join_expire_run(struct join *j, struct transaction_run *run, __u64 now);

/* What waits in other runs, of which no records may come any more, by the time of all. */
int join_expire_others(struct join *j);

/* Makes room for so many bytes. */
int join_make_room(struct join *j, size_t size);

/* All that a run holds, and all that is held, whatever fails. */
int join_end_run(struct join *j, struct transaction_run *run, enum transaction_end end);
int join_end_all(struct join *j);

#endif
