/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * When how many records were lost.
 */
#ifndef HDRTAP_ALERT_LOSSES_H
#define HDRTAP_ALERT_LOSSES_H

#include <stddef.h>

#include <hdrtap/types.h>

#define LOSSES_MAX 4096 /* moments kept; beyond it, neighbours are one */

struct loss {
	__u64 time; /* UTC, ns */
	__u64 count;
};

/* All zero: none. */
struct losses {
	struct loss list[LOSSES_MAX]; /* ascending */
	size_t count;
};

void losses_add(struct losses *losses, __u64 time, __u64 count);

/* How many from `from` on and before `until`. */
__u64 losses_in(const struct losses *losses, __u64 from, __u64 until);

/* Those before are not needed any more. */
void losses_forget(struct losses *losses, __u64 before);

#endif
