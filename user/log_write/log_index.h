/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The index of a segment that is being written: where its batches are and what their heads say.
 */
#ifndef HDRTAP_USER_LOG_INDEX_H
#define HDRTAP_USER_LOG_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "log/log_format.h"

struct log_index {
	__u8 *bytes; /* LOG_INDEX_MAX bytes: the index block as far as it is there */
	size_t used;
	bool open; /* there is a segment whose index is not written, or was not abandoned */
};

/* Returns 0 or -ENOMEM (not reported). */
int log_index_init(struct log_index *index);
void log_index_free(struct log_index *index);

/* A new segment, which that head begins. */
void log_index_begin(struct log_index *index, const struct log_block *head);

/* Bytes that the block takes in the index, and that the index has room for. */
size_t log_index_size(const struct log_block *block);
size_t log_index_room(const struct log_index *index);

/* The block was written at that offset of the file; there is room for it. */
void log_index_add(struct log_index *index, const struct log_block *block, __u64 offset);

/* Completes the block that is to be written. Returns its length. May be called again. */
size_t log_index_finish(struct log_index *index);

/* The block was written at that offset; the next one is for the batches from here on. */
void log_index_chain(struct log_index *index, __u64 offset);

/* The segment gets no more of it. */
void log_index_end(struct log_index *index);

#endif
