/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "usage/usage_counts.h"

enum usage_class usage_class_of(__u16 status)
{
	unsigned int hundreds = status / 100;

	if (!status)
		return USAGE_UNANSWERED;
	return hundreds >= 1 && hundreds <= 5 ? USAGE_1XX + hundreds - 1 : USAGE_BEYOND;
}

void usage_ends_count(struct usage_ends *ends, const struct usage_event *event)
{
	ends->count++;
	ends->class[usage_class_of(event->status)]++;
	if (event->latency == USAGE_NO_LATENCY)
		return;
	ends->latencies++;
	ends->latency_sum += event->latency;
}

void usage_ends_add(struct usage_ends *to, const struct usage_ends *ends)
{
	to->count += ends->count;
	for (int i = 0; i < USAGE_CLASSES; i++)
		to->class[i] += ends->class[i];
	to->latencies += ends->latencies;
	to->latency_sum += ends->latency_sum;
}

void usage_counts_add(struct usage_counts *to, const struct usage_counts *counts)
{
	to->calls += counts->calls;
	usage_ends_add(&to->ends, &counts->ends);
}
