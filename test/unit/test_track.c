/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/stream/track.h through the native build: where segments stand in their streams,
 * what is missing, what was seen before, and when connections begin and end.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "streams.h"

#define GET(path)    "GET /" path " HTTP/1.1\r\nHost: a.example\r\n\r\n"
#define POST(length) "POST /post HTTP/1.1\r\nContent-Length: " length "\r\n\r\n"
#define CHUNKED      "POST /chunked HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

#define BEHIND_GAP (HDRTAP_FLAG(GAP) | HDRTAP_FLAG(RESYNC))

static const union record_room *found = streams.record;

static void setup(void)
{
	streams_begin(4, 4);
}

TestSuite(track, .init = setup, .fini = streams_end);

/* Whether the record is of a request with this target and these flags. */
static bool is_request(const struct hdrtap_record *rec, const char *target, __u64 flags)
{
	return rec->kind == HDRTAP_KIND_REQUEST && rec->entry[0].slot == HDRTAP_SLOT_TARGET &&
	       rec->entry[0].stored == strlen(target) &&
	       !memcmp(rec->arena, target, strlen(target)) && rec->flags == flags;
}

Test(track, numbers_wrap_around)
{
	struct connection c = connection_open(40000, 0xffffffff - 60);
	__u32 i;

	for (i = 0; i < 6; i++)
		client_says(&c, "GET /wrap HTTP/1.1\r\n\r\n");
	cr_assert_eq(streams.count, 6);
	for (i = 0; i < 6; i++) {
		cr_assert(is_request(&found[i].rec, "/wrap", 0));
		cr_assert_eq(found[i].rec.tcp_sequence, 0xffffffff - 60 + 22 * i);
		cr_assert_eq(found[i].rec.depth, i + 1);
	}
}

Test(track, a_head_of_one_byte_segments_over_the_wrap)
{
	static const char head[] = GET("bytes");
	struct connection c = connection_open(40000, 0xffffffff - 10);
	char byte[2] = "";
	__u32 i;

	for (i = 0; i < strlen(head); i++) {
		byte[0] = head[i];
		client_says(&c, byte);
	}
	cr_assert_eq(streams.count, 1);
	cr_assert(is_request(&found[0].rec, "/bytes", 0));
	cr_assert_eq(found[0].rec.head_length, strlen(head));
	cr_assert_eq(found[0].rec.tcp_sequence, 0xffffffff - 10);
	cr_assert_eq(found[0].rec.time, streams.time);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HEAD), strlen(head));
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HEADS), 1);
}

Test(track, bytes_missing_in_a_body_of_known_length)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, POST("100"));
	c.client += 60;
	client_says(&c, "0123456789");
	c.client += 20;
	client_says(&c, "0123456789" GET("behind"));
	cr_assert_eq(streams.count, 2);
	cr_assert(is_request(&found[1].rec, "/behind", 0));
	cr_assert_eq(found[1].rec.depth, 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_GAPS), 0);
}

Test(track, a_body_beyond_all_sequence_numbers)
{
	struct connection c = connection_open(40000, 1000);
	int i;

	client_says(&c, POST("10737418244")); /* 10 GiB and 4 */
	for (i = 0; i < 10; i++) {
		c.client += (1 << 30) - 1;
		client_says(&c, "x");
	}
	cr_assert_eq(streams.count, 1);
	client_says(&c, "last" GET("behind"));
	cr_assert_eq(streams.count, 2);
	cr_assert(is_request(&found[1].rec, "/behind", 0));
}

Test(track, bytes_missing_in_a_chunk)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, CHUNKED "64\r\n0123456789");
	c.client += 80;
	client_says(&c, "0123456789\r\n0\r\n\r\n" GET("behind"));
	cr_assert_eq(streams.count, 2);
	cr_assert(is_request(&found[1].rec, "/behind", 0));
}

/* What stands behind them is looked for where a segment begins. */
Test(track, bytes_missing_in_a_chunk_size)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, CHUNKED "a\r\n0123456789");
	c.client += 10;
	client_says(&c, GET("one"));
	client_says(&c, GET("two"));
	cr_assert_eq(streams.count, 1); /* both wait for what is missing */
	streams_finish();
	cr_assert_eq(streams.count, 3);
	cr_assert(is_request(&found[1].rec, "/one", BEHIND_GAP));
	cr_assert(is_request(&found[2].rec, "/two", HDRTAP_FLAG(RESYNC)));
	cr_assert_eq(found[1].rec.depth, 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_GAPS), 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HELD), 2);
}

