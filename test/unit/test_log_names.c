/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Names of interfaces in the log: with the records they are for, wherever one begins to read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "log/log_block.h"
#include "log_fixture.h"
#include "log_read/log_merge.h"
#include "log_write/log_stream.h"
#include "said.h"

#define BATCHES 50
#define EACH    4

static struct sink *open_at(const char *path)
{
	struct log_options options = log_test_options(path);
	struct run_meta meta;

	log_meta(&meta);
	return log_open(&options, &meta);
}

static void put(struct sink *sink, __u32 number, __u32 ifindex, const char *name)
{
	union record_room room;

	log_record(&room.rec, number);
	room.rec.ifindex = ifindex;
	cr_assert_eq(sink->ops->write(sink, &room.rec, LOG_TEST_OFFSET, name), 0);
}

/* The n-th batch of a segment. */
static struct log_batch_head *batch_of(__u8 *bytes, size_t size, __u32 n)
{
	return (struct log_batch_head *)log_block_at(bytes, size, 1 + n);
}

static struct log_interface *table_of(struct log_batch_head *batch)
{
	__u8 *at = (__u8 *)batch + batch->block.head_length;

	return (struct log_interface *)(at + batch->loss_count * sizeof(struct log_loss));
}

static void expect_entry(struct log_batch_head *batch, __u32 i, __u32 ifindex, const char *name)
{
	cr_assert_lt(i, batch->interface_count);
	cr_assert_eq(table_of(batch)[i].ifindex, ifindex);
	cr_assert_str_eq(table_of(batch)[i].name, name);
}

/* Those of its records, each once and in order; none of others. */
Test(log_names, a_batch_has_the_names_it_needs)
{
	const char *path = log_temporary();
	struct sink *sink = open_at(path);
	size_t size;
	__u8 *bytes;

	put(sink, 0, 9, "veth9");
	put(sink, 1, 2, "eth0");
	put(sink, 2, 9, "veth9");
	put(sink, 3, 5, NULL);
	put(sink, 4, 4, "fifteen-letters");
	log_seal(sink);
	put(sink, 5, 2, "eth0");
	log_seal(sink);
	put(sink, 6, 0, NULL);
	log_done(sink);
	bytes = log_load(log_segment(path, 0), &size);
	cr_assert_eq(batch_of(bytes, size, 0)->interface_count, 3);
	expect_entry(batch_of(bytes, size, 0), 0, 2, "eth0");
	expect_entry(batch_of(bytes, size, 0), 1, 4, "fifteen-letters");
	expect_entry(batch_of(bytes, size, 0), 2, 9, "veth9");
	cr_assert_eq(batch_of(bytes, size, 1)->interface_count, 1);
	expect_entry(batch_of(bytes, size, 1), 0, 2, "eth0");
	cr_assert_eq(batch_of(bytes, size, 2)->interface_count, 0);
	free(bytes);
}

/* The name of record `number` when every fourth one renames interface 7. */
static const char *name_of(__u32 number)
{
	static char name[16];

	snprintf(name, sizeof(name), "pod%u", number / EACH);
	return name;
}

/* What is read of it from a time on has the right names. Returns how many records there were. */
static __u32 read_from(const char *path, __u64 since)
{
	struct log_source_options options = { .path = path, .since = since };
	const struct log_merge_now *now;
	struct log_merge *merge;
	struct message error;
	__u32 records = 0;
	const char *name;
	int event;

	cr_assert_eq(log_merge_new(&merge), 0);
	cr_assert_eq(log_merge_add(merge, &options, &error), 0);
	now = log_merge_now(merge);
	while ((event = log_merge_next(merge)) != LOG_MERGE_END) {
		cr_assert_geq(event, 0);
		if (event != LOG_MERGE_RECORD)
			continue;
		name = log_decode_interface(now->batch, 7);
		cr_assert_not_null(name);
		cr_assert_str_eq(name, name_of(now->rec->sequence));
		cr_assert_null(log_decode_interface(now->batch, 6));
		cr_assert_null(log_decode_interface(now->batch, 8));
		records++;
	}
	log_merge_free(merge);
	return records;
}

/* Renamed, or another interface of the same index: nothing is sealed but by the writer itself. */
static void put_renamed(struct sink *sink)
{
	for (__u32 i = 0; i < BATCHES * EACH; i++)
		put(sink, i, 7, name_of(i));
	log_done(sink);
}

Test(log_names, another_name_is_another_batch)
{
	const char *path = log_temporary();
	size_t size;
	__u8 *bytes;

	put_renamed(open_at(path));
	cr_assert_eq(log_segments(path), 1);
	bytes = log_load(log_segment(path, 0), &size);
	for (__u32 i = 0; i < BATCHES; i++) {
		cr_assert_eq(batch_of(bytes, size, i)->record_count, EACH);
		expect_entry(batch_of(bytes, size, i), 0, 7, name_of(i * EACH));
	}
	free(bytes);
	cr_assert_eq(read_from(path, 0), BATCHES * EACH);
}

