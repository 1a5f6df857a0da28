/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A record log read to its end through libhdrtap: it has an end, every record that is handed on can
 * be believed, and all that can be asked of it has an answer.
 *
 * The first byte of the input says how it is read: bit 0 as a stream, bit 1 with the blocks'
 * checksums made right, without which nothing behind them would be reached, bit 2 only a span of
 * time, bit 3 only a host, bit 4 in a directory, bit 5 twice at once, bits 6 and 7 which span.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <hdrtap/log.h>

#include "log/log_format.h"

#define SIZE_MAX_INPUT 65536 /* bytes a pipe takes */
#define EVENTS_MAX     12    /* of one block, but for records and losses */

enum how {
	HOW_STREAM = 1,
	HOW_SEALED = 2,
	HOW_SPAN = 4,
	HOW_HOST = 8,
	HOW_DIRECTORY = 16,
	HOW_TWICE = 32
};

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

static bool is_word(const char *text)
{
	return text && *text && strlen(text) < 32;
}

static void check_description(const struct hdrtap_description *description)
{
	unsigned int i, slots = hdrtap_description_slots(description);

	assert(slots >= 2 && slots <= 255);
	assert(strlen(hdrtap_description_run(description)) == 32);
	assert(strlen(hdrtap_description_host(description)) <= 64);
	assert(strlen(hdrtap_description_boot_id(description)) <= 36);
	assert(hdrtap_description_record_size(description) <= 65536);
	for (i = 0; i < slots; i++) {
		assert(strlen(hdrtap_description_slot_name(description, i)) <= 47);
		assert(is_word(hdrtap_description_slot_mode(description, i)));
		hdrtap_description_slot_active(description, i);
	}
	assert(!hdrtap_description_slot_name(description, i));
}

volatile __u8 looked_at;

/* Reads every byte of it, so that the sanitizer does. */
static void look_at(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		looked_at = ((const __u8 *)bytes)[i];
}

static void check_values(const struct hdrtap_rec *rec)
{
	unsigned int i, count = hdrtap_rec_values(rec);
	const char *bytes, *name;
	size_t stored;

	assert(count <= 24);
	for (i = 0; i < count; i++) {
		bytes = hdrtap_rec_value(rec, i, &stored);
		look_at(bytes, stored);
		name = hdrtap_rec_value_name(rec, i);
		assert(name && is_word(hdrtap_rec_value_mode(rec, i)));
		assert(hdrtap_rec_find(rec, name, 0) >= 0);
		hdrtap_rec_has_header(rec, name);
		hdrtap_rec_value_original(rec, i);
	}
	assert(!hdrtap_rec_value(rec, i, &stored) && !stored);
	bytes = hdrtap_rec_target(rec, &stored);
	look_at(bytes, stored);
	bytes = hdrtap_rec_method(rec, &stored);
	look_at(bytes, stored);
}

static void check_rec(const struct hdrtap_rec *rec)
{
	const char *interface;
	char text[HDRTAP_ADDRESS_SIZE];
	const void *bytes;
	size_t size;

	bytes = hdrtap_rec_bytes(rec, &size);
	look_at(bytes, size);
	check_values(rec);
	assert(is_word(hdrtap_rec_kind(rec)) && is_word(hdrtap_rec_framing(rec)));
	assert(is_word(hdrtap_rec_direction(rec)) && is_word(hdrtap_rec_hook(rec)));
	for (int side = HDRTAP_SIDE_SOURCE; side <= HDRTAP_SIDE_CLIENT; side++)
		assert(strlen(hdrtap_rec_address_text(rec, side, text)) < sizeof(text));
	for (unsigned int i = 0; i < 4; i++) {
		hdrtap_rec_vlan(rec, i);
		hdrtap_rec_tunnel(rec, i);
		hdrtap_rec_tunnel_id(rec, i);
	}
	for (unsigned int bit = 0; hdrtap_flag_name(bit); bit++)
		assert(hdrtap_rec_has_flag(rec, hdrtap_flag_name(bit)) ==
		       (int)(hdrtap_rec_flags(rec) >> bit & 1));
	assert(hdrtap_rec_pair(rec, NULL, NULL) <= 1);
	interface = hdrtap_rec_interface(rec);
	assert(!interface || (*interface && strlen(interface) < 16));
}

