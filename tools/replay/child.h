/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * hdrtap itself, as another process: attached to an interface, logging to a directory of its own
 * that is removed afterwards.
 */
#ifndef HDRTAP_REPLAY_CHILD_H
#define HDRTAP_REPLAY_CHILD_H

#include <stdio.h>
#include <sys/types.h>

#include "replay.h"

struct child {
	pid_t pid;
	FILE *says;       /* what it has to say */
	__u64 started_ns; /* CPU time it had used when it was attached */
	char log[64];
};

/* Starts the hdrtap beside this program; returns when it is attached. Returns 0 or -errno
 * (reported). child_stop() is to be called in any case. */
int child_start(struct child *child, const struct replay_options *options, const char *interface);

/* Ends it in order; its accounts and CPU time go to `result`. Returns 0 or -errno (reported). */
int child_stop(struct child *child, struct replay_result *result);

#endif
