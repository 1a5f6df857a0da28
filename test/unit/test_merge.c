/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records of several CPUs come out in the order of time, each once and unchanged, whatever order
 * and however many go in.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "record_room.h"
#include "worker/merge.h"

#define EMITTED_MAX 20000

struct emitted {
	size_t count;
	size_t late;
	union record_room last;
	__u64 time[EMITTED_MAX];
	__u64 sequence[EMITTED_MAX];
	__u16 cpu[EMITTED_MAX];
};

static struct emitted emitted;

static void collect(void *context, const struct hdrtap_record *rec)
{
	struct emitted *to = context;

	cr_assert_lt(to->count, EMITTED_MAX);
	to->last = *record_room(rec);
	to->late += !!(rec->flags & HDRTAP_FLAG(LATE));
	to->time[to->count] = rec->time;
	to->sequence[to->count] = rec->sequence;
	to->cpu[to->count++] = rec->cpu;
}

static struct merge *make(unsigned int cpus, __u32 slots)
{
	struct merge *merge = merge_new(cpus, slots, HDRTAP_RECORD_SIZE_DEFAULT, collect, &emitted);

	cr_assert_not_null(merge);
	memset(&emitted, 0, sizeof(emitted));
	return merge;
}

static void push(struct merge *merge, unsigned int cpu, __u64 time, __u64 sequence)
{
	union record_room room = { .rec = { .time = time, .cpu = cpu, .sequence = sequence } };

	merge_push(merge, cpu, &room);
}

static void flush(struct merge *merge)
{
	merge_release(merge, (__u64)-1);
	merge_free(merge);
}

static void assert_times(size_t count, const __u64 *times)
{
	cr_assert_eq(emitted.count, count, "%zu records, not %zu", emitted.count, count);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(emitted.time[i], times[i], "record %zu has time %llu", i,
			     emitted.time[i]);
}

#define ASSERT_TIMES(...) \
	assert_times(sizeof((__u64[]){ __VA_ARGS__ }) / sizeof(__u64), (__u64[]){ __VA_ARGS__ })

Test(merge, sorts_across_cpus)
{
	struct merge *merge = make(3, 16);

	push(merge, 0, 10, 0);
	push(merge, 0, 40, 1);
	push(merge, 1, 20, 0);
	push(merge, 2, 5, 0);
	push(merge, 2, 30, 1);
	flush(merge);
	ASSERT_TIMES(5, 10, 20, 30, 40);
}

Test(merge, holds_what_is_younger)
{
	struct merge *merge = make(2, 16);

	push(merge, 0, 10, 0);
	push(merge, 1, 11, 0);
	push(merge, 0, 12, 1);
	merge_release(merge, 9);
	cr_assert_eq(emitted.count, 0);
	merge_release(merge, 11);
	ASSERT_TIMES(10, 11);
	push(merge, 1, 11, 1);
	flush(merge);
	ASSERT_TIMES(10, 11, 11, 12);
}

Test(merge, late_records_of_one_cpu_find_their_place)
{
	struct merge *merge = make(2, 16);

	push(merge, 0, 50, 0);
	push(merge, 0, 30, 1);
	push(merge, 0, 10, 2);
	push(merge, 0, 40, 3);
	push(merge, 0, 20, 4);
	push(merge, 0, 60, 5);
	push(merge, 1, 35, 0);
	flush(merge);
	ASSERT_TIMES(10, 20, 30, 35, 40, 50, 60);
}

Test(merge, equal_times_keep_order)
{
	struct merge *merge = make(2, 16);

	push(merge, 1, 7, 0);
	push(merge, 1, 7, 1);
	push(merge, 0, 7, 0);
	push(merge, 0, 7, 1);
	flush(merge);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(emitted.cpu[i], i / 2);
		cr_assert_eq(emitted.sequence[i], i % 2);
	}
}

Test(merge, full_emits_the_oldest_and_loses_nothing)
{
	struct merge *merge = make(2, 3);

	push(merge, 0, 10, 0);
	push(merge, 1, 5, 0);
	push(merge, 0, 20, 1);
	push(merge, 1, 30, 1);
	ASSERT_TIMES(5);
	push(merge, 0, 40, 2);
	ASSERT_TIMES(5, 10);
	flush(merge);
	ASSERT_TIMES(5, 10, 20, 30, 40);
}

