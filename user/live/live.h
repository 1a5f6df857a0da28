/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Live interfaces: the kernel programs read the heads, this takes the records out of the perf
 * buffers, puts them into the order of time and hands them to the sink.
 */
#ifndef HDRTAP_USER_LIVE_H
#define HDRTAP_USER_LIVE_H

#include <stddef.h>

#include "attach.h"
#include "source.h"

#define LIVE_INTERFACE_ANY "any" /* all interfaces that are up at the start */

struct live_options {
	const char *const *interfaces; /* names, or LIVE_INTERFACE_ANY; at least one */
	size_t interface_count;
	__u32 directions;  /* mask of 1 << HDRTAP_DIRECTION_*, 0: both */
	size_t ring_bytes; /* per CPU, 0: the default; rounded up to a power of two of pages */
	struct attach_options attach;
	/*
	 * On SIGHUP, if source.reloads: chooses anew which elements of `meta` are active, and the
	 * other settings. Returns 0 or -errno (said); then nothing changes.
	 */
	int (*reload)(void *context, struct run_meta *meta, struct settings_options *settings);
	void *context; /* of reload */
};

/*
 * Captures until SIGINT or SIGTERM, or until the sink wants no more; says on stderr when it
 * listens. After that the accounts are exact: the programs are detached, those that ran have ended,
 * and every record they made went to the sink. Returns 0, or -errno (said): no such interface, not
 * permitted, kernel too old, or -EPIPE from the sink. Other errors of the sink cost their records,
 * which count as dropped.
 */
int live_source_run(const struct live_options *options, struct source *source);

#endif
