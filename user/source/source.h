/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where records come from. A source runs until it has no more, the sink wants no more, or a signal
 * stops it; it keeps the accounts of what passed through it. Every source has one function of the
 * shape
 *
 *	int xxx_run(const struct xxx_options *options, struct source *source);
 *
 * which returns 0 or -errno (reported).
 */
#ifndef HDRTAP_USER_SOURCE_H
#define HDRTAP_USER_SOURCE_H

#include <stdbool.h>

#include "run/accounts.h"
#include "run/meta.h"
#include "run/settings.h"
#include "sink/sink.h"

struct source {
	struct sink *sink;     /* records go here; not closed by the source */
	struct run_meta *meta; /* slots as chosen on the command line */
	const struct settings_options *settings;
	struct accounts *accounts; /* kept up to date by the source */
	int signal_fd;             /* signals_open(), never closed by the source; live: unused */
	bool verbose;              /* accounts on SIGUSR1 in full */
	/*
	 * Called when everything is open, before the first packet or record is looked at; NULL:
	 * nothing is to be done. Returns 0 or -errno (reported). Live sources do it themselves.
	 */
	int (*ready)(void);
};

/* Calls `ready`. */
int source_ready(const struct source *source);

/* Reads what signals came, without blocking: prints the accounts on SIGUSR1, and returns whether
 * one said to stop. */
bool source_stopped(const struct source *source);

#endif
