/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counts calls in series: what stands behind the sink of hdrtap-metrics.
 */
#ifndef HDRTAP_TOOLS_METRICS_COUNT_H
#define HDRTAP_TOOLS_METRICS_COUNT_H

#include "metrics_options.h"
#include "required.h"
#include "series.h"

struct counts {
	struct usage_taker taker;
	const struct metrics_labels *labels;
	const struct required *required;
	struct series series;
	__u64 missing[REQUIRED_MAX]; /* of all calls: heads without a required field */
	__u64 unknown[REQUIRED_MAX]; /* heads whose records do not tell */
	__u64 lost;
	bool told_full; /* that calls found no room of their own */
};

/* What `options` point to has to outlive it. Returns 0 or -errno (reported). To be closed in any
 * case. */
int counts_open(struct counts *counts, const struct metrics_options *options);
void counts_close(struct counts *counts);

#endif
