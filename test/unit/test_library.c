/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* <hdrtap/log.h>: what records, descriptions and losses say. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/log.h>

#include "log_fixture.h"
#include "said.h"

static struct hdrtap_log *open_log(const char *path)
{
	struct hdrtap_log *log;

	cr_assert_eq(hdrtap_log_new(&log), 0);
	cr_assert_eq(hdrtap_log_add(log, path), 0);
	return log;
}

static int next_of(struct hdrtap_log *log, int wanted)
{
	int event;

	do
		event = hdrtap_log_next(log);
	while (event > HDRTAP_LOG_END && event != wanted);
	return event;
}

static void add_value(struct hdrtap_record *rec, __u8 slot, const char *value, __u16 original)
{
	struct hdrtap_entry *entry = &rec->entry[rec->entry_count++];

	*entry = (struct hdrtap_entry){ .slot = slot, .stored = strlen(value) };
	entry->original = original;
	memcpy(rec->arena + rec->arena_used, value, entry->stored);
	rec->arena_used += entry->stored;
}

/* A log of one record, and two lost. */
static const char *make_one(const struct hdrtap_record *rec)
{
	static char path[160];
	struct log_options options;
	struct run_meta meta;
	struct sink *sink;

	snprintf(path, sizeof(path), "%s/log", log_temporary());
	options = log_test_options(path);
	log_meta(&meta);
	sink = log_open(&options, &meta);
	cr_assert_eq(sink->ops->lost(sink, 5, 2), 0);
	cr_assert_eq(log_write(sink, rec), 0);
	log_done(sink);
	return path;
}

static struct hdrtap_record *made(void)
{
	struct hdrtap_record *rec = calloc(1, HDRTAP_RECORD_SIZE_DEFAULT);

