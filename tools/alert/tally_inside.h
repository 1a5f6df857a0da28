/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Inside of tally*.c.
 */
#ifndef HDRTAP_ALERT_TALLY_INSIDE_H
#define HDRTAP_ALERT_TALLY_INSIDE_H

#include "tally.h"

#define TALLY_NONE (~0U) /* no row */

/* A slice of a single key, whose events come. */
struct open_slice {
	__u64 from; /* UTC, ns */
	__u64 calls, hits;
};

/* What a slice had of a row. */
struct part {
	__u32 row;
	__u32 calls, hits;
	__s32 missed;
};

struct slice {
	struct part *part; /* owned */
	__u32 count;
	__u64 calls, missed;
};

struct tally {
	struct tally_options options;
	struct usage_table *table; /* NULL: single */
	struct open_slice *open;   /* ring of a single key's slices; NULL: it is not */
	struct open_slice *last;   /* that the last event was in */
	__u32 opens;
	struct usage_table *slow;   /* latencies of hits; NULL: not wanted */
	struct usage_window window; /* the slice that was read last, or the window for latencies */
	struct slice *slice;        /* ring of the window's */
	__u32 slices, at;           /* its size; where the next one goes */
	__u64 until, calls, missed;
	struct tally_row *row;
	__u32 rows, room, free; /* used or not; first one of those not used */
	__u32 *bucket, buckets; /* a power of two */
	__u32 *touched, touched_count, touched_room;
	__u32 moves;
	__u64 rows_new;   /* in a slice, at most */
	__u64 parts_most; /* of a slice */
	__u32 *order, order_room;
};

/* Slices of the window, and those that events may come for. */
__u32 tally_slices(const struct tally_options *options);
__u32 tally_open_slices(const struct tally_options *options);

/* Of a slice: rows that it may add, and parts that it may have. */
__u64 tally_rows_new(const struct tally_options *options);
__u64 tally_parts_most(const struct tally_options *options);

/* The tables of counts and of hits' latencies. */
struct usage_table_options tally_table_options(const struct tally_options *options);
struct usage_table_options tally_slow_options(const struct tally_options *options);

/* Where the row of a key is; TALLY_NONE: there is none. */
__u32 tally_row_find(const struct tally *t, const void *key, size_t size);

/* Adds one. TALLY_NONE: there is no memory. */
__u32 tally_row_add(struct tally *t, const void *key, size_t size);
void tally_row_drop(struct tally *t, __u32 at);

/* It changes with this move. Returns 0 or -ENOMEM. */
int tally_row_touch(struct tally *t, __u32 at);

/* Room for more rows. Returns 0 or -ENOMEM. */
int tally_rows_grow(struct tally *t);

#endif