Test(merge, one_slot)
{
	struct merge *merge = make(1, 1);

	push(merge, 0, 3, 0);
	push(merge, 0, 1, 1);
	push(merge, 0, 2, 2);
	flush(merge);
	ASSERT_TIMES(3, 1, 2);
}

Test(merge, extreme_times)
{
	struct merge *merge = make(2, 8);

	push(merge, 0, (__u64)-1, 0);
	push(merge, 1, 0, 0);
	merge_release(merge, 0);
	ASSERT_TIMES(0);
	flush(merge);
	ASSERT_TIMES(0, (__u64)-1);
}

Test(merge, copies_unaligned_records_whole)
{
	struct merge *merge = make(1, 8);
	union record_room room;
	__u8 bytes[sizeof(room) + 4];

	for (size_t i = 0; i < sizeof(room); i++)
		room.bytes[i] = i * 7 + 1;
	memcpy(bytes + 4, &room, sizeof(room));
	merge_push(merge, 0, bytes + 4);
	memset(bytes, 0, sizeof(bytes));
	flush(merge);
	cr_assert_eq(memcmp(&emitted.last, &room, sizeof(room)), 0);
}

Test(merge, a_very_late_record_costs_order_only)
{
	struct merge *merge = make(1, 1024);
	size_t found = 0;

	for (__u64 time = 1; time <= 1000; time++)
		push(merge, 0, time * 2, time);
	push(merge, 0, 3, 0);
	flush(merge);
	cr_assert_eq(emitted.count, 1001);
	for (size_t i = 0; i < emitted.count; i++)
		found += emitted.time[i] == 3;
	cr_assert_eq(found, 1);
}

/* As live: four CPUs whose clocks jitter a little, released in rounds. Deterministic. */
Test(merge, many_rounds_in_order)
{
	struct merge *merge = make(4, 4096);
	__u64 random = 1, pushed = 0;

	for (__u64 round = 1; round <= 100; round++) {
		for (int i = 0; i < 150; i++) {
			random = random * 6364136223846793005ULL + 1442695040888963407ULL;
			push(merge, random >> 62, round * 1000 + (random >> 33) % 1000, pushed++);
		}
		merge_release(merge, round * 1000 - 1);
	}
	flush(merge);
	cr_assert_eq(emitted.count, pushed);
	for (size_t i = 1; i < emitted.count; i++)
		cr_assert_leq(emitted.time[i - 1], emitted.time[i], "record %zu is out of order",
			      i);
}

/* What comes when younger ones were released already says so, and nothing else does. */
Test(merge, what_is_older_than_released_is_late)
{
	struct merge *merge = make(2, 8);

	push(merge, 0, 10, 0);
	push(merge, 1, 30, 0);
	merge_release(merge, 20);
	cr_assert(!(emitted.last.rec.flags & HDRTAP_FLAG(LATE)));
	push(merge, 0, 19, 1);
	merge_release(merge, 19);
	cr_assert_eq(emitted.last.rec.time, 19);
	cr_assert_eq(emitted.last.rec.flags, HDRTAP_FLAG(LATE));
	push(merge, 0, 20, 2);
	merge_release(merge, 20);
	cr_assert_eq(emitted.last.rec.time, 20);
	cr_assert_eq(emitted.last.rec.flags, 0);
	flush(merge);
	cr_assert_eq(emitted.last.rec.time, 30);
	cr_assert_eq(emitted.last.rec.flags, 0);
	cr_assert_eq(emitted.count, 4);
}

/* What stands too far back in its queue to be put in order is late, although it came in time. */
Test(merge, what_comes_out_behind_younger_ones_is_late)
{
	struct merge *merge = make(1, 256);

	for (__u64 i = 0; i < 100; i++)
		push(merge, 0, 1000 + i, i);
	push(merge, 0, 1010, 100);
	merge_release(merge, 1020);
	cr_assert(!(emitted.last.rec.flags & HDRTAP_FLAG(LATE)));
	for (size_t i = 0; i < emitted.count; i++)
		cr_assert_neq(emitted.sequence[i], 100);
	merge_release(merge, 1099);
	cr_assert_eq(emitted.count, 101);
	for (size_t i = 0; i < emitted.count; i++)
		if (emitted.sequence[i] == 100)
			cr_assert_gt(emitted.time[i - 1], 1020);
	cr_assert_eq(emitted.late, 1);
	flush(merge);
}
