/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the kernel tells of network interfaces of this namespace (rtnetlink(7)): that something
 * changed, and which interface went away.
 */
#ifndef HDRTAP_USER_LINK_EVENTS_H
#define HDRTAP_USER_LINK_EVENTS_H

struct link_events;

/* An interface was deleted, or moved to another namespace. One that has its index now is another.
 */
typedef void (*link_gone)(void *context, unsigned int ifindex);

/* Returns 0 or -errno (reported). */
int link_events_open(struct link_events **events);
void link_events_close(struct link_events *events); /* NULL is fine */

/* Readable when something changed. */
int link_events_fd(const struct link_events *events);

/* Takes all that came so far. Events may be missing, so whoever calls looks at the interfaces that
 * are there. Returns 0 or -errno (reported). */
int link_events_read(struct link_events *events, link_gone gone, void *context);

#endif