	rec->time = 77;
	rec->sequence = 9;
	rec->cpu = 3;
	rec->kind = HDRTAP_KIND_REQUEST;
	rec->ifindex = 7;
	rec->version = 0x11;
	rec->names = 1ULL << HDRTAP_NAME_ACCEPT;
	rec->flags = HDRTAP_FLAG(GAP) | HDRTAP_FLAG(ANSWERED);
	rec->paired_cpu = 4;
	rec->paired_sequence = 10;
	rec->element_set = 3;
	memcpy(rec->source, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1", 16);
	add_value(rec, HDRTAP_SLOT_METHOD, "BREW", 4);
	add_value(rec, HDRTAP_SLOT_TARGET, "/pot", 400);
	add_value(rec, 2, "one.example", 11);
	add_value(rec, 2, "two.example", 11);
	return rec;
}

static void check_rec(const struct hdrtap_rec *rec)
{
	char text[HDRTAP_ADDRESS_SIZE];
	unsigned int cpu;
	uint64_t sequence;
	size_t length;
	int i;

	cr_assert_str_eq(hdrtap_rec_kind(rec), "request");
	cr_assert_eq(hdrtap_rec_time(rec), 77 + LOG_TEST_OFFSET);
	cr_assert_eq(hdrtap_rec_clock(rec), 77);
	cr_assert(!memcmp(hdrtap_rec_method(rec, &length), "BREW", 4) && length == 4);
	cr_assert(!memcmp(hdrtap_rec_target(rec, &length), "/pot", 4) && length == 4);
	cr_assert_eq(hdrtap_rec_value_original(rec, hdrtap_rec_find(rec, ":target", 0)), 400);
	cr_assert_eq(hdrtap_rec_status(rec), -1);
	cr_assert_eq(hdrtap_rec_version(rec), 11);
	cr_assert_eq(hdrtap_rec_latency(rec), -1);
	cr_assert_eq(hdrtap_rec_body_size(rec), -1);
	cr_assert_eq(hdrtap_rec_mpls(rec, NULL), -1);
	cr_assert_null(hdrtap_rec_tunnel(rec, 0));
	cr_assert_null(hdrtap_rec_address(rec, HDRTAP_SIDE_CLIENT));
	cr_assert_str_eq(hdrtap_rec_address_text(rec, HDRTAP_SIDE_SOURCE, text), "192.0.2.1");
	cr_assert_str_eq(hdrtap_rec_interface(rec), "veth7");
	cr_assert(hdrtap_rec_pair(rec, &cpu, &sequence) && cpu == 4 && sequence == 10);
	cr_assert(hdrtap_rec_has_flag(rec, "gap") && !hdrtap_rec_has_flag(rec, "late"));
	i = hdrtap_rec_find(rec, "host", 1);
	cr_assert(!memcmp(hdrtap_rec_value(rec, i, &length), "two.example", 11) && length == 11);
	cr_assert_str_eq(hdrtap_rec_value_mode(rec, i), "keep");
	cr_assert_eq(hdrtap_rec_find(rec, "host", 2), -1);
	cr_assert_eq(hdrtap_rec_find(rec, "cookie", 0), -1);
	cr_assert_eq(hdrtap_rec_has_header(rec, "accept"), 1);
	cr_assert_eq(hdrtap_rec_has_header(rec, "x-cache"), 0);
	cr_assert_eq(hdrtap_rec_has_header(rec, "x-unheard-of"), -1);
	cr_assert_eq(strlen(hdrtap_rec_run(rec)), 32);
	cr_assert_eq(hdrtap_rec_number(rec), 0);
}

/* A record that is kept outlives its log, description included. */
Test(library, records_and_losses)
{
	struct hdrtap_record *rec = made();
	struct hdrtap_log *log = open_log(make_one(rec));
	struct hdrtap_rec *kept;
	const char *cause;
	unsigned int cpu;
	uint64_t count;
	size_t size;

	cr_assert_eq(next_of(log, HDRTAP_LOG_LOSS), HDRTAP_LOG_LOSS);
	hdrtap_log_loss(log, &cpu, &cause, &count);
	cr_assert(cpu == 5 && count == 2 && !strcmp(cause, "reader"));
	cr_assert_null(hdrtap_log_rec(log));
	cr_assert_eq(next_of(log, HDRTAP_LOG_RECORD), HDRTAP_LOG_RECORD);
	check_rec(hdrtap_log_rec(log));
	kept = hdrtap_rec_keep(hdrtap_log_rec(log));
	cr_assert_eq(next_of(log, HDRTAP_LOG_RECORD), HDRTAP_LOG_END);
	cr_assert_eq(hdrtap_log_damaged(log), 0);
	hdrtap_log_free(log);
	check_rec(kept);
	cr_assert(!memcmp(hdrtap_rec_bytes(kept, &size), rec, HDRTAP_RECORD_SIZE_DEFAULT));
	cr_assert_eq(size, HDRTAP_RECORD_SIZE_DEFAULT);
	hdrtap_rec_free(kept);
	free(rec);
}

/* A length that only 64 bits without a sign hold is the largest with one. */
Test(library, body_without_end)
{
	struct hdrtap_record *rec = made();
	struct hdrtap_log *log;

	rec->framing = HDRTAP_FRAMING_LENGTH;
	rec->body_size = ~0ULL;
	log = open_log(make_one(rec));
	cr_assert_eq(next_of(log, HDRTAP_LOG_RECORD), HDRTAP_LOG_RECORD);
	cr_assert_eq(hdrtap_rec_body_size(hdrtap_log_rec(log)), INT64_MAX);
	hdrtap_log_free(log);
	free(rec);
}

Test(library, descriptions)
{
	struct hdrtap_record *rec = made();
	struct hdrtap_log *log = open_log(make_one(rec));
	const struct hdrtap_description *d;

	cr_assert_null(hdrtap_log_description(log));
	cr_assert_eq(next_of(log, HDRTAP_LOG_DESCRIPTION), HDRTAP_LOG_DESCRIPTION);
	d = hdrtap_log_description(log);
	cr_assert_eq(hdrtap_description_slots(d), 4);
	cr_assert_str_eq(hdrtap_description_slot_name(d, 0), ":target");
	cr_assert_str_eq(hdrtap_description_slot_name(d, 3), "cookie");
	cr_assert_str_eq(hdrtap_description_slot_mode(d, 3), "length");
	cr_assert_null(hdrtap_description_slot_name(d, 4));
	cr_assert_eq(hdrtap_description_key_id(d), 0x1122334455667788);
	cr_assert_eq(hdrtap_description_schema(d), HDRTAP_SCHEMA);
	hdrtap_log_free(log);
	free(rec);
}

/* Errors and damage are texts; nothing is printed. */
Test(library, errors)
{
	struct hdrtap_log *log;
	const char *path = log_make(log_temporary(), LOG_CODEC_ALL, 3, 2);
	size_t size;
	__u8 *bytes = log_load(path, &size);

	bytes[size / 2] ^= 1;
	log_store(path, bytes, size);
	said_begin();
	cr_assert_eq(hdrtap_log_new(&log), 0);
	cr_assert_str_eq(hdrtap_log_error(log), "");
	cr_assert_eq(hdrtap_log_add(log, "/no/such"), -ENOENT);
	cr_assert_not_null(strstr(hdrtap_log_error(log), "/no/such"));
	cr_assert_eq(hdrtap_log_add(log, path), 0);
	cr_assert_eq(next_of(log, HDRTAP_LOG_NOTICE), HDRTAP_LOG_NOTICE);
	cr_assert_not_null(strstr(hdrtap_log_notice(log), "are damaged"));
	cr_assert_eq(next_of(log, HDRTAP_LOG_NOTICE), HDRTAP_LOG_END);
	cr_assert_eq(hdrtap_log_damaged(log), 1);
	hdrtap_log_free(log);
	cr_assert_str_eq(said_end(), "");
	free(bytes);
}
