/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What becomes of interfaces while a capture runs: they go down and up, are renamed, deleted and
 * made again, moved to other namespaces, and new ones appear.
 */
#ifndef HDRTAP_USER_LIVE_FOLLOW_H
#define HDRTAP_USER_LIVE_FOLLOW_H

#include "guard/live_interfaces.h"

/* Readable when live_follow() is to be called. */
int live_follow_fd(const struct live_interfaces *interfaces);

/*
 * Compares what is there with what is attached, attaches and detaches, and reports it: interfaces
 * named with -i whenever they are there, with "any" all that are up. One that is renamed stays
 * attached. What cannot be attached to is left out until it changes. Returns 0 or -errno
 * (reported): the reader cannot be told, or interfaces cannot be watched any more.
 */
int live_follow(struct live_interfaces *interfaces);

#endif
