/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A segment ends with an index, and each index knows where the one before it is. They are listed
 * from the end and loaded from the beginning, one at a time. All of it may be a stranger's: an
 * index that is not as it should be is left out, and the heads themselves are read instead.
 */
#include "log_read/log_indexes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/log_block.h"

#define END_SIZE (sizeof(struct log_index_tail) + sizeof(__u64))

/* Returns 1, 0 when the file ends before, or -errno. */
static int read_at(int fd, void *to, size_t size, __u64 offset, __u64 *bytes_read)
{
	size_t have = 0;
	ssize_t got;

	while (have < size) {
		got = pread(fd, (__u8 *)to + have, size - have, offset + have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return 0;
		have += got;
		*bytes_read += got;
	}
	return 1;
}

/* Whether a block may be an index of this segment. */
static bool may_be_index(const struct log_indexes *index, const struct log_block *block)
{
	return !memcmp(block->magic, LOG_MAGIC, LOG_MAGIC_SIZE) &&
	       !memcmp(block->run_id, index->current.run_id, sizeof(block->run_id)) &&
	       block->segment == index->current.segment && block->kind == LOG_KIND_INDEX &&
	       block->head_length >= sizeof(struct log_index_head) &&
	       block->length >= block->head_length + END_SIZE && block->length <= LOG_BLOCK_MAX;
}

static int remember(struct log_indexes *index, __u64 offset)
{
	__u64 *grown;

	if (index->count % 16 == 0) {
		grown = reallocarray(index->offset, index->count + 16, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		index->offset = grown;
	}
	index->offset[index->count++] = offset;
	return 0;
}

/* Remembers the index at `offset`, which ends before `limit`. Returns 1 with the one before it, 0:
 * that is none, or -errno. */
static int list_one(struct log_indexes *index, __u64 *offset, __u64 limit, __u64 *bytes_read)
{
	struct log_index_head head;
	int got = read_at(index->fd, &head, sizeof(head), *offset, bytes_read);

	if (got <= 0)
		return got;
	if (!may_be_index(index, &head.block) || head.block.length > limit - *offset ||
	    (head.block.head_length == sizeof(head) &&
	     log_block_check_head((const __u8 *)&head, sizeof(head)) != LOG_BLOCK_GOOD))
		return 0;
	got = remember(index, *offset);
	if (got)
		return got;
	if (!head.previous || head.previous >= *offset)
		return 0;
	*offset = head.previous;
	return 1;
}

int log_indexes_open(struct log_indexes *index, int fd, __u64 size, const struct log_block *current,
		     __u64 *bytes_read)
{
	struct log_index_tail tail;
	__u64 offset, limit, at;
	int got;

	*index = (struct log_indexes){ .fd = fd, .current = *current };
	if (size < END_SIZE)
		return 0;
	got = read_at(fd, &tail, sizeof(tail), size - END_SIZE, bytes_read);
	if (got <= 0)
		return got;
	if (tail.length < sizeof(struct log_index_head) + END_SIZE || tail.length > LOG_BLOCK_MAX ||
	    tail.length > size)
		return 0;
	for (got = 1, limit = size, offset = size - tail.length; got > 0; limit = at) {
		at = offset;
		got = list_one(index, &offset, limit, bytes_read);
	}
	return got;
}

void log_indexes_close(struct log_indexes *index)
{
	free(index->offset);
	free(index->block);
	*index = (struct log_indexes){ .fd = -1 };
}

/* Loads the next index. Returns 1, 0 when it is not good, or -errno. */
static int load(struct log_indexes *index, __u64 *bytes_read)
{
	__u64 offset = index->offset[--index->count];
	struct log_index_head head;
	int got = read_at(index->fd, &head, sizeof(head), offset, bytes_read);

	free(index->block);
	index->block = NULL;
	index->left = 0;
	if (got <= 0 || !may_be_index(index, &head.block))
		return got < 0 ? got : 0;
	index->block = malloc(head.block.length);
	if (!index->block)
		return -ENOMEM;
	memcpy(index->block, &head, sizeof(head));
	got = read_at(index->fd, index->block + sizeof(head), head.block.length - sizeof(head),
		      offset + sizeof(head), bytes_read);
	if (got <= 0 || log_block_check(index->block, head.block.length) != LOG_BLOCK_GOOD)
		return got < 0 ? got : 0;
	index->at = head.block.head_length;
	index->left = head.count;
	return 1;
}

/* Whether the next entry is within the block. */
static bool fits(const struct log_indexes *index, struct log_index_entry *entry)
{
	const struct log_block *block = (const struct log_block *)index->block;
	size_t end = block->length - END_SIZE;

	if (end < index->at + sizeof(*entry))
		return false;
	memcpy(entry, index->block + index->at, sizeof(*entry));
	return entry->size <= end - index->at - sizeof(*entry);
}

/* The next entry. Returns whether there is one; behind one that does not fit there is none. */
static bool entry_of(struct log_indexes *index, struct log_index_entry *entry)
{
	if (index->left && !fits(index, entry))
		index->left = 0;
	return index->left;
}

static void next_entry(struct log_indexes *index, const struct log_index_entry *entry)
{
	size_t size = sizeof(*entry) + entry->size;

	index->at += (size + LOG_BLOCK_ALIGN - 1) / LOG_BLOCK_ALIGN * LOG_BLOCK_ALIGN;
	index->left--;
}

/* Makes the entry of that offset the next one. Returns 1, 0: there is none, or -errno. */
static int skip_to(struct log_indexes *index, __u64 offset, struct log_index_entry *entry,
		   __u64 *bytes_read)
{
	int got;

	for (;;) {
		while (!entry_of(index, entry)) {
			if (!index->count)
				return 0;
			got = load(index, bytes_read);
			if (got < 0)
				return got;
		}
		if (entry->offset >= offset)
			return entry->offset == offset;
		next_entry(index, entry);
	}
}

int log_indexes_at(struct log_indexes *index, __u64 offset, struct log_indexed *batch,
		   __u64 *bytes_read)
{
	struct log_index_entry entry;
	int got = skip_to(index, offset, &entry, bytes_read);

	if (got <= 0)
		return got;
	if (entry.length < sizeof(struct log_block) || entry.length % LOG_BLOCK_ALIGN)
		return 0;
	batch->length = entry.length;
	batch->fields = index->block + index->at + sizeof(entry);
	batch->size = entry.size;
	return 1;
}
