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

#endif
