/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Hosts in a batch's filter: none that is there is missed, few that are not there are taken for it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log/log_filter.h"
#include "log_fixture.h"
#include "log_read/log_head.h"

static void expect_key(__u8 mode, const char *value, const char *expected)
{
	__u8 key[LOG_HOST_MAX];
	size_t size = log_host_key(mode, (const __u8 *)value, strlen(value), key);

	cr_assert(size == strlen(expected) && !memcmp(key, expected, size), "%s: %.*s", value,
		  (int)size, key);
}

Test(log_filter, keys)
{
	static char longer[1001];

	expect_key(HDRTAP_MODE_KEEP, "example.com", "example.com");
	expect_key(HDRTAP_MODE_KEEP, "EXAMPLE.Com:8080", "example.com");
	expect_key(HDRTAP_MODE_KEEP, "[2001:DB8::1]:80", "2001:db8::1");
	expect_key(HDRTAP_MODE_KEEP, "[2001:db8::1]", "2001:db8::1");
	expect_key(HDRTAP_MODE_KEEP, "2001:DB8::1", "2001:db8::1");
	expect_key(HDRTAP_MODE_KEEP, "[2001:db8", "2001:db8");
	expect_key(HDRTAP_MODE_KEEP, "[", "");
	expect_key(HDRTAP_MODE_KEEP, "[]", "");
	expect_key(HDRTAP_MODE_KEEP, ":", "");
	expect_key(HDRTAP_MODE_KEEP, "", "");
	expect_key(HDRTAP_MODE_KEEP,
		   "b\xfc"
		   "cher.example:",
		   "b\xfc"
		   "cher.example");
	expect_key(HDRTAP_MODE_HASH, "ABC:1[]", "ABC:1[]");
	memset(longer, 'a', 1000);
	cr_assert_eq(log_host_hash(HDRTAP_MODE_KEEP, (__u8 *)longer, 1000),
		     log_host_hash(HDRTAP_MODE_HASH, (__u8 *)longer, LOG_HOST_MAX));
}

static __u64 hash_of(const char *kind, __u32 number)
{
	char name[64];
	int size = snprintf(name, sizeof(name), "%s%u.example.com", kind, number);

	return log_host_hash(HDRTAP_MODE_KEEP, (__u8 *)name, size);
}

Test(log_filter, errs_seldom_and_to_one_side)
{
	static const __u32 counts[] = { 0, 1, 7, 8, 56, 57, 455, 1024, LOG_FILTER_KEYS };
	static __u8 filter[LOG_FILTER_MAX];

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		__u32 n = counts[i], wrong = 0, asked = 0, round;
		size_t size = log_filter_size(n);

		cr_assert(size >= 8 && size <= LOG_FILTER_MAX && !(size & (size - 1)));
		for (round = 0; round < 20; round++) {
			memset(filter, 0, size);
			for (__u32 k = 0; k < n; k++)
				log_filter_add(filter, size, hash_of("in", round * n + k));
			for (__u32 k = 0; k < n; k++)
				cr_assert(log_filter_may_have(filter, size,
							      hash_of("in", round * n + k)));
			for (__u32 k = 0; k < 5000; k++, asked++)
				wrong += log_filter_may_have(filter, size,
							     hash_of("out", round * 5000 + k));
		}
		cr_assert_leq(wrong * 50, asked, "%u of %u for %u keys", wrong, asked, n);
	}
	cr_assert(log_filter_may_have(filter, 0, hash_of("any", 1)));
}

/* A record with these hosts, all of mode KEEP. */
static void put_hosts(struct sink *sink, const char *const *host, int count)
{
	union record_room room;
	struct hdrtap_record *rec = &room.rec;

	log_record(rec, 1);
	memset(rec->entry, 0, sizeof(rec->entry));
	memset(rec->arena, 0, rec->arena_used);
	rec->arena_used = 0;
	rec->entry_count = count;
	for (int i = 0; i < count; i++) {
		rec->entry[i] = (struct hdrtap_entry){ 2, HDRTAP_MODE_KEEP, strlen(host[i]), 99 };
		memcpy(rec->arena + rec->arena_used, host[i], strlen(host[i]));
		rec->arena_used += strlen(host[i]);
	}
	cr_assert_eq(log_write(sink, rec), 0);
}

static void put_host(struct sink *sink, const char *host)
{
	put_hosts(sink, &host, 1);
}

/* The head of the batch that is block `number` of a log's first segment, and its filter. */
static const __u8 *filter_of(const char *path, __u32 number, struct log_batch_head *batch)
{
	static struct log_head head;
	int fd = open(log_segment(path, 0), O_RDONLY);
	__u64 offset = 0, bytes_read = 0;
	const __u8 *filter;

	do {
		cr_assert_eq(log_head_read(fd, offset, &head, &bytes_read), 1);
		offset += head.block.length;
	} while (number--);
	close(fd);
	cr_assert_eq(log_decode_batch_head(head.bytes + sizeof(head.block),
					   head.block.head_length - sizeof(head.block) -
						   sizeof(__u64),
					   batch, &filter),
		     0);
	return filter;
}

