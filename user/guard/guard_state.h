/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the guard knows, for guard.c and talk.c alone.
 */
#ifndef HDRTAP_USER_GUARD_STATE_H
#define HDRTAP_USER_GUARD_STATE_H

#include <stdbool.h>

#include "guard/guard.h"
#include "guard/hint.h"
#include "guard/kernel_counters.h"
#include "guard/live_interfaces.h"
#include "service/service.h"

struct attach;
struct perf_events;

struct guard {
	const struct guard_options *with;
	const struct live_options *options; /* with->live */
	struct live_interfaces interfaces;
	struct attach *attach;
	struct perf_events *events;
	struct kernel_counters counters;
	struct hint hint;
	struct service service;
	int timer_fd;
	int epoll_fd;
	__u32 generation; /* of the settings in use */
	__u64 swept;      /* ns: when it was looked for heads that wait too long */
	bool small_rings; /* which was reported */
	bool ready;       /* which the service manager was told */
	bool stop;
	bool alone; /* the worker is gone */
};

#endif
