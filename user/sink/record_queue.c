/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A reader that is too slow gets runs of records with holes between them, not a sample of single
 * ones, because a half is emptied as a whole.
 *
 * What a sink has to know before it can understand the next record (what it means, what is missing
 * before it) goes into the queue where it was said, so that the sink behind gets the same calls in
 * the same order as without a queue. Where there is no room for it, it goes in front of the next
 * record that there is room for, and records do not pass it.
 */
#include "sink/record_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/record_copy.h"

#define CPUS (1 << 16) /* record.cpu */

int record_queue_init(struct record_queue *queue)
{
	queue->filling = malloc(sizeof(*queue->filling));
	queue->other = malloc(sizeof(*queue->other));
	queue->lost = calloc(CPUS, sizeof(*queue->lost));
	if (queue->filling)
		queue->filling->used = 0;
	if (!queue->filling || !queue->other || !queue->lost)
		return -ENOMEM;
	queue->other->used = 0;
	return 0;
}

/* NULL: there is no room. */
static struct record_item *add(struct record_queue *queue, enum record_item_kind kind,
			       size_t record_size)
{
	struct record_half *half = queue->filling;
	size_t size = (sizeof(struct record_item) + record_size + 7) & ~7UL;
	struct record_item *item = (struct record_item *)(half->bytes + half->used);

	if (size > sizeof(half->bytes) - half->used)
		return NULL;
	queue->last = half->used;
	half->used += size;
	item->kind = kind;
	item->size = size;
	return item;
}

static bool add_loss(struct record_queue *queue, __u32 cpu)
{
	struct record_item *item = add(queue, RECORD_ITEM_LOST, 0);

	if (!item)
		return false;
	item->cpu = cpu;
	item->count = queue->lost[cpu];
	queue->lost[cpu] = 0;
	return true;
}

static bool add_losses(struct record_queue *queue)
{
	for (__u32 cpu = 0; cpu < queue->lost_cpus; cpu++)
		if (queue->lost[cpu] && !add_loss(queue, cpu))
			return false;
	queue->lost_cpus = 0;
	return true;
}

/* Time that goes on while nothing passes takes no room. NULL: the last item is another one. */
static struct record_item *last_complete(struct record_queue *queue)
{
	struct record_half *half = queue->filling;
	struct record_item *item = (struct record_item *)(half->bytes + queue->last);

	return half->used && item->kind == RECORD_ITEM_COMPLETE ? item : NULL;
}

static bool add_complete(struct record_queue *queue)
{
	struct record_item *item = queue->until ? last_complete(queue) : NULL;

	if (queue->until && !item)
		item = add(queue, RECORD_ITEM_COMPLETE, 0);
	if (!item)
		return !queue->until;
	item->until = queue->until;
	item->utc_offset = queue->until_offset;
	queue->until = 0;
	return true;
}

/* Returns whether the next record may follow. */
static bool settle(struct record_queue *queue)
{
	struct record_item *item = queue->meta ? add(queue, RECORD_ITEM_DESCRIBE, 0) : NULL;

	if (queue->meta && !item)
		return false;
	if (item)
		item->meta = queue->meta;
	queue->meta = NULL;
	return add_losses(queue) && add_complete(queue);
}

void record_queue_settle(struct record_queue *queue)
{
	settle(queue);
}

/* One that still waits for room is needed by no record: those since were not added. */
int record_queue_describe(struct record_queue *queue, const struct run_meta *meta)
{
	struct run_meta *copy = malloc(sizeof(*copy));

	if (!copy)
		return fail(ENOMEM, "cannot queue records: out of memory; end other programs");
	*copy = *meta;
	free(queue->meta);
	queue->meta = copy;
	queue->record_size = meta->record_size;
	settle(queue);
	return 0;
}

static void note_loss(struct record_queue *queue, __u32 cpu, __u64 count)
{
	if (cpu >= CPUS)
		cpu = CPUS - 1;
	queue->lost[cpu] += count;
	if (cpu >= queue->lost_cpus)
		queue->lost_cpus = cpu + 1;
}

void record_queue_lost(struct record_queue *queue, __u32 cpu, __u64 count)
{
	note_loss(queue, cpu, count);
	settle(queue);
}

void record_queue_complete(struct record_queue *queue, __u64 until, __s64 utc_offset)
{
	queue->until = until;
	queue->until_offset = utc_offset;
	settle(queue);
}

bool record_queue_add(struct record_queue *queue, const struct hdrtap_record *rec, __s64 utc_offset,
		      const char *interface)
{
	size_t size = record_filled(rec, queue->record_size);
	struct record_item *item = settle(queue) ? add(queue, RECORD_ITEM_RECORD, size) : NULL;

	if (!item) {
		note_loss(queue, rec->cpu, 1);
		return false;
	}
	item->utc_offset = utc_offset;
	strncpy(item->interface, interface ? interface : "", sizeof(item->interface));
	memcpy(item->record, rec, size);
	return true;
}

struct record_half *record_queue_swap(struct record_queue *queue)
{
	struct record_half *half = queue->filling;

	queue->filling = queue->other;
	queue->other = half;
	return half;
}

struct record_item *record_half_next(struct record_half *half, size_t *at)
{
	struct record_item *item = (struct record_item *)(half->bytes + *at);

	if (*at == half->used) {
		half->used = 0;
		return NULL;
	}
	*at += item->size;
	return item;
}

/* What nobody worked through. */
static void drop_items(struct record_half *half)
{
	const struct record_item *item;
	size_t at = 0;

	while ((item = record_half_next(half, &at)))
		if (item->kind == RECORD_ITEM_DESCRIBE)
			free(item->meta);
}

void record_queue_free(struct record_queue *queue)
{
	if (queue->filling)
		drop_items(queue->filling);
	free(queue->meta);
	free(queue->filling);
	free(queue->other);
	free(queue->lost);
}
