/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The bounds of the histogram's buckets.
 */
#ifndef HDRTAP_TOOLS_METRICS_BUCKETS_H
#define HDRTAP_TOOLS_METRICS_BUCKETS_H

#include "option/option_row.h"

#define BUCKETS_MAX     64
#define BUCKETS_DEFAULT "0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10"

/* A value is in the first bucket whose bound it is not above, or in the last one, without bound. */
struct buckets {
	__u32 count;
	__u64 bound[BUCKETS_MAX]; /* ns, ascending */
};

/* Seconds with commas between. Of type option_parse; the field is a struct buckets. */
int buckets_parse(const struct option_row *row, void *field, const char *argument);

/* Number of a value's bucket, `count` for the last. */
static inline __u32 buckets_of(const struct buckets *buckets, __u64 ns)
{
	__u32 low = 0, high = buckets->count;

	while (low < high) {
		__u32 middle = (low + high) / 2;

		if (ns <= buckets->bound[middle])
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

#endif
