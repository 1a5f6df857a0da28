/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Metrics one by one, in either format. OpenMetrics calls a counter without the `_total` that its
 * samples have, and ends with a line of its own; numbers look the same in both, so that series have
 * the same labels whichever is asked for.
 */
#ifndef HDRTAP_TOOLS_METRICS_PAGE_PUT_H
#define HDRTAP_TOOLS_METRICS_PAGE_PUT_H

#include "accept.h"
#include "text.h"

struct page {
	struct text *text;
	enum page_format format;
	const char *metric;
	const char *suffix; /* of its samples: "_total" */
};

enum page_type {
	PAGE_COUNTER,
	PAGE_GAUGE,
	PAGE_HISTOGRAM
};

/* Begins a metric, whose samples follow. `name` is without `_total`. */
void page_begin(struct page *page, const char *name, enum page_type type, const char *help);

/* A sample. `labels` are without braces, "": none; `more` are further ones, NULL: none. */
void page_number(const struct page *page, const char *labels, const char *more, __u64 number);
void page_seconds(const struct page *page, const char *labels, __u64 ns);

/* A metric of one sample. */
void page_counter(struct page *page, const char *name, const char *help, __u64 number);
void page_gauge(struct page *page, const char *name, const char *help, __u64 number);
void page_gauge_seconds(struct page *page, const char *name, const char *help, __u64 ns);
void page_counter_seconds(struct page *page, const char *name, const char *help, __u64 ns);

/* A sample of a histogram: "_bucket" with its bound (`ns`; PAGE_NO_BOUND: none), "_count". */
#define PAGE_NO_BOUND (~0ULL)
void page_bucket(const struct page *page, const char *labels, __u64 ns, __u64 number);
void page_sum(const struct page *page, const char *labels, __u64 ns, __u64 count);

void page_end(const struct page *page);

#endif
