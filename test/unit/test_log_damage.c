/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the reader of the record log makes of files that are torn, damaged, foreign or forged. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log/log_block.h"
#include "log_fixture.h"
#include "said.h"

#define BATCHES 4
#define EACH    3

#define UTC_OFFSET_AT offsetof(struct log_batch_head, utc_offset)

/* A small log without its index, as bytes and as a file to spoil. */
struct spoil {
	char path[256];
	__u8 *bytes;
	size_t size;
	size_t at[1 + BATCHES + 1]; /* where each block begins, and the end */
};

static void spoil_make(struct spoil *s, enum log_codec codec)
{
	size_t at = 0;
	int i;

	strcpy(s->path, log_make(log_temporary(), codec, BATCHES, EACH));
	s->bytes = log_load(s->path, &s->size);
	s->size = log_without_index(s->bytes, s->size);
	for (i = 0; i <= BATCHES; i++) {
		s->at[i] = at;
		at += ((struct log_block *)(s->bytes + at))->length;
	}
	s->at[i] = at;
	cr_assert_eq(at, s->size);
}

static int spoil_read(const struct spoil *s, struct log_seen *seen, const char **said)
{
	int err;

	log_store(s->path, s->bytes, s->size);
	said_begin();
	err = log_read(s->path, seen);
	*said = said_end();
	return err;
}

/* Every record but those of batch `lost`. */
static void expect_all_but(const struct log_seen *seen, __u32 lost)
{
	cr_assert_eq(seen->records, (BATCHES - 1) * EACH);
	log_expect(seen, 0, 0, lost * EACH);
	log_expect(seen, lost * EACH, (lost + 1) * EACH, (BATCHES - 1 - lost) * EACH);
}

Test(log_damage, torn_at_every_byte_of_the_last_batch)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;

	spoil_make(&s, LOG_CODEC_ALL);
	for (s.size = s.at[BATCHES]; s.size < s.at[BATCHES + 1]; s.size++) {
		cr_assert_eq(spoil_read(&s, &seen, &said), 0, "%zu: %s", s.size, said);
		cr_assert_eq(seen.records, (BATCHES - 1) * EACH);
		log_expect(&seen, 0, 0, seen.records);
		if (s.size == s.at[BATCHES])
			cr_assert_str_eq(said, "");
		else
			cr_assert(said_line(said, "an incomplete batch"), "at %zu: %s", s.size,
				  said);
		log_seen_free(&seen);
	}
	free(s.bytes);
}

Test(log_damage, torn_within_the_head)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;

	spoil_make(&s, LOG_CODEC_ALL);
	for (s.size = LOG_MAGIC_SIZE; s.size < s.at[1]; s.size++) {
		cr_assert_eq(spoil_read(&s, &seen, &said), 0);
		cr_assert_eq(seen.records, 0);
		cr_assert(said_line(said, "an incomplete batch"));
		log_seen_free(&seen);
	}
	free(s.bytes);
}

Test(log_damage, zeros_behind_the_end)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;

	spoil_make(&s, LOG_CODEC_ALL);
	s.bytes = realloc(s.bytes, s.size + 1000000);
	memset(s.bytes + s.size, 0, 1000000);
	s.size += 1000000;
	cr_assert_eq(spoil_read(&s, &seen, &said), 0);
	cr_assert_eq(seen.records, BATCHES * EACH);
	cr_assert(said_line(said, "the last 1000000 bytes"));
	log_seen_free(&seen);
	free(s.bytes);
}

static void flip_bits(enum log_codec codec, size_t step)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;
	char range[64];
	size_t at;
	__u32 batch;

	spoil_make(&s, codec);
	for (batch = 0; batch < BATCHES; batch++) {
		size_t from = s.at[batch + 1], to = s.at[batch + 2];
		int err;

		snprintf(range, sizeof(range), "bytes %zu to %zu are damaged", from, to - 1);
		for (at = from; at < to; at += step) {
			s.bytes[at] ^= 1 << at % 8;
			err = spoil_read(&s, &seen, &said);
			expect_all_but(&seen, batch);
			/* the last batch with a length too large looks like a torn end */
			if (err || batch < BATCHES - 1)
				cr_assert(err == -EBADMSG && said_line(said, range), "%zu: %s", at,
					  said);
			else
				cr_assert(said_line(said, "an incomplete batch"));
			s.bytes[at] ^= 1 << at % 8;
			log_seen_free(&seen);
		}
	}
	free(s.bytes);
}

