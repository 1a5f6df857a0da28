/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/stream/extract.h through its native build: which heads are found in the payload of
 * one packet, the only one of its connection, and what is counted.
 */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "streams.h"

/* Of heads on a connection whose SYN was not seen. */
#define FLAGS HDRTAP_FLAG(RESYNC)

static const union record_room *found = streams.record;

static void setup(void)
{
	streams_begin(4, 4);
}

TestSuite(native, .init = setup, .fini = streams_end);

/* Every call is another connection. */
static void segment(const char *payload, __u32 size, __u32 cut)
{
	static __u16 port = 40000;

	streams_segment(&(struct segment){
		.payload = payload, .size = size, .cut = cut, .sequence = 1, .port = port++ });
}

static void text(const char *payload)
{
	segment(payload, strlen(payload), 0);
}

Test(native, heads_behind_bodies_of_known_length)
{
	text("POST /a HTTP/1.1\r\nContent-Length: 22\r\n\r\nGET /inside HTTP/1.1\r\n"
	     "GET /b HTTP/1.1\r\n\r\n"
	     "HEAD /c HTTP/1.1\r\n\r\n");
	cr_assert_eq(streams.count, 3);
	cr_assert_eq(found[0].rec.method, HDRTAP_METHOD_POST);
	cr_assert_eq(found[1].rec.method, HDRTAP_METHOD_GET);
	cr_assert_eq(found[2].rec.method, HDRTAP_METHOD_HEAD);
	cr_assert_eq(found[0].rec.flags, FLAGS);
	cr_assert_eq(found[1].rec.flags, FLAGS);
	cr_assert_eq(found[2].rec.flags, FLAGS);
	cr_assert_eq(found[1].rec.tcp_sequence, 1u + 40u + 22u);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HEAD), 1);
}

Test(native, heads_behind_chunked_bodies)
{
	text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	     "18;x=y\r\nHTTP/1.1 500 Inside\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\n"
	     "HTTP/1.1 204 No Content\r\n\r\n"
	     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!");
	cr_assert_eq(streams.count, 3);
	cr_assert_eq(found[0].rec.framing, HDRTAP_FRAMING_CHUNKED);
	cr_assert_eq(found[1].rec.status, 204);
	cr_assert_eq(found[2].rec.status, 200);
	cr_assert_eq(found[0].rec.flags, FLAGS | HDRTAP_FLAG(UNPAIRED));
	cr_assert_eq(found[2].rec.flags, FLAGS | HDRTAP_FLAG(UNPAIRED));
}

Test(native, nothing_is_looked_for_in_bodies_without_known_end)
{
	text("HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 500 Inside\r\n\r\n");
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(found[0].rec.framing, HDRTAP_FRAMING_CLOSE);
}

Test(native, what_a_tunnel_carries_may_be_http)
{
	text("HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 500 Inside\r\n\r\n");
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[0].rec.framing, HDRTAP_FRAMING_TUNNEL);
	cr_assert_eq(found[1].rec.status, 500);
	cr_assert(found[1].rec.flags & HDRTAP_FLAG(TUNNELED));
}

Test(native, a_head_whose_end_does_not_come_is_flagged)
{
	text("GET /cut HTTP/1.1\r\nHost: example.org\r\nUser-Agent: on and");
	cr_assert_eq(streams.count, 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_IN_PROGRESS), 1);
	streams_finish();
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(found[0].rec.flags, FLAGS | HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[0].rec.entry_count, 3);
	cr_assert(!memcmp(found[0].rec.arena, "/cutexample.orgon and", 21));
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_INCOMPLETE), 1);
}

Test(native, a_packet_cut_by_the_capture_gives_what_is_there)
{
	const char *head = "GET /cut HTTP/1.1\r\nHost: example.org\r\nUser-Agent: x\r\n\r\n";
	__u32 size = strlen(head), cut, i;

	for (cut = 1; cut <= size; cut++)
		segment(head, size, cut);
	streams_finish();
	cr_assert_eq(streams.count, size - strlen("GET /"));
	for (i = 0; i < streams.count; i++)
		cr_assert_eq(found[i].rec.flags,
			     FLAGS | HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(SNAPLEN));
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
	segment(payload, size + count * length, 0);
	free(payload);
}

