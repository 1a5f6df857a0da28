/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Tables as they are read: the slices of a window, or the total, as rows.
 */
#ifndef HDRTAP_USER_USAGE_WINDOW_H
#define HDRTAP_USER_USAGE_WINDOW_H

#include "usage/usage_quantiles.h"
#include "usage/usage_table.h"

/* A key with what is known of it. */
struct usage_row {
	const void *key; /* `size` bytes */
	__u32 size;
	__u32 hash; /* usage_summary_hash() */
	__u32 link; /* the first one of this row, for quantiles */
	struct usage_counts counts;
	__u64 missed;   /* at most so many more events of this key are in `other` */
	__u64 unplaced; /* latencies that found no room: counted, but not in the quantiles */
};

struct usage_link; /* what a row is made of, slice by slice */

/* What was read. All zero: nothing yet. It may be read into again, and uses its memory again. */
struct usage_window {
	__u64 from, until; /* UTC, ns, whole slices; of the total both are 0 */
	__u64 known;       /* usage_table_complete(): behind that, more may still come */
	bool whole; /* all its slices were there; otherwise `from` is before the first record, or so
		       far back that it is forgotten */
	__u32 count;                    /* of rows */
	struct usage_row *rows;         /* in the order in which they came */
	struct usage_counts other, all; /* all: the rows and `other` */
	__u64 missed;                   /* a key without a row has at most so many events */
	__u64 lost;                     /* records that are missing */
	__u64 late; /* events that came when it had been said that no more come of their time */

	__u32 room, links, link_room, places;
	struct usage_link *link; /* owned, as are the rows */
	__u32 *place;            /* owned: rows by their keys' hashes, + 1 */
	const struct usage_table *table;
};

/*
 * Reads the window of `length` ns (rounded up to slices; at most what the table keeps) that ends
 * with the last slice that ends at or before `until`. Rows whose calls and `missed` together are
 * below `least` are left to `other`; 0: all rows. Everything is valid until something is added to
 * the table or time moves on. Returns 0 or -ENOMEM (not reported; then it is empty).
 */
int usage_window_read(struct usage_window *window, const struct usage_table *table, __u64 until,
		      __u64 length, __u64 least);

/* The total, likewise. */
int usage_total_read(struct usage_window *window, const struct usage_table *table);

/* The row of that key; NULL: it has none. */
const struct usage_row *usage_window_find(const struct usage_window *window, const void *key,
					  size_t size);

/* Puts latencies in place of what `sum` had: those of a row; of everything. */
void usage_window_quantiles(const struct usage_window *window, const struct usage_row *row,
			    struct quantiles_sum *sum);
void usage_window_quantiles_all(const struct usage_window *window, struct quantiles_sum *sum);

/* It is all zero then. */
void usage_window_free(struct usage_window *window);

#endif
