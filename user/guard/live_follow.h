/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What becomes of interfaces while a capture runs: they go down and up, are renamed, deleted and
 * made again, moved to other namespaces, and new ones appear.
 */
#ifndef HDRTAP_USER_LIVE_FOLLOW_H
#define HDRTAP_USER_LIVE_FOLLOW_H

#include "guard/live_interfaces.h"

/* Readable when live_follow_read() is to be called. */
int live_follow_fd(const struct live_interfaces *interfaces);

/* Takes what the kernel tells. Returns 0 or -errno (reported): interfaces cannot be watched any
 * more. */
int live_follow_read(struct live_interfaces *interfaces);

/* In how many ms live_follow() has something to do, -1: not before there is something to read. */
int live_follow_wait(const struct live_interfaces *interfaces);

/*
 * Does what is to be done now: compares what is there with what is attached, attaches and detaches,
 * and reports it: interfaces named with -i whenever they are there, with "any" all that are up. One
 * that is renamed stays attached. What cannot be attached to is left out until it changes. Returns
 * 0 or -errno (reported) as live_attach_go_on().
 */
int live_follow(struct live_interfaces *interfaces);

#endif
