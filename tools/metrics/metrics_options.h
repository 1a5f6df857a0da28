/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options of hdrtap-metrics.
 */
#ifndef HDRTAP_TOOLS_METRICS_OPTIONS_H
#define HDRTAP_TOOLS_METRICS_OPTIONS_H

#include "address.h"
#include "buckets.h"
#include "labels.h"
#include "lib/companion.h"
#include "lib/companion_apis.h"
#include "required.h"
#include "web_config.h"

#define SERIES_DEFAULT    10000
#define SERIES_LIMIT      10000000
#define TEXTFILE_INTERVAL 15000 /* ms */

struct metrics_options {
	struct companion_options common; /* first */
	struct companion_apis apis;      /* --openapi, --apis */
	struct address listen;           /* --listen */
	const char *textfile;            /* --textfile */
	__u64 interval_ms;               /* --interval */
	const char *web_file;            /* --web-config */
	struct option_list label;        /* --label */
	struct option_list require;      /* --require */
	struct buckets buckets;          /* --buckets */
	__u64 series;                    /* --series */

	/* Made of them when they are checked. */
	struct metrics_labels labels;
	struct required required;
	struct api_names *names;
	struct web_config web;
};

extern const struct option_table metrics_table;

/* As the verbs of struct companion_tool. */
void metrics_options_default(void *options);
int metrics_options_check(void *options);
void metrics_options_discard(void *options);

/* How many sets of labels the series are enough for. */
__u32 metrics_sets(const struct metrics_options *options);

#endif