Test(track, bytes_missing_in_a_head)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, "GET /cut HTTP/1.1\r\nHost: a.example\r\nUser");
	c.client += 20;
	client_says(&c, GET("one"));
	streams_finish();
	cr_assert_eq(streams.count, 2);
	cr_assert(is_request(&found[0].rec, "/cut", HDRTAP_FLAG(GAP) | HDRTAP_FLAG(INCOMPLETE)));
	cr_assert_eq(found[0].rec.depth, 1);
	cr_assert(is_request(&found[1].rec, "/one", BEHIND_GAP));
}

/* A head each, of which the second to last three come before those between them. */
static void three_places_missing(struct connection *c, bool seen_by_server)
{
	static const char *const heads[] = { GET("0"), GET("1"), GET("2"),
					     GET("3"), GET("4"), GET("5") };
	int i;

	for (i = 0; i < 6; i++) {
		if (i & 1)
			client_says(c, heads[i]);
		else
			c->client += strlen(heads[i]);
		if (i == 4 && seen_by_server)
			server_says(c, "x");
	}
}

Test(track, missing_bytes_that_the_other_side_has_are_given_up)
{
	struct connection c = connection_open(40000, 1000);

	three_places_missing(&c, true);
	cr_assert_eq(streams.count, 3);
	cr_assert(is_request(&found[0].rec, "/1", BEHIND_GAP));
	cr_assert(is_request(&found[1].rec, "/3", BEHIND_GAP));
	cr_assert(is_request(&found[2].rec, "/5", BEHIND_GAP));
}

Test(track, missing_bytes_that_nobody_acknowledged_are_waited_for)
{
	struct connection c = connection_open(40000, 1000), at = c;
	int i;

	server_says(&c, "x"); /* acknowledges nothing */
	three_places_missing(&c, false);
	cr_assert_eq(streams.count, 0);
	client_says(&at, GET("0"));
	at.client += strlen(GET("1"));
	client_says(&at, GET("2"));
	at.client += strlen(GET("3"));
	client_says(&at, GET("4"));
	client_says(&at, GET("5")); /* was not held: there were too many */
	cr_assert_eq(streams.count, 6);
	for (i = 0; i < 6; i++) {
		cr_assert(is_request(&found[i].rec, (char[]){ '/', '0' + i, '\0' }, 0));
		cr_assert_eq(found[i].rec.depth, i + 1);
	}
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_GAPS), 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HELD), 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OUT_OF_ORDER), 3);
}

Test(track, held_segments_are_read_in_their_order)
{
	struct connection c = connection_open(40000, 1000), at = c;

	c.client += 10;
	client_says(&c, "HTTP/1.1\r\nHost: ");
	client_says(&c, "a.example\r\n\r\n" GET("next"));
	cr_assert_eq(streams.count, 0);
	client_says(&at, "GET /held ");
	cr_assert_eq(streams.count, 2);
	cr_assert(is_request(&found[0].rec, "/held", 0));
	cr_assert(is_request(&found[1].rec, "/next", 0));
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OUT_OF_ORDER), 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HELD), 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_GAPS), 0);
}

Test(track, repeated_segments)
{
	struct connection c = connection_open(40000, 1000), first = c, second;

	client_says(&c, GET("one"));
	second = c;
	client_says(&c, POST("10") "0123456789");
	client_says(&first, GET("one"));
	client_says(&second, POST("10") "0123456789");
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_RETRANSMITTED), 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OVERLAPPED), 0);
}

Test(track, repeated_bytes_before_new_ones)
{
	struct connection c = connection_open(40000, 1000), again = c;

	client_says(&c, "GET /one HTTP/1.1\r\nHost:");
	client_says(&again, GET("one") GET("two"));
	again.client -= strlen(GET("two"));
	client_says(&again, GET("two") GET("three"));
	cr_assert_eq(streams.count, 3);
	cr_assert(is_request(&found[0].rec, "/one", 0));
	cr_assert(is_request(&found[1].rec, "/two", 0));
	cr_assert(is_request(&found[2].rec, "/three", 0));
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_OVERLAPPED), 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_RETRANSMITTED), 0);
}

/* What was seen first counts, as for receivers. */
Test(track, repeated_bytes_that_differ)
{
	struct connection c = connection_open(40000, 1000), again = c;

	client_says(&c, "GET /one HTTP/1.1\r\nHo");
	client_says(&again, "GET /two HTTP/1.1\r\nHost: a.example\r\n\r\n");
	cr_assert_eq(streams.count, 1);
	cr_assert(is_request(&found[0].rec, "/one", 0));
}

Test(track, syn_ends_what_was_on_its_ports)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, GET("old") "GET /cut HTTP/1.1\r\nHost:");
	c = connection_open(40000, 77000);
	client_says(&c, GET("new"));
	cr_assert_eq(streams.count, 3);
	cr_assert(is_request(&found[1].rec, "/cut", HDRTAP_FLAG(INCOMPLETE)));
	cr_assert(is_request(&found[2].rec, "/new", 0));
	cr_assert_eq(found[2].rec.depth, 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_CONNECTIONS), 1);
}

