/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The indexes of a segment: what stands in the heads of its batches.
 */
#ifndef HDRTAP_USER_LOG_INDEXES_H
#define HDRTAP_USER_LOG_INDEXES_H

#include <stddef.h>

#include "log/log_format.h"

/* Zeros: a segment without. */
struct log_indexes {
	int fd;
	struct log_block current; /* the segment's head: whose indexes they are */
	__u64 *offset;            /* of the indexes in the file, last one first */
	size_t count;             /* of those that were not loaded yet */
	__u8 *block;              /* the one that is loaded, or NULL */
	size_t at;                /* of its next entry in the block */
	__u32 left;               /* entries from there on */
};

struct log_indexed {
	__u32 length;       /* of the batch's block */
	const __u8 *fields; /* of its head, between struct log_block and the checksum */
	size_t size;        /* of these, bytes */
};

/*
 * Looks for indexes from the end of a file of `size` bytes. Without any, or with damaged ones, it
 * is as if there were none. Adds to `*bytes_read`. Returns 0, -ENOMEM or -EIO.
 */
int log_indexes_open(struct log_indexes *index, int fd, __u64 size, const struct log_block *current,
		     __u64 *bytes_read);
void log_indexes_close(struct log_indexes *index);

/*
 * What the indexes have of a batch that begins at that offset; offsets are asked in ascending
 * order. `batch` is valid until the next call. Returns 1, 0: nothing, or -errno.
 */
int log_indexes_at(struct log_indexes *index, __u64 offset, struct log_indexed *batch,
		   __u64 *bytes_read);

#endif
