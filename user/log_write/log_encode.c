/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A record is read once: what is new in it goes into the batch; sealing compresses the batch
 * straight into the buffer of blocks. That buffer is normally empty again before the next batch is
 * full. It is as large as everything that may ever wait, but memory that was never written to costs
 * nothing.
 */
#include "log_write/log_encode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/clock.h"
#include "base/error.h"
#include "log/log_block.h"
#include "log/log_changes.h"
#include "log_write/log_naming.h"
#include "log_write/log_segment.h"
#include "log_write/log_summary.h"

/* Measured on records of ordinary traffic: level -5 takes 8 of 285 ns less for a record of the log,
 * which is then 24 bytes long instead of 13. */
#define ZSTD_LEVEL -1

#define BATCH_SIZE        (LOG_BATCH_BYTES + LOG_BATCH_BYTES / 64) /* with what changes add */
#define OFFSET_CHANGE_MAX 1000000 /* ns; more is a clock that was set, and a new batch */
#define LOSS_TABLE_MAX    (LOG_CPU_MAX * LOG_LOSS_MAX * sizeof(struct log_loss))

_Static_assert(LOG_RAW_MAX >= LOG_BATCH_BYTES && LOG_BATCH_BYTES >= LOG_RECORD_MAX, "batch size");
_Static_assert(LOG_CHANGES_MAX(HDRTAP_RECORD_HEAD) - HDRTAP_RECORD_HEAD <= HDRTAP_RECORD_HEAD / 64,
	       "changes of the shortest records");
_Static_assert(LOG_BATCH_BYTES / HDRTAP_RECORD_HEAD <= LOG_NAMING_MAX, "a name for each record");
_Static_assert(sizeof(struct log_batch_head) + LOG_FILTER_MAX + sizeof(__u64) + LOSS_TABLE_MAX +
			       LOG_NAMING_MAX * sizeof(struct log_interface) +
			       ZSTD_COMPRESSBOUND(BATCH_SIZE) + LOG_BLOCK_END <=
		       LOG_BLOCK_MAX,
	       "block size");

/* Called with less than LOG_PENDING_MAX there, a function adds two heads and a batch at most. */
#define BLOCKS_SIZE (LOG_PENDING_MAX + 3 * LOG_BLOCK_MAX)

struct log_encoder {
	enum log_codec codec;
	ZSTD_CCtx *zstd;
	struct log_changes *changes; /* NULL: nothing was described yet */
	__u32 record_size;
	__u32 batch_records; /* most of a batch */
	__u8 *batch;         /* BATCH_SIZE bytes, what the body is made of */
	size_t batch_size;
	__u32 record_count;
	struct log_summary summary;
	struct log_naming naming;
	__s64 utc_offset;
	__u64 since;
	__u64 number;                /* records in blocks, from segment 0 on */
	__u64 complete_until;        /* of records that were added, 0: not known */
	__u64 carried;               /* of that, what blocks say */
	__u64 sealed;                /* when the last block was */
	__u64 (*lost)[LOG_LOSS_MAX]; /* by CPU, for the next batch */
	__u32 lost_cpus;             /* CPUs from here on lost nothing */
	__u8 *head; /* what stands in head blocks, before it is finished; or NULL */
	size_t head_size;
	__u32 segment;
	bool rotate;
	__u8 *blocks; /* BLOCKS_SIZE bytes */
	size_t used;
};

