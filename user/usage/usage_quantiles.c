/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "usage/usage_quantiles.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_BITS 6  /* QUANTILES_STEPS is 2 to the power of this */
#define ROOM_FIRST 4  /* steps */
#define MANAGEMENT 16 /* bytes that malloc() takes for itself, about */

__u32 quantiles_step(__u64 value)
{
	unsigned int shift;

	if (value < QUANTILES_STEPS)
		return value;
	shift = 63 - EXACT_BITS - __builtin_clzll(value);
	return shift * QUANTILES_STEPS + (value >> shift);
}

__u64 quantiles_least(__u32 step)
{
	unsigned int shift;

	if (step < 2 * QUANTILES_STEPS)
		return step;
	shift = step / QUANTILES_STEPS - 1;
	return (__u64)(step % QUANTILES_STEPS + QUANTILES_STEPS) << shift;
}

__u64 quantiles_largest(__u32 step)
{
	return step + 1 < QUANTILES_MAX ? quantiles_least(step + 1) - 1 : UINT64_MAX;
}

__u64 quantiles_middle(__u32 step)
{
	__u64 least = quantiles_least(step);

	return least + (quantiles_largest(step) - least) / 2;
}

/* Index of the first that is not below `step`. */
static __u32 find(const struct quantiles *q, __u32 step)
{
	__u32 low = 0, high = q->count;

	while (low < high) {
		__u32 middle = (low + high) / 2;

		if (q->list[middle].step < step)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t size_of(__u32 steps)
{
	return steps ? steps * sizeof(struct quantiles_step) + MANAGEMENT : 0;
}

static bool grow(struct quantiles *q, size_t *room)
{
	__u32 steps = q->room ? 2 * q->room : ROOM_FIRST;
	size_t more = size_of(steps) - size_of(q->room);
	struct quantiles_step *list;

	if (*room < more)
		return false;
	list = realloc(q->list, steps * sizeof(*list));
	if (!list)
		return false;
	*room -= more;
	q->list = list;
	q->room = steps;
	return true;
}

static bool add(struct quantiles *q, struct quantiles_step add, size_t *room)
{
	__u32 at = find(q, add.step);

	if (at < q->count && q->list[at].step == add.step) {
		__u32 left = UINT32_MAX - q->list[at].count;

		q->list[at].count += add.count < left ? add.count : left;
		return true;
	}
	if (q->count == q->room && !grow(q, room))
		return false;
	memmove(&q->list[at + 1], &q->list[at], (q->count - at) * sizeof(*q->list));
	q->list[at] = add;
	q->count++;
	return true;
}

bool quantiles_add(struct quantiles *q, __u64 value, size_t *room)
{
	return add(q, (struct quantiles_step){ quantiles_step(value), 1 }, room);
}

__u64 quantiles_add_all(struct quantiles *q, const struct quantiles *from, size_t *room)
{
	__u64 unplaced = 0;

	for (__u32 i = 0; i < from->count; i++)
		if (!add(q, from->list[i], room))
			unplaced += from->list[i].count;
	return unplaced;
}

void quantiles_free(struct quantiles *q, size_t *room)
{
	*room += size_of(q->room);
	free(q->list);
	*q = (struct quantiles){ 0 };
}

void quantiles_sum_add(struct quantiles_sum *sum, const struct quantiles *q)
{
	for (__u32 i = 0; i < q->count; i++) {
		sum->count[q->list[i].step] += q->list[i].count;
		sum->total += q->list[i].count;
	}
}

__u64 quantiles_sum_value_at(const struct quantiles_sum *sum, double share)
{
	double exact = share * sum->total;
	__u64 rank = exact, passed = 0;
	__u32 step = 0;

	if (!sum->total)
		return 0;
	if (rank < 1 || rank < exact)
		rank++;
	if (rank > sum->total)
		rank = sum->total;
	while (passed + sum->count[step] < rank)
		passed += sum->count[step++];
	return quantiles_middle(step);
}

__u64 quantiles_sum_up_to(const struct quantiles_sum *sum, __u64 value)
{
	__u32 last = quantiles_step(value);
	__u64 passed = 0;

	for (__u32 step = 0; step <= last; step++)
		passed += sum->count[step];
	return passed;
}
