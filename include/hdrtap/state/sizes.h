/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What follows from the size of records, for whoever makes a struct hdrtap_config and the memory
 * that goes with it: user space only.
 */
#ifndef HDRTAP_SIZES_H
#define HDRTAP_SIZES_H

#include <hdrtap/state/work.h>

/* The least 2^n - 1 that is not below `number`. */
static inline __u32 hdrtap_mask_over(__u32 number)
{
	__u32 mask = HDRTAP_WORK_MASK_DEFAULT;

	while (mask < number)
		mask = 2 * mask + 1;
	return mask;
}

#define HDRTAP_RESERVED_MORE 512 /* bytes that can be reserved beyond an arena, at least */

/* `record_size`: as in record.h; 0: the default. */
static inline struct hdrtap_sizes hdrtap_sizes_of(__u32 record_size)
{
	__u32 size = record_size ? record_size : HDRTAP_RECORD_SIZE_DEFAULT;
	__u32 arena = size - HDRTAP_RECORD_HEAD;
	__u32 piece = arena < HDRTAP_WINDOW_BYTES ? arena : HDRTAP_WINDOW_BYTES;

	return (struct hdrtap_sizes){
		.record = size,
		.copied = (piece + HDRTAP_BLOCK - 1) / HDRTAP_BLOCK,
		.work_mask =
			hdrtap_mask_over(2 * arena + HDRTAP_RESERVED_MORE + HDRTAP_WORK_REST - 1),
		.copy_mask = hdrtap_mask_over(HDRTAP_REDACT_START + arena + HDRTAP_BLOCK),
	};
}

/* Bytes of a record that can be reserved for values. */
static inline __u32 hdrtap_reserved_max(const struct hdrtap_sizes *size)
{
	return size->work_mask + 1 - HDRTAP_WORK_REST - (size->record - HDRTAP_RECORD_HEAD);
}

/* Bytes of a place for a head in progress, and of a CPU's working space: their types' sizes are
 * those for the default size. */
static inline __u32 hdrtap_slot_size(const struct hdrtap_sizes *size)
{
	return sizeof(struct hdrtap_slot) + size->work_mask - HDRTAP_WORK_MASK_DEFAULT;
}

static inline __u32 hdrtap_work_size(const struct hdrtap_sizes *size)
{
	return sizeof(struct hdrtap_work) + size->copy_mask - HDRTAP_WINDOW_MASK;
}

/* So many places as take no more memory than `heads` of the default size; a power of two. */
static inline __u32 hdrtap_heads_of(__u32 heads, const struct hdrtap_sizes *size)
{
	__u64 bytes = (__u64)heads * sizeof(struct hdrtap_slot);

	while (heads > 1 && (__u64)heads * hdrtap_slot_size(size) > bytes)
		heads /= 2;
	return heads;
}

#endif
