/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Sizes come from the head, not from our structures: an entry that is longer than ours has its end
 * left away, a shorter one is filled up with zeros, and so is a record that ends before its arena.
 * All others are used where they were decompressed to, without a copy.
 */
#include "log_read/log_decode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "log/log_block.h"
#include "log/log_changes.h"
#include "log/log_interfaces.h"

#define SCHEMA_FIRST 2 /* the first that was released */
#define RAW_FIRST    (64 << 10)

struct log_decoder {
	ZSTD_DCtx *zstd;
	__u8 *raw;     /* the records of the batch */
	__u8 *changes; /* what is new in them */
	size_t room;   /* bytes of records that `raw` and `changes` suffice for */
	__u8 *head;    /* the last head block, without its number, time and checksums; or NULL */
	size_t head_size;
	__u32 record_size;
	struct log_description *description; /* NULL before the first head */
	struct hdrtap_record rec; /* one that is shorter than the fields we know, zeros behind */
};

struct log_decoder *log_decoder_new(void)
{
	struct log_decoder *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->zstd = ZSTD_createDCtx();
	if (d->zstd)
		return d;
	log_decoder_free(d);
	return NULL;
}

void log_decoder_free(struct log_decoder *d)
{
	if (!d)
		return;
	ZSTD_freeDCtx(d->zstd);
	free(d->raw);
	free(d->changes);
	free(d->head);
	log_description_release(d->description);
	free(d);
}

/* Copies as much of an entry of `size` bytes as we know of; the rest is zero. */
static void take(void *to, size_t known, const __u8 *from, size_t size)
{
	memset(to, 0, known);
	memcpy(to, from, size < known ? size : known);
}

static int take_slots(struct run_meta *meta, const __u8 *from, const struct log_segment_head *head)
{
	struct log_slot slot;
	__u32 i;

	meta->slot_count = head->slot_count;
	for (i = 0; i < head->slot_count; i++, from += head->slot_size) {
		take(&slot, sizeof(slot), from, head->slot_size);
		if (slot.name[sizeof(slot.name) - 1] || slot.mode >= HDRTAP_MODE_MAX)
			return -EBADMSG;
		strcpy(meta->slot[i].name, slot.name);
		meta->slot[i].max = slot.max;
		meta->slot[i].mode = slot.mode;
		meta->slot[i].active = !!slot.active;
		meta->slot[i].chosen = slot.chosen || !slot.active ? slot.chosen : ~0u;
	}
	return 0;
}

/* Returns 0, -EBADMSG, or -ENOTSUP with a message. */
static int check_head(const struct log_segment_head *head, const char *name,
		      struct message *message)
{
	__u64 size =
		head->block.head_length + (__u64)head->slot_count * head->slot_size + sizeof(__u64);

	if (head->format != LOG_FORMAT)
		return message_set(message, ENOTSUP,
				   "cannot read %s: its format is %u, but this hdrtap reads "
				   "format %u; use the hdrtap that wrote it",
				   name, head->format, LOG_FORMAT);
	if (head->schema < SCHEMA_FIRST)
		return message_set(message, ENOTSUP,
				   "cannot read %s: its records have schema %u, which was never "
				   "released; capture again",
				   name, head->schema);
	if (head->schema > HDRTAP_SCHEMA && head->schema_compatible > HDRTAP_SCHEMA)
		return message_set(message, ENOTSUP,
				   "cannot read %s: its records have schema %u, but this hdrtap "
				   "reads schemas up to %u; use a newer hdrtap",
				   name, head->schema, HDRTAP_SCHEMA);
	if (size > head->block.length || head->slot_count < HDRTAP_SLOT_NAMES ||
	    head->slot_count > RUN_SLOTS_MAX || !head->slot_size || head->record_size % 8 ||
	    !head->record_size || head->record_size > LOG_RECORD_MAX ||
	    head->host[sizeof(head->host) - 1] || head->boot_id[sizeof(head->boot_id) - 1])
		return -EBADMSG;
	return 0;
}

static int take_head(struct run_meta *meta, const __u8 *block, const struct log_segment_head *head)
{
	memcpy(meta->run_id, head->block.run_id, sizeof(meta->run_id));
	memcpy(meta->host, head->host, sizeof(meta->host) - 1);
	memcpy(meta->boot_id, head->boot_id, sizeof(meta->boot_id) - 1);
	meta->record_size = head->record_size;
	if (meta->record_size < HDRTAP_RECORD_HEAD)
		meta->record_size = HDRTAP_RECORD_HEAD;
	meta->key_id = head->key_id;
	return take_slots(meta, block + head->block.head_length, head);
}

