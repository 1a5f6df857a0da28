/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Blocks carry their own length and checksum, so that a reader needs nothing else to tell a whole
 * one from a damaged or an unfinished one. The head's own checksum lets it step from head to head.
 */
#include "log/log_block.h"

#include <string.h>
#include <xxhash.h>

/* As far as it is there. */
static bool has_magic(const __u8 *bytes, size_t available)
{
	return !memcmp(bytes, LOG_MAGIC, available < LOG_MAGIC_SIZE ? available : LOG_MAGIC_SIZE);
}

/* Of kinds that are not known anything behind struct log_block may be missing. */
static size_t least_head(__u16 kind)
{
	switch (kind) {
	case LOG_KIND_SEGMENT:
		return sizeof(struct log_segment_head);
	case LOG_KIND_BATCH:
		return sizeof(struct log_batch_head) + sizeof(__u64);
	case LOG_KIND_INDEX:
		return sizeof(struct log_index_head);
	default:
		return sizeof(struct log_block) + sizeof(__u64);
	}
}

static bool plausible(const struct log_block *block)
{
	return block->head_length >= least_head(block->kind) &&
	       block->head_length % LOG_BLOCK_ALIGN == 0 &&
	       block->length >= block->head_length + sizeof(__u64) &&
	       block->length <= LOG_BLOCK_MAX && block->length % LOG_BLOCK_ALIGN == 0;
}

/* Whether the last 8 of `size` bytes are the checksum of those before. */
static bool is_summed(const __u8 *bytes, size_t size)
{
	return XXH3_64bits(bytes, size - sizeof(__u64)) ==
	       hdrtap_load64(bytes + size - sizeof(__u64));
}

enum log_block_state log_block_check_head(const __u8 *bytes, size_t available)
{
	struct log_block block;

	if (!has_magic(bytes, available))
		return LOG_BLOCK_BAD;
	if (available < sizeof(block))
		return LOG_BLOCK_SHORT;
	memcpy(&block, bytes, sizeof(block));
	if (!plausible(&block))
		return LOG_BLOCK_BAD;
	if (available < block.head_length)
		return LOG_BLOCK_SHORT;
	return is_summed(bytes, block.head_length) ? LOG_BLOCK_GOOD : LOG_BLOCK_BAD;
}

enum log_block_state log_block_check(const __u8 *bytes, size_t available)
{
	enum log_block_state state = log_block_check_head(bytes, available);
	struct log_block block;

	if (state != LOG_BLOCK_GOOD)
		return state;
	memcpy(&block, bytes, sizeof(block));
	if (available < block.length)
		return LOG_BLOCK_SHORT;
	return is_summed(bytes, block.length) ? LOG_BLOCK_GOOD : LOG_BLOCK_BAD;
}

void log_block_begin(struct log_block *block, enum log_kind kind, const __u8 *run_id, __u32 segment,
		     size_t head_length)
{
	memset(block, 0, sizeof(*block));
	memcpy(block->magic, LOG_MAGIC, LOG_MAGIC_SIZE);
	memcpy(block->run_id, run_id, sizeof(block->run_id));
	block->segment = segment;
	block->kind = kind;
	block->head_length = head_length;
}

/* The last 8 of `size` bytes become the checksum of those before. */
static void sum(__u8 *bytes, size_t size)
{
	hdrtap_store64(bytes + size - sizeof(__u64), XXH3_64bits(bytes, size - sizeof(__u64)));
}

size_t log_block_finish(void *block, size_t used)
{
	size_t summed = (used + LOG_BLOCK_ALIGN - 1) / LOG_BLOCK_ALIGN * LOG_BLOCK_ALIGN;
	struct log_block *head = block;
	__u8 *bytes = block;

	memset(bytes + used, 0, summed - used);
	head->length = summed + sizeof(__u64);
	sum(bytes, head->head_length);
	sum(bytes, head->length);
	return head->length;
}

__u16 log_block_kind(const void *block)
{
	struct log_block head;

	memcpy(&head, block, sizeof(head));
	return head.kind;
}
