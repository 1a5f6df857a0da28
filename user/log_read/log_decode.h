/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From whole blocks to what they say. Blocks come from files that anybody may have written: a right
 * checksum proves nothing about their content.
 */
#ifndef HDRTAP_USER_LOG_DECODE_H
#define HDRTAP_USER_LOG_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message.h"
#include "log/log_format.h"
#include "log_read/log_description.h"

struct log_batch {
	__u32 record_count;
	__s64 utc_offset;
	__u64 complete_until; /* as in struct log_batch_head */
	__u64 number;         /* likewise */
	__u32 segment;
	__u32 loss_count;
	const __u8 *losses; /* struct log_loss each, at any address */
	__u32 interface_count;
	const __u8 *interfaces; /* a table, as in log_interfaces.h */
	__u32 record_size;      /* as stored */
	__u8 *records;
};

struct log_decoder;

struct log_decoder *log_decoder_new(void);
void log_decoder_free(struct log_decoder *decoder);

/*
 * What a segment head says. Returns 1 when the records mean something else than before, 0 when not,
 * -EBADMSG when the head contradicts itself, -ENOTSUP when it needs a newer reader (`message` says
 * which, with `name`), or -ENOMEM.
 */
int log_decode_head(struct log_decoder *decoder, const __u8 *block, const char *name,
		    struct message *message);

/* As the last head said; held by the decoder. NULL before the first one, another one after a head
 * that returns 1. */
struct log_description *log_decoder_description(const struct log_decoder *decoder);

/*
 * What a batch's head says, from the `size` bytes between its struct log_block and its checksum, as
 * they stand in the batch and in an index. head->block becomes 0. `*filter`: head->filter_length
 * bytes within `fields`, or NULL. Returns 0, or -EBADMSG when it contradicts itself.
 */
int log_decode_batch_head(const __u8 *fields, size_t size, struct log_batch_head *head,
			  const __u8 **filter);

/* Returns 0, or -EBADMSG when the batch contradicts itself. */
int log_decode_batch(struct log_decoder *decoder, const __u8 *block, struct log_batch *batch);

/*
 * Record `i` of the batch last decoded, of the record size that log_decoder_meta() tells: one that
 * is shorter than the fields we know is filled up with zeros. Valid until the next call. NULL when
 * it contradicts itself.
 */
const struct hdrtap_record *log_decode_record(struct log_decoder *decoder,
					      const struct log_batch *batch, __u32 i);

struct log_loss log_decode_loss(const struct log_batch *batch, __u32 i);

/* What the interface of a record of the batch was called, NULL: not known. Valid as long as the
 * batch. */
const char *log_decode_interface(const struct log_batch *batch, __u32 ifindex);

#endif
