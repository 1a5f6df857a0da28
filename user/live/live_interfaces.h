/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which interfaces a capture attaches to, and at which directions of each.
 */
#ifndef HDRTAP_USER_LIVE_INTERFACES_H
#define HDRTAP_USER_LIVE_INTERFACES_H

#include "interfaces.h"
#include "live.h"

struct live_interface {
	struct interface interface;
	__u32 directions;            /* mask of 1 << HDRTAP_DIRECTION_* */
	struct attach_report report; /* filled by who attaches */
};

struct live_interfaces {
	size_t count;
	struct live_interface *list; /* owned */
};

/*
 * Looks up what the options name, each interface once. Loopback gives one direction, reception,
 * because the same packet passes both: transmission only when that alone is asked for. Returns 0 or
 * -errno (said).
 */
int live_interfaces_find(struct live_interfaces *to, const struct live_options *options);
void live_interfaces_free(struct live_interfaces *interfaces);

/* Says on stderr what is listened on. */
void live_interfaces_print(const struct live_interfaces *interfaces, unsigned int elements);

#endif