struct log_encoder *log_encoder_new(enum log_codec codec)
{
	struct log_encoder *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->codec = codec;
	e->zstd = ZSTD_createCCtx();
	e->batch = malloc(BATCH_SIZE);
	e->lost = calloc(LOG_CPU_MAX, sizeof(*e->lost));
	e->blocks = malloc(BLOCKS_SIZE);
	if (e->zstd && e->batch && e->lost && e->blocks) {
		ZSTD_CCtx_setParameter(e->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
		return e;
	}
	log_encoder_free(e);
	return NULL;
}

void log_encoder_free(struct log_encoder *e)
{
	if (!e)
		return;
	ZSTD_freeCCtx(e->zstd);
	log_changes_free(e->changes);
	free(e->batch);
	free(e->lost);
	free(e->head);
	free(e->blocks);
	free(e);
}

static void append_head(struct log_encoder *e)
{
	struct log_segment_head *head = (struct log_segment_head *)(e->blocks + e->used);

	memcpy(head, e->head, e->head_size);
	head->block.segment = e->segment;
	head->created = clock_boottime() + clock_utc_offset();
	e->used += log_block_finish(head, e->head_size);
	e->rotate = false;
}

static bool same_run(const __u8 *a, const __u8 *b)
{
	return !memcmp(((const struct log_block *)a)->run_id, ((const struct log_block *)b)->run_id,
		       sizeof(((const struct log_block *)a)->run_id));
}

/* Takes the head of a segment to come over. */
static void take_head(struct log_encoder *e, __u8 *head, size_t size)
{
	if (e->head && same_run(e->head, head)) {
		e->segment++;
	} else {
		e->segment = 0;
		e->number = 0;
		e->complete_until = e->carried = 0;
		e->sealed = clock_boottime();
	}
	free(e->head);
	e->head = head;
	e->head_size = size;
}

/* Records are of that size from here on, before which the batch was sealed. */
static int set_record_size(struct log_encoder *e, __u32 record_size)
{
	struct log_changes *changes;

	if (e->record_size == record_size)
		return 0;
	changes = log_changes_new(record_size);
	if (!changes)
		return fail(ENOMEM, "cannot describe the log's records: out of memory; free some "
				    "memory");
	log_changes_free(e->changes);
	e->changes = changes;
	e->record_size = record_size;
	e->batch_records = LOG_BATCH_BYTES / record_size;
	return 0;
}

int log_encoder_describe(struct log_encoder *e, const struct run_meta *meta)
{
	size_t size;
	__u8 *head;
	int err;

	head = log_segment_make(meta, &size);
	if (!head)
		return fail(ENOMEM, "cannot describe the log's records: out of memory; free some "
				    "memory");
	err = e->used < LOG_PENDING_MAX ? 0 : -ENOSPC;
	if (err || (e->head && size == e->head_size && !memcmp(head, e->head, size))) {
		free(head);
		return err;
	}
	log_encoder_carry(e);
	err = set_record_size(e, meta->record_size);
	if (err) {
		free(head);
		return err;
	}
	take_head(e, head, size);
	log_summary_describe(&e->summary, meta);
	append_head(e);
	return 1;
}

void log_encoder_rotate(struct log_encoder *e)
{
	e->rotate = true;
}

/* Puts the record into the batch, which has room for it. */
static void put_record(struct log_encoder *e, const struct hdrtap_record *rec)
{
	__u8 *to = e->batch + e->batch_size;

	if (e->codec & LOG_CODEC_CHANGES) {
		e->batch_size += log_changes_put(e->changes, to, rec);
	} else {
		memcpy(to, rec, e->record_size);
		e->batch_size += e->record_size;
	}
	e->record_count++;
}

int log_encoder_add(struct log_encoder *e, const struct hdrtap_record *rec, __s64 utc_offset,
		    const char *interface)
{
	if (e->record_count == e->batch_records ||
	    (e->record_count && llabs(utc_offset - e->utc_offset) > OFFSET_CHANGE_MAX) ||
	    !log_naming_add(&e->naming, rec->ifindex, interface)) {
		int err = log_encoder_seal(e);

		if (err)
			return err;
		log_naming_add(&e->naming, rec->ifindex, interface);
	}
	if (!e->since)
		e->since = clock_boottime();
	e->utc_offset = utc_offset;
	log_summary_add(&e->summary, rec);
	put_record(e, rec);
	return 0;
}

void log_encoder_complete(struct log_encoder *e, __u64 until, __s64 utc_offset)
{
	if (until > e->complete_until)
		e->complete_until = until;
	if (!e->record_count)
		e->utc_offset = utc_offset;
}

void log_encoder_lost(struct log_encoder *e, __u32 cpu, enum log_loss_cause cause, __u64 count)
{
	if (cpu >= LOG_CPU_MAX)
		cpu = LOG_CPU_MAX - 1;
	e->lost[cpu][cause] += count;
	if (cpu >= e->lost_cpus)
		e->lost_cpus = cpu + 1;
	if (!e->since)
		e->since = clock_boottime();
}

/* Writes the loss table and starts a new one. Returns the number of its entries. */
static __u32 put_losses(struct log_encoder *e, struct log_loss *to)
{
	__u32 cpu, cause, count = 0;

	for (cpu = 0; cpu < e->lost_cpus; cpu++) {
		for (cause = 0; cause < LOG_LOSS_MAX; cause++) {
			if (!e->lost[cpu][cause])
				continue;
			to[count++] = (struct log_loss){ cpu, cause, e->lost[cpu][cause] };
			e->lost[cpu][cause] = 0;
		}
	}
	e->lost_cpus = 0;
	return count;
}

/* The body, compressed where that makes it smaller. */
static void put_body(struct log_encoder *e, struct log_batch_head *head, __u8 *to)
{
	size_t size = e->batch_size;

	head->raw_length = e->record_count * e->record_size;
	head->codec = e->record_count ? e->codec : LOG_CODEC_NONE;
	if (head->codec & LOG_CODEC_ZSTD)
		size = ZSTD_compress2(e->zstd, to, ZSTD_COMPRESSBOUND(BATCH_SIZE), e->batch,
				      e->batch_size);
	if (ZSTD_isError(size) || size >= e->batch_size) {
		head->codec &= ~LOG_CODEC_ZSTD;
		size = e->batch_size;
		memcpy(to, e->batch, size);
	}
	head->body_length = size;
}

static void append_batch(struct log_encoder *e)
{
	struct log_batch_head *head = (struct log_batch_head *)(e->blocks + e->used);
	struct log_interface *interfaces;
	struct log_loss *losses;
	size_t length;
	__u8 *body;

	memset(head, 0, sizeof(*head));
	length = log_summary_put(&e->summary, head);
	log_block_begin(&head->block, LOG_KIND_BATCH, ((struct log_block *)e->head)->run_id,
			e->segment, length);
	head->complete_until = e->complete_until;
	head->utc_offset = e->utc_offset;
	head->number = e->number;
	head->record_count = e->record_count;
	losses = (struct log_loss *)((__u8 *)head + length);
	head->loss_count = put_losses(e, losses);
	interfaces = (struct log_interface *)(losses + head->loss_count);
	head->interface_count = log_naming_put(&e->naming, interfaces);
	body = (__u8 *)(interfaces + head->interface_count);
	put_body(e, head, body);
	e->used += log_block_finish(head, body + head->body_length - (__u8 *)head);
}

/* Makes a block of whatever there is. Returns 0 or -ENOSPC. */
static int seal(struct log_encoder *e)
{
	if (e->used >= LOG_PENDING_MAX)
		return -ENOSPC;
	if (e->rotate && e->since) {
		e->segment++;
		append_head(e);
	}
	append_batch(e);
	e->number += e->record_count;
	e->carried = e->complete_until;
	e->sealed = clock_boottime();
	e->record_count = 0;
	e->batch_size = 0;
	log_changes_begin(e->changes);
	e->since = 0;
	return 0;
}

int log_encoder_seal(struct log_encoder *e)
{
	return e->since && e->head ? seal(e) : 0;
}

int log_encoder_carry(struct log_encoder *e)
{
	if (e->head && !e->since && e->complete_until > e->carried)
		return seal(e);
	return log_encoder_seal(e);
}

__u64 log_encoder_sealed(const struct log_encoder *e)
{
	return e->sealed;
}

__u64 log_encoder_since(const struct log_encoder *e)
{
	return e->since;
}

const __u8 *log_encoder_blocks(const struct log_encoder *e, size_t *size)
{
	*size = e->used;
	return e->blocks;
}

void log_encoder_taken(struct log_encoder *e, size_t size)
{
	memmove(e->blocks, e->blocks + size, e->used - size);
	e->used -= size;
}

__u64 log_encoder_records(const struct log_encoder *e)
{
	const struct log_block *block;
	__u64 count = e->record_count;
	size_t at;

	for (at = 0; at < e->used; at += block->length) {
		block = (const struct log_block *)(e->blocks + at);
		if (block->kind == LOG_KIND_BATCH)
			count += ((const struct log_batch_head *)block)->record_count;
	}
	return count;
}
