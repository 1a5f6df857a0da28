/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counts of the calls that a query wants, in the windows that there are, and how they become the
 * table that is shown.
 */
#ifndef HDRTAP_TOP_COUNT_H
#define HDRTAP_TOP_COUNT_H

#include "top_query.h"

struct top_count;

/* `memory`: bytes, for everything that grows with the number of keys. Returns 0 or -errno
 * (reported). Frees `query` in any case. */
int top_count_new(struct top_count **count, struct top_query *query, size_t memory);

/* NULL is fine. */
void top_count_free(struct top_count *count);

/* As the verbs of struct usage_ops. */
void top_count_request(struct top_count *count, struct usage_call *call);
void top_count_end(struct top_count *count, struct usage_call *call);
void top_count_lost(struct top_count *count, __u64 time, __u64 lost);
void top_count_complete(struct top_count *count, __u64 until);

/* Time began at `first` (UTC ns; 0: not known), and calls whose requests are not younger than
 * `begun` may end from here on without their beginning having been counted here. */
void top_count_begun(struct top_count *count, __u64 first, __u64 begun);

/* There are no more calls: a window that goes beyond the last one ends there. */
void top_count_over(struct top_count *count);

/* A header field that rows are by and no call could have, because it was not chosen when what is
 * read was captured; NULL: there is none. */
const char *top_count_lacks(const struct top_count *count);

/* Nothing that was before (UTC ns) has been counted, although there was something. */
void top_count_forgot(struct top_count *count, __u64 before);

/* Whether the window that ends at `until` reaches back to where something was forgotten; then UTC
 * ns, otherwise 0. */
__u64 top_count_since(const struct top_count *count, enum top_window window, __u64 until);

/* UTC ns: the end of the first window of that kind that has all that was counted. */
__u64 top_count_last(const struct top_count *count, enum top_window window);

/*
 * The rows of the window that ends at `until` (UTC, ns; rounded down to whole slices), and their
 * sum, without quantiles and trends but for the sum's quantiles. Returns 0 or -ENOMEM (reported).
 */
int top_count_read(struct top_count *count, struct top_table *table, enum top_window window,
		   __u64 until);

/* Before anything else is counted: quantiles of `rows` rows from `first` on, and trends if asked
 * for. */
int top_count_details(struct top_count *count, struct top_table *table, size_t first, size_t rows,
		      bool trends);

#endif
