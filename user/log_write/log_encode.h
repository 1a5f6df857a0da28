/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From records to blocks, in memory. What was sealed waits in one buffer, in order, until somebody
 * has written it somewhere: to the files of a directory, or to a pipe.
 */
#ifndef HDRTAP_USER_LOG_ENCODE_H
#define HDRTAP_USER_LOG_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "log/log_format.h"
#include "run/meta.h"

#define LOG_BATCH_BYTES (768 << 10) /* most bytes that the records of a batch have */
#define LOG_PENDING_MAX (16 << 20)  /* bytes of sealed blocks that may wait */

struct log_encoder;

/* Returns NULL when out of memory. */
struct log_encoder *log_encoder_new(enum log_codec codec);
void log_encoder_free(struct log_encoder *encoder);

/*
 * What the records from here on mean. When that differs from before, the batch is sealed and a head
 * block follows. Returns 1 when it differed, 0 when not, -ENOSPC when too much is waiting (not
 * reported), or another -errno (reported).
 */
int log_encoder_describe(struct log_encoder *encoder, const struct run_meta *meta);

/* The next seal begins a new segment with a head block of its own. */
void log_encoder_rotate(struct log_encoder *encoder);

/* Takes a copy of the record and of its interface's name, which may be NULL. Returns 0, or -ENOSPC
 * (not reported) when too much is waiting. */
int log_encoder_add(struct log_encoder *encoder, const struct hdrtap_record *rec, __s64 utc_offset,
		    const char *interface);

/* For the next batch's loss table. */
void log_encoder_lost(struct log_encoder *encoder, __u32 cpu, enum log_loss_cause cause,
		      __u64 count);

/*
 * No record added from here on is older than `until`, by the records' clock, but for those flagged
 * LATE. The newest value stands in every batch from here on.
 */
void log_encoder_complete(struct log_encoder *encoder, __u64 until, __s64 utc_offset);

/* Makes a block of the records and losses there are, if any. Returns 0 or -ENOSPC (not reported).
 */
int log_encoder_seal(struct log_encoder *encoder);

/*
 * As log_encoder_seal(); without records and losses the block only carries log_encoder_complete()
 * on, if there is something new in that.
 */
int log_encoder_carry(struct log_encoder *encoder);

/* ns by CLOCK_BOOTTIME when the last block was sealed or a run was first described; 0: never. */
__u64 log_encoder_sealed(const struct log_encoder *encoder);

/* ns by CLOCK_BOOTTIME since when something waits to be sealed, 0: nothing does. */
__u64 log_encoder_since(const struct log_encoder *encoder);

/* The sealed blocks that wait; `log_encoder_taken` removes whole blocks at their beginning. */
const __u8 *log_encoder_blocks(const struct log_encoder *encoder, size_t *size);
void log_encoder_taken(struct log_encoder *encoder, size_t size);

/* Records that were added and are not in blocks that were taken. */
__u64 log_encoder_records(const struct log_encoder *encoder);

#endif
