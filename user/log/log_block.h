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
	LOG_BLOCK_GOOD,  /* a whole block with the right checksum */
	LOG_BLOCK_SHORT, /* it may be one, but its end is not there */
	LOG_BLOCK_BAD,
};

/* Looks at `available` bytes, of which the first is the block's. */
enum log_block_state log_block_check(const __u8 *bytes, size_t available);

/*
 * Completes a block that has `used` bytes: length, zeros to align, checksum. There must be room for
 * LOG_BLOCK_END more bytes. Returns the block's length.
 */
size_t log_block_finish(void *block, size_t used);

#define LOG_BLOCK_END (LOG_BLOCK_ALIGN - 1 + sizeof(__u64))

bool log_block_is_head(const void *block);

#endif
