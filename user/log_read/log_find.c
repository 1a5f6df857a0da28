/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whatever the indexes say, blocks are gone through in their order: an index only tells what stands
 * in the head of a batch where one begins, and other blocks are looked at where they are.
 */
#include "log_read/log_find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "log_read/log_decode.h"

int log_find_init(struct log_find *find, int fd, const struct log_want *want,
		  struct log_passed *passed, __u64 at, const struct log_block *current)
{
	struct stat st;

	*find = (struct log_find){ .fd = fd, .want = want, .passed = passed, .at = at };
	find->head = malloc(sizeof(*find->head));
	if (!find->head)
		return -ENOMEM;
	if (!fstat(fd, &st))
		find->size = st.st_size;
	return log_indexes_open(&find->index, fd, find->size, current, &find->read);
}

void log_find_free(struct log_find *find)
{
	log_indexes_close(&find->index);
	free(find->head);
	*find = (struct log_find){ .fd = -1 };
}

/* Whether the file has all of the block. It may have grown. */
static bool is_there(struct log_find *find, __u32 length)
{
	struct stat st;

	if (find->size < find->at + length && !fstat(find->fd, &st))
		find->size = st.st_size;
	return find->size >= find->at + length;
}

/*
 * A batch whose head has these fields. Returns 1 when it is wanted, or for somebody else to judge,
 * 0: it was stepped over.
 */
static int judge_batch(struct log_find *find, __u32 length, const __u8 *fields, size_t size)
{
	struct log_batch_head head;
	const __u8 *filter;

	if (log_decode_batch_head(fields, size, &head, &filter) ||
	    log_want_batch(find->want, &head, filter))
		return 1;
	log_passed_over(find->passed, &head);
	find->at += length;
	return 0;
}

/* The block's head is good. Returns 1 when it is to be read, 0: it was stepped over. */
static int judge(struct log_find *find)
{
	const struct log_block *block = &find->head->block;

	if (block->kind == LOG_KIND_BATCH)
		return judge_batch(find, block->length, find->head->bytes + sizeof(*block),
				   block->head_length - sizeof(*block) - sizeof(__u64));
	if (!(block->kind & LOG_KIND_OPTIONAL))
		return 1;
	find->at += block->length;
	return 0;
}

/* Looks at the head that begins there. Returns 1, 0, or -ENODATA: there is none, or not all. */
static int judge_head(struct log_find *find, const struct log_block *current)
{
	const struct log_block *block = &find->head->block;
	int got = log_head_read(find->fd, find->at, find->head, &find->read);

	if (got < 0 && got != -EBADMSG)
		return got;
	if (got <= 0)
		return -ENODATA;
	if (memcmp(block->run_id, current->run_id, sizeof(block->run_id)) ||
	    block->segment != current->segment)
		return block->kind == LOG_KIND_SEGMENT ? 1 : -ENODATA;
	return is_there(find, block->length) ? judge(find) : -ENODATA;
}

int log_find_next(struct log_find *find, const struct log_block *current)
{
	struct log_indexed batch;
	int got = 0;

	while (!got) {
		got = log_indexes_at(&find->index, find->at, &batch, &find->read);
		if (got < 0)
			return got;
		if (!got || !is_there(find, batch.length)) {
			got = judge_head(find, current);
			continue;
		}
		got = judge_batch(find, batch.length, batch.fields, batch.size);
	}
	return got == -ENODATA ? 0 : got;
}
