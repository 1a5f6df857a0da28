/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The soft limit is the kernel's own gauge, so a reserve needs no counting: whatever a library
 * opens is held to it.
 */
#include "base/descriptors.h"

#include <sys/resource.h>

#define RESERVED 32 /* a chain of XDP programs is looked through with half of them */

static void set(rlim_t keep)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max > keep ? limit.rlim_max - keep : limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void descriptors_raise(void)
{
	set(0);
}

void descriptors_reserve(bool reserve)
{
	set(reserve ? RESERVED : 0);
}

unsigned long long descriptors_limit(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) ? 0 : limit.rlim_max;
}
