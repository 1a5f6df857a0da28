/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Calls per key in a window that moves on slice by slice. A slice that is complete is read from a
 * usage table (or, where there is one key, from a few counters), added to the rows of the window,
 * and remembered, so that it can be taken from them when the window has passed it: moving on costs
 * as much as there was in two slices, however long the window is.
 *
 * Rows, and what is remembered of slices, have a budget. Of a slice, the keys with the most events
 * come first; one that finds no room may have missed as many events as the largest of those, and
 * what all slices of a window may have missed of a key is `missed`. With room for m new rows in
 * each slice, that is at most 1/m of the events in the window (as in usage_table.h, whose own bound
 * is added); so when calls and missed together are compared with a limit of at least 2/m of them,
 * every key above the limit is found, and none below half of it.
 */
#ifndef HDRTAP_ALERT_TALLY_H
#define HDRTAP_ALERT_TALLY_H

#include "usage/usage_table.h"
#include "usage/usage_window.h"

#define TALLY_LAG 3000000000ULL /* ns that complete() may be behind the events */

struct tally_options {
	__u64 every;  /* a slice, ns */
	__u64 window; /* ns, a multiple of it */
	__u32 key_max;
	bool ends;      /* counts ends of calls, and of these those of the class 5xx as hits */
	bool quantiles; /* of the latencies of hits; with `ends` */
	bool single;    /* there is one key: counted without a table */
	size_t memory;  /* bytes */
};

struct tally_row {
	__u8 *key; /* owned */
	__u32 size;
	__u32 next;    /* of the same bucket */
	__u64 calls;   /* in the window; with `ends`, those that ended */
	__u64 hits;    /* of these */
	__s64 missed;  /* to be added to tally_missed(): so many more there may have been */
	__u64 most;    /* calls that there were in a window, since there were any */
	__u32 touched; /* number of the move that changed it last */
	bool used;
};

struct tally;

/* NULL: out of memory (not reported). */
struct tally *tally_new(const struct tally_options *options);
void tally_free(struct tally *tally);

/* The largest share of a window's calls that may be missed of a key, as 1 in so many; 0: there is
 * no room for a single row. */
__u64 tally_rows(const struct tally_options *options);

/* Counts an event: as the table has it. */
void tally_add(struct tally *tally, const void *key, size_t size, const struct usage_event *event);

/* As usage_table_complete(). */
void tally_complete(struct tally *tally, __u64 until);

/* Moves the window on: its last slice is the one that ends at `until`, a multiple of `every`, one
 * further than before (or the first). Returns 0 or -ENOMEM (not reported). */
int tally_move(struct tally *tally, __u64 until);

/* The rows that the last move changed, among them those that have no calls any more and are
 * forgotten with the next one. Valid until the next move. NULL: there are no more. */
const struct tally_row *tally_touched(const struct tally *tally, size_t i);

/* All rows, in no order that means anything, but the same for the same events. NULL as above. */
const struct tally_row *tally_row(const struct tally *tally, size_t i);

/* The row of a key; NULL: none. */
const struct tally_row *tally_find(const struct tally *tally, const void *key, size_t size);

/* Events of all keys in the window. */
__u64 tally_calls(const struct tally *tally);

/* A key without a row has at most so many events. */
__u64 tally_missed(const struct tally *tally);

/* The latency that a share (millionths) of a key's calls in the window is not above; 0: that of a
 * call that is no hit. */
__u64 tally_latency(struct tally *tally, const void *key, size_t size, __u32 share);

/* Forgets all, as when it was made: the clock was set back. */
void tally_reset(struct tally *tally);

#endif
