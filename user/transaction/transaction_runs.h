/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The runs whose heads are held: what each means, how far its time is known, and its heads.
 */
#ifndef HDRTAP_USER_TRANSACTION_RUNS_H
#define HDRTAP_USER_TRANSACTION_RUNS_H

#include "transaction/transaction_held.h"

struct transaction_run {
	struct held_list held;
	__u64 newest;        /* ns by its clock: of its records that are not LATE */
	__u64 complete;      /* ns: what complete() said last */
	__u64 told_complete; /* ns: what the taker was told of that */
	struct run_meta meta;
};

struct transaction_runs {
	struct transaction_run *run[TRANSACTION_RUNS_MAX]; /* owned, in the order they came */
	unsigned int count;
};

/* The run of that description, NULL: it is none of these. */
struct transaction_run *transaction_runs_find(const struct transaction_runs *runs,
					      const struct run_meta *meta);

/* Adds one, with a copy of `meta`; there must be room. NULL: out of memory (not reported). */
struct transaction_run *transaction_runs_add(struct transaction_runs *runs,
					     const struct run_meta *meta);

/* Forgets those of which nothing is held, but for these two (either may be NULL). */
void transaction_runs_forget(struct transaction_runs *runs, const struct transaction_run *one,
			     const struct transaction_run *other);

/* The run whose first head has waited longest, but for `except` (may be NULL); NULL: none holds
 * any. */
struct transaction_run *transaction_runs_oldest(const struct transaction_runs *runs,
						const struct transaction_run *except);

/* Frees all, of which nothing may be held. */
void transaction_runs_free(struct transaction_runs *runs);

#endif
