/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Batches of a time or a host are found without reading the others. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log/log_block.h"
#include "log/log_filter.h"
#include "log_fixture.h"
#include "log_read/log_merge.h"
#include "said.h"

#define BATCHES 200
#define EACH    20
#define FIRST   (LOG_TEST_OFFSET + 1000000000ULL) /* UTC of log_record(0) */
#define STEP    1000ULL                           /* ns from each record to the next */

static __u64 utc_of(__u32 number)
{
	return FIRST + number * STEP;
}

/* Reads what is wanted of a log. Returns what that took. */
static struct log_read_counters read_wanted(const struct log_source_options *options,
					    struct log_seen *seen)
{
	struct log_merge *merge;
	struct message error;
	struct log_read_counters counters;
	int event;

	memset(seen, 0, sizeof(*seen));
	seen->number = calloc(BATCHES * EACH, sizeof(*seen->number));
	cr_assert_eq(log_merge_new(&merge), 0);
	cr_assert_eq(log_merge_add(merge, options, &error), 0);
	while ((event = log_merge_next(merge)) != LOG_MERGE_END) {
		cr_assert_geq(event, 0);
		if (event == LOG_MERGE_RECORD)
			seen->number[seen->records++] = log_merge_now(merge)->rec->sequence;
	}
	counters = log_merge_counters(merge);
	log_merge_free(merge);
	return counters;
}

/* Only the records from `first` to before `end`, and how much was read for that. */
static struct log_read_counters expect_span(const char *path, __u32 first, __u32 end)
{
	struct log_source_options options = {
		.path = path,
		.since = utc_of(first),
		.until = utc_of(end),
	};
	struct log_read_counters counters;
	struct log_seen seen;

	counters = read_wanted(&options, &seen);
	cr_assert_eq(seen.records, end - first, "%u records", seen.records);
	log_expect(&seen, 0, first, end - first);
	log_seen_free(&seen);
	return counters;
}

static size_t size_of(const char *path)
{
	size_t size;

	free(log_load(path, &size));
	return size;
}

Test(log_find, a_span_reads_little)
{
	const char *path = log_make(log_temporary(), LOG_CODEC_ALL, BATCHES, EACH);
	struct log_read_counters counters = expect_span(path, 1990, 2010);

	cr_assert_eq(counters.batches, 2);
	cr_assert_eq(counters.skipped, BATCHES - 2);
	cr_assert_lt(counters.bytes, size_of(path) / 5, "%llu of %zu", counters.bytes,
		     size_of(path));
}

Test(log_find, spans_at_the_ends)
{
	const char *path = log_make(log_temporary(), LOG_CODEC_ALL, BATCHES, EACH);
	struct log_source_options options = { .path = path, .until = utc_of(30) };
	struct log_seen seen;

	read_wanted(&options, &seen);
	cr_assert_eq(seen.records, 30);
	log_seen_free(&seen);
	options = (struct log_source_options){ .path = path, .since = utc_of(3970) };
	read_wanted(&options, &seen);
	cr_assert_eq(seen.records, 30);
	log_expect(&seen, 0, 3970, 30);
	log_seen_free(&seen);
	options.since = utc_of(4000);
	cr_assert_eq(read_wanted(&options, &seen).batches, 0);
	cr_assert_eq(seen.records, 0);
	log_seen_free(&seen);
}

/* What is behind the last batch: the index. */
static __u8 *without_index(const char *path, size_t *size)
{
	__u8 *bytes = log_load(path, size);
	struct log_block *block;
	size_t at = 0;

	for (; at < *size; at += block->length) {
		block = (struct log_block *)(bytes + at);
		if (block->kind == LOG_KIND_INDEX)
			break;
	}
	cr_assert_lt(at, *size, "there is no index");
	*size = at;
	return bytes;
}

Test(log_find, without_an_index)
{
	const char *path = log_make(log_temporary(), LOG_CODEC_ALL, BATCHES, EACH);
	struct log_read_counters counters;
	size_t size;
	__u8 *bytes = without_index(path, &size);

	log_store(path, bytes, size);
	counters = expect_span(path, 1990, 2010);
	cr_assert_eq(counters.batches, 2);
	cr_assert_eq(counters.skipped, BATCHES - 2);
	cr_assert_lt(counters.bytes, size / 3, "%llu of %zu", counters.bytes, size);
	free(bytes);
}

