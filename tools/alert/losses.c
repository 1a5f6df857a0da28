/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "losses.h"

#include <string.h>

/* Halves the list: what was lost at a moment counts for the one before it, too. */
static void join_neighbours(struct losses *losses)
{
	for (size_t i = 0; i < losses->count / 2; i++) {
		losses->list[i] = losses->list[2 * i];
		losses->list[i].count += losses->list[2 * i + 1].count;
	}
	if (losses->count % 2)
		losses->list[losses->count / 2] = losses->list[losses->count - 1];
	losses->count = (losses->count + 1) / 2;
}

void losses_add(struct losses *losses, __u64 time, __u64 count)
{
	size_t at = losses->count;

	if (at && losses->list[at - 1].time >= time) {
		losses->list[at - 1].count += count;
		return;
	}
	if (at == LOSSES_MAX)
		join_neighbours(losses);
	losses->list[losses->count++] = (struct loss){ time, count };
}

__u64 losses_in(const struct losses *losses, __u64 from, __u64 until)
{
	__u64 sum = 0;

	for (size_t i = losses->count; i-- && losses->list[i].time >= from;)
		if (losses->list[i].time < until)
			sum += losses->list[i].count;
	return sum;
}

void losses_forget(struct losses *losses, __u64 before)
{
	size_t gone = 0;

	while (gone < losses->count && losses->list[gone].time < before)
		gone++;
	if (!gone)
		return;
	losses->count -= gone;
	memmove(losses->list, losses->list + gone, losses->count * sizeof(*losses->list));
}
