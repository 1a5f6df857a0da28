/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * In front of another sink: passes on only the heads that were asked for, and counts those that
 * were taken.
 */
#ifndef HDRTAP_USER_SINK_FILTER_H
#define HDRTAP_USER_SINK_FILTER_H

#include "run/accounts.h"
#include "sink/sink.h"

struct filter_options {
	__u64 count;      /* so many heads are enough, 0: any number */
	__u32 directions; /* mask of 1 << HDRTAP_DIRECTION_*, 0: all, also when it is not known */
	__u32 kinds;      /* mask of 1 << HDRTAP_KIND_*, 0: all */
};

/*
 * Owns `inner` from here on, also when it fails: close closes both. Counts in accounts->output.
 * Returns 0 or -ENOMEM (reported). When it is closed it says how many heads were left out because
 * their direction is not known.
 */
int sink_filter_open(struct sink **sink, struct sink *inner, const struct filter_options *options,
		     struct accounts *accounts);

#endif