/* With an index and without. */
Test(log_names, in_the_middle_of_a_segment)
{
	const char *path = log_temporary();
	__u64 middle = LOG_TEST_OFFSET + 1000000000ULL + BATCHES / 2 * EACH * 1000ULL;
	const char *segment;
	size_t size;
	__u8 *bytes;

	put_renamed(open_at(path));
	cr_assert_eq(read_from(path, middle), BATCHES / 2 * EACH);
	segment = log_segment(path, 0);
	bytes = log_load(segment, &size);
	log_store(segment, bytes, log_without_index(bytes, size));
	cr_assert_eq(read_from(path, middle), BATCHES / 2 * EACH);
	free(bytes);
}

Test(log_names, in_a_stream)
{
	struct sink *sink;
	struct run_meta meta;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/stream", log_temporary());
	file = fopen(path, "w");
	log_meta(&meta);
	cr_assert_eq(sink_stream_open(&sink, fileno(file), NULL), 0);
	cr_assert_eq(sink->ops->describe(sink, &meta), 0);
	put_renamed(sink);
	fclose(file);
	cr_assert_eq(read_from(path, 0), BATCHES * EACH);
}

/* Damage takes the names of its batch, with the records, and no others. */
Test(log_names, behind_damage)
{
	const char *path = log_temporary();
	const char *segment;
	size_t size;
	__u8 *bytes;

	put_renamed(open_at(path));
	segment = log_segment(path, 0);
	bytes = log_load(segment, &size);
	table_of(batch_of(bytes, size, 20))->name[0] ^= 1;
	log_store(segment, bytes, size);
	cr_assert_eq(read_from(path, 0), (BATCHES - 1) * EACH);
	free(bytes);
}

/* What a right checksum does not make right; a table of three entries. */
static void lie_order(struct log_batch_head *batch)
{
	table_of(batch)[1].ifindex = 1;
}

static void lie_twice(struct log_batch_head *batch)
{
	table_of(batch)[1].ifindex = table_of(batch)[0].ifindex;
}

static void lie_endless(struct log_batch_head *batch)
{
	memset(table_of(batch)[2].name, 'x', sizeof(table_of(batch)[2].name));
}

static void lie_empty(struct log_batch_head *batch)
{
	table_of(batch)[0].name[0] = '\0';
}

static void lie_more(struct log_batch_head *batch)
{
	batch->interface_count = 4;
}

static void lie_many(struct log_batch_head *batch)
{
	batch->interface_count = ~0U;
}

Test(log_names, contradictions_cost_their_batch)
{
	static void (*const lies[])(struct log_batch_head *) = {
		lie_order, lie_twice, lie_endless, lie_empty, lie_more, lie_many,
	};
	const char *path = log_temporary(), *segment;
	struct sink *sink = open_at(path);
	struct log_batch_head *batch;
	struct log_seen seen;
	size_t size;
	__u8 *bytes, *lie;

	log_put(sink, 0, 2);
	log_seal(sink);
	put(sink, 2, 2, "eth2");
	put(sink, 3, 3, "eth3");
	put(sink, 4, ~0U, "last");
	log_seal(sink);
	log_put(sink, 5, 2);
	log_done(sink);
	segment = log_segment(path, 0);
	bytes = log_load(segment, &size);
	lie = malloc(size);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		memcpy(lie, bytes, size);
		batch = batch_of(lie, size, 1);
		lies[i](batch);
		log_resum(batch);
		log_store(segment, lie, size);
		said_begin();
		cr_assert_eq(log_read(path, &seen), -EBADMSG);
		cr_assert(said_line(said_end(), "are an inconsistent batch"), "lie %zu", i);
		cr_assert_eq(seen.records, 4);
		log_seen_free(&seen);
	}
	free(bytes);
	free(lie);
}

/* A hundred heads of a hundred interfaces, and 100,000 of which nothing was seen: the log knows
 * nothing of these. */
Test(log_names, a_log_is_as_large_as_its_heads)
{
	struct log_options options = log_test_options(log_temporary());
	struct run_meta meta;
	struct sink *sink;
	char name[16];
	size_t size;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (__u32 i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		put(sink, i, 1000 * i, name);
		log_seal(sink);
	}
	log_done(sink);
	cr_assert_eq(log_segments(options.path), 1);
	free(log_load(log_segment(options.path, 0), &size));
	cr_assert_lt(size, 100 * 1024, "%zu bytes", size);
}

/* Every record of a full batch has an interface of its own. */
Test(log_names, as_many_as_records)
{
	const char *path = log_temporary();
	struct sink *sink = open_at(path);
	struct log_source_options source = { .path = path };
	const struct log_merge_now *now;
	struct log_merge *merge;
	struct message error;
	char name[16];
	__u32 records = 0;
	int event;

	for (__u32 i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "i%u", i * 7919 % 3000);
		put(sink, i, i * 7919 % 3000, name);
	}
	log_done(sink);
	cr_assert_eq(log_merge_new(&merge), 0);
	cr_assert_eq(log_merge_add(merge, &source, &error), 0);
	now = log_merge_now(merge);
	while ((event = log_merge_next(merge)) != LOG_MERGE_END) {
		if (event != LOG_MERGE_RECORD)
			continue;
		snprintf(name, sizeof(name), "i%u", now->rec->ifindex);
		cr_assert_str_eq(log_decode_interface(now->batch, now->rec->ifindex), name);
		records++;
	}
	log_merge_free(merge);
	cr_assert_eq(records, 3000);
}
