/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where records come from. A source runs until it has no more, the sink wants no more, or a signal
 * stops it; it keeps the accounts of what passed through it. Every source has one function of the
 * shape
 *
 *	int xxx_run(const struct xxx_options *options, struct source *source);
 *
 * which returns 0 or -errno (said).
 */
#ifndef HDRTAP_USER_SOURCE_H
#define HDRTAP_USER_SOURCE_H

#include <stdbool.h>

#include "accounts.h"
#include "meta.h"
#include "settings.h"
#include "sink.h"

struct source {
	struct sink *sink; /* records go here; not closed by the source */
	struct run_meta
		*meta; /* slots as chosen on the command line; live sources add their interfaces */
	const struct settings_options *settings;
	struct accounts *accounts; /* kept up to date by the source */
	int signal_fd;             /* source_signals_open(); never closed by the source */
	bool verbose;              /* accounts on SIGUSR1 in full */
	bool reloads;              /* SIGHUP: SOURCE_RELOAD, not SOURCE_STOP */
};

enum source_signal {
	SOURCE_GO_ON,
	SOURCE_RELOAD, /* SIGHUP: the configuration is to be read again */
	SOURCE_STOP,   /* SIGINT, SIGTERM; SIGHUP where there is nothing to be read again */
};

/*
 * Blocks SIGINT, SIGTERM, SIGHUP and SIGUSR1, except those the process was started to ignore, and
 * makes SIGPIPE an error of write(). Returns a signalfd, or -errno (said).
 */
int source_signals_open(void);

/* Reads what is pending on signal_fd without blocking; prints the accounts on SIGUSR1. Cheap enough
 * per batch of packets. */
enum source_signal source_signals(const struct source *source);

#endif
