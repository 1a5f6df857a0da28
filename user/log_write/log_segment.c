/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Two heads of one run that mean the same are equal byte by byte: what differs from segment to
 * segment is filled in when the block is written.
 */
#include "log_write/log_segment.h"

#include <stdlib.h>
#include <string.h>

#include "log/log_block.h"

static void put_slots(struct log_slot *to, const struct run_meta *meta)
{
	__u32 i;

	for (i = 0; i < meta->slot_count; i++, to++) {
		memcpy(to->name, meta->slot[i].name, strlen(meta->slot[i].name));
		to->max = meta->slot[i].max;
		to->mode = meta->slot[i].mode;
		to->active = meta->slot[i].active;
		to->chosen = meta->slot[i].chosen;
	}
}

__u8 *log_segment_make(const struct run_meta *meta, size_t *size)
{
	size_t slots = meta->slot_count * sizeof(struct log_slot);
	struct log_segment_head *head = calloc(1, sizeof(*head) + slots);

	if (!head)
		return NULL;
	log_block_begin(&head->block, LOG_KIND_SEGMENT, meta->run_id, 0, sizeof(*head));
	head->format = LOG_FORMAT;
	head->schema = HDRTAP_SCHEMA;
	head->schema_compatible = LOG_SCHEMA_COMPATIBLE;
	head->record_size = meta->record_size;
	head->key_id = meta->key_id;
	head->slot_count = meta->slot_count;
	head->slot_size = sizeof(struct log_slot);
	memcpy(head->host, meta->host, strlen(meta->host));
	memcpy(head->boot_id, meta->boot_id, strlen(meta->boot_id));
	put_slots((struct log_slot *)(head + 1), meta);
	*size = sizeof(*head) + slots;
	return (__u8 *)head;
}
