/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What follows what: requests are compared with requests, responses with responses. Behind the
 * values that either of two records has there is nothing to compare.
 */
#include "log/log_changes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/record_copy.h"

#define BLOCK LOG_CHANGES_BLOCK

struct log_changes {
	__u32 record_size;
	__u8 before[]; /* a record per line, each with room for a whole last block */
};

static size_t stride(__u32 record_size)
{
	return (record_size + BLOCK - 1) / BLOCK * BLOCK;
}

struct log_changes *log_changes_new(__u32 record_size)
{
	struct log_changes *changes =
		calloc(1, sizeof(*changes) + LOG_CHANGES_LINES * stride(record_size));

	if (changes)
		changes->record_size = record_size;
	return changes;
}

void log_changes_free(struct log_changes *changes)
{
	free(changes);
}

void log_changes_begin(struct log_changes *changes)
{
	memset(changes->before, 0, LOG_CHANGES_LINES * stride(changes->record_size));
}

/* Half a block, in whatever the processor does two words at once with; at any address. */
typedef __u64 half_block __attribute__((vector_size(BLOCK / 2), aligned(1), may_alias));

static inline bool differ(const __u8 *a, const __u8 *b)
{
	half_block all =
		(*(const half_block *)a ^ *(const half_block *)b) |
		(*(const half_block *)(a + BLOCK / 2) ^ *(const half_block *)(b + BLOCK / 2));

	return all[0] | all[1];
}

/* Writes to `to` what is new in a block, which is the one before from now on. */
static inline void put_block(__u8 *to, const __u8 *now, __u8 *before)
{
	half_block first = *(const half_block *)now;
	half_block second = *(const half_block *)(now + BLOCK / 2);

	*(half_block *)to = first ^ *(half_block *)before;
	*(half_block *)(to + BLOCK / 2) = second ^ *(half_block *)(before + BLOCK / 2);
	*(half_block *)before = first;
	*(half_block *)(before + BLOCK / 2) = second;
}

/* Puts what is new in up to 64 blocks behind `*end`. Returns their marks. */
static inline __u64 put_blocks(__u8 **end, const __u8 *now, __u8 *before, size_t blocks)
{
	__u8 *to = *end;
	__u64 marks = 0;

	for (size_t block = 0; block < blocks; block++, now += BLOCK, before += BLOCK) {
		if (!differ(now, before))
			continue;
		put_block(to, now, before);
		marks |= 1ULL << block;
		to += BLOCK;
	}
	*end = to;
	return marks;
}

/* As put_blocks(), of a last block that is shorter: nothing behind it is read. */
static __u64 put_short(__u8 **end, const __u8 *now, __u8 *before, size_t length)
{
	__u8 whole[BLOCK] = { 0 }, changed[BLOCK];

	memcpy(whole, now, length);
	if (!differ(whole, before))
		return 0;
	put_block(changed, whole, before);
	memcpy(*end, changed, length);
	*end += length;
	return 1;
}

/* Bytes of the record that may differ from the one before. */
static inline size_t compared(const struct log_changes *changes, const __u8 *now,
			      const __u8 *before)
{
	size_t filled = record_filled(now, changes->record_size);
	size_t filled_before = record_filled(before, changes->record_size);

	return filled > filled_before ? filled : filled_before;
}

size_t log_changes_put(struct log_changes *changes, __u8 *to, const struct hdrtap_record *rec)
{
	const __u32 size = changes->record_size, line = rec->kind % LOG_CHANGES_LINES;
	__u8 *before = changes->before + line * stride(size);
	__u8 *marks = to + 1, *begin = marks + LOG_CHANGES_MARKS(size), *end = begin;
	const __u8 *now = (const __u8 *)rec;
	size_t filled = compared(changes, now, before), at, blocks;
	__u64 bits;

	to[0] = line;
	for (at = 0; marks < begin; at += 64 * BLOCK) {
		blocks = at < filled ? (filled - at + BLOCK - 1) / BLOCK : 0;
		if (blocks > (size - at) / BLOCK)
			blocks = (size - at) / BLOCK;
		if (blocks > 64)
			blocks = 64;
		bits = put_blocks(&end, now + at, before + at, blocks);
		for (int i = 0; i < 8 && marks < begin; i++, bits >>= 8)
			*marks++ = bits;
	}
	at = size / BLOCK;
	if (size % BLOCK && filled > at * BLOCK)
		to[1 + at / 8] |=
			put_short(&end, now + at * BLOCK, before + at * BLOCK, size % BLOCK)
			<< at % 8;
	return end - to;
}

/* `length`: BLOCK, or less in a last block. */
static inline void apply(__u8 *to, const __u8 *change, __u32 length)
{
	if (length == BLOCK) {
		*(half_block *)to ^= *(const half_block *)change;
		*(half_block *)(to + BLOCK / 2) ^= *(const half_block *)(change + BLOCK / 2);
		return;
	}
	for (__u32 at = 0; at < length; at++)
		to[at] ^= change[at];
}

/* Writes one record to `to`, which holds the one before it. Returns the bytes read, 0: they are no
 * record. */
static size_t take_record(__u8 *to, __u32 record_size, const __u8 *from, size_t size)
{
	size_t read = 1 + LOG_CHANGES_MARKS(record_size);

	if (read > size)
		return 0;
	for (__u32 begin = 0; begin < record_size; begin += 8 * BLOCK) {
		unsigned int marks = from[1 + begin / (8 * BLOCK)];

		for (; marks; marks &= marks - 1) {
			__u32 at = begin + __builtin_ctz(marks) * BLOCK, length = BLOCK;

			if (at >= record_size)
				break;
			if (length > record_size - at)
				length = record_size - at;
			if (length > size - read)
				return 0;
			apply(to + at, from + read, length);
			read += length;
		}
	}
	return read;
}

int log_changes_take(__u8 *to, __u32 record_size, __u32 count, const __u8 *from, size_t size)
{
	const __u8 *before[LOG_CHANGES_LINES] = { NULL };

	for (; count; count--, to += record_size) {
		__u32 line = size ? from[0] : LOG_CHANGES_LINES;
		size_t read;

		if (line >= LOG_CHANGES_LINES)
			return -EBADMSG;
		if (before[line])
			memcpy(to, before[line], record_size);
		else
			memset(to, 0, record_size);
		read = take_record(to, record_size, from, size);
		if (!read)
			return -EBADMSG;
		before[line] = to;
		from += read;
		size -= read;
	}
	return size ? -EBADMSG : 0;
}