Test(log_damage, flipped_bits_lose_only_their_batch, .timeout = 600)
{
	flip_bits(LOG_CODEC_ALL, 1);
}

Test(log_damage, flipped_bits_in_plain_batches, .timeout = 600)
{
	flip_bits(LOG_CODEC_NONE, 5);
}

Test(log_damage, flipped_bits_in_the_head_are_a_clear_error)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;
	size_t at;

	spoil_make(&s, LOG_CODEC_ALL);
	for (at = 0; at < s.at[1]; at++) {
		s.bytes[at] ^= 1 << at % 8;
		cr_assert_eq(spoil_read(&s, &seen, &said), -EBADMSG);
		cr_assert_eq(seen.records, 0);
		cr_assert(said_line(said, at < LOG_MAGIC_SIZE
						  ? "does not begin like a record log segment"
						  : "segment head is damaged"),
			  "%zu: %s", at, said);
		s.bytes[at] ^= 1 << at % 8;
		log_seen_free(&seen);
	}
	free(s.bytes);
}

Test(log_damage, missing_and_foreign_bytes_in_the_middle)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;
	size_t cut;

	for (cut = 1; cut < 20; cut++) {
		spoil_make(&s, LOG_CODEC_ALL);
		memmove(s.bytes + s.at[2] + 40, s.bytes + s.at[2] + 40 + cut,
			s.size - s.at[2] - 40 - cut);
		s.size -= cut;
		cr_assert_eq(spoil_read(&s, &seen, &said), -EBADMSG);
		expect_all_but(&seen, 1);
		log_seen_free(&seen);
		free(s.bytes);
	}
}

/* More noise between two batches than the reader holds at a time. */
Test(log_damage, much_noise)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;
	__u8 *bytes;
	size_t noise = 9000000, i;

	spoil_make(&s, LOG_CODEC_ALL);
	bytes = malloc(s.size + noise);
	memcpy(bytes, s.bytes, s.at[2]);
	for (i = 0; i < noise; i++)
		bytes[s.at[2] + i] = i * 2654435761U >> 13;
	memcpy(bytes + s.at[2] + noise, s.bytes + s.at[2], s.size - s.at[2]);
	free(s.bytes);
	s.bytes = bytes;
	s.size += noise;
	cr_assert_eq(spoil_read(&s, &seen, &said), -EBADMSG);
	cr_assert_eq(seen.records, BATCHES * EACH);
	log_expect(&seen, 0, 0, BATCHES * EACH);
	log_seen_free(&seen);
	free(s.bytes);
}

/* A client that knows the format sends a whole batch as a header value, and the batch with it is
 * damaged. */
Test(log_damage, a_forged_batch_is_not_believed)
{
	struct log_batch_head *head;
	struct log_seen seen;
	struct spoil s;
	const char *said;
	size_t length;

	spoil_make(&s, LOG_CODEC_NONE);
	length = ((struct log_block *)(s.bytes + s.at[1]))->head_length;
	head = (struct log_batch_head *)(s.bytes + s.at[2] + length);
	memcpy(head, s.bytes + s.at[1], length);
	memset(head->block.run_id, 0x41, sizeof(head->block.run_id));
	head->record_count = 1;
	head->raw_length = head->body_length = HDRTAP_RECORD_SIZE_DEFAULT;
	log_block_finish(head, length + HDRTAP_RECORD_SIZE_DEFAULT);
	cr_assert_eq(spoil_read(&s, &seen, &said), -EBADMSG);
	expect_all_but(&seen, 1);
	log_seen_free(&seen);
	free(s.bytes);
}

Test(log_damage, not_a_log)
{
	static const char text[] = "This is a text file, and a long one.\n";
	struct log_seen seen;
	char path[256];

	snprintf(path, sizeof(path), "%s/text", log_temporary());
	log_store(path, text, strlen(text));
	said_begin();
	cr_assert_eq(log_read(path, &seen), -EBADMSG);
	cr_assert(said_line(said_end(), "does not begin like a record log segment"));
	log_store(path, text, 3);
	said_begin();
	cr_assert_eq(log_read(path, &seen), -EBADMSG);
	cr_assert(said_line(said_end(), "does not begin like a record log segment"));
	log_store(path, "", 0);
	said_begin();
	cr_assert_eq(log_read(path, &seen), -EBADMSG);
	cr_assert(said_line(said_end(), "it is empty"));
}

