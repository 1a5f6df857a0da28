/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What all blocks of the record log have in common.
 */
#ifndef HDRTAP_USER_LOG_BLOCK_H
#define HDRTAP_USER_LOG_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "log/log_format.h"

enum log_block_state {
	LOG_BLOCK_GOOD,  /* what was looked at is whole and has the right checksums */
	LOG_BLOCK_SHORT, /* it may be good, but its end is not there */
	LOG_BLOCK_BAD,
};

/* Looks at a whole block: `available` bytes, of which the first is the block's. */
enum log_block_state log_block_check(const __u8 *bytes, size_t available);

/* Looks only at the block's head; what it says, the length too, can be believed when it is good. */
enum log_block_state log_block_check_head(const __u8 *bytes, size_t available);

/* Magic, run id, kind and head length of a new block; `run_id` has 16 bytes. The rest is 0. */
void log_block_begin(struct log_block *block, enum log_kind kind, const __u8 *run_id, __u32 segment,
		     size_t head_length);

/*
 * Completes a block that has `used` bytes, its head included: length, the head's checksum, zeros to
 * align, checksum. There must be room for LOG_BLOCK_END more bytes. Returns the block's length.
 */
size_t log_block_finish(void *block, size_t used);

#define LOG_BLOCK_END (LOG_BLOCK_ALIGN - 1 + sizeof(__u64))

/* Of whole heads, at any address. */
__u16 log_block_kind(const void *block);

#endif
