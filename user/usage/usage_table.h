/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counts per key, in slices of the records' time and since the start, in bounded memory.
 *
 * Every slice, and the total, is a summary by the algorithm Space-Saving (Metwally, Agrawal, El
 * Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams, ICDT 2005): when
 * there is no room for a new key's row, the row with the fewest events makes room, and the new one
 * may have missed as many events as that one had. What was counted of it goes to `other`, so that
 * the rows and `other` are always everything. Bounds, with W events and room for m rows in a slice:
 *
 *	a key with more than W / m events has a row
 *	a row has counted what happened since it came, and missed at most `missed` <= W / m
 *
 * They add up over the slices of a window: W is the window's then. So when row.calls + row.missed
 * is compared with a limit of at least 2 W / m, every key above the limit is found, and none below
 * half of it (usage_table_limit()). An event is a call; and, where ends are counted, the end of one
 * whose key has no row.
 *
 * Same records, same numbers: nothing here depends on a clock, or on the seed of the hash.
 */
#ifndef HDRTAP_USER_USAGE_TABLE_H
#define HDRTAP_USER_USAGE_TABLE_H

#include "usage/usage_quantiles.h"

#define USAGE_MEMORY_DEFAULT (64 << 20) /* bytes, of all tables of a program together */
#define USAGE_KEY_MAX        1024       /* bytes */
#define USAGE_SLICES_MAX     4096
/* Slices kept beside those of the longest window: time is known that much later than records come.
 */
#define USAGE_SPARE      2
#define USAGE_NO_LATENCY (~0ULL)

struct usage_table_options {
	size_t memory; /* bytes, what is read from it apart */
	__u64 slice;   /* ns */
	__u32 slices;  /* of the longest window that will be read, 0: none */
	bool total;    /* counts since the start, too */
	bool keep; /* rows of the total never leave: whoever finds no room is `other` for good */
	bool ends; /* status and so on are counted, and latency's sum */
	bool quantiles; /* of latency (with `ends`); takes half of the memory */
	__u32 key_max;  /* bytes of the longest key (usage_key_max()) */
	__u32 rows; /* at most, of each summary; 0: as many as keys of that length have room. With
		       more, short keys make use of the memory that long ones would need */
};

/* Classes of how a call ended. */
enum usage_class {
	USAGE_UNANSWERED, /* no response */
	USAGE_1XX,        /* only 101 */
	USAGE_2XX,
	USAGE_3XX,
	USAGE_4XX,
	USAGE_5XX,    /* error */
	USAGE_BEYOND, /* other status */
	USAGE_CLASSES
};

/* What happened. */
struct usage_event {
	__u64 time;    /* UTC, ns */
	__u64 latency; /* ns; USAGE_NO_LATENCY */
	bool call;     /* a call begins to be known */
	bool end;      /* it ended; both, when only then it became known */
	__u16 status;  /* with `end`; 0: no response */
};

/* Numbers of a key, of `other`, or of all. */
struct usage_counts {
	__u64 calls;
	__u64 ended; /* the sum of classes. Of a window it is of those that ended in it, whenever
			they began */
	__u64 class[USAGE_CLASSES];
	__u64 latencies;   /* how many had one */
	__u64 latency_sum; /* ns */
};

struct usage_table;

/* How many rows each summary will have at least, however long keys are (m above); 0: there is not
 * enough memory for a single one. */
__u32 usage_table_rows(const struct usage_table_options *options);

/* NULL: out of memory (not reported), or no room for a row. */
struct usage_table *usage_table_new(const struct usage_table_options *options);
void usage_table_free(struct usage_table *table);

/* Counts. `key` is copied; `size` is at most key_max. Time moves on by it. What is older than all
 * slices is only in the total, and `late`. */
void usage_table_add(struct usage_table *table, const void *key, size_t size,
		     const struct usage_event *event);

/* So many records are missing, that would have come at about that time. */
void usage_table_lost(struct usage_table *table, __u64 time, __u64 count);

/* No event to come is older, but for late ones: time moves on to there. */
void usage_table_complete(struct usage_table *table, __u64 until);

/* What was said last; 0: nothing yet. */
__u64 usage_table_known(const struct usage_table *table);

/* Bytes in use. */
size_t usage_table_memory(const struct usage_table *table);

/* --- reading --- */

/* A key with what is known of it. */
struct usage_row {
	const void *key; /* until something is added to the table */
	__u32 size;      /* of it */
	__u32 first;     /* for usage_read.h's own use */
	struct usage_counts counts;
	__u64 missed;   /* at most so many more calls (or ends) of this key are in `other` */
	__u64 unplaced; /* latencies that found no room: not in the quantiles of this row */
};

/* What was read. All zero: nothing yet; memory is used again by the next one that is read. */
struct usage_window {
	__u64 from, until;      /* UTC, ns: slices as a whole. 0, 0: the total */
	__u64 known;            /* usage_table_known(), UTC: behind it more may come */
	bool whole;             /* slices from the beginning of it were still there */
	__u32 count;            /* of rows */
	struct usage_row *rows; /* in the order in which they came */
	struct usage_counts other, all;
	__u64 missed;              /* a key without a row has at most so many calls */
	__u64 lost;                /* records */
	__u64 late;                /* events that came when their slice was said to be complete */
	struct usage_parts *parts; /* inner workings, owned */
};

/*
 * Reads the window of `length` ns (rounded up to slices) that ends with the last slice that ends at
 * or before `until`. Rows are valid until something is added to the table, or time moves on.
 * Returns 0 or -ENOMEM (not reported).
 */
int usage_window_read(struct usage_window *window, const struct usage_table *table, __u64 until,
		      __u64 length);

/* The total. */
int usage_total_read(struct usage_window *window, const struct usage_table *table);

/* Puts the latencies of a row (of `other`, of all) in place of what `sum` had. */
void usage_window_quantiles(const struct usage_window *window, const struct usage_row *row,
			    struct quantiles_sum *sum);
void usage_window_quantiles_other(const struct usage_window *window, struct quantiles_sum *sum);
void usage_window_quantiles_all(const struct usage_window *window, struct quantiles_sum *sum);

/* The row of that key; NULL: it has none. */
const struct usage_row *usage_window_find(const struct usage_window *window, const void *key,
					  size_t size);

void usage_window_free(struct usage_window *window);

/*
 * The smallest limit in calls that holds what is said above for a window with so many calls: every
 * key above it has row.calls + row.missed above it, and no key below half of it has. Calls over
 * this is the largest number of which one can say "1 in so many".
 */
__u64 usage_table_limit(const struct usage_table *table, __u64 calls);

#endif
