/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* include/hdrtap/out/pair.h through the native build: which request a response answers, and what
 * that makes of its body. */
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/state/flow.h>

#include "streams.h"

#define GET       "GET / HTTP/1.1\r\n\r\n"
#define OK_LENGTH "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n"
#define OK_EMPTY  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define MS        1000000ULL

static const union record_room *found = streams.record;
static struct connection c;

static void setup(void)
{
	streams_begin(4, 4);
	c = connection_open(40000, 1000);
}

TestSuite(pair, .init = setup, .fini = streams_end);

/* Whether the record is of a response to the request that has this record number. */
static bool answers(const struct hdrtap_record *rec, __u64 sequence, __u8 method)
{
	return hdrtap_record_paired(rec) && !rec->flags && rec->paired_sequence == sequence &&
	       rec->paired_cpu == 0 && rec->paired_method == method;
}

Test(pair, a_response_and_its_request)
{
	client_says(&c, "POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n");
	client_says(&c, "body");
	server_says(&c, "HTTP/1.1 201 Created\r\n");
	server_says(&c, "Content-Length: 0\r\n\r\n");
	cr_assert_eq(streams.count, 2);
	cr_assert(answers(&found[1].rec, 0, HDRTAP_METHOD_POST));
	cr_assert_eq(found[1].rec.latency,
		     2 * MS); /* from its head to the first byte of this one */
	cr_assert_eq(found[1].rec.time, found[0].rec.time + 3 * MS);
	cr_assert_eq(found[0].rec.latency, 0);
	cr_assert_eq(found[1].rec.depth, 1);
}

static void send_times(const char *text, __u32 count, bool by_server)
{
	__u32 i;

	for (i = 0; i < count; i++)
		if (by_server)
			server_says(&c, text);
		else
			client_says(&c, text);
}

Test(pair, more_unanswered_requests_than_are_remembered)
{
	__u32 i;

	send_times(GET, HDRTAP_PENDING_MAX + 8, false);
	send_times(OK_EMPTY, HDRTAP_PENDING_MAX + 8, true);
	cr_assert_eq(streams.count, 2 * (HDRTAP_PENDING_MAX + 8));
	for (i = 0; i < HDRTAP_PENDING_MAX + 8; i++) {
		const struct hdrtap_record *rec = &found[HDRTAP_PENDING_MAX + 8 + i].rec;

		cr_assert_eq(rec->depth, i + 1);
		if (i < HDRTAP_PENDING_MAX)
			cr_assert(answers(rec, i, HDRTAP_METHOD_GET));
		else
			cr_assert_eq(rec->flags, HDRTAP_FLAG(UNPAIRED));
	}
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_UNPAIRED), 8);
	client_says(&c, GET);
	server_says(&c, OK_EMPTY);
	cr_assert(answers(&found[streams.count - 1].rec, streams.count - 2, HDRTAP_METHOD_GET));
}

Test(pair, requests_behind_those_that_were_not_remembered)
{
	send_times(GET, HDRTAP_PENDING_MAX + 1, false);
	send_times(OK_EMPTY, HDRTAP_PENDING_MAX, true);
	client_says(&c, "PUT / HTTP/1.1\r\n\r\n"); /* one before it is still unanswered */
	send_times(OK_EMPTY, 2, true);
	cr_assert_eq(found[streams.count - 2].rec.flags, HDRTAP_FLAG(UNPAIRED));
	cr_assert_eq(found[streams.count - 1].rec.flags, HDRTAP_FLAG(UNPAIRED));
}

Test(pair, the_answer_to_head_has_no_body)
{
	client_says(&c, "HEAD / HTTP/1.1\r\n\r\n" GET);
	server_says(&c, OK_LENGTH OK_EMPTY);
	cr_assert_eq(streams.count, 4);
	cr_assert(answers(&found[2].rec, 0, HDRTAP_METHOD_HEAD));
	cr_assert_eq(found[2].rec.framing, HDRTAP_FRAMING_NONE);
	cr_assert_eq(found[2].rec.body_size, 0);
	cr_assert(answers(&found[3].rec, 1, HDRTAP_METHOD_GET));
	cr_assert_eq(found[3].rec.framing, HDRTAP_FRAMING_LENGTH);
}

Test(pair, connect_opens_a_tunnel)
{
	client_says(&c, "CONNECT a.example:443 HTTP/1.1\r\n\r\n");
	server_says(&c, OK_LENGTH);
	client_says(&c, "\1\2\3");
	server_says(&c, "\4\5\6");
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[1].rec.framing, HDRTAP_FRAMING_TUNNEL);
	cr_assert_eq(found[1].rec.body_size, 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_BODY), 2);
}

Test(pair, what_a_tunnel_carries_may_be_http)
{
	client_says(&c, "CONNECT a.example:80 HTTP/1.1\r\n\r\n");
	server_says(&c, "HTTP/1.1 200 OK\r\n\r\n");
	client_says(&c, GET);
	server_says(&c, OK_EMPTY);
	cr_assert_eq(streams.count, 4);
	cr_assert_eq(found[2].rec.flags, HDRTAP_FLAG(TUNNELED));
	cr_assert_eq(found[3].rec.flags, HDRTAP_FLAG(TUNNELED));
	cr_assert_eq(found[3].rec.paired_sequence, 2);
}

