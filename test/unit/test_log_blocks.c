/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Blocks of kinds that a reader does not know, and heads without what is behind them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log/log_block.h"
#include "log_fixture.h"
#include "log_read/log_blocks.h"
#include "log_read/log_head.h"
#include "said.h"

#define EACH     5
#define REQUIRED 0x123
#define OPTIONAL (LOG_KIND_OPTIONAL | 0x123)

/* A log of two batches with a made-up block before batch `before` (0, 1, or 2: behind both). */
static const char *with_block(__u16 kind, int before)
{
	static char path[256];
	__u8 *bytes, *all, *at;
	struct log_block *block, *first;
	size_t size;

	strcpy(path, log_make(log_temporary(), LOG_CODEC_ALL, 2, EACH));
	bytes = log_load(path, &size);
	size = log_without_index(bytes, size);
	all = calloc(1, size + 1024);
	first = log_block_at(bytes, size, 0);
	at = (__u8 *)log_block_at(bytes, size, 1 + before);
	at = at ? at : bytes + size;
	memcpy(all, bytes, at - bytes);
	block = (struct log_block *)(all + (at - bytes));
	log_block_begin(block, kind, first->run_id, first->segment, sizeof(*block) + 24);
	memset(block + 1, 0xab, 24 + 300);
	log_block_finish(block, sizeof(*block) + 24 + 300);
	memcpy((__u8 *)block + block->length, at, bytes + size - at);
	log_store(path, all, size + block->length);
	free(bytes);
	free(all);
	return path;
}

