/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records as what is new in them. A record says much of what the one before it said; taking that
 * out first leaves the compressor a fifth to work on. FORMAT.md, "Changes", says how they stand.
 */
#ifndef HDRTAP_USER_LOG_CHANGES_H
#define HDRTAP_USER_LOG_CHANGES_H

#include <stddef.h>

#include <hdrtap/record.h>

#define LOG_CHANGES_BLOCK 32 /* bytes that are equal or not */
#define LOG_CHANGES_LINES 2  /* records are compared within each of these */

/* A bit for every block of a record, in bytes. */
#define LOG_CHANGES_MARKS(record_size) \
	(((record_size) + 8 * LOG_CHANGES_BLOCK - 1) / (8 * LOG_CHANGES_BLOCK))

/* Most bytes that one record takes. */
#define LOG_CHANGES_MAX(record_size) (1 + LOG_CHANGES_MARKS(record_size) + (record_size))

struct log_changes;

/* For records of that size, a multiple of 8, at most LOG_RECORD_MAX. NULL: out of memory. */
struct log_changes *log_changes_new(__u32 record_size);

/* NULL is fine. */
void log_changes_free(struct log_changes *changes);

/* A batch begins: its records are compared with nothing before it. */
void log_changes_begin(struct log_changes *changes);

/* Writes to `to`, which has room for LOG_CHANGES_MAX() bytes, what is new in the record. Returns
 * its bytes. */
size_t log_changes_put(struct log_changes *changes, __u8 *to, const struct hdrtap_record *rec);

/*
 * Writes `count` records of `record_size` bytes to `to`, from all of the `size` bytes at `from`.
 * Returns 0, or -EBADMSG when these say something else (not reported).
 */
int log_changes_take(__u8 *to, __u32 record_size, __u32 count, const __u8 *from, size_t size);

#endif
