/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A record log as a file or as a stream, read to its end: it has one, and every record that is
 * handed on can be believed.
 *
 * The first byte of the input says how it is read: bit 0 as a stream, bit 1 with the blocks'
 * checksums made right, without which nothing behind them would be reached; with a stream, bits 2-7
 * times 8 bytes were already taken.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "log/log_filter.h"
#include "log_read/log_head.h"
#include "log_read/log_reader.h"

#define SIZE_MAX_INPUT 65536 /* bytes a pipe takes */
#define BEGUN_UNIT     8

/* The last 8 of `size` bytes become the checksum of those before. */
static void sum(__u8 *bytes, size_t size)
{
	hdrtap_store64(bytes + size - sizeof(__u64), XXH3_64bits(bytes, size - sizeof(__u64)));
}

/* Gives blocks that begin where they should their checksums. */
static void seal(__u8 *bytes, size_t size)
{
	struct log_block block;
	size_t at;

	for (at = 0; at + sizeof(block) + sizeof(__u64) <= size; at += block.length) {
		memcpy(&block, bytes + at, sizeof(block));
		if (block.length < sizeof(block) + sizeof(__u64) || block.length > size - at)
			break;
		if (block.head_length >= sizeof(__u64) && block.head_length <= block.length)
			sum(bytes + at, block.head_length);
		sum(bytes + at, block.length);
	}
}

static void put(int fd, const __u8 *bytes, size_t size)
{
	ssize_t put = write(fd, bytes, size);

	assert(put == (ssize_t)size);
}

static void check_meta(const struct run_meta *meta)
{
	__u32 i;

	assert(meta->slot_count >= HDRTAP_SLOT_NAMES && meta->slot_count <= RUN_SLOTS_MAX);
	assert(memchr(meta->host, 0, sizeof(meta->host)));
	assert(memchr(meta->boot_id, 0, sizeof(meta->boot_id)));
	for (i = 0; i < meta->slot_count; i++)
		assert(memchr(meta->slot[i].name, 0, sizeof(meta->slot[i].name)));
	for (i = 0; i < meta->interface_count; i++)
		assert(memchr(meta->interface[i].name, 0, sizeof(meta->interface[i].name)));
}

static void check_record(const struct hdrtap_record *rec, const struct run_meta *meta)
{
	struct hdrtap_record copy = *rec; /* as large as it must be */
	__u32 i, stored = 0;

	assert(copy.entry_count <= HDRTAP_ENTRIES_MAX && copy.vlan_count <= 2);
	for (i = 0; i < copy.entry_count; i++) {
		assert(copy.entry[i].slot < meta->slot_count);
		assert(copy.entry[i].mode < HDRTAP_MODE_MAX);
		stored += copy.entry[i].stored;
	}
	assert(stored <= HDRTAP_ARENA_SIZE);
}

static void check_batch(struct log_reader *reader)
{
	const struct log_batch *batch = log_reader_batch(reader);
	const struct hdrtap_record *rec;
	__u32 i;

	for (i = 0; i < batch->record_count; i++) {
		rec = log_reader_record(reader, i);
		if (rec)
			check_record(rec, log_reader_meta(reader));
	}
	for (i = 0; i < batch->loss_count; i++)
		assert(log_decode_loss(batch, i).cpu < LOG_CPU_MAX);
}

/* `blocks_max`: as many events there may be. */
static void read_all(const struct log_source_options *options, size_t blocks_max)
{
	struct log_reader *reader;
	size_t events = 0;
	int event;

	if (log_reader_open(&reader, options))
		return;
	while ((event = log_reader_next(reader)) > LOG_EVENT_END) {
		assert(event != LOG_EVENT_IDLE);
		assert(events++ < blocks_max);
		if (event == LOG_EVENT_META)
			check_meta(log_reader_meta(reader));
		else
			check_batch(reader);
	}
	log_reader_close(reader);
}

/* Goes from head to head, and asks the filters. */
static void read_heads(int fd)
{
	static struct log_head head;
	struct log_batch_head batch;
	__u64 offset = 0, bytes_read = 0;
	const __u8 *filter;
	size_t size;

	while (log_head_read(fd, offset, &head, &bytes_read) == 1) {
		offset += head.block.length;
		size = head.block.head_length - sizeof(head.block) - sizeof(__u64);
		if (head.block.kind != LOG_KIND_BATCH ||
		    log_decode_batch_head(head.bytes + sizeof(head.block), size, &batch, &filter))
			continue;
		assert(!filter == !batch.filter_length);
		log_filter_may_have(filter, batch.filter_length, offset);
	}
}

static void read_file(const __u8 *bytes, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct log_source_options options = { 0 };
	char path[32];

	assert(fd >= 0);
	put(fd, bytes, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.path = path;
	read_all(&options, size / sizeof(struct log_block));
	read_heads(fd);
	close(fd);
}

static void read_stream(const __u8 *bytes, size_t size, size_t begun)
{
	struct log_source_options options = { .path = "-", .begun = bytes };
	int ends[2], err = pipe2(ends, O_CLOEXEC);

	assert(!err);
	options.begun_size = begun < size ? begun : size;
	put(ends[1], bytes + options.begun_size, size - options.begun_size);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	read_all(&options, size / sizeof(struct log_block));
	close(STDIN_FILENO);
}

int LLVMFuzzerTestOneInput(const __u8 *input, size_t size)
{
	__u8 *bytes;

	if (!size || size > SIZE_MAX_INPUT)
		return 0;
	bytes = malloc(size);
	assert(bytes);
	memcpy(bytes, input + 1, size - 1);
	if (input[0] & 2)
		seal(bytes, size - 1);
	if (input[0] & 1)
		read_stream(bytes, size - 1, (input[0] >> 2) * BEGUN_UNIT);
	else
		read_file(bytes, size - 1);
	free(bytes);
	return 0;
}
