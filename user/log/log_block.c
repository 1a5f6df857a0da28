/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Blocks carry their own length and checksum, so that a reader needs nothing else to tell a whole
 * one from a damaged or an unfinished one.
 */
#include "log/log_block.h"

#include <string.h>
#include <xxhash.h>

/* As far as it is there. */
static bool has_magic(const __u8 *bytes, size_t available)
{
	size_t size = available < LOG_MAGIC_SIZE ? available : LOG_MAGIC_SIZE;

	return !memcmp(bytes, LOG_MAGIC_SEGMENT, size) || !memcmp(bytes, LOG_MAGIC_BATCH, size);
}

static bool plausible(const struct log_block *block)
{
	size_t least = log_block_is_head(block) ? sizeof(struct log_segment_head)
						: sizeof(struct log_batch_head);

	return block->length >= least + sizeof(__u64) && block->length <= LOG_BLOCK_MAX &&
	       block->length % LOG_BLOCK_ALIGN == 0;
}

enum log_block_state log_block_check(const __u8 *bytes, size_t available)
{
	struct log_block block;
	size_t summed;

	if (!has_magic(bytes, available))
		return LOG_BLOCK_BAD;
	if (available < sizeof(block))
		return LOG_BLOCK_SHORT;
	memcpy(&block, bytes, sizeof(block));
	if (!plausible(&block))
		return LOG_BLOCK_BAD;
	if (available < block.length)
		return LOG_BLOCK_SHORT;
	summed = block.length - sizeof(__u64);
	if (XXH3_64bits(bytes, summed) != hdrtap_load64(bytes + summed))
		return LOG_BLOCK_BAD;
	return LOG_BLOCK_GOOD;
}

size_t log_block_finish(void *block, size_t used)
{
	size_t summed = (used + LOG_BLOCK_ALIGN - 1) / LOG_BLOCK_ALIGN * LOG_BLOCK_ALIGN;
	__u8 *bytes = block;

	memset(bytes + used, 0, summed - used);
	((struct log_block *)block)->length = summed + sizeof(__u64);
	hdrtap_store64(bytes + summed, XXH3_64bits(bytes, summed));
	return summed + sizeof(__u64);
}

bool log_block_is_head(const void *block)
{
	return !memcmp(block, LOG_MAGIC_SEGMENT, LOG_MAGIC_SIZE);
}
