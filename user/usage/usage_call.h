/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Calls: what is counted. A call is known from its request on, and ends with the response, or
 * without one. Both are events of their own: a client that asks too often is seen when it asks, not
 * when it is answered, and what never ends holds nothing back.
 *
 *	records ─► usage_sink ─► request(), end(), lost(), complete() of a usage_taker
 *
 * Requests are joined with responses by transaction_sink.h; this is all that goes beyond it:
 *
 *	request  at the request's time
 *	end      answered: at the response's time. Not answered for the timeout: at the request's
 *	         time + timeout. Otherwise not to be answered any more: at the time of the record
 *	         that told
 *
 * A response whose request has no record is a call that becomes known when it ends. One that refers
 * to a request which is not there (lost, excluded by a predicate, timed out, before --since) is an
 * end alone: calls are not counted twice. Interim responses are neither.
 */
#ifndef HDRTAP_USER_USAGE_CALL_H
#define HDRTAP_USER_USAGE_CALL_H

#include "api/api_names.h"
#include "transaction/transaction.h"
#include "usage/usage_counts.h"

/* One event of a call. All of it belongs to the sink, until the verb returns. */
struct usage_call {
	struct usage_event event;                /* for tables; of request(): `call` alone */
	enum transaction_end end;                /* of end() */
	const struct transaction_head *request;  /* NULL: it has no record here */
	const struct transaction_head *response; /* NULL: none, or not yet; never an interim one */
	const struct run_meta *meta;             /* of its run */
	const struct api_names *names;
	__u8 host; /* slot of "host" in this run */

	/* What the functions below found; until then NULL, and `found` is not set. */
	const struct view *view;
	const struct api_name *api;
	struct {
		struct view view;
		struct api_name api;
	} found;
};

/* The request as a view; NULL: there is no request. */
const struct view *usage_call_view(struct usage_call *call);

/* What the call is called; NULL: there is no request. */
const struct api_name *usage_call_api(struct usage_call *call);

struct usage_taker;

/* Returns as a sink's verbs do (sink.h), errors reported. */
struct usage_ops {
	/* A call begins to be known; its end follows. NULL: not interested. */
	int (*request)(struct usage_taker *taker, struct usage_call *call);
	/* A call ended. NULL: likewise. */
	int (*end)(struct usage_taker *taker, struct usage_call *call);
	/* So many records were lost at about that time (UTC, ns). NULL: likewise. */
	int (*lost)(struct usage_taker *taker, __u64 time, __u64 count);
	/* No event to come is older (UTC, ns), but for those of records that are LATE. Of several
	 * runs, that of the slowest, unless it fell back by more than USAGE_RUN_PATIENCE. Less than
	 * before: the clock was set back (usage_table_complete()). NULL: likewise. */
	int (*complete)(struct usage_taker *taker, __u64 until);
	/* As a sink's; NULL: nothing to do. */
	int (*tick)(struct usage_taker *taker);
	/* All calls have ended. Writes out what there is, closes and frees, also when it fails. */
	int (*close)(struct usage_taker *taker);
};

struct usage_taker {
	const struct usage_ops *ops;
};

#endif