static bool may_have(const char *path, __u32 batch, const char *host)
{
	struct log_batch_head head;
	const __u8 *filter = filter_of(path, batch, &head);

	return log_filter_may_have(filter, head.filter_length,
				   log_host_hash(HDRTAP_MODE_KEEP, (const __u8 *)host,
						 strlen(host)));
}

Test(log_filter, each_batch_has_its_own)
{
	static const char *const two[] = { "first.example", "second.example" };
	struct log_options options = log_test_options(log_temporary());
	struct log_batch_head head;
	struct run_meta meta;
	struct sink *sink;
	char longer[200];

	memset(longer, 'x', sizeof(longer));
	longer[150] = '\0';
	log_meta(&meta);
	sink = log_open(&options, &meta);
	put_host(sink, "a");
	put_host(sink, "WWW.Example.com:8080");
	for (int i = 0; i < 200; i++)
		put_host(sink, i % 2 ? "www.example.com" : "a");
	log_seal(sink);
	put_hosts(sink, two, 2);
	put_host(sink, longer);
	log_seal(sink);
	put_hosts(sink, NULL, 0);
	log_done(sink);
	cr_assert(filter_of(options.path, 1, &head) && head.filter_length == 8);
	cr_assert(may_have(options.path, 1, "www.example.com") && may_have(options.path, 1, "a"));
	cr_assert(!may_have(options.path, 1, "first.example"));
	cr_assert(may_have(options.path, 2, "first.example"));
	cr_assert(may_have(options.path, 2, "second.example") && may_have(options.path, 2, longer));
	cr_assert(!may_have(options.path, 2, "www.example.com"));
	cr_assert(filter_of(options.path, 3, &head) && head.filter_length == 8);
	cr_assert(!may_have(options.path, 3, "www.example.com"));
}

/* As many hosts as a batch has records; then more, of one host each; then all as few as before. */
Test(log_filter, many_hosts)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_batch_head head;
	struct run_meta meta;
	struct sink *sink;
	const char *host[20];
	char name[20][32];

	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (int i = 0; i < 1000; i++) {
		snprintf(name[0], sizeof(name[0]), "h%d.example", i);
		put_host(sink, name[0]);
	}
	log_seal(sink);
	for (int i = 0; i < 2000; i++) {
		snprintf(name[i % 20], sizeof(name[0]), "m%d.example", i);
		host[i % 20] = name[i % 20];
		if (i % 20 == 19)
			put_hosts(sink, host, 20);
	}
	log_seal(sink);
	put_host(sink, "h1.example");
	log_done(sink);
	filter_of(options.path, 1, &head);
	cr_assert_eq(head.filter_length, LOG_FILTER_MAX);
	for (int i = 0; i < 1000; i++) {
		snprintf(name[0], sizeof(name[0]), "h%d.example", i);
		cr_assert(may_have(options.path, 1, name[0]));
	}
	filter_of(options.path, 2, &head);
	cr_assert_eq(head.filter_length, 0);
	filter_of(options.path, 3, &head);
	cr_assert_eq(head.filter_length, 8);
	cr_assert(may_have(options.path, 3, "h1.example") &&
		  !may_have(options.path, 3, "h2.example"));
}

/* Hosts are not logged: nobody knows which there were. */
Test(log_filter, no_slot_for_hosts)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_batch_head head;
	struct run_meta meta;
	struct sink *sink;

	log_meta(&meta);
	strcpy(meta.slot[2].name, "server");
	sink = log_open(&options, &meta);
	put_host(sink, "a.example");
	log_done(sink);
	filter_of(options.path, 1, &head);
	cr_assert_eq(head.filter_length, 0);
	cr_assert(may_have(options.path, 1, "b.example"));
}

static void put_status(struct sink *sink, __u64 time, __u8 kind, __u16 status)
{
	union record_room room;

	log_record(&room.rec, 1);
	room.rec.time = time;
	room.rec.kind = kind;
	room.rec.status = status;
	cr_assert_eq(log_write(sink, &room.rec), 0);
}

Test(log_filter, kinds_statuses_and_times)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_batch_head head;
	struct run_meta meta;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	put_status(sink, 200, HDRTAP_KIND_REQUEST, 999);
	log_seal(sink);
	put_status(sink, 300, HDRTAP_KIND_RESPONSE, 204);
	put_status(sink, 100, HDRTAP_KIND_RESPONSE, 503);
	put_status(sink, 200, 20, 0);
	log_done(sink);
	filter_of(options.path, 1, &head);
	cr_assert(head.time_first == 200 && head.time_last == 200);
	cr_assert(head.kinds == 1 << HDRTAP_KIND_REQUEST && head.statuses == 0);
	filter_of(options.path, 2, &head);
	cr_assert(head.time_first == 100 && head.time_last == 300);
	cr_assert_eq(head.kinds, 1 << HDRTAP_KIND_RESPONSE | 1 << 15);
	cr_assert_eq(head.statuses, 1 << 2 | 1 << 5);
}