/* Any byte of the index: it is believed whole or not at all. */
Test(log_find, with_a_damaged_index, .timeout = 600)
{
	const char *path = log_make(log_temporary(), LOG_CODEC_ALL, 20, EACH);
	size_t begin, size;
	__u8 *bytes = without_index(path, &begin);

	free(bytes);
	bytes = log_load(path, &size);
	for (size_t at = begin; at < size; at += 3) {
		bytes[at] ^= 1 << at % 8;
		log_store(path, bytes, size);
		expect_span(path, 190, 210);
		bytes[at] ^= 1 << at % 8;
	}
	free(bytes);
}

/* Damage in the head of a batch, with and without an index: what is behind it is found. */
Test(log_find, behind_damage)
{
	const char *path = log_make(log_temporary(), LOG_CODEC_ALL, BATCHES, EACH);
	size_t size, cut, at = 0;
	__u8 *bytes = without_index(path, &cut);

	free(bytes);
	bytes = log_load(path, &size);
	for (int block = 0; block < 50; block++)
		at += ((struct log_block *)(bytes + at))->length;
	bytes[at + 60] ^= 1;
	log_store(path, bytes, size);
	expect_span(path, 1990, 2010);
	log_store(path, bytes, cut);
	expect_span(path, 1990, 2010);
	free(bytes);
}

/* Every batch has a host of its own. */
Test(log_find, a_host)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_source_options source = { .path = options.path, .host = "Host-7.Example:80" };
	struct log_read_counters counters;
	struct hdrtap_record *rec = calloc(1, 8192);
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	__u32 found = 0;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (int i = 0; i < 100; i++) {
		log_record(rec, i);
		rec->entry_count = 1;
		rec->entry[0] = (struct hdrtap_entry){ .slot = 2 };
		rec->entry[0].stored = rec->entry[0].original = rec->arena_used =
			sprintf((char *)rec->arena, "host-%d.example", i / 10);
		cr_assert_eq(log_write(sink, rec), 0);
		if (i % 10 == 9)
			log_seal(sink);
	}
	log_done(sink);
	counters = read_wanted(&source, &seen);
	cr_assert_geq(seen.records, 10);
	cr_assert_lt(counters.batches, 4);
	for (__u32 i = 0; i < seen.records; i++)
		found += seen.number[i] / 10 == 7;
	cr_assert_eq(found, 10);
	log_seen_free(&seen);
	free(rec);
}

/* Segments that do not touch the span are read up to their head and their index. */
Test(log_find, other_segments)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_source_options source = { .path = options.path };
	struct log_read_counters counters;
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	size_t size = 0;

	options.segment_size = 40000;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (int i = 0; i < BATCHES; i++) {
		log_put(sink, i * EACH, EACH);
		log_seal(sink);
	}
	log_done(sink);
	cr_assert_geq(log_segments(options.path), 4);
	for (__u32 i = 0; i < log_segments(options.path); i++)
		size += size_of(log_segment(options.path, i));
	source.since = utc_of(100);
	source.until = utc_of(110);
	counters = read_wanted(&source, &seen);
	cr_assert_eq(seen.records, 10);
	log_expect(&seen, 0, 100, 10);
	cr_assert_lt(counters.bytes, size / 5, "%llu of %zu", counters.bytes, size);
	log_seen_free(&seen);
}

/* A file that is given as a stream is read from where it stands. */
Test(log_find, behind_something_else)
{
	const char *path = log_make(log_temporary(), LOG_CODEC_ALL, BATCHES, EACH);
	struct log_source_options options = {
		.path = "descriptor",
		.stream = true,
		.since = utc_of(1990),
		.until = utc_of(2010),
	};
	struct log_seen seen;
	size_t size;
	__u8 *bytes = log_load(path, &size);
	FILE *file = tmpfile();

	cr_assert_eq(fwrite("something else\n", 1, 15, file), 15);
	cr_assert_eq(fwrite(bytes, 1, size, file), size);
	cr_assert_eq(fflush(file), 0);
	cr_assert_eq(lseek(fileno(file), 15, SEEK_SET), 15);
	options.fd = fileno(file);
	read_wanted(&options, &seen);
	cr_assert_eq(seen.records, 20);
	log_expect(&seen, 0, 1990, 20);
	log_seen_free(&seen);
	fclose(file);
	free(bytes);
}
