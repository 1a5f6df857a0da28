/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a live capture is to do, as both its processes need it.
 */
#ifndef HDRTAP_USER_LIVE_OPTIONS_H
#define HDRTAP_USER_LIVE_OPTIONS_H

#include <stddef.h>

#include "attach/attach.h"
#include "confine/confine.h"
#include "run/meta.h"
#include "run/settings.h"

struct worker;

struct live_options {
	const char *const *interfaces; /* names, or INTERFACE_ANY; at least one */
	size_t interface_count;
	__u32 directions;  /* mask of 1 << HDRTAP_DIRECTION_*, 0: both */
	size_t ring_bytes; /* per CPU, 0: the default; rounded up to a power of two of pages */
	struct attach_options attach;
	struct run_meta *meta; /* slots as chosen on the command line */
	const struct settings_options *settings;
	bool promiscuous; /* interfaces that were named receive packets for others, too */
	bool verbose;
	struct confine_user user; /* of the worker */
	/*
	 * NULL: nothing: gets what only the guard may know, before it drops privileges; the
	 * worker runs already.
	 * Returns 0 or -errno (reported).
	 */
	int (*prepare)(void *context);
	/*
	 * On SIGHUP, NULL: that stops: chooses again which elements of `meta` are active, and the
	 * other settings. Returns 0 or -errno (reported); then nothing changes.
	 */
	int (*reload)(void *context, struct run_meta *meta, struct settings_options *settings);
	/*
	 * What the worker does: opens a sink, calls worker_run(), closes it. Returns the exit
	 * status of the process.
	 */
	int (*work)(void *context, struct worker *worker);
	void *context; /* of prepare, reload and work */
};

#endif
