/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether programs are still where they were attached. Others may take them away, and an
 * interface's index may come to mean another interface.
 */
#ifndef HDRTAP_USER_ATTACH_LOOK_H
#define HDRTAP_USER_ATTACH_LOOK_H

#include "attach/attach.h"

/* The directions (mask of 1 << HDRTAP_DIRECTION_*) at which the interface that has this index now
 * has no program of ours, though it was attached. */
__u32 attach_missing(struct attach *attach, unsigned int ifindex);

/*
 * Attaches anew at these directions of an interface that is attached to. Returns 0 or -errno
 * (reported as by attach_interface()); then nothing of it stays attached.
 */
int attach_again(struct attach *attach, unsigned int ifindex, __u32 directions,
		 struct attach_report *report);

/*
 * Packets that reached our TC programs at each direction of an interface: counted only with
 * attach_options.last. Returns 0 or -errno, saying nothing.
 */
int attach_reached(const struct attach *attach, unsigned int ifindex,
		   __u64 packets[HDRTAP_DIRECTION_MAX]);

/* Whether another TC program is in front of ours, at a direction where ours is TC's. */
bool attach_is_behind(const struct attach *attach, unsigned int ifindex, __u8 direction);

#endif
