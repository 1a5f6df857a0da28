/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An index is a comfort: readers that do not find one go from head to head. So nothing waits for
 * it, and one that cannot be written is left out.
 */
#include "log_write/log_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log/log_block.h"

#define TAIL_SIZE (sizeof(struct log_index_tail) + sizeof(__u64))

int log_index_init(struct log_index *index)
{
	*index = (struct log_index){ .bytes = malloc(LOG_INDEX_MAX) };
	return index->bytes ? 0 : -ENOMEM;
}

void log_index_free(struct log_index *index)
{
	free(index->bytes);
}

static struct log_index_head *head_of(const struct log_index *index)
{
	return (struct log_index_head *)index->bytes;
}

static void begin(struct log_index *index, const __u8 *run_id, __u32 segment, __u64 previous)
{
	struct log_index_head *head = head_of(index);

	memset(head, 0, sizeof(*head));
	log_block_begin(&head->block, LOG_KIND_INDEX, run_id, segment, sizeof(*head));
	head->previous = previous;
	index->used = sizeof(*head);
	index->open = true;
}

void log_index_begin(struct log_index *index, const struct log_block *head)
{
	begin(index, head->run_id, head->segment, 0);
}

void log_index_chain(struct log_index *index, __u64 offset)
{
	struct log_block block = head_of(index)->block;

	begin(index, block.run_id, block.segment, offset);
}

void log_index_end(struct log_index *index)
{
	index->open = false;
}

/* Bytes of a block's head without its beginning and its checksum. */
static size_t fields_size(const struct log_block *block)
{
	return block->head_length - sizeof(*block) - sizeof(__u64);
}

size_t log_index_size(const struct log_block *block)
{
	bool listed = block->kind == LOG_KIND_BATCH;

	return listed ? sizeof(struct log_index_entry) + fields_size(block) : 0;
}

size_t log_index_room(const struct log_index *index)
{
	return index->open ? LOG_INDEX_MAX - TAIL_SIZE - index->used : (size_t)-1;
}

void log_index_add(struct log_index *index, const struct log_block *block, __u64 offset)
{
	struct log_index_entry *entry = (struct log_index_entry *)(index->bytes + index->used);

	if (!index->open || block->kind != LOG_KIND_BATCH)
		return;
	*entry = (struct log_index_entry){ offset, block->length, fields_size(block) };
	memcpy(entry + 1, block + 1, entry->size);
	index->used += sizeof(*entry) + entry->size;
	head_of(index)->count++;
}

size_t log_index_finish(struct log_index *index)
{
	struct log_index_tail *tail = (struct log_index_tail *)(index->bytes + index->used);

	*tail = (struct log_index_tail){ .length = index->used + TAIL_SIZE };
	return log_block_finish(index->bytes, index->used + sizeof(*tail));
}
