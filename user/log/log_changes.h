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

/* Most bytes that one of our records takes. */
#define LOG_CHANGES_MAX (1 + HDRTAP_RECORD_SIZE / LOG_CHANGES_BLOCK / 8 + HDRTAP_RECORD_SIZE)

/* Zeros where a batch begins. */
struct log_changes {
	struct hdrtap_record before[LOG_CHANGES_LINES];
};

/* Writes to `to`, which has room for LOG_CHANGES_MAX bytes, what is new in the record. Returns its
 * bytes. */
size_t log_changes_put(struct log_changes *changes, __u8 *to, const struct hdrtap_record *rec);

/*
 * Writes `count` records of `record_size` bytes to `to`, from all of the `size` bytes at `from`.
 * Returns 0, or -EBADMSG when these say something else (not said).
 */
int log_changes_take(__u8 *to, __u32 record_size, __u32 count, const __u8 *from, size_t size);

#endif
