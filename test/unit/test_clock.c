/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Boot time plus the measured offset is the time of day.
 */
#include <criterion/criterion.h>
#include <time.h>

#include "base/clock.h"

#define NS_PER_S 1000000000ULL

Test(clock, boot_time_and_offset_are_the_time_of_day)
{
	struct timespec before, after;
	__u64 utc;

	clock_gettime(CLOCK_REALTIME, &before);
	utc = clock_boottime() + clock_utc_offset();
	clock_gettime(CLOCK_REALTIME, &after);
	cr_assert_geq(utc / NS_PER_S + 1, (__u64)before.tv_sec);
	cr_assert_leq(utc / NS_PER_S, (__u64)after.tv_sec + 1);
}

Test(clock, the_time_of_day_is_its_clock)
{
	struct timespec before, after;
	__u64 utc;

	clock_gettime(CLOCK_REALTIME, &before);
	utc = clock_utc();
	clock_gettime(CLOCK_REALTIME, &after);
	cr_assert_geq(utc, before.tv_sec * NS_PER_S + before.tv_nsec);
	cr_assert_leq(utc, after.tv_sec * NS_PER_S + after.tv_nsec);
}

Test(clock, boot_time_goes_forward)
{
	__u64 first = clock_boottime();

	cr_assert_gt(first, 0);
	cr_assert_geq(clock_boottime(), first);
}