/* Remembers the head. Returns 1 when it says something else than the one before, 0, or -ENOMEM. */
static int remember(struct log_decoder *d, const __u8 *block, struct log_segment_head head)
{
	size_t size = head.block.length - sizeof(__u64);
	__u8 *copy = malloc(size);
	int changed;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, block, size);
	head.block.segment = 0;
	head.created = 0;
	memcpy(copy, &head, sizeof(head));
	memset(copy + head.block.head_length - sizeof(__u64), 0, sizeof(__u64));
	changed = !d->head || size != d->head_size || memcmp(copy, d->head, size);
	free(d->head);
	d->head = copy;
	d->head_size = size;
	return changed;
}

static int take_description(struct log_description *description, const __u8 *block,
			    const struct log_segment_head *head)
{
	description->schema = head->schema;
	description->record_size = head->record_size;
	for (size_t i = 0; i < sizeof(head->block.run_id); i++)
		sprintf(description->run + 2 * i, "%02x", head->block.run_id[i]);
	return take_head(&description->meta, block, head);
}

int log_decode_head(struct log_decoder *d, const __u8 *block, const char *name,
		    struct message *message)
{
	struct log_description *description;
	struct log_segment_head head;
	int err;

	memcpy(&head, block, sizeof(head));
	err = check_head(&head, name, message);
	if (err)
		return err;
	description = log_description_new();
	err = description ? take_description(description, block, &head) : -ENOMEM;
	if (!err)
		err = remember(d, block, head);
	if (err > 0) {
		log_description_release(d->description);
		d->description = description;
		d->record_size = head.record_size;
	} else {
		log_description_release(description);
	}
	return err;
}

struct log_description *log_decoder_description(const struct log_decoder *d)
{
	return d->description;
}

/* A filter must be one, and within the head. */
static bool filter_fits(const struct log_batch_head *head, size_t size)
{
	size_t length = head->filter_length, end = head->filter_offset + length;

	return length >= LOG_BLOCK_ALIGN && length <= LOG_FILTER_MAX && !(length & (length - 1)) &&
	       head->filter_offset >= sizeof(*head) && end <= sizeof(head->block) + size;
}

int log_decode_batch_head(const __u8 *fields, size_t size, struct log_batch_head *head,
			  const __u8 **filter)
{
	size_t known = sizeof(*head) - sizeof(head->block);

	*filter = NULL;
	if (size < known)
		return -EBADMSG;
	memset(&head->block, 0, sizeof(head->block));
	memcpy((__u8 *)head + sizeof(head->block), fields, known);
	if (!head->filter_length)
		return 0;
	if (!filter_fits(head, size))
		return -EBADMSG;
	*filter = fields + head->filter_offset - sizeof(head->block);
	return 0;
}

static bool batch_fits(const struct log_decoder *d, const struct log_batch_head *head)
{
	__u64 size = head->block.head_length + head->loss_count * (__u64)sizeof(struct log_loss) +
		     head->interface_count * (__u64)sizeof(struct log_interface) +
		     head->body_length + sizeof(__u64);

	return size <= head->block.length && head->block.length - size < LOG_BLOCK_ALIGN &&
	       head->raw_length <= LOG_RAW_MAX &&
	       head->raw_length == (__u64)head->record_count * d->record_size;
}

/* Returns the bytes of the body uncompressed, or -EBADMSG. */
static ssize_t decompress(struct log_decoder *d, __u8 *to, size_t room, const __u8 *body,
			  const struct log_batch_head *head)
{
	size_t size = head->body_length;

	if (head->codec & LOG_CODEC_ZSTD) {
		size = ZSTD_decompressDCtx(d->zstd, to, room, body, size);
		return ZSTD_isError(size) ? -EBADMSG : (ssize_t)size;
	}
	if (size > room)
		return -EBADMSG;
	memcpy(to, body, size);
	return size;
}

/* Bytes that changes of so many bytes of records may take: records of 8 bytes need all. */
static size_t changes_room(size_t size)
{
	return size + size / 4;
}

/* Room for so many bytes of records; what was there is gone. */
static int make_room(struct log_decoder *d, size_t size)
{
	size_t room = RAW_FIRST;

	if (d->room && size <= d->room)
		return 0;
	while (room < size)
		room *= 2;
	free(d->raw);
	free(d->changes);
	d->raw = malloc(room);
	d->changes = malloc(changes_room(room));
	d->room = d->raw && d->changes ? room : 0;
	return d->room ? 0 : -ENOMEM;
}

