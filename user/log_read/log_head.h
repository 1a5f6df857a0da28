/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Heads of blocks without what is behind them: a reader that looks for some batches steps from head
 * to head.
 */
#ifndef HDRTAP_USER_LOG_HEAD_H
#define HDRTAP_USER_LOG_HEAD_H

#include "log/log_format.h"

#define LOG_HEAD_MAX 65528 /* bytes: head_length is 16 bits, and a multiple of LOG_BLOCK_ALIGN */

struct log_head {
	struct log_block block;   /* of the head: what it says of itself */
	__u8 bytes[LOG_HEAD_MAX]; /* block.head_length of them are the head, `block` included */
};

/*
 * Reads the head of the block that begins at that offset of a file. Adds to `*bytes_read` what was
 * read for that. Returns 1, 0 when the file ends before the head does, -EBADMSG when no good head
 * is there, or another -errno (none reported). Whether it is of the right run and segment, and
 * whether the file holds all of the block, is for the caller to look at.
 */
int log_head_read(int fd, __u64 offset, struct log_head *head, __u64 *bytes_read);

#endif
