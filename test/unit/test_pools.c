/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* include/hdrtap/state/pools.h and sweep.h through the native build: what happens when there are
 * more heads in progress, or more segments to hold, than places; and when nothing comes any more.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "streams.h"

#define BEGUN  "GET /begun HTTP/1.1\r\nHost: a.example\r\n"
#define SECOND 1000000000ULL

static const union record_room *found = streams.record;

static void setup(void)
{
	streams_begin(4, 2);
}

TestSuite(pools, .init = setup, .fini = streams_end);

static struct connection begin_head(__u16 port)
{
	struct connection c = connection_open(port, 1000);

	client_says(&c, BEGUN);
	return c;
}

/* A segment of another connection, in which is nothing. */
static void something_else(void)
{
	streams_segment(
		&(struct segment){ .payload = "\1\2", .size = 2, .port = 9, .sequence = 1 });
}

Test(pools, the_head_that_waited_longest_is_given_up)
{
	struct connection c[5];
	__u16 i;

	for (i = 0; i < 5; i++)
		c[i] = begin_head(i + 1);
	cr_assert_eq(streams.count, 2); /* a place is in use while a head is read */
	for (i = 0; i < 2; i++) {
		cr_assert_eq(found[i].rec.source_port, i + 1);
		cr_assert_eq(found[i].rec.flags, HDRTAP_FLAG(EVICTED) | HDRTAP_FLAG(INCOMPLETE));
		cr_assert_eq(found[i].rec.head_length, strlen(BEGUN));
		cr_assert(!memcmp(found[i].rec.arena, "/beguna.example", 15));
	}
	for (i = 0; i < 5; i++)
		client_says(&c[i], "\r\n");
	cr_assert_eq(streams.count, 5);
	for (i = 2; i < 5; i++) {
		cr_assert_eq(found[i].rec.source_port, i + 1);
		cr_assert_eq(found[i].rec.flags, 0);
		cr_assert_eq(found[i].rec.head_length, strlen(BEGUN) + 2);
	}
	streams_finish();
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_EVICTED), 0); /* no connection was */
	cr_assert_eq(streams.count, 5);
}

/* Places come back: more heads than places one after the other. */
Test(pools, places_come_back)
{
	struct connection c = connection_open(1, 1000);
	__u32 i;

	for (i = 0; i < 20; i++) {
		client_says(&c, BEGUN);
		client_says(&c, "\r\nGET /next");
		client_says(&c, " HTTP/1.1\r\n\r\n");
	}
	cr_assert_eq(streams.count, 40);
	for (i = 0; i < 40; i++)
		cr_assert_eq(found[i].rec.flags, 0);
}

/* The places that a stream takes are handed on to the heads of others, which may be slow. */
Test(pools, one_stream_after_the_other_finds_a_place)
{
	struct connection fast, slow[7];
	__u32 i;

	streams_end();
	streams_begin(256, 2);
	fast = connection_open(1, 1000);
	for (i = 0; i < 14; i++) {
		if (i < 7)
			slow[i] = connection_open(i + 2, 1000);
		client_says(&fast, "GET /be");
		if (i < 7)
			client_says(&slow[i], BEGUN);
		else
			server_says(&slow[i - 7], "HTTP/1.1 200 OK\r\nServer: ");
		client_says(&fast, "gun HTTP/1.1\r\n\r\n");
	}
	cr_assert_eq(streams.count, 14);
	for (i = 0; i < 14; i++) {
		cr_assert_eq(found[i].rec.source_port, 1);
		cr_assert_eq(found[i].rec.flags, 0);
	}
}

Test(pools, no_place_for_an_early_segment)
{
	struct connection a = begin_head(1), b = a, other = begin_head(2);

	b.client += 10;
	client_says(&b, "2");
	b.client += 10;
	client_says(&b, "4"); /* both places are in use */
	other.client += 2;
	server_says(&other, "x"); /* the server has all of it */
	client_says(&other, "GET /next HTTP/1.1\r\n\r\n");
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HELD), 2);
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[0].rec.flags, HDRTAP_FLAG(GAP) | HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[1].rec.flags, HDRTAP_FLAG(GAP) | HDRTAP_FLAG(RESYNC));
	cr_assert_eq(found[1].rec.source_port, 2);
	client_says(&a, "User-Age:1");
	client_says(&a, "User-Age:23");
	cr_assert_eq(streams.count, 2);
	streams_finish();
	cr_assert_eq(streams.count, 3);
	cr_assert_eq(found[2].rec.source_port, 1);
}

Test(pools, held_segments_of_a_connection_that_is_given_up)
{
	struct connection c = begin_head(1);
	__u16 port;

	c.client += 10;
	client_says(&c, "late");
	streams.time += 2 * SECOND;
	for (port = 2; port < 10; port++)
		connection_open(port, 1000);
	cr_assert_eq(streams.count, 0); /* those without payload went */
	streams.time += 2 * SECOND;
	for (port = 2; port < 10; port++)
		begin_head(port);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HELD_DROPPED), 1);
	cr_assert_eq(found[0].rec.source_port, 1);
	cr_assert_eq(found[0].rec.flags, HDRTAP_FLAG(EVICTED) | HDRTAP_FLAG(INCOMPLETE));
	streams_finish();
}

Test(pools, a_head_whose_rest_does_not_come)
{
	struct connection c = begin_head(1);

	streams.time += 9 * SECOND;
	something_else();
	cr_assert_eq(streams.count, 0);
	streams.time += 2 * SECOND;
	something_else();
	cr_assert_eq(streams.count, 1);
	cr_assert_eq(found[0].rec.flags, HDRTAP_FLAG(TIMEOUT) | HDRTAP_FLAG(INCOMPLETE));
	cr_assert(!memcmp(found[0].rec.arena, "/beguna.example", 15));
	cr_assert_eq(found[0].rec.time, 1000003000000); /* of its last bytes */
	client_says(&c, "User-Agent: x\r\n\r\nGET /inside HTTP/1.1\r\n\r\n");
	client_says(&c, "GET /next HTTP/1.1\r\n\r\n"); /* a segment begins here */
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[1].rec.flags, HDRTAP_FLAG(RESYNC));
}

Test(pools, bytes_before_a_held_segment_that_do_not_come)
{
	struct connection c = begin_head(1);

	c.client += 2;
	client_says(&c, "GET /next HTTP/1.1\r\n\r\n");
	streams.time += 11 * SECOND;
	something_else();
	cr_assert_eq(streams.count, 2);
	cr_assert(found[0].rec.flags & HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[1].rec.flags, HDRTAP_FLAG(GAP) | HDRTAP_FLAG(RESYNC));
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_HELD_DROPPED), 0);
}
