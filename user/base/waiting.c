/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/waiting.h"

#include <time.h>

#define NS_PER_S  1000000000L
#define MOMENT_NS 50000000L

void wait_a_moment(pthread_cond_t *changed, pthread_mutex_t *lock)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += MOMENT_NS;
	until.tv_sec += until.tv_nsec / NS_PER_S;
	until.tv_nsec %= NS_PER_S;
	pthread_cond_clockwait(changed, lock, CLOCK_MONOTONIC, &until);
}
