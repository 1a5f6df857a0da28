/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counters per set of label values, since the start.
 *
 * A counter that went away and came back would tell its readers of calls that never were, so a set
 * that is there stays. There are only so many: what comes when there is no room counts as `other`,
 * a set like any other that is there from the start. So the sets together are always everything.
 */
#ifndef HDRTAP_TOOLS_METRICS_SERIES_H
#define HDRTAP_TOOLS_METRICS_SERIES_H

#include "buckets.h"
#include "key_map.h"
#include "usage/usage_counts.h"

#define SERIES_OTHER 0 /* number of that set */

/* Which of the time series of a set, from which its number of them is made. */
struct series_shape {
	struct buckets buckets;
	__u32 fields; /* required ones */
};

struct series_set {
	char *labels; /* owned: `method="GET",host="..."` */
	__u64 calls;
	__u64 class[USAGE_CLASSES];
	__u64 latency_sum; /* ns */
};

struct series {
	struct series_shape shape;
	struct series_set *set; /* owned */
	__u64 *numbers;         /* owned: per set, a number for each bucket and each field */
	__u32 count, most;      /* of sets */
	struct key_map keys;    /* of calls; twice as many as sets */
	struct key_map labels;  /* of sets: two keys may have the same */
};

/* How many time series each set has. */
__u32 series_per_set(const struct series_shape *shape);

/* With room for `most` sets, `other` included, whose labels are given. Returns 0 or -ENOMEM (not
 * reported). To be closed in any case. */
int series_open(struct series *series, const struct series_shape *shape, __u32 most,
		const char *other);
void series_close(struct series *series);

/* The number of the set of a key, KEY_MAP_NONE: it has none yet. */
__u32 series_find(const struct series *series, const void *key, size_t size);

/* Makes a set for a key that has none, or finds the one that has the same labels. Returns its
 * number, that of `other` when there is no room. */
__u32 series_add(struct series *series, const void *key, size_t size, const char *labels);

/* Whether there is no room for another set. */
bool series_full(const struct series *series);

/* Counts a call's event (usage_counts.h) in a set. */
void series_count(struct series *series, __u32 set, const struct usage_event *event);

/* A required field is missing. */
void series_count_missing(struct series *series, __u32 set, __u32 field);

/* Of a set: latencies per bucket (buckets.count + 1 of them), and how often each field is missing.
 */
const __u64 *series_buckets(const struct series *series, __u32 set);
const __u64 *series_missing(const struct series *series, __u32 set);

#endif