/* The exit status of the reader of FORMAT.md, and its lines. */
static int python(const char *path, int *lines)
{
	char command[512], line[65536];
	FILE *python;

	snprintf(command, sizeof(command),
		 "/usr/bin/python3 %.*s/../log_reader.py --raw %s 2>/dev/null",
		 (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__, path);
	python = popen(command, "r");
	cr_assert_not_null(python);
	for (*lines = 0; fgets(line, sizeof(line), python); ++*lines)
		;
	return pclose(python);
}

Test(log_blocks, optional_kinds_are_stepped_over)
{
	struct log_seen seen;
	const char *path;
	int lines;

	for (int before = 0; before <= 2; before++) {
		path = with_block(OPTIONAL, before);
		said_begin();
		cr_assert_eq(log_read(path, &seen), 0);
		cr_assert_str_eq(said_end(), "");
		cr_assert_eq(seen.records, 2 * EACH);
		log_expect(&seen, 0, 0, 2 * EACH);
		log_seen_free(&seen);
		cr_assert_eq(python(path, &lines), 0);
		cr_assert_eq(lines, 2 * EACH);
	}
}

Test(log_blocks, other_kinds_end_reading)
{
	struct log_seen seen;
	const char *path, *said;
	int lines;

	for (int before = 0; before <= 2; before++) {
		path = with_block(REQUIRED, before);
		said_begin();
		cr_assert_eq(log_read(path, &seen), -ENOTSUP);
		said = said_end();
		cr_assert(said_line(said, "it holds a block of kind 291 that this hdrtap does not "
					  "know; use a newer hdrtap"),
			  "%s", said);
		cr_assert_eq(seen.records, (__u32)before * EACH);
		log_seen_free(&seen);
		cr_assert_neq(python(path, &lines), 0);
		cr_assert_eq(lines, before * EACH);
	}
}

/* Damage is damage, whatever the block was. */
Test(log_blocks, a_damaged_block_of_any_kind)
{
	static const __u16 kind[] = { OPTIONAL, REQUIRED };
	struct log_seen seen;
	const char *path;
	__u8 *bytes;
	size_t size;

	for (int i = 0; i < 2; i++) {
		path = with_block(kind[i], 1);
		bytes = log_load(path, &size);
		((__u8 *)log_block_at(bytes, size, 2))[100] ^= 1;
		log_store(path, bytes, size);
		said_begin();
		cr_assert_eq(log_read(path, &seen), -EBADMSG);
		cr_assert(said_line(said_end(), "are damaged"));
		log_expect(&seen, 0, 0, 2 * EACH);
		log_seen_free(&seen);
		free(bytes);
	}
}

/* Steps from head to head. Returns how many heads there were; `*end` is what came behind. */
static __u32 step(const char *path, __u64 *bytes_read, int *end)
{
	static struct log_head head;
	int fd = open(path, O_RDONLY);
	__u64 offset = 0;
	__u32 count = 0;

	*bytes_read = 0;
	while ((*end = log_head_read(fd, offset, &head, bytes_read)) == 1) {
		cr_assert_eq(log_block_kind(head.bytes), head.block.kind);
		offset += head.block.length;
		count++;
	}
	close(fd);
	return count;
}

Test(log_blocks, from_head_to_head)
{
	const char *path = log_make(log_temporary(), LOG_CODEC_NONE, 20, 50);
	__u64 bytes_read;
	__u8 *bytes;
	size_t size;
	int end;

	cr_assert_eq(step(path, &bytes_read, &end), 22);
	cr_assert_eq(end, 0);
	bytes = log_load(path, &size);
	cr_assert_lt(bytes_read * 20, size);
	*((__u8 *)log_block_at(bytes, size, 3) + 2000) ^= 1; /* a body: nobody looks there */
	log_store(path, bytes, size);
	cr_assert_eq(step(path, &bytes_read, &end), 22);
	((struct log_batch_head *)log_block_at(bytes, size, 3))->number ^= 1;
	log_store(path, bytes, size);
	cr_assert_eq(step(path, &bytes_read, &end), 3);
	cr_assert_eq(end, -EBADMSG);
	free(bytes);
}

/* A head that is longer than what is read at first. */
Test(log_blocks, a_long_head)
{
	static struct log_head head;
	static __u8 bytes[LOG_HEAD_MAX + 64];
	struct log_block *block = (struct log_block *)bytes;
	char path[128];
	__u64 bytes_read = 0;
	size_t length;
	int fd;

	snprintf(path, sizeof(path), "%s/head", log_temporary());
	log_block_begin(block, OPTIONAL, bytes, 3, LOG_HEAD_MAX);
	memset(block + 1, 0xcd, LOG_HEAD_MAX - sizeof(*block));
	length = log_block_finish(block, LOG_HEAD_MAX);
	log_store(path, bytes, length);
	fd = open(path, O_RDONLY);
	cr_assert_eq(log_head_read(fd, 0, &head, &bytes_read), 1);
	cr_assert_eq(bytes_read, LOG_HEAD_MAX);
	cr_assert_eq(head.block.length, length);
	cr_assert(!memcmp(head.bytes, bytes, LOG_HEAD_MAX));
	cr_assert_eq(ftruncate(open(path, O_WRONLY), LOG_HEAD_MAX - 1), 0);
	cr_assert_eq(log_head_read(fd, 0, &head, &bytes_read), 0);
	close(fd);
}

/* A file that is short when it is opened, and then has the longest block. */
Test(log_blocks, a_file_that_grows)
{
	__u8 *bytes = calloc(1, LOG_BLOCK_MAX);
	struct log_block *block = (struct log_block *)bytes;
	struct log_blocks blocks;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/grows", log_temporary());
	log_block_begin(block, LOG_KIND_SEGMENT, bytes, 3, sizeof(struct log_segment_head));
	memset(block + 1, 0xcd, LOG_BLOCK_MAX - sizeof(*block));
	log_block_finish(block, LOG_BLOCK_MAX - sizeof(__u64));
	cr_assert_eq(block->length, LOG_BLOCK_MAX);
	log_store(path, bytes, 100);
	fd = open(path, O_RDONLY);
	cr_assert_eq(log_blocks_init(&blocks, fd, NULL, 0), 0);
	cr_assert_eq(log_blocks_next(&blocks, false), LOG_BLOCKS_WAIT);
	log_store(path, bytes, LOG_BLOCK_MAX);
	cr_assert_eq(log_blocks_next(&blocks, false), LOG_BLOCKS_FOUND);
	cr_assert_eq(blocks.length, LOG_BLOCK_MAX);
	cr_assert(!memcmp(blocks.block, bytes, LOG_BLOCK_MAX));
	log_blocks_free(&blocks);
	close(fd);
	free(bytes);
}
