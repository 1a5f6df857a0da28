/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records copied without the bytes that carry nothing. Half of a record is room for values, most of
 * which is empty, and where records come by the hundred thousand they wait in memory that is not in
 * the processor's cache: what is not read or written there is what makes it fast.
 */
#ifndef HDRTAP_USER_RECORD_COPY_H
#define HDRTAP_USER_RECORD_COPY_H

#include <stddef.h>
#include <string.h>

#include <hdrtap/record.h>

/* Bytes of a record at any address, of `record_size`, behind which all are 0. */
static inline size_t record_filled(const void *record, __u32 record_size)
{
	__u16 used;

	memcpy(&used, (const __u8 *)record + offsetof(struct hdrtap_record, arena_used),
	       sizeof(used));
	if (used > record_size - HDRTAP_RECORD_HEAD)
		return record_size;
	return HDRTAP_RECORD_HEAD + used;
}

/* Puts a record, which may stand at any address, in the place of another one or of zeros. Only its
 * first record_filled() bytes are read. */
static inline void record_copy(struct hdrtap_record *to, const void *from, __u32 record_size)
{
	size_t size = record_filled(from, record_size), before = record_filled(to, record_size);

	memcpy(to, from, size);
	if (before > size)
		memset((__u8 *)to + size, 0, before - size);
}

/* Says that a record will be copied soon: as much of it as most records have. */
static inline void record_prefetch(const void *record)
{
	for (size_t at = 0; at < HDRTAP_RECORD_SIZE_DEFAULT; at += 64)
		__builtin_prefetch((const __u8 *)record + at);
}

#endif