Test(native, no_more_heads_than_the_budget)
{
	repeat("", "GET / HTTP/1.1\r\n\r\n", 64);
	cr_assert_eq(streams.count, 64);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OVER_BUDGET), 0);
	repeat("", "GET / HTTP/1.1\r\n\r\n", 65);
	cr_assert_eq(streams.count, 128);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OVER_BUDGET), 1);
}

Test(native, no_more_chunks_than_the_budget)
{
	repeat("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 2000);
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OVER_BUDGET), 1);
}

Test(native, no_more_bytes_than_the_budget)
{
	repeat("GET / HTTP/1.1\r\n", "x-filler: 0123456789\r\n", 4000);
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(found[0].rec.flags,
		     FLAGS | HDRTAP_FLAG(OVER_BUDGET) | HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[0].rec.head_length, 65536);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OVER_BUDGET), 1);
}

/* What waited for its end until younger ones were said to be complete says so. */
Test(native, older_than_what_is_complete)
{
	text("GET /waits HTTP/1.1\r\nHost: a");
	text("GET /one HTTP/1.1\r\n\r\n");
	native_complete(streams.native, streams.time);
	text("GET /two HTTP/1.1\r\n\r\n");
	native_complete(streams.native, streams.time);
	streams_finish();
	cr_assert_eq(streams.count, 3);
	cr_assert(!(found[0].rec.flags & HDRTAP_FLAG(LATE)));
	cr_assert(!(found[1].rec.flags & HDRTAP_FLAG(LATE)));
	cr_assert_lt(found[2].rec.time, found[0].rec.time);
	cr_assert(found[2].rec.flags & HDRTAP_FLAG(LATE));
}

Test(native, what_is_no_head_is_counted_as_what_it_is)
{
	text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	text("220 mail.example.org ESMTP\r\n");
	text("GET /x ICE/1.0\r\n\r\n");
	segment("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11, 0);
	streams_finish();
	cr_assert_eq(streams.count, 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HTTP2), 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_TLS), 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_NOT_HTTP), 2);
}

static void exchange(__u32 sequence, bool request, bool response)
{
	const char *get = "GET / HTTP/1.1\r\n\r\n", *ok = "HTTP/1.1 204 No Content\r\n\r\n";

	streams_segment(&(struct segment){ .payload = get,
					   .size = strlen(get),
					   .sequence = 1 + sequence * strlen(get),
					   .port = 1,
					   .no_time = !request });
	streams_segment(&(struct segment){ .payload = ok,
					   .size = strlen(ok),
					   .sequence = 1 + sequence * strlen(ok),
					   .port = 1,
					   .answer = true,
					   .no_time = !response });
}

/* A latency takes two times. Records without one stay in order. */
Test(native, no_time_is_no_latency)
{
	__u32 i;

	for (i = 0; i < 5; i++)
		exchange(i, i != 1 && i != 3, i != 2 && i != 3);
	cr_assert_eq(streams.count, 10);
	for (i = 0; i < 5; i++) {
		const struct hdrtap_record *request = &found[2 * i].rec,
					   *response = &found[2 * i + 1].rec;

		cr_assert(hdrtap_record_paired(response));
		cr_assert_eq(!(request->flags & HDRTAP_FLAG(NO_TIME)), i != 1 && i != 3);
		cr_assert_eq(!(response->flags & HDRTAP_FLAG(NO_TIME)), i != 2 && i != 3);
		cr_assert_eq(response->latency, i == 0 || i == 4 ? 1000000 : 0, "%u", i);
		cr_assert_geq(response->time, request->time);
		cr_assert(!i || request->time >= found[2 * i - 1].rec.time);
	}
}
