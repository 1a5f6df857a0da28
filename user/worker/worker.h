/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The process that reads: takes the records out of the rings, puts them into the order of time and
 * hands them to the sink. It holds no privilege and is told by the guard what it has to know.
 */
#ifndef HDRTAP_USER_WORKER_H
#define HDRTAP_USER_WORKER_H

#include "share/live_shared.h"
#include "source/source.h"

struct worker {
	int channel; /* to the guard */
	struct live_shared *shared;
};

/*
 * A source (source.h) whose meta, which has the size of records from the beginning, is kept up to
 * date from what the guard says. Errors of the sink cost their records, which count as dropped;
 * only -EPIPE ends the capture.
 */
int worker_run(const struct worker *worker, struct source *source);

#endif
