/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_pace.h"

__u64 top_pace_limit(struct top_pace *pace, __u64 time, __u64 now)
{
	if (!pace->speed)
		return ~0ULL;
	if (!pace->began) {
		pace->first = time;
		pace->began = now;
	}
	return pace->first + (now - pace->began) * pace->speed;
}
