/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The process that holds the privileges: it loads and attaches the programs, opens the perf events,
 * changes settings, follows interfaces and CPUs, and reads counters. It never reads a packet or a
 * record.
 */
#ifndef HDRTAP_USER_GUARD_H
#define HDRTAP_USER_GUARD_H

#include <sys/types.h>

#include "guard/promiscuous.h"
#include "share/live_options.h"
#include "share/live_shared.h"

/* Whom it works with. */
struct guard_options {
	const struct live_options *live;
	pid_t worker;
	int channel; /* to the worker */
	struct live_shared *shared;
	int signal_fd;                   /* signals_open() */
	struct promiscuous *promiscuous; /* of interfaces that were named, NULL: -p */
};

/*
 * Captures until a signal says to stop, or the worker says that it has enough or is gone. When it
 * returns nothing is attached any more, no program of ours runs, and the worker was told the final
 * counters and that it is over. Returns 0 or -errno (reported by us, or by a worker that ended).
 */
int guard_run(const struct guard_options *options);

#endif