Test(log_damage, a_bad_segment_does_not_hide_the_others)
{
	struct log_options options;
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	const char *path = log_temporary(), *said;

	options = log_test_options(path);
	options.segment_size = 1;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (int i = 0; i < 4; i++) {
		log_put(sink, i * EACH, EACH);
		log_seal(sink);
	}
	log_done(sink);
	cr_assert_eq(log_segments(path), 4);
	log_store(log_segment(path, 1), "nothing", 7);
	said_begin();
	cr_assert_eq(log_read(path, &seen), -EBADMSG);
	said = said_end();
	cr_assert_not_null(strstr(said, "does not begin like a record log segment"));
	cr_assert_not_null(strstr(said, "1 earlier segments of this run are missing"));
	expect_all_but(&seen, 1);
	log_seen_free(&seen);
}

/* The same records as another version of this program would have written them. */
static int read_as(struct spoil *s, struct log_seen *seen, __u32 schema, __u32 compatible,
		   const char **said)
{
	struct log_segment_head *head = (struct log_segment_head *)s->bytes;

	head->schema = schema;
	head->schema_compatible = compatible;
	log_resum(s->bytes);
	return spoil_read(s, seen, said);
}

Test(log_damage, newer_schemas)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;

	spoil_make(&s, LOG_CODEC_ALL);
	cr_assert_eq(read_as(&s, &seen, HDRTAP_SCHEMA + 1, HDRTAP_SCHEMA, &said), 0);
	cr_assert_str_eq(said, "");
	cr_assert_eq(seen.records, BATCHES * EACH);
	log_seen_free(&seen);
	cr_assert_eq(read_as(&s, &seen, HDRTAP_SCHEMA + 1, HDRTAP_SCHEMA + 1, &said), -ENOTSUP);
	cr_assert(said_line(said, "schema 3"));
	cr_assert(said_line(said, "use a newer hdrtap"));
	cr_assert_eq(seen.records, 0);
	log_seen_free(&seen);
	cr_assert_eq(read_as(&s, &seen, 1, 1, &said), -ENOTSUP);
	cr_assert(said_line(said, "schema 1"));
	cr_assert_eq(seen.records, 0);
	log_seen_free(&seen);
	((struct log_segment_head *)s.bytes)->format = LOG_FORMAT + 1;
	cr_assert_eq(read_as(&s, &seen, HDRTAP_SCHEMA, HDRTAP_SCHEMA, &said), -ENOTSUP);
	cr_assert(said_line(said, "format is 3"));
	free(s.bytes);
}

/* Where the records of a batch without losses begin. */
static __u8 *body_of(struct log_batch_head *batch)
{
	return (__u8 *)batch + batch->block.head_length +
	       batch->interface_count * sizeof(struct log_interface);
}

/* Writes one batch of records of `size` bytes behind the head. */
static void other_records(struct spoil *s, __u32 size, __u32 count)
{
	struct log_segment_head *head = (struct log_segment_head *)s->bytes;
	struct log_batch_head *batch;
	union record_room room;
	__u32 i;
	__u8 *to;

	head->record_size = size;
	s->bytes = realloc(s->bytes, s->at[2] + size * count + LOG_BLOCK_END);
	batch = (struct log_batch_head *)(s->bytes + s->at[1]);
	batch->record_count = count;
	batch->codec = LOG_CODEC_NONE;
	batch->raw_length = batch->body_length = size * count;
	to = body_of(batch);
	memset(to, 0xee, size * count);
	for (i = 0; i < count; i++, to += size) {
		log_record(&room.rec, i);
		memcpy(to, &room, size < sizeof(room) ? size : sizeof(room));
	}
	s->size = s->at[1] + log_block_finish(batch, to - (__u8 *)batch);
}

Test(log_damage, longer_and_shorter_records)
{
	struct log_seen seen;
	struct spoil s;
	const char *said;

	spoil_make(&s, LOG_CODEC_ALL);
	other_records(&s, HDRTAP_RECORD_SIZE_DEFAULT + 40, 20);
	cr_assert_eq(read_as(&s, &seen, HDRTAP_SCHEMA + 1, HDRTAP_SCHEMA, &said), 0);
	cr_assert_eq(seen.records, 20);
	log_expect(&seen, 0, 0, 20);
	log_seen_free(&seen);
	/* test records have 5 values of up to 63 bytes: the last bytes of the arena are zero */
	other_records(&s, HDRTAP_RECORD_SIZE_DEFAULT - 64, 20);
	cr_assert_eq(read_as(&s, &seen, HDRTAP_SCHEMA, 0, &said), 0);
	cr_assert_eq(seen.records, 20);
	log_expect(&seen, 0, 0, 20);
	log_seen_free(&seen);
	free(s.bytes);
}

