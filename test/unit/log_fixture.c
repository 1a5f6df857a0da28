/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "log_fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <criterion/criterion.h>

#include "log/log_block.h"
#include "log/log_dir.h"
#include "source/source_log.h"

/* xorshift: the same everywhere. */
static __u32 next_random(__u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void fill_values(struct hdrtap_record *rec, __u32 *state)
{
	__u32 used = 0, i, j;

	rec->entry_count = next_random(state) % 6;
	for (i = 0; i < rec->entry_count; i++) {
		__u32 size = next_random(state) % 64;

		rec->entry[i].slot = next_random(state) % 4;
		rec->entry[i].mode = next_random(state) % HDRTAP_MODE_MAX;
		rec->entry[i].stored = size;
		rec->entry[i].original = size + 1;
		for (j = 0; j < size; j++)
			rec->arena[used++] = next_random(state);
	}
	rec->arena_used = used;
}

void log_record(struct hdrtap_record *rec, __u32 number)
{
	__u32 state = number * 2654435761U + 1, i;

	memset(rec, 0, HDRTAP_RECORD_SIZE_DEFAULT);
	rec->time = 1000000000ULL + number * 1000ULL;
	rec->sequence = number;
	rec->flags = next_random(&state);
	for (i = 0; i < sizeof(rec->source); i++)
		rec->source[i] = next_random(&state);
	rec->cpu = number % 3;
	rec->ifindex = 7 + number % 2;
	rec->tcp_sequence = next_random(&state);
	rec->kind = 1 + number % 2;
	rec->status = next_random(&state) % 1000;
	fill_values(rec, &state);
}

const char *log_interface(const struct hdrtap_record *rec)
{
	return rec->ifindex == 7 ? "veth7" : rec->ifindex == 8 ? "veth8" : NULL;
}

void log_meta(struct run_meta *meta)
{
	cr_assert_eq(run_meta_init(meta), 0);
	strcpy(meta->slot[2].name, "host");
	meta->slot[2].max = 64;
	meta->slot[2].active = 1;
	strcpy(meta->slot[3].name, "cookie");
	meta->slot[3].mode = HDRTAP_MODE_LENGTH;
	meta->slot_count = 4;
	run_meta_generation(meta, 3);
	meta->key_id = 0x1122334455667788;
}

static char made[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_made(void)
{
	umount2(made, MNT_DETACH); /* of tests that mount something there */
	nftw(made, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *log_temporary(void)
{
	const char *base = getenv("TMPDIR");

	if (made[0])
		remove_made();
	else
		atexit(remove_made);
	snprintf(made, sizeof(made), "%.40s/log-XXXXXX", base ? base : "/tmp");
	cr_assert_not_null(mkdtemp(made));
	return made;
}

struct log_options log_test_options(const char *path)
{
	struct log_options options = LOG_OPTIONS_DEFAULT;

	options.path = path;
	options.batch_age_ms = 0;
	options.sync_ms = 0;
	options.carry_ms = 0;
	return options;
}

struct sink *log_open(const struct log_options *options, const struct run_meta *meta)
{
	struct sink *sink;

	cr_assert_eq(sink_log_open(&sink, options), 0);
	cr_assert_eq(sink->ops->describe(sink, meta), 0);
	return sink;
}

int log_write(struct sink *sink, const struct hdrtap_record *rec)
{
	return sink->ops->write(sink, rec, LOG_TEST_OFFSET, log_interface(rec));
}

void log_put(struct sink *sink, __u32 first, __u32 count)
{
	union record_room room;
	__u32 i;

	for (i = first; i < first + count; i++) {
		log_record(&room.rec, i);
		cr_assert_eq(log_write(sink, &room.rec), 0);
	}
}

void log_seal(struct sink *sink)
{
	cr_assert_eq(sink->ops->tick(sink), 0);
}

void log_done(struct sink *sink)
{
	cr_assert_eq(sink->ops->close(sink), 0);
}

const char *log_make(const char *path, enum log_codec codec, __u32 batches, __u32 each)
{
	struct log_options options = log_test_options(path);
	struct run_meta meta;
	struct sink *sink;
	__u32 i;

	options.codec = codec;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (i = 0; i < batches; i++) {
		log_put(sink, i * each, each);
		log_seal(sink);
	}
	log_done(sink);
	return log_segment(path, 0);
}

const char *log_segment(const char *path, __u32 i)
{
	static char segment[256];
	struct log_names names = { 0 };
	int dir = open(path, O_RDONLY | O_DIRECTORY);

	cr_assert_eq(log_dir_list(dir, &names), 0);
	close(dir);
	if (i < names.count)
		snprintf(segment, sizeof(segment), "%s/%s", path, names.name[i]);
	else
		segment[0] = '\0';
	log_names_free(&names);
	return segment[0] ? segment : NULL;
}

__u32 log_segments(const char *path)
{
	__u32 count = 0;

	while (log_segment(path, count))
		count++;
	return count;
}

static int seen_describe(struct sink *sink, const struct run_meta *meta)
{
	struct log_seen *seen = (struct log_seen *)sink;

	seen->describes++;
	seen->meta = *meta;
	return 0;
}

static int seen_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		      const char *interface)
{
	struct log_seen *seen = (struct log_seen *)sink;
	size_t size = seen->meta.record_size;
	union record_room expected;

	log_record(&expected.rec, rec->sequence);
	if (size > sizeof(expected))
		size = sizeof(expected);
	cr_assert(!memcmp(rec, &expected, size), "record %llu differs", rec->sequence);
	cr_assert_eq(utc_offset, LOG_TEST_OFFSET);
	cr_assert_not_null(interface);
	cr_assert_str_eq(interface, log_interface(rec));
	cr_assert_gt(seen->describes, 0);
	if (seen->records % 1024 == 0)
		seen->number = reallocarray(seen->number, seen->records + 1024, sizeof(__u32));
	seen->number[seen->records++] = rec->sequence;
	return seen->enough && seen->records >= seen->enough ? SINK_ENOUGH : 0;
}

static int seen_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct log_seen *seen = (struct log_seen *)sink;

	seen->lost += count;
	seen->lost_cpu = cpu;
	return 0;
}

static int seen_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct log_seen *seen = (struct log_seen *)sink;

	cr_assert_eq(utc_offset, LOG_TEST_OFFSET);
	cr_assert_geq(until, seen->complete_until);
	seen->complete_until = until;
	seen->completes++;
	return 0;
}

static int seen_tick(struct sink *sink)
{
	struct log_seen *seen = (struct log_seen *)sink;

	seen->ticks++;
	return seen->on_tick ? seen->on_tick(seen) : 0;
}

static const struct sink_ops seen_ops = {
	.describe = seen_describe,
	.write = seen_write,
	.lost = seen_lost,
	.complete = seen_complete,
	.tick = seen_tick,
};

int log_read_options(const struct log_source_options *options, struct log_seen *seen)
{
	struct run_meta meta = { 0 };
	struct source source = {
		.sink = &seen->sink,
		.meta = &meta,
		.accounts = &seen->accounts,
		.signal_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC),
	};
	int err;

	seen->sink.ops = &seen_ops;
	err = log_source_run(options, 1, &source);
	close(source.signal_fd);
	cr_assert_eq(seen->accounts.user[HDRTAP_USER_WRITTEN], seen->records);
	cr_assert_eq(seen->accounts.user[HDRTAP_USER_LOST_REPORTED], seen->lost);
	return err;
}

