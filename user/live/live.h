/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Live interfaces: the kernel programs read the heads. User space is two processes. The guard
 * (guard.h) attaches the programs, watches interfaces and CPUs, and never sees a record; the worker
 * (worker.h) takes the records out of the rings and hands them to the sink, without any privilege.
 */
#ifndef HDRTAP_USER_LIVE_H
#define HDRTAP_USER_LIVE_H

#include "share/live_options.h"

/*
 * Captures until SIGINT or SIGTERM, or until the sink wants no more; says on stderr when it
 * listens. When the worker ends its accounts are exact: the programs are detached, those that ran
 * have ended, and every record they made went to the sink. Returns 0, with the worker's exit status
 * in `status`, or -errno (reported): no such interface, not permitted, kernel too old.
 */
int live_run(const struct live_options *options, int *status);

#endif