static void set_options(struct hdrtap_log *log, __u8 how)
{
	static const __u64 since[] = { 1, 1700000000000000000, 1700000001000002000, ~0ULL };
	__u64 begin = since[how >> 6];

	if (how & HOW_SPAN) {
		hdrtap_log_since(log, begin);
		hdrtap_log_until(log, begin + 1000000000000000000);
	}
	if (how & HOW_HOST)
		assert(!hdrtap_log_host(log, "Example.com:80"));
}

/* As many events there may be, but for records and losses. */
static void read_all(struct hdrtap_log *log, size_t events_max, __u8 how)
{
	struct hdrtap_rec *kept = NULL;
	size_t events = 0;
	int event;

	while ((event = hdrtap_log_next(log)) != HDRTAP_LOG_END) {
		assert(event != HDRTAP_LOG_IDLE);
		assert(event == HDRTAP_LOG_RECORD || event == HDRTAP_LOG_LOSS ||
		       events++ < events_max);
		if (event < 0)
			assert(*hdrtap_log_error(log));
		if (event == HDRTAP_LOG_NOTICE)
			assert(*hdrtap_log_notice(log));
		if (event == HDRTAP_LOG_DESCRIPTION)
			check_description(hdrtap_log_description(log));
		if (event != HDRTAP_LOG_RECORD)
			continue;
		check_rec(hdrtap_log_rec(log));
		assert(!(how & HOW_SPAN) || hdrtap_rec_time(hdrtap_log_rec(log)));
		hdrtap_rec_free(kept);
		kept = hdrtap_rec_keep(hdrtap_log_rec(log));
	}
	hdrtap_log_free(log);
	if (kept)
		check_rec(kept);
	hdrtap_rec_free(kept);
}

static void add_file(struct hdrtap_log *log, const __u8 *bytes, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	char path[32];

	assert(fd >= 0);
	put(fd, bytes, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	hdrtap_log_add(log, path);
	close(fd);
}

static void add_directory(struct hdrtap_log *log, const __u8 *bytes, size_t size)
{
	static char path[32], file[64];
	int fd;

	if (!path[0]) {
		snprintf(path, sizeof(path), "/dev/shm/fuzz-log-%d", getpid());
		snprintf(file, sizeof(file), "%s/run-00000000.hdl", path);
		mkdir(path, 0700);
	}
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert(fd >= 0);
	put(fd, bytes, size);
	close(fd);
	hdrtap_log_add(log, path);
}

static void add_stream(struct hdrtap_log *log, const __u8 *bytes, size_t size)
{
	int ends[2], err = pipe2(ends, O_CLOEXEC);

	assert(!err);
	put(ends[1], bytes, size);
	close(ends[1]);
	hdrtap_log_add_fd(log, ends[0], "stream");
	close(ends[0]);
}

int LLVMFuzzerTestOneInput(const __u8 *input, size_t size)
{
	struct hdrtap_log *log;
	__u8 *bytes, how;

	if (!size || size > SIZE_MAX_INPUT || hdrtap_log_new(&log))
		return 0;
	how = input[0];
	bytes = malloc(size);
	assert(bytes);
	memcpy(bytes, input + 1, --size);
	if (how & HOW_SEALED)
		seal(bytes, size);
	set_options(log, how);
	if (how & HOW_STREAM)
		add_stream(log, bytes, size);
	if (!(how & HOW_STREAM) || how & HOW_TWICE)
		(how & HOW_DIRECTORY ? add_directory : add_file)(log, bytes, size);
	read_all(log, 2 * EVENTS_MAX * (1 + size / sizeof(struct log_block)), how);
	free(bytes);
	return 0;
}
