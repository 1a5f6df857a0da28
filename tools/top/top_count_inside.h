/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a count consists of, for top_count.c and top_count_read.c alone.
 */
#ifndef HDRTAP_TOP_COUNT_INSIDE_H
#define HDRTAP_TOP_COUNT_INSIDE_H

#include "top_count.h"
#include "usage/usage_window.h"

enum top_part {
	PART_FINE,   /* windows up to a minute, and trends */
	PART_COARSE, /* five minutes */
	PART_TOTAL,
	PART_MAX
};

struct top_count {
	struct top_query query;
	struct usage_table *part[PART_MAX];
	struct usage_window window; /* that was read last */
	struct usage_window slice;  /* for trends */
	struct quantiles_sum sum;
	__u64 begun;         /* see top_count_begun() */
	__u64 begin, newest; /* UTC ns: of all events; 0: none yet */
	__u64 forgot;
	bool over; /* nothing comes any more */
	__u64 excluded, lost;
	const char *asked; /* header field that no run has had yet; NULL: all have been seen */
};

/* The one that has that window. */
enum top_part top_count_part(enum top_window window);

#endif