Test(track, repeated_syn_changes_nothing)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, "GET /one HTTP/1.1\r\n");
	connection_open(40000, 1000);
	client_says(&c, "Host: a.example\r\n\r\n");
	cr_assert_eq(streams.count, 1);
	cr_assert(is_request(&found[0].rec, "/one", 0));
}

/* Another connection of the same ports, of which no SYN was seen. */
Test(track, numbers_far_away_are_another_connection)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, "GET /cut HTTP/1.1\r\n");
	c.client += 1 << 29;
	client_says(&c, GET("far"));
	cr_assert_eq(streams.count, 2);
	cr_assert(is_request(&found[0].rec, "/cut", HDRTAP_FLAG(GAP) | HDRTAP_FLAG(INCOMPLETE)));
	cr_assert(is_request(&found[1].rec, "/far", HDRTAP_FLAG(RESYNC)));
}

Test(track, fin_ends_a_head)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, "GET /cut HTTP/1.1\r\n");
	server_flags(&c, STREAMS_FIN); /* of the other direction */
	cr_assert_eq(streams.count, 0);
	client_flags(&c, STREAMS_FIN);
	cr_assert_eq(streams.count, 1);
	cr_assert(is_request(&found[0].rec, "/cut", HDRTAP_FLAG(INCOMPLETE)));
}

Test(track, fin_before_missing_bytes_ends_nothing)
{
	struct connection c = connection_open(40000, 1000), at = c;

	client_says(&at, "GET /one HTTP/1.1\r\n");
	c.client += strlen(GET("one"));
	client_flags(&c, STREAMS_FIN);
	cr_assert_eq(streams.count, 0);
	client_says(&at, "Host: a.example\r\n\r\n");
	cr_assert_eq(streams.count, 1);
	cr_assert(is_request(&found[0].rec, "/one", 0));
}

Test(track, rst_ends_its_direction_and_what_was_sent_before_may_still_come)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, GET("one") "GET /cut HTTP/1.1\r\n");
	server_says(&c, "HTTP/1.1 200 OK\r\n");
	server_flags(&c, STREAMS_RST);
	cr_assert_eq(streams.count, 2);
	cr_assert(found[1].rec.flags & HDRTAP_FLAG(INCOMPLETE));
	streams_finish();
	cr_assert_eq(streams.count, 3);
	cr_assert(found[2].rec.flags & HDRTAP_FLAG(INCOMPLETE));
}

Test(track, rst_with_a_number_far_away_ends_nothing)
{
	struct connection c = connection_open(40000, 1000), far = c;

	client_says(&c, "GET /one HTTP/1.1\r\n");
	far.client += 1 << 28;
	client_flags(&far, STREAMS_RST);
	client_says(&c, "Host: a.example\r\n\r\n");
	cr_assert_eq(streams.count, 1);
	cr_assert(is_request(&found[0].rec, "/one", 0));
}

Test(track, repeated_segments_behind_the_end)
{
	struct connection c = connection_open(40000, 1000), again = c;

	client_says(&c, GET("one"));
	client_flags(&c, STREAMS_FIN);
	server_flags(&c, STREAMS_FIN);
	client_says(&again, GET("one"));
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_RETRANSMITTED), 1);
}

Test(track, a_body_until_the_end_of_the_connection)
{
	struct connection c = connection_open(40000, 1000);

	client_says(&c, GET("one"));
	server_says(&c, "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500 Inside\r\n\r\n");
	server_says(&c, "HTTP/1.1 500 Inside\r\n\r\n");
	c.server += 100;
	server_says(&c, "HTTP/1.1 500 Inside\r\n\r\n");
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_GAPS), 0);
}

/* The same bytes at the other direction of an interface, as on lo. */
Test(track, what_both_directions_of_an_interface_see_is_read_once)
{
	struct segment s = { .payload = GET("one"), .port = 40000, .sequence = 1000 };
	__u8 directions[] = { HDRTAP_DIRECTION_TRANSMIT, HDRTAP_DIRECTION_RECEIVE };
	__u32 i;

	for (i = 0; i < 4; i++) {
		s.direction = directions[i & 1];
		s.flags = i < 2 ? STREAMS_SYN : 0;
		s.size = i < 2 ? 0 : strlen(s.payload);
		s.sequence = i < 2 ? 999 : 1000;
		streams_segment(&s);
	}
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(found[0].rec.direction, HDRTAP_DIRECTION_TRANSMIT);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_SEEN_AGAIN), 2);
}
