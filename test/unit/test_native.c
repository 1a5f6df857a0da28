/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/extract.h through its native build: which heads are found in one packet's payload,
 * and what is counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "elements.h"
#include "native.h"

#define RECORDS_MAX 256

static struct hdrtap_elements set;
static struct hdrtap_record found[RECORDS_MAX];
static __u32 found_count;
static struct native *native;
static __u8 bytes[131072];

static int keep(void *context __attribute__((unused)), const struct hdrtap_record *rec)
{
	cr_assert_lt(found_count, RECORDS_MAX);
	found[found_count++] = *rec;
	return 0;
}

static void setup(void)
{
	static struct run_meta meta;

	cr_assert_eq(run_meta_init(&meta), 0);
	elements_default(&meta);
	cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
	run_meta_free(&meta);
	native = native_new(
		&(struct native_options){ .elements = &set, .emit = keep, .context = NULL });
	cr_assert_not_null(native);
}

static void teardown(void)
{
	native_free(native);
}

TestSuite(native, .init = setup, .fini = teardown);

/* A TCP segment in IPv4 with total length 0, as segmentation offload leaves it: the payload may be
 * of any size. */
static void segment(const char *payload, size_t size, __u32 captured)
{
	static const __u8 headers[40] = { 0x45, [8] = 64, 6,  [12] = 192,  0,   2,
					  1,    198,      51, 100,         2,   0x9c,
					  0x40, 0,        80, [32] = 0x50, 0x18 };
	struct native_packet packet = { .data = bytes,
					.link = NATIVE_NETWORK,
					.length = 40 + size };

	cr_assert_leq(40 + size, sizeof(bytes));
	memcpy(bytes, headers, 40);
	memcpy(bytes + 40, payload, size);
	packet.captured = captured < packet.length ? captured : packet.length;
	cr_assert_eq(native_packet(native, &packet), 0);
}

static void text(const char *payload)
{
	segment(payload, strlen(payload), ~0u);
}

static __u64 counted(enum hdrtap_counter counter)
{
	return native_counters(native)->count[counter];
}

Test(native, heads_behind_bodies_of_known_length)
{
	text("POST /a HTTP/1.1\r\nContent-Length: 22\r\n\r\nGET /inside HTTP/1.1\r\n"
	     "GET /b HTTP/1.1\r\n\r\n"
	     "HEAD /c HTTP/1.1\r\n\r\n");
	cr_assert_eq(found_count, 3);
	cr_assert_eq(found[0].method, HDRTAP_METHOD_POST);
	cr_assert_eq(found[1].method, HDRTAP_METHOD_GET);
	cr_assert_eq(found[2].method, HDRTAP_METHOD_HEAD);
	cr_assert_eq(found[1].tcp_sequence, 40u + 22u);
	cr_assert_eq(counted(HDRTAP_COUNTER_HEAD), 1);
}

Test(native, heads_behind_chunked_bodies)
{
	text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	     "18;x=y\r\nHTTP/1.1 500 Inside\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\n"
	     "HTTP/1.1 204 No Content\r\n\r\n"
	     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!");
	cr_assert_eq(found_count, 3);
	cr_assert_eq(found[0].framing, HDRTAP_FRAMING_CHUNKED);
	cr_assert_eq(found[1].status, 204);
	cr_assert_eq(found[2].status, 200);
}

Test(native, nothing_is_looked_for_in_bodies_without_known_end)
{
	text("HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 500 Inside\r\n\r\n");
	text("HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 500 Inside\r\n\r\n");
	cr_assert_eq(found_count, 2);
	cr_assert_eq(found[0].framing, HDRTAP_FRAMING_CLOSE);
	cr_assert_eq(found[1].framing, HDRTAP_FRAMING_TUNNEL);
}

Test(native, a_head_cut_by_the_end_of_the_packet_is_flagged)
{
	text("GET /cut HTTP/1.1\r\nHost: example.org\r\nUser-Agent: on and");
	cr_assert_eq(found_count, 1);
	cr_assert(found[0].flags & HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[0].entry_count, 2);
	cr_assert_eq(counted(HDRTAP_COUNTER_INCOMPLETE), 1);
}

Test(native, a_packet_cut_by_the_capture_gives_what_is_there)
{
	const char *head = "GET /cut HTTP/1.1\r\nHost: example.org\r\nUser-Agent: x\r\n\r\n";
	__u32 captured;

	for (captured = 0; captured < 40 + strlen(head); captured++)
		segment(head, strlen(head), captured);
	cr_assert_gt(found_count, 20);
	for (captured = 0; captured < found_count; captured++)
		cr_assert_eq(found[captured].flags &
				     (HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(SNAPLEN)),
			     HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(SNAPLEN));
}

/* `count` times `unit` behind `start`, in one packet. */
static void repeat(const char *start, const char *unit, size_t count)
{
	size_t size = strlen(start), length = strlen(unit), i;
	char *payload = malloc(size + count * length);

	cr_assert_not_null(payload);
	memcpy(payload, start, size);
	for (i = 0; i < count; i++)
		memcpy(payload + size + i * length, unit, length);
	segment(payload, size + count * length, ~0u);
	free(payload);
}

Test(native, no_more_heads_than_the_budget)
{
	repeat("", "GET / HTTP/1.1\r\n\r\n", 64);
	cr_assert_eq(found_count, 64);
	cr_assert_eq(counted(HDRTAP_COUNTER_OVER_BUDGET), 0);
	repeat("", "GET / HTTP/1.1\r\n\r\n", 65);
	cr_assert_eq(found_count, 128);
	cr_assert_eq(counted(HDRTAP_COUNTER_OVER_BUDGET), 1);
}

Test(native, no_more_chunks_than_the_budget)
{
	repeat("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 2000);
	cr_assert_eq(found_count, 1);
	cr_assert_eq(counted(HDRTAP_COUNTER_OVER_BUDGET), 1);
}

Test(native, no_more_bytes_than_the_budget)
{
	repeat("GET / HTTP/1.1\r\n", "x-filler: 0123456789\r\n", 4000);
	cr_assert_eq(found_count, 1);
	cr_assert(found[0].flags & HDRTAP_FLAG(OVER_BUDGET));
	cr_assert(found[0].flags & HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[0].head_length, 65536);
	cr_assert_eq(counted(HDRTAP_COUNTER_OVER_BUDGET), 1);
}

Test(native, what_is_no_head_is_counted_as_what_it_is)
{
	text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	text("220 mail.example.org ESMTP\r\n");
	text("GET /x ICE/1.0\r\n\r\n");
	cr_assert_eq(found_count, 0);
	cr_assert_eq(counted(HDRTAP_COUNTER_HTTP2), 1);
	segment("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11, ~0u);
	cr_assert_eq(counted(HDRTAP_COUNTER_TLS), 1);
	cr_assert_eq(counted(HDRTAP_COUNTER_NOT_HTTP), 2);
}
