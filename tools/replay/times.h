/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How long packets took, by class: to the nanosecond below TIMES_EXACT, the longest exactly.
 */
#ifndef HDRTAP_REPLAY_TIMES_H
#define HDRTAP_REPLAY_TIMES_H

#include "packets.h"

#define TIMES_EXACT 65536

struct times {
	struct times_class {
		__u64 count;
		__u64 total; /* ns */
		__u64 max;   /* ns */
		__u32 of[TIMES_EXACT];
	} class[REPLAY_CLASS_MAX];
	__u64 base; /* ns, of an empty program or call: taken off every time */
};

/* NULL: out of memory (reported). */
struct times *times_new(void);

/* Remembers that a packet took `ns`, `base` among them. */
void times_add(struct times *times, enum replay_class class, __u64 ns);

/* The time that `percent` % of the class's packets did not exceed, in ns. */
__u64 times_percentile(const struct times_class *class, unsigned int percent);

#endif
