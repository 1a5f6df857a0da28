/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A log as slowly, or as fast, as one likes: how far the records' time may have come.
 */
#ifndef HDRTAP_TOP_PACE_H
#define HDRTAP_TOP_PACE_H

#include <hdrtap/types.h>

/* All zero but `speed`: nothing has come yet. */
struct top_pace {
	__u64 speed; /* times as fast as the records' time; 0: as they come */
	__u64 first; /* UTC ns: of the records' time */
	__u64 began; /* CLOCK_BOOTTIME ns: when that was */
};

/* UTC ns: how far it may have come at `now` (CLOCK_BOOTTIME); the first call with a `time` begins.
 * 2^64 - 1 without a speed. */
__u64 top_pace_limit(struct top_pace *pace, __u64 time, __u64 now);

#endif
