/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Live interfaces: the kernel programs read the heads. User space is two processes. The guard
 * (guard.h) attaches the programs, watches interfaces and CPUs, and never sees a record; the worker
 * (worker.h) takes the records out of the rings and hands them to the sink, without any privilege.
 */
#ifndef HDRTAP_USER_LIVE_H
#define HDRTAP_USER_LIVE_H

#include <stddef.h>

#include "attach.h"
#include "confine.h"
#include "meta.h"
#include "settings.h"

#define LIVE_INTERFACE_ANY "any" /* all interfaces that are up at the start */

struct worker;

struct live_options {
	const char *const *interfaces; /* names, or LIVE_INTERFACE_ANY; at least one */
	size_t interface_count;
	__u32 directions;  /* mask of 1 << HDRTAP_DIRECTION_*, 0: both */
	size_t ring_bytes; /* per CPU, 0: the default; rounded up to a power of two of pages */
	struct attach_options attach;
	struct run_meta *meta; /* slots as chosen on the command line; interfaces are added */
	const struct settings_options *settings;
	bool verbose;
	struct confine_user user; /* of the worker */
	/*
	 * NULL: nothing: gets what only the guard may know, before it gives up privileges; the
	 * worker runs already.
	 * Returns 0 or -errno (said).
	 */
	int (*prepare)(void *context);
	/*
	 * On SIGHUP, NULL: that stops: chooses anew which elements of `meta` are active, and the
	 * other settings. Returns 0 or -errno (said); then nothing changes.
	 */
	int (*reload)(void *context, struct run_meta *meta, struct settings_options *settings);
	/*
	 * What the worker does: opens a sink, calls worker_run(), closes it. Returns the exit
	 * status of the process.
	 */
	int (*work)(void *context, struct worker *worker);
	void *context; /* of prepare, reload and work */
};

/*
 * Captures until SIGINT or SIGTERM, or until the sink wants no more; says on stderr when it
 * listens. When the worker ends its accounts are exact: the programs are detached, those that ran
 * have ended, and every record they made went to the sink. Returns 0, with the worker's exit status
 * in `status`, or -errno (said): no such interface, not permitted, kernel too old.
 */
int live_run(const struct live_options *options, int *status);

#endif
