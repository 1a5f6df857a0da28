/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What follows what: requests are compared with requests, responses with responses. Behind the
 * values that either of two records has there is nothing to compare.
 */
#include "log/log_changes.h"

#include <errno.h>
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

/* Writes a ^ b to `to`. Returns whether they differ. */
static inline int differ(__u8 *to, const __u8 *a, const __u8 *b)
{
	__u64 x[BLOCK / 8], y[BLOCK / 8], all = 0;

	memcpy(x, a, BLOCK);
	memcpy(y, b, BLOCK);
	for (int i = 0; i < BLOCK / 8; i++) {
		x[i] ^= y[i];
		all |= x[i];
	}
	memcpy(to, x, BLOCK);
	return all != 0;
}

/* As differ(), of a last block that is shorter: nothing behind it is read or written. */
static int differ_short(__u8 *to, const __u8 *a, const __u8 *b, size_t length)
{
	__u8 all = 0;

	for (size_t i = 0; i < length; i++) {
		to[i] = a[i] ^ b[i];
		all |= to[i];
	}
	return all != 0;
}

/* Puts what is new in up to eight blocks of `size` bytes in all behind `*end`. Returns their marks.
 */
static inline __u8 put_blocks(__u8 **end, const __u8 *now, __u8 *before, size_t size)
{
	__u8 marks = 0;

	for (size_t at = 0, block = 0; at < size; at += BLOCK, block++) {
		size_t length = size - at < BLOCK ? size - at : BLOCK;

		if (length < BLOCK ? !differ_short(*end, now + at, before + at, length)
				   : !differ(*end, now + at, before + at))
			continue;
		memcpy(before + at, now + at, length);
		marks |= 1 << block;
		*end += length;
	}
	return marks;
}

/* Bytes of the record that may differ from the one before: all, or whole blocks. */
static inline size_t compared(const struct log_changes *changes, const __u8 *now,
			      const __u8 *before)
{
	const __u32 size = changes->record_size;
	size_t filled = record_filled(now, size), filled_before = record_filled(before, size);

	if (filled < filled_before)
		filled = filled_before;
	filled = stride(filled);
	return filled < size ? filled : size;
}

size_t log_changes_put(struct log_changes *changes, __u8 *to, const struct hdrtap_record *rec)
{
	const __u32 size = changes->record_size, line = rec->kind % LOG_CHANGES_LINES;
	__u8 *before = changes->before + line * stride(size);
	__u8 *marks = to + 1, *end = marks + LOG_CHANGES_MARKS(size), *begin = end;
	const __u8 *now = (const __u8 *)rec;
	size_t filled = compared(changes, now, before);

	to[0] = line;
	for (size_t at = 0; at < filled; at += 8 * BLOCK) {
		size_t length = filled - at < 8 * BLOCK ? filled - at : 8 * BLOCK;

		*marks++ = put_blocks(&end, now + at, before + at, length);
	}
	while (marks < begin)
		*marks++ = 0;
	return end - to;
}

/* `length` is a multiple of 8. */
static void apply(__u8 *to, const __u8 *change, __u32 length)
{
	for (__u32 at = 0; at < length; at += 8) {
		__u64 a, b;

		memcpy(&a, to + at, sizeof(a));
		memcpy(&b, change + at, sizeof(b));
		a ^= b;
		memcpy(to + at, &a, sizeof(a));
	}
}

/* Writes one record to `to`, which holds the one before it. Returns the bytes read, 0: they are no
 * record. */
static size_t take_record(__u8 *to, __u32 record_size, const __u8 *from, size_t size)
{
	size_t read = 1 + LOG_CHANGES_MARKS(record_size);

	if (read > size)
		return 0;
	for (__u32 at = 0, block = 0; at < record_size; at += BLOCK, block++) {
		__u32 length = record_size - at < BLOCK ? record_size - at : BLOCK;

		if (!(from[1 + block / 8] & 1 << block % 8))
			continue;
		if (length > size - read)
			return 0;
		apply(to + at, from + read, length);
		read += length;
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
