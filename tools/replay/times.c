/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "times.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

struct times *times_new(void)
{
	struct times *times = calloc(1, sizeof(*times));

	if (!times)
		fail(ENOMEM, "cannot replay: out of memory; free some memory");
	return times;
}

void times_add(struct times *times, enum replay_class class, __u64 ns)
{
	struct times_class *to = &times->class[class];

	ns = ns > times->base ? ns - times->base : 0;
	to->count++;
	to->total += ns;
	to->max = ns > to->max ? ns : to->max;
	to->of[ns < TIMES_EXACT ? ns : TIMES_EXACT - 1]++;
}

__u64 times_percentile(const struct times_class *class, unsigned int percent)
{
	__u64 wanted = (class->count * percent + 99) / 100, seen = 0;

	for (__u32 ns = 0; ns < TIMES_EXACT - 1; ns++) {
		seen += class->of[ns];
		if (seen >= wanted)
			return ns;
	}
	return class->max;
}