Test(log_damage, a_longer_table)
{
	struct log_segment_head *head;
	struct log_seen seen;
	struct spoil s;
	const char *said;
	size_t i;
	__u8 *bytes, *to;

	spoil_make(&s, LOG_CODEC_ALL);
	bytes = calloc(1, s.size + 4096);
	memcpy(bytes, s.bytes, sizeof(*head));
	head = (struct log_segment_head *)bytes;
	head->block.head_length += 16;
	head->slot_size += 8;
	to = bytes + head->block.head_length;
	for (i = 0; i < 4; i++, to += head->slot_size)
		memcpy(to, s.bytes + sizeof(*head) + i * sizeof(struct log_slot),
		       sizeof(struct log_slot));
	i = log_block_finish(bytes, to - bytes);
	memcpy(bytes + i, s.bytes + s.at[1], s.size - s.at[1]);
	s.size += i - s.at[1];
	free(s.bytes);
	s.bytes = bytes;
	cr_assert_eq(spoil_read(&s, &seen, &said), 0);
	cr_assert_eq(seen.records, BATCHES * EACH);
	cr_assert_str_eq(seen.meta.slot[3].name, "cookie");
	log_seen_free(&seen);
	free(s.bytes);
}

/* Every 32-bit word of a head or a batch replaced, with a right checksum: any verdict, but no harm.
 */
Test(log_damage, lies_with_right_checksums, .timeout = 600)
{
	static const __u32 lie[] = { 0, 1, 7, 255, 4096, 0x7fffffff, 0xffffffff };
	struct log_seen seen;
	struct spoil s;
	const char *said;
	size_t at, i, block;

	spoil_make(&s, LOG_CODEC_NONE);
	for (block = 0; block < 2; block++) {
		__u8 *begin = s.bytes + s.at[block];
		size_t head = ((struct log_block *)begin)->head_length;
		size_t end = s.at[block] + (block ? head : s.at[1] - sizeof(__u64));

		for (at = s.at[block] + 32; at < end; at += 4) {
			for (i = 0; i < sizeof(lie) / sizeof(lie[0]); i++) {
				__u32 truth;

				memcpy(&truth, s.bytes + at, 4);
				memcpy(s.bytes + at, &lie[i], 4);
				if (block && at >= s.at[1] + UTC_OFFSET_AT &&
				    at < s.at[1] + UTC_OFFSET_AT + sizeof(__u64))
					memcpy(s.bytes + at, &truth, 4); /* checked elsewhere */
				log_resum_as(begin, head, s.at[block + 1] - s.at[block]);
				spoil_read(&s, &seen, &said);
				cr_assert_leq(seen.records, BATCHES * EACH);
				log_seen_free(&seen);
				memcpy(s.bytes + at, &truth, 4);
			}
		}
		log_resum(s.bytes + s.at[block]);
	}
	free(s.bytes);
}

Test(log_damage, records_that_contradict_themselves)
{
	union record_room *room;
	struct log_seen seen;
	struct spoil s;
	const char *said;

	spoil_make(&s, LOG_CODEC_NONE);
	room = (union record_room *)body_of((struct log_batch_head *)(s.bytes + s.at[2]));
	room[0].rec.entry_count = HDRTAP_ENTRIES_MAX + 1;
	room[1].rec.entry_count = 1;
	room[1].rec.entry[0].slot = 4;
	room[2].rec.entry_count = 2;
	room[2].rec.entry[0].slot = room[2].rec.entry[1].slot = 0;
	room[2].rec.entry[0].stored = room[2].rec.entry[1].stored = 400;
	log_resum(s.bytes + s.at[2]);
	cr_assert_eq(spoil_read(&s, &seen, &said), 0);
	cr_assert(said_line(said, "3 records are inconsistent"));
	expect_all_but(&seen, 1);
	log_seen_free(&seen);
	free(s.bytes);
}