int log_read(const char *path, struct log_seen *seen)
{
	struct log_source_options options = { .path = path };

	memset(seen, 0, sizeof(*seen));
	return log_read_options(&options, seen);
}

void log_seen_free(struct log_seen *seen)
{
	free(seen->number);
	memset(seen, 0, sizeof(*seen));
}

void log_expect(const struct log_seen *seen, __u32 at, __u32 first, __u32 count)
{
	__u32 i;

	cr_assert_geq(seen->records, at + count);
	for (i = 0; i < count; i++)
		cr_assert_eq(seen->number[at + i], first + i);
}

__u8 *log_load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	__u8 *bytes;

	cr_assert(file && !fstat(fileno(file), &st));
	bytes = malloc(st.st_size + 1);
	cr_assert_eq(fread(bytes, 1, st.st_size, file), (size_t)st.st_size);
	fclose(file);
	*size = st.st_size;
	return bytes;
}

void log_store(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

struct log_block *log_block_at(__u8 *bytes, size_t size, __u32 i)
{
	size_t at = 0;

	for (; i && at < size; i--)
		at += ((struct log_block *)(bytes + at))->length;
	return at < size ? (struct log_block *)(bytes + at) : NULL;
}

void log_resum_as(__u8 *block, size_t head, size_t length)
{
	hdrtap_store64(block + head - sizeof(__u64), XXH3_64bits(block, head - sizeof(__u64)));
	hdrtap_store64(block + length - sizeof(__u64), XXH3_64bits(block, length - sizeof(__u64)));
}

void log_resum(void *block)
{
	struct log_block *head = block;

	log_resum_as(block, head->head_length, head->length);
}

size_t log_without_index(__u8 *bytes, size_t size)
{
	struct log_index_tail tail;

	memcpy(&tail, bytes + size - sizeof(__u64) - sizeof(tail), sizeof(tail));
	cr_assert_leq(tail.length, size);
	cr_assert_eq(log_block_kind(bytes + size - tail.length), LOG_KIND_INDEX);
	return size - tail.length;
}
