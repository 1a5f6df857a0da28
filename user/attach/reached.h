/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets that reached the TC programs at an interface. Behind other programs none may, and nothing
 * else would show it; in front of them nobody asks, and nothing is counted.
 */
#ifndef HDRTAP_USER_REACHED_H
#define HDRTAP_USER_REACHED_H

#include <hdrtap/record.h>

struct hdrtap_tc;

#define REACHED_INTERFACES_MAX 65536

/* Begins to count at an interface, at 0. Returns 0 or -errno, saying nothing. */
int reached_begin(const struct hdrtap_tc *object, __u32 ifindex);

/* Forgets an interface. One that is not known is fine. */
void reached_end(const struct hdrtap_tc *object, __u32 ifindex);

/* What was counted at each direction. Returns 0 or -errno, saying nothing: ENOENT when nothing is
 * counted there. */
int reached_read(const struct hdrtap_tc *object, __u32 ifindex,
		 __u64 packets[HDRTAP_DIRECTION_MAX]);

#endif
