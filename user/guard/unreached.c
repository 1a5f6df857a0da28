/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An interface counts a packet a moment before, or after, it passes the programs. So what looks
 * wrong has to look so a second time.
 */
#include "guard/unreached.h"

#include <ifaddrs.h>
#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>

#include "attach/attach_look.h"
#include "base/error.h"
#include "guard/live_interfaces.h"

#define ENOUGH 10 /* packets that passed */

static const struct rtnl_link_stats *find(const struct ifaddrs *list, const char *name)
{
	for (; list; list = list->ifa_next)
		if (list->ifa_data && !strcmp(list->ifa_name, name))
			return list->ifa_data;
	return NULL;
}

/* Returns whether enough packets have passed since one reached us. */
static bool note(struct live_reached *at, __u64 reached, __u32 passed)
{
	if (!at->begun || at->reached != reached)
		*at = (struct live_reached){ reached, passed, .begun = true, .said = at->said };
	return passed - at->passed >= ENOUGH;
}

static void say(const struct live_interface *interface, __u8 direction, __u32 count)
{
	warn_line("%s: hdrtap is behind other programs (--order last), and of %u packets %s none "
		  "reached it: one of them ends the chain; use --order first, and see --check %s",
		  interface->interface.name, count,
		  direction == HDRTAP_DIRECTION_RECEIVE ? "received" : "transmitted",
		  interface->interface.name);
}

static void look_at(const struct attach *attach, struct live_interface *interface, __u8 direction,
		    __u64 reached, __u32 passed)
{
	struct live_reached *at = &interface->reached[direction];
	bool suspected = note(at, reached, passed);

	if (suspected && at->suspected && !at->said &&
	    attach_is_behind(attach, interface->interface.index, direction)) {
		say(interface, direction, passed - at->passed);
		at->said = true;
	}
	at->suspected = suspected;
}

void unreached_look(struct live_interfaces *interfaces)
{
	__u64 reached[HDRTAP_DIRECTION_MAX];
	struct ifaddrs *list;

	if (!interfaces->options->attach.last || getifaddrs(&list))
		return;
	for (size_t i = 0; i < interfaces->count; i++) {
		struct live_interface *at = &interfaces->list[i];
		const struct rtnl_link_stats *stats = find(list, at->interface.name);

		if (!at->attached || !stats ||
		    attach_reached(interfaces->attach, at->interface.index, reached))
			continue;
		look_at(interfaces->attach, at, HDRTAP_DIRECTION_RECEIVE,
			reached[HDRTAP_DIRECTION_RECEIVE], stats->rx_packets);
		look_at(interfaces->attach, at, HDRTAP_DIRECTION_TRANSMIT,
			reached[HDRTAP_DIRECTION_TRANSMIT], stats->tx_packets);
	}
	freeifaddrs(list);
}
