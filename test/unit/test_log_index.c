/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Where a segment's index stands, what is in it, and what happens without. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log/log_block.h"
#include "log_fixture.h"
#include "said.h"

/* A segment as bytes, and what its index says. */
struct segment {
	__u8 *bytes;
	size_t size;
	__u32 indexes; /* blocks of it */
	__u32 entries;
};

/* One entry says what the batch itself says. */
static void check_entry(const struct segment *s, const struct log_index_entry *entry)
{
	const struct log_block *batch = (const struct log_block *)(s->bytes + entry->offset);

	cr_assert_lt(entry->offset, s->size);
	cr_assert_eq(batch->kind, LOG_KIND_BATCH);
	cr_assert_eq(entry->length, batch->length);
	cr_assert_eq(entry->size, batch->head_length - sizeof(*batch) - sizeof(__u64));
	cr_assert(!memcmp(entry + 1, batch + 1, entry->size));
}

/* Returns the offset of the index before. */
static __u64 check_block(struct segment *s, __u64 offset)
{
	const struct log_index_head *head = (const struct log_index_head *)(s->bytes + offset);
	const __u8 *at = (const __u8 *)(head + 1);
	__u64 before = s->size;

	cr_assert_eq(log_block_check(s->bytes + offset, s->size - offset), LOG_BLOCK_GOOD);
	cr_assert_eq(head->block.kind, LOG_KIND_INDEX);
	cr_assert_leq(head->block.length, LOG_INDEX_MAX);
	for (__u32 i = 0; i < head->count; i++) {
		const struct log_index_entry *entry = (const struct log_index_entry *)at;

		check_entry(s, entry);
		cr_assert(i == 0 || entry->offset > before);
		before = entry->offset;
		at += sizeof(*entry) + entry->size;
	}
	s->indexes++;
	s->entries += head->count;
	return head->previous;
}

/* Goes through the index from the end of the segment; every batch must be in it. */
static void check_index(struct segment *s, const char *path)
{
	const struct log_block *block;
	__u32 batches = 0;
	__u64 offset;

	*s = (struct segment){ 0 };
	s->bytes = log_load(path, &s->size);
	offset = log_without_index(s->bytes, s->size);
	do
		offset = check_block(s, offset);
	while (offset);
	for (size_t at = 0; at < s->size; at += block->length) {
		block = (const struct log_block *)(s->bytes + at);
		batches += block->kind == LOG_KIND_BATCH;
	}
	cr_assert_eq(s->entries, batches);
	free(s->bytes);
}

Test(log_index, every_batch_is_in_it)
{
	const char *path = log_temporary();
	struct segment s;

	check_index(&s, log_make(path, LOG_CODEC_ALL, 20, 30));
	cr_assert(s.indexes == 1 && s.entries == 20);
}

Test(log_index, of_a_segment_without_batches)
{
	const char *path = log_temporary();
	struct segment s;

	check_index(&s, log_make(path, LOG_CODEC_ALL, 0, 0));
	cr_assert(s.indexes == 1 && s.entries == 0);
}

Test(log_index, of_every_segment)
{
	struct log_options options = log_test_options(log_temporary());
	struct run_meta meta;
	struct segment s;
	struct sink *sink;
	__u32 i, entries = 0;

	options.segment_size = 20000;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (i = 0; i < 40; i++) {
		log_put(sink, i * 20, 20);
		log_seal(sink);
		if (i == 20) {
			strcpy(meta.slot[meta.slot_count++].name, "accept");
			cr_assert_eq(sink->ops->describe(sink, &meta), 0);
		}
	}
	log_done(sink);
	cr_assert_gt(log_segments(options.path), 3);
	for (i = 0; i < log_segments(options.path); i++) {
		check_index(&s, log_segment(options.path, i));
		entries += s.entries;
	}
	cr_assert_eq(entries, 40);
}

/* More batches than one block takes. */
Test(log_index, long_ones_are_chained, .timeout = 600)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct segment s;
	struct sink *sink;

	options.sync_ms = 3600000;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (__u32 i = 0; i < 24000; i++) {
		sink->ops->lost(sink, 0, 1);
		log_seal(sink);
	}
	log_done(sink);
	check_index(&s, log_segment(options.path, 0));
	cr_assert(s.indexes == 3 && s.entries == 24000);
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.lost, 24000);
	log_seen_free(&seen);
}

/* All that waited is written at once: still no block is too long. */
Test(log_index, after_a_long_wait, .timeout = 600)
{
	struct log_options options = log_test_options(log_temporary());
	struct rlimit limit = { 0, RLIM_INFINITY };
	struct run_meta meta;
	struct segment s;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 1);
	log_seal(sink);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (__u32 i = 0; i < 24000; i++) {
		sink->ops->lost(sink, 0, 1);
		log_seal(sink);
	}
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	log_done(sink);
	check_index(&s, log_segment(options.path, 0));
	cr_assert(s.indexes == 3 && s.entries == 24001);
}

static void expect_no_index(const char *path, __u32 records)
{
	struct log_seen seen;
	size_t size, at = 0;
	__u8 *bytes = log_load(log_segment(path, 0), &size);

	for (; at < size; at += ((struct log_block *)(bytes + at))->length)
		cr_assert_neq(log_block_kind(bytes + at), LOG_KIND_INDEX);
	free(bytes);
	said_begin();
	cr_assert_eq(log_read(path, &seen), 0);
	cr_assert_str_eq(said_end(), "");
	cr_assert_eq(seen.records, records);
	log_seen_free(&seen);
}

/* There is no room for it: it is left out, and nothing else is. */
Test(log_index, no_room_for_it)
{
	struct log_options options = log_test_options(log_temporary());
	struct rlimit limit = { 0, RLIM_INFINITY };
	struct run_meta meta;
	struct sink *sink;
	struct stat st;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 100);
	log_seal(sink);
	cr_assert_eq(stat(log_segment(options.path, 0), &st), 0);
	signal(SIGXFSZ, SIG_IGN);
	limit.rlim_cur = st.st_size + 70;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	said_begin();
	log_done(sink);
	cr_assert_str_eq(said_end(), "");
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_no_index(options.path, 100);
}

Test(log_index, a_killed_writer_leaves_none)
{
	struct log_options options = log_test_options(log_temporary());
	struct run_meta meta;
	struct sink *sink;
	pid_t child;
	int status;

	log_meta(&meta);
	child = fork();
	if (!child) {
		sink = log_open(&options, &meta);
		log_put(sink, 0, 100);
		log_seal(sink);
		raise(SIGKILL);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	expect_no_index(options.path, 100);
}

/* Somebody removed the segment: what comes is in the new one, and its index is of that alone. */
Test(log_index, of_a_segment_begun_again)
{
	struct log_options options = log_test_options(log_temporary());
	struct run_meta meta;
	struct segment s;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 10);
	log_seal(sink);
	cr_assert_eq(unlink(log_segment(options.path, 0)), 0);
	log_put(sink, 10, 10);
	log_seal(sink);
	log_put(sink, 20, 10);
	log_done(sink);
	check_index(&s, log_segment(options.path, 0));
	cr_assert(s.indexes == 1 && s.entries == 2);
}
