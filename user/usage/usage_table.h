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
 * half of it (usage_table_limit(); what was really missed at most is in usage_window.h). An event
 * is a call; and, where ends are counted, the end of one whose key has no row.
 *
 * Same records, same numbers: nothing here depends on a clock, or on the seed of the hash.
 */
#ifndef HDRTAP_USER_USAGE_TABLE_H
#define HDRTAP_USER_USAGE_TABLE_H

#include "usage/usage_counts.h"

#define USAGE_MEMORY_DEFAULT (64 << 20) /* bytes, of all tables of a program together */
#define USAGE_KEY_MAX        1024       /* bytes */
#define USAGE_SLICES_MAX     4096
/* Slices kept beside those of the longest window: time is known that much later than records come.
 */
#define USAGE_SPARE 2

struct usage_table_options {
	size_t memory; /* bytes, what is read from it apart */
	__u64 slice;   /* ns */
	__u32 slices;  /* of the longest window that will be read, 0: none */
	bool total;    /* counts since the start, too */
	bool keep; /* rows of the total never leave: whoever finds no room is `other` for good */
	bool ends; /* status and so on are counted, and latency's sum */
	bool quantiles; /* of latency (with `ends`); takes half of the memory */
	__u32 key_max;  /* bytes of the longest key (usage_key_max()) */
	/* At most, of each summary; 0: as many as keys of that length have room (m above). Where
	 * keys are mostly short, more make use of the memory that long ones would need; if all are
	 * long after all, at least half as many have room. */
	__u32 rows;
};

struct usage_table;

/* How many rows each summary will have at least, however long keys are (m above); 0: there is not
 * enough memory for a single one. */
__u32 usage_table_rows(const struct usage_table_options *options);

/*
 * The smallest limit of a window with so many calls for which the bounds above hold: a rule below
 * it would report keys that it should not. `calls` over that is 1 in usage_table_rows() / 2.
 */
__u64 usage_table_limit(const struct usage_table_options *options, __u64 calls);

/* NULL: out of memory (not reported), or no room for a row. */
struct usage_table *usage_table_new(const struct usage_table_options *options);
void usage_table_free(struct usage_table *table);

/* Whether it counts such an event at all: ends alone are nothing to a table that counts no ends. */
bool usage_table_counts(const struct usage_table *table, const struct usage_event *event);

/* Counts. `key` is copied; `size` is at most key_max. Time moves on by it. What is older than all
 * slices is only in the total, and `late`. */
void usage_table_add(struct usage_table *table, const void *key, size_t size,
		     const struct usage_event *event);

/* So many records are missing, that would have come at about that time. */
void usage_table_lost(struct usage_table *table, __u64 time, __u64 count);

/* No event to come is older, but for late ones: time moves on to there. Less than before: the
 * clock was set back, and slices behind that are forgotten. */
void usage_table_complete(struct usage_table *table, __u64 until);

/* Bytes in use. */
size_t usage_table_memory(const struct usage_table *table);

#endif
