/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether the programs of a capture are still where they were attached.
 */
#ifndef HDRTAP_USER_LIVE_WATCH_H
#define HDRTAP_USER_LIVE_WATCH_H

#include "guard/live_interfaces.h"

#define LIVE_WATCH_NS 100000000ULL /* between two calls; ten look at all interfaces once */

/*
 * Looks at some of the interfaces. Where others took programs away they are attached anew, counted
 * and, not more than once a minute each, said. `now`: CLOCK_BOOTTIME, ns.
 */
void live_watch(struct live_interfaces *interfaces, __u64 now);

#endif
