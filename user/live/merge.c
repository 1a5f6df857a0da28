/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One list per CPU, sorted by time; the oldest record is the oldest of the lists' firsts. A CPU's
 * records come nearly sorted (a record's time is its head's first byte, but it is made at the
 * last), so a new one finds its place a few steps from the end. All lists share one pool of slots:
 * a record is copied once, into its slot, and emitted from there. Slots freed last are used next,
 * which keeps a calm stream in the processor's cache, and slots never used cost no memory.
 */
#include "merge.h"

#include <stdlib.h>

#include "record_copy.h"

#define NONE      ((__u32)-1)
#define TIME_NONE ((__u64)-1)

/* Steps a late record may walk back to its place. Bounds what a sender of very slow heads can make
 * it cost. */
#define STEPS_MAX 64

struct node {
	__u64 time;
	__u32 next; /* towards younger; of a free slot: the next free one */
	__u32 previous;
};

struct list {
	__u32 first;
	__u32 last;
};

struct merge {
	merge_emit emit;
	void *context;
	unsigned int cpus;
	__u32 slots;
	__u32 touched; /* slots from here on were never used */
	__u32 free;    /* first of the slots that were used and are free */
	struct list *list;
	__u64 *first_time; /* of each list, TIME_NONE: empty */
	struct node *node;
	struct hdrtap_record *record;
};

struct merge *merge_new(unsigned int cpus, __u32 slots, merge_emit emit, void *context)
{
	struct merge *merge = calloc(1, sizeof(*merge));

	if (!merge)
		return NULL;
	merge->emit = emit;
	merge->context = context;
	merge->cpus = cpus;
	merge->slots = slots;
	merge->free = NONE;
	merge->list = malloc(cpus * sizeof(*merge->list));
	merge->first_time = malloc(cpus * sizeof(*merge->first_time));
	merge->node = malloc(slots * sizeof(*merge->node));
	merge->record = calloc(slots, sizeof(*merge->record));
	if (!merge->list || !merge->first_time || !merge->node || !merge->record) {
		merge_free(merge);
		return NULL;
	}
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		merge->list[cpu] = (struct list){ NONE, NONE };
		merge->first_time[cpu] = TIME_NONE;
	}
	return merge;
}

void merge_free(struct merge *merge)
{
	if (!merge)
		return;
	free(merge->list);
	free(merge->first_time);
	free(merge->node);
	free(merge->record);
	free(merge);
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
	struct list *list = &merge->list[cpu];
	__u32 slot = list->first;
	struct node *node = &merge->node[slot];

	list->first = node->next;
	if (list->first == NONE) {
		list->last = NONE;
		merge->first_time[cpu] = TIME_NONE;
	} else {
		merge->node[list->first].previous = NONE;
		merge->first_time[cpu] = merge->node[list->first].time;
		record_prefetch(&merge->record[list->first]);
	}
	merge->emit(merge->context, &merge->record[slot]);
	node->next = merge->free;
	merge->free = slot;
}

static __u32 take_slot(struct merge *merge)
{
	__u32 slot;

	if (merge->free == NONE && merge->touched < merge->slots)
		return merge->touched++;
	if (merge->free == NONE)
		emit_first(merge, oldest(merge));
	slot = merge->free;
	merge->free = merge->node[slot].next;
	return slot;
}

/* The slot behind which a record of that time belongs, NONE: it is the first. */
static __u32 place(const struct merge *merge, unsigned int cpu, __u64 time)
{
	__u32 slot = merge->list[cpu].last;

	if (time < merge->first_time[cpu])
		return NONE;
	for (int step = 0; step < STEPS_MAX && merge->node[slot].time > time; step++)
		slot = merge->node[slot].previous;
	return slot;
}

static void insert_behind(struct merge *merge, unsigned int cpu, __u32 before, __u32 slot)
{
	struct list *list = &merge->list[cpu];
	__u32 *forward = before == NONE ? &list->first : &merge->node[before].next;
	__u32 *back = *forward == NONE ? &list->last : &merge->node[*forward].previous;

	merge->node[slot].next = *forward;
	merge->node[slot].previous = before;
	*forward = slot;
	*back = slot;
	merge->first_time[cpu] = merge->node[list->first].time;
}

void merge_push(struct merge *merge, unsigned int cpu, const void *record)
{
	__u32 slot = take_slot(merge);
	__u64 time;

	record_copy(&merge->record[slot], record);
	time = merge->record[slot].time;
	if (time == TIME_NONE) /* would look like an empty list */
		time--;
	merge->node[slot].time = time;
	insert_behind(merge, cpu, place(merge, cpu, time), slot);
}

void merge_release(struct merge *merge, __u64 until)
{
	unsigned int cpu = oldest(merge);

	if (until == TIME_NONE)
		until--;
	while (merge->first_time[cpu] <= until) {
		emit_first(merge, cpu);
		cpu = oldest(merge);
	}
}
