/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Finds the batches of a segment that are wanted without reading the others: by the indexes, where
 * there are any, and from head to head elsewhere.
 */
#ifndef HDRTAP_USER_LOG_FIND_H
#define HDRTAP_USER_LOG_FIND_H

#include "log_read/log_head.h"
#include "log_read/log_indexes.h"
#include "log_read/log_want.h"

struct log_find {
	int fd; /* of a file, not closed here */
	const struct log_want *want;
	__u64 at;   /* where to read on */
	__u64 size; /* of the file, as far as is known */
	struct log_indexes index;
	struct log_head *head;
	__u64 read; /* bytes */
	struct log_passed *passed;
};

/*
 * `at`: behind a segment head, which is `current`. What is passed over is added to `passed`.
 * Returns 0, -ENOMEM or -EIO.
 */
int log_find_init(struct log_find *find, int fd, const struct log_want *want,
		  struct log_passed *passed, __u64 at, const struct log_block *current);
void log_find_free(struct log_find *find);

/*
 * Moves `at` over batches that are not wanted. Returns 1: a block that is to be read begins there;
 * 0: what is there is to be read as it comes, because it is damaged, or not whole, or the end; or
 * -errno.
 */
int log_find_next(struct log_find *find, const struct log_block *current);

#endif
