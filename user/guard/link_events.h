/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the kernel tells of network interfaces of this namespace (rtnetlink(7)): that something
 * changed, and which interface went away, down or up.
 */
#ifndef HDRTAP_USER_LINK_EVENTS_H
#define HDRTAP_USER_LINK_EVENTS_H

#include <stdbool.h>

struct link_events;

/*
 * An interface went down or came up. `gone`: it was deleted, or moved to another namespace; one
 * that has its index now is another.
 */
typedef void (*link_event)(void *context, unsigned int ifindex, bool gone);

/* Returns 0 or -errno (reported). */
int link_events_open(struct link_events **events);
void link_events_close(struct link_events *events); /* NULL is fine */

/* Readable when something changed. */
int link_events_fd(const struct link_events *events);

/* Takes all that came so far. Events may be missing, so whoever calls looks at the interfaces that
 * are there. Returns 0 or -errno (reported). */
int link_events_read(struct link_events *events, link_event event, void *context);

#endif
