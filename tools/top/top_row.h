/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is shown: rows of one window, counted by whoever knows how (top_count.h).
 */
#ifndef HDRTAP_TOP_ROW_H
#define HDRTAP_TOP_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "top_spark.h"

enum top_row_kind {
	TOP_ROW_KEY,
	TOP_ROW_OTHER, /* all keys that have no row, so that sums close */
};

struct top_row {
	enum top_row_kind kind;
	char *key; /* bytes of a name that is shown, possibly hostile; owned by the table */
	size_t key_size;
	void *id; /* the key as it is counted, for drilling down; owned by the table */
	size_t id_size;
	__u64 requests;    /* that began in the window */
	__u64 ended;       /* that ended in it, answered or not, whenever they began; of these: */
	__u64 errors;      /* status 500 and above */
	__u64 refused;     /* status 400 to 499 */
	__u64 unanswered;  /* no response */
	__u64 timed;       /* have a latency */
	__u64 missed;      /* at most so many more of this key are in TOP_ROW_OTHER */
	__u64 quantile[3]; /* ns: p50, p90, p99; meaningless when none is timed */
	__u32 trend[TOP_SPARK_SLICES]; /* requests per second, of the last minute, oldest first */
};

struct top_table {
	struct top_row *row; /* owned */
	size_t count, room;
	struct top_row sum; /* all rows together, no key */
	__u64 end;          /* UTC ns: behind the window's last moment; 0: nothing is known yet */
	__u64 span;         /* ns that the window has, or has had so far */
	__u64 lost, lost_ever; /* records: in the window, and since the start */
	__u64 hole;            /* bit n: slice n of the trends is marked */
	bool exact;            /* every key has its row, and nothing of it is missing there */
	__u64 excluded; /* that the predicate and the levels before left out, since it is counted */
};

/* Forgets all rows, and frees them. */
void top_table_clear(struct top_table *table);
void top_table_free(struct top_table *table);

/* A new row at the end, all zero but for copies of key and id; NULL: out of memory. */
struct top_row *top_table_add(struct top_table *table, const void *key, size_t key_size,
			      const void *id, size_t id_size);

#endif