Test(pair, connect_that_is_refused)
{
	client_says(&c, "CONNECT a.example:443 HTTP/1.1\r\n\r\n");
	server_says(&c, "HTTP/1.1 407 Login\r\nContent-Length: 5\r\n\r\nlogin");
	client_says(&c, GET);
	server_says(&c, OK_EMPTY);
	cr_assert_eq(streams.count, 4);
	cr_assert(answers(&found[1].rec, 0, HDRTAP_METHOD_CONNECT));
	cr_assert_eq(found[1].rec.framing, HDRTAP_FRAMING_LENGTH);
	cr_assert(answers(&found[3].rec, 2, HDRTAP_METHOD_GET));
}

Test(pair, interim_responses)
{
	client_says(&c, "POST / HTTP/1.1\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n" GET);
	server_says(&c, "HTTP/1.1 100 Continue\r\n\r\n");
	server_says(&c, "HTTP/1.1 103 Early Hints\r\n\r\n" OK_EMPTY);
	server_says(&c, OK_EMPTY);
	cr_assert_eq(streams.count, 6);
	cr_assert(answers(&found[2].rec, 0, HDRTAP_METHOD_POST));
	cr_assert(answers(&found[3].rec, 0, HDRTAP_METHOD_POST));
	cr_assert(answers(&found[4].rec, 0, HDRTAP_METHOD_POST));
	cr_assert(answers(&found[5].rec, 1, HDRTAP_METHOD_GET));
	cr_assert_eq(found[2].rec.depth, 1);
	cr_assert_eq(found[4].rec.depth, 1);
	cr_assert_eq(found[5].rec.depth, 2);
}

Test(pair, an_upgrade)
{
	client_says(&c, "GET / HTTP/1.1\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\n");
	server_says(&c, "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\5hello");
	client_says(&c, "\x81\x85mask");
	cr_assert_eq(streams.count, 2);
	cr_assert(answers(&found[1].rec, 0, HDRTAP_METHOD_GET));
	cr_assert_eq(found[1].rec.framing, HDRTAP_FRAMING_TUNNEL);
}

Test(pair, a_response_that_nobody_asked_for)
{
	client_says(&c, GET);
	server_says(&c, OK_EMPTY OK_EMPTY);
	cr_assert_eq(streams.count, 3);
	cr_assert(answers(&found[1].rec, 0, HDRTAP_METHOD_GET));
	cr_assert_eq(found[2].rec.flags, HDRTAP_FLAG(UNSOLICITED));
	cr_assert(!hdrtap_record_paired(&found[2].rec));
	cr_assert_eq(found[2].rec.latency, 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_UNSOLICITED), 1);
}

/* It may be the answer to the next request, seen before it, or not: whose responses follow is not
 * sure then. */
Test(pair, requests_behind_a_response_that_nobody_asked_for)
{
	server_says(&c, OK_EMPTY);
	client_says(&c, GET);
	server_says(&c, OK_EMPTY);
	cr_assert_eq(streams.count, 3);
	cr_assert_eq(found[0].rec.flags, HDRTAP_FLAG(UNSOLICITED));
	cr_assert_eq(found[1].rec.flags, 0);
	cr_assert_eq(found[2].rec.flags, 0); /* it acknowledges the request */
	cr_assert(answers(&found[2].rec, 1, HDRTAP_METHOD_GET));
}

Test(pair, requests_without_an_answer)
{
	client_says(&c, GET GET GET);
	server_says(&c, OK_EMPTY);
	client_flags(&c, STREAMS_FIN);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_UNANSWERED), 0);
	server_flags(&c, STREAMS_FIN);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_UNANSWERED), 2);
}

Test(pair, a_request_that_does_not_end)
{
	client_says(&c, "GET /slow HTTP/1.1\r\nHost:");
	client_flags(&c, STREAMS_FIN);
	server_says(&c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[0].rec.flags, HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[1].rec.paired_sequence, found[0].rec.sequence);
	cr_assert_eq(found[1].rec.paired_method, HDRTAP_METHOD_GET);
}

Test(pair, a_response_that_does_not_end)
{
	client_says(&c, GET);
	server_says(&c, "HTTP/1.1 200 OK\r\nServer:");
	streams_finish();
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[1].rec.flags, HDRTAP_FLAG(INCOMPLETE));
	cr_assert_eq(found[1].rec.paired_sequence, 0);
	cr_assert_eq(found[1].rec.paired_method, HDRTAP_METHOD_GET);
	cr_assert_eq(found[1].rec.latency, MS);
}

Test(pair, a_request_without_a_record)
{
	streams_end();
	streams_begin_kind(HDRTAP_KIND_RESPONSE);
	c = connection_open(40000, 1000);
	client_says(&c, "HEAD / HTTP/1.1\r\n\r\n");
	server_says(&c, OK_LENGTH OK_EMPTY);
	cr_assert_eq(streams.count, 2);
	cr_assert_eq(found[0].rec.paired_sequence, HDRTAP_SEQUENCE_NONE);
	cr_assert_eq(found[0].rec.paired_method, HDRTAP_METHOD_HEAD);
	cr_assert_eq(found[0].rec.framing, HDRTAP_FRAMING_NONE);
	cr_assert_eq(found[0].rec.latency, MS);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_FILTERED), 1);
	streams_finish();
}
