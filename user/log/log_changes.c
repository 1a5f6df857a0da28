/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What follows what: requests are compared with requests, responses with responses. Behind the
 * values that either of two records has there is nothing to compare.
 */
#include "log/log_changes.h"

#include <errno.h>
#include <string.h>

#include "base/record_copy.h"

#define BLOCK  LOG_CHANGES_BLOCK
#define BLOCKS (HDRTAP_RECORD_SIZE / BLOCK)
#define HEAD   (1 + BLOCKS / 8)

_Static_assert(HDRTAP_RECORD_SIZE % BLOCK == 0 && BLOCKS % 8 == 0, "whole blocks, whole marks");
_Static_assert(HEAD == sizeof(__u32), "line and marks fit");

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

size_t log_changes_put(struct log_changes *changes, __u8 *to, const struct hdrtap_record *rec)
{
	__u32 line = rec->kind % LOG_CHANGES_LINES, head = line;
	__u8 *before = (__u8 *)&changes->before[line], *end = to + HEAD;
	const __u8 *now = (const __u8 *)rec;
	size_t filled = record_filled(rec), filled_before = record_filled(before);

	if (filled < filled_before)
		filled = filled_before;
	for (size_t at = 0; at < filled; at += BLOCK) {
		if (!differ(end, now + at, before + at))
			continue;
		memcpy(before + at, now + at, BLOCK);
		head |= 1u << (8 + at / BLOCK);
		end += BLOCK;
	}
	memcpy(to, &head, HEAD);
	return end - to;
}

/* Bytes of a bit per block of the record. */
static size_t marks_size(__u32 record_size)
{
	return ((record_size + BLOCK - 1) / BLOCK + 7) / 8;
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
	size_t read = 1 + marks_size(record_size);

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
