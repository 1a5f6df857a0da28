/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options of hdrtap-alert, and the files that they name.
 */
#ifndef HDRTAP_ALERT_OPTIONS_H
#define HDRTAP_ALERT_OPTIONS_H

#include "buffer.h"
#include "lib/companion.h"
#include "lib/companion_apis.h"
#include "rule.h"

struct alert_options {
	struct companion_options common;
	struct companion_apis apis;
	const char *rules_file; /* --rules */
	const char *state_file; /* --state; NULL: nothing is kept */
	__u64 memory;           /* --memory, bytes */
	bool test;              /* --test */

	/* Read by alert_options_check(). */
	struct rules rules;
	struct api_names *names;
	struct buffer state;
	__u64 whole; /* the log is read from here on, so windows are known (UTC, ns); 0: no state */
};

extern const struct option_table alert_options_table;

/* Verbs of a struct companion_tool. */
void alert_options_defaults(void *options);
int alert_options_check(void *options);
void alert_options_discard(void *options);

#endif
