/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One queue per CPU, sorted by time; the oldest record is the oldest of the queues' firsts. A CPU's
 * records come nearly sorted (a record's time is its head's first byte, but it is made at the
 * last), so a new one finds its place a few steps from the end. All queues share one pool of slots:
 * a record is copied once, into its slot, and emitted from there. Slots freed last are used next,
 * and slots never used cost no memory.
 *
 * What is held at high rates is more than the processor's cache, and waiting for memory is most of
 * what holding costs: what is looked at next stands side by side, and records are asked for before
 * their turn.
 */
#include "worker/merge.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/record_copy.h"

#define TIME_NONE ((__u64)-1)

/* Steps a late record may walk back to its place. Bounds what a sender of very slow heads can make
 * it cost. */
#define STEPS_MAX 64

#define QUEUE_BEGIN 1024 /* records a queue has room for at first; a power of two */
#define AHEAD       3    /* records that are asked for before their turn */

struct held {
	__u64 time;
	__u32 slot;
};

/* Entries first to first + count - 1, modulo `size`. */
struct queue {
	struct held *held;
	__u32 size; /* a power of two */
	__u32 first;
	__u32 count;
};

struct merge {
	merge_emit emit;
	void *context;
	unsigned int cpus;
	__u32 slots;
	__u32 touched; /* slots from here on were never used */
	__u32 free_count;
	__u32 *free; /* slots that were used and are free */
	struct queue *queue;
	__u64 *first_time; /* of each queue, TIME_NONE: empty */
	__u32 record_size;
	__u8 *records;  /* one a slot */
	__u64 complete; /* no later record is older, but for those flagged LATE */
};

/* Returns whether there was memory for it. */
static bool open_queue(struct merge *merge, unsigned int cpu)
{
	struct queue *queue = &merge->queue[cpu];

	merge->first_time[cpu] = TIME_NONE;
	queue->size = QUEUE_BEGIN;
	queue->held = malloc(queue->size * sizeof(*queue->held));
	return queue->held;
}

struct merge *merge_new(unsigned int cpus, __u32 slots, __u32 record_size, merge_emit emit,
			void *context)
{
	struct merge *merge = calloc(1, sizeof(*merge));

	if (!merge)
		return NULL;
	merge->emit = emit;
	merge->context = context;
	merge->cpus = cpus;
	merge->slots = slots;
	merge->record_size = record_size;
	merge->free = malloc(slots * sizeof(*merge->free));
	merge->queue = calloc(cpus, sizeof(*merge->queue));
	merge->first_time = malloc(cpus * sizeof(*merge->first_time));
	merge->records = calloc(slots, record_size);
	if (!merge->free || !merge->queue || !merge->first_time || !merge->records) {
		merge_free(merge);
		return NULL;
	}
	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		if (!open_queue(merge, cpu)) {
			merge_free(merge);
			return NULL;
		}
	return merge;
}

void merge_free(struct merge *merge)
{
	if (!merge)
		return;
	for (unsigned int cpu = 0; merge->queue && cpu < merge->cpus; cpu++)
		free(merge->queue[cpu].held);
	free(merge->free);
	free(merge->queue);
	free(merge->first_time);
	free(merge->records);
	free(merge);
}

static struct hdrtap_record *record_at(const struct merge *merge, __u32 slot)
{
	return (struct hdrtap_record *)(merge->records + (size_t)slot * merge->record_size);
}

static struct held *held_at(const struct queue *queue, __u32 i)
{
	return &queue->held[(queue->first + i) & (queue->size - 1)];
}

/* The CPU whose first record is the oldest; with nothing held, one whose first time is TIME_NONE.
 */
static unsigned int oldest(const struct merge *merge)
{
	unsigned int best = 0;

	for (unsigned int cpu = 1; cpu < merge->cpus; cpu++)
		if (merge->first_time[cpu] < merge->first_time[best])
			best = cpu;
	return best;
}

static void emit_first(struct merge *merge, unsigned int cpu)
{
	struct queue *queue = &merge->queue[cpu];
	__u64 time = held_at(queue, 0)->time;
	__u32 slot = held_at(queue, 0)->slot;

	if (time < merge->complete)
		record_at(merge, slot)->flags |= HDRTAP_FLAG(LATE);
	if (queue->count > AHEAD)
		record_prefetch(record_at(merge, held_at(queue, AHEAD)->slot));
	queue->first++;
	queue->count--;
	merge->first_time[cpu] = queue->count ? held_at(queue, 0)->time : TIME_NONE;
	merge->emit(merge->context, record_at(merge, slot));
	merge->free[merge->free_count++] = slot;
}

static __u32 take_slot(struct merge *merge)
{
	if (!merge->free_count && merge->touched < merge->slots)
		return merge->touched++;
	if (!merge->free_count)
		emit_first(merge, oldest(merge));
	if (merge->free_count > AHEAD)
		record_prefetch(record_at(merge, merge->free[merge->free_count - 1 - AHEAD]));
	return merge->free[--merge->free_count];
}

/* Makes a full queue larger. Without memory for that its first record goes out. */
static void make_room(struct merge *merge, unsigned int cpu)
{
	struct queue *queue = &merge->queue[cpu];
	__u32 size = 2 * queue->size;
	struct held *held = malloc(size * sizeof(*held));

	if (!held) {
		emit_first(merge, cpu);
		return;
	}
	for (__u32 i = 0; i < queue->count; i++)
		held[i] = *held_at(queue, i);
	free(queue->held);
	queue->held = held;
	queue->size = size;
	queue->first = 0;
}

/* The place of a record of that time, which becomes free: behind older ones. */
static struct held *insert(struct queue *queue, __u64 time)
{
	__u32 i = queue->count++;

	if (i && time < held_at(queue, 0)->time) {
		queue->first--;
		return held_at(queue, 0);
	}
	for (int step = 0; i && step < STEPS_MAX && held_at(queue, i - 1)->time > time; step++) {
		*held_at(queue, i) = *held_at(queue, i - 1);
		i--;
	}
	return held_at(queue, i);
}

void merge_push(struct merge *merge, unsigned int cpu, const void *record)
{
	struct queue *queue = &merge->queue[cpu];
	__u32 slot = take_slot(merge);
	struct hdrtap_record *rec = record_at(merge, slot);
	__u64 time;

	record_copy(rec, record, merge->record_size);
	time = rec->time;
	if (time == TIME_NONE) /* would look like an empty queue */
		time--;
	if (queue->count == queue->size)
		make_room(merge, cpu);
	*insert(queue, time) = (struct held){ time, slot };
	merge->first_time[cpu] = held_at(queue, 0)->time;
}

void merge_release(struct merge *merge, __u64 until)
{
	unsigned int cpu = oldest(merge);

	bool all = until == TIME_NONE;

	if (all)
		until--;
	while (merge->first_time[cpu] <= until) {
		emit_first(merge, cpu);
		cpu = oldest(merge);
	}
	/* Behind the loop: what is in disorder within a queue may come out only later. */
	if (!all && until > merge->complete)
		merge->complete = until;
}