/* Puts the records into d->raw. */
static int take_body(struct log_decoder *d, const __u8 *body, const struct log_batch_head *head)
{
	ssize_t size;
	int err;

	if (head->codec & ~LOG_CODEC_ALL)
		return -EBADMSG;
	err = make_room(d, head->raw_length);
	if (err)
		return err;
	if (!(head->codec & LOG_CODEC_CHANGES)) {
		size = decompress(d, d->raw, d->room, body, head);
		return size == head->raw_length ? 0 : -EBADMSG;
	}
	size = decompress(d, d->changes, changes_room(d->room), body, head);
	if (size < 0)
		return -EBADMSG;
	return log_changes_take(d->raw, d->record_size, head->record_count, d->changes, size);
}

static int check_losses(const struct log_batch *batch)
{
	__u32 i;

	for (i = 0; i < batch->loss_count; i++)
		if (log_decode_loss(batch, i).cpu >= LOG_CPU_MAX)
			return -EBADMSG;
	return 0;
}

static int check_interfaces(const struct log_batch *batch)
{
	struct log_interface interface;
	__u64 least = 0;
	__u32 i;

	for (i = 0; i < batch->interface_count; i++) {
		memcpy(&interface, batch->interfaces + i * sizeof(interface), sizeof(interface));
		if (interface.ifindex < least || !interface.name[0] ||
		    interface.name[sizeof(interface.name) - 1])
			return -EBADMSG;
		least = interface.ifindex + 1ULL;
	}
	return 0;
}

int log_decode_batch(struct log_decoder *d, const __u8 *block, struct log_batch *batch)
{
	struct log_batch_head head;
	const __u8 *losses, *interfaces, *body;
	int err;

	memcpy(&head, block, sizeof(head));
	if (!batch_fits(d, &head))
		return -EBADMSG;
	losses = block + head.block.head_length;
	interfaces = losses + head.loss_count * sizeof(struct log_loss);
	body = interfaces + head.interface_count * sizeof(struct log_interface);
	*batch = (struct log_batch){
		.record_count = head.record_count,
		.utc_offset = head.utc_offset,
		.complete_until = head.complete_until,
		.number = head.number,
		.segment = head.block.segment,
		.loss_count = head.loss_count,
		.losses = losses,
		.interface_count = head.interface_count,
		.interfaces = interfaces,
		.record_size = d->record_size,
	};
	err = check_losses(batch);
	if (!err)
		err = check_interfaces(batch);
	if (!err)
		err = take_body(d, body, &head);
	batch->records = d->raw;
	return err;
}

/* Values within the arena, of slots that are known. */
static bool is_sound(const struct hdrtap_record *rec, __u32 record_size, __u32 slot_count)
{
	__u32 used = 0, i;

	if (rec->entry_count > HDRTAP_ENTRIES_MAX || rec->vlan_count > HDRTAP_VLANS_MAX)
		return false;
	for (i = 0; i < rec->entry_count; i++) {
		if (rec->entry[i].slot >= slot_count || rec->entry[i].mode >= HDRTAP_MODE_MAX)
			return false;
		used += rec->entry[i].stored;
	}
	return used <= rec->arena_used && rec->arena_used <= record_size - HDRTAP_RECORD_HEAD;
}

const struct hdrtap_record *log_decode_record(struct log_decoder *d, const struct log_batch *batch,
					      __u32 i)
{
	const __u8 *at = batch->records + (size_t)i * batch->record_size;
	const struct hdrtap_record *rec = (const struct hdrtap_record *)at;
	const struct run_meta *meta = &d->description->meta;

	if (batch->record_size < sizeof(d->rec)) {
		take(&d->rec, sizeof(d->rec), at, batch->record_size);
		rec = &d->rec;
	}
	return is_sound(rec, meta->record_size, meta->slot_count) ? rec : NULL;
}

struct log_loss log_decode_loss(const struct log_batch *batch, __u32 i)
{
	struct log_loss loss;

	memcpy(&loss, batch->losses + i * sizeof(loss), sizeof(loss));
	return loss;
}

const char *log_decode_interface(const struct log_batch *batch, __u32 ifindex)
{
	return log_interfaces_name(batch->interfaces, batch->interface_count, ifindex);
}
