/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The two clocks can't be read at one moment. One is read before and after the other; of several
 * such readings the one that took least time was interrupted least.
 */
#include "base/clock.h"

#include <time.h>

#define READINGS 5

static __u64 now(clockid_t id)
{
	struct timespec time;

	clock_gettime(id, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

__u64 clock_boottime(void)
{
	return now(CLOCK_BOOTTIME);
}

__u64 clock_utc(void)
{
	return now(CLOCK_REALTIME);
}

__u64 clock_monotonic(void)
{
	return now(CLOCK_MONOTONIC);
}

/* The coarse clocks go on with every tick. */
__u64 clock_tick(void)
{
	struct timespec tick;

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return tick.tv_nsec;
}

__s64 clock_utc_offset(void)
{
	__u64 before, utc, after, least = (__u64)-1;
	__s64 offset = 0;

	for (int i = 0; i < READINGS; i++) {
		before = now(CLOCK_BOOTTIME);
		utc = now(CLOCK_REALTIME);
		after = now(CLOCK_BOOTTIME);
		if (after - before < least) {
			least = after - before;
			offset = utc - (before + least / 2);
		}
	}
	return offset;
}
