/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Calls made of records. As text: `+N` a request begins, `N:STATUS` it ends, `N!STATUS` a response
 * alone that is a call of its own, `N~STATUS` one that is not; each with the time it is counted at,
 * in seconds. `<T` time is known up to there, `lost`.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "transaction_fixture.h"
#include "usage/usage_key.h"
#include "usage/usage_sink.h"
#include "usage/usage_window.h"

#define MS (S / 1000)

static int noting_request(struct usage_taker *taker, struct usage_call *call)
{
	(void)taker;
	cr_expect(call->event.call && !call->event.end && call->request && !call->response);
	cr_expect_eq(call->event.latency, USAGE_NO_LATENCY);
	note(" +%llu@%llu", call->request->rec->sequence, call->event.time / S);
	return take_result;
}

static int noting_end(struct usage_taker *taker, struct usage_call *call)
{
	(void)taker;
	cr_expect(call->event.end);
	cr_expect_eq(call->event.status, call->response ? call->response->rec->status : 0);
	if (call->request)
		note(" %llu:", call->request->rec->sequence);
	else
		note(" %llu%c", call->response->rec->sequence, call->event.call ? '!' : '~');
	note("%u@%llu", call->event.status, call->event.time / S);
	return 0;
}

static int noting_lost_records(struct usage_taker *taker, __u64 time, __u64 count)
{
	(void)taker;
	note(" lost%llu@%llu", count, time / S);
	return 0;
}

static int noting_known(struct usage_taker *taker, __u64 until)
{
	(void)taker;
	note(" <%llu", until / S);
	return 0;
}

static int close_nothing(struct usage_taker *taker)
{
	(void)taker;
	return 0;
}

static const struct usage_ops ops = {
	.request = noting_request,
	.end = noting_end,
	.lost = noting_lost_records,
	.complete = noting_known,
	.close = close_nothing,
};

static struct usage_taker usage_taker = { &ops };

static void begin_usage(void)
{
	taken[0] = '\0';
	take_result = 0;
	offset = 0;
	cr_assert_eq(usage_sink_open(&join, &usage_taker, &(struct usage_options){ 0 }), 0);
	describe('a');
}

static void complete(__u64 until)
{
	cr_assert_eq(join->ops->complete(join, until, offset), 0);
}

Test(usage_sink, a_call_is_counted_when_it_is_made_and_when_it_is_answered)
{
	begin_usage();
	request(1, 100 * S);
	response(2, 103 * S, 200, 1);
	expect(" +1@100 1:200@103");
}

Test(usage_sink, unanswered_calls_end_with_the_timeout)
{
	begin_usage();
	request(1, 100 * S);
	request(2 << 20, 120 * S);
	complete(135 * S);
	request(3 << 21, 161 * S);
	expect(" +1@100 +2097152@120 1:0@130 <135 2097152:0@150 +6291456@161 6291456:0@161");
}

/* What waits for its end holds nothing back: its end is told before. */
Test(usage_sink, time_is_known_while_requests_wait)
{
	begin_usage();
	request(1, 100 * S);
	complete(110 * S);
	complete(111 * S);
	response(2, 112 * S, 500, 1);
	expect(" +1@100 <110 <111 1:500@112");
}

Test(usage_sink, a_response_ends_those_in_front_when_it_comes)
{
	begin_usage();
	request(1, 100 * S);
	request(2, 101 * S);
	response(3, 105 * S, 200, 2);
	expect(" +1@100 +2@101 1:0@105 2:200@105");
}

Test(usage_sink, responses_without_a_record_of_their_request_are_calls)
{
	begin_usage();
	response(1, 100 * S, 200, HDRTAP_SEQUENCE_NONE);
	flags = HDRTAP_FLAG(UNSOLICITED);
	response(2, 101 * S, 408, 0);
	expect(" 1!200@100 2!408@101");
}

/* Their request had a record, and was counted or lost. */
Test(usage_sink, responses_whose_request_has_gone_are_no_second_call)
{
	begin_usage();
	request(1, 100 * S);
	request(2 << 20, 140 * S);
	response(3, 141 * S, 200, 1);
	expect(" +1@100 1:0@130 +2097152@140 3~200@141 2097152:0@141");
}

Test(usage_sink, interim_responses_are_not_counted)
{
	begin_usage();
	request(1, 100 * S);
	response(2, 101 * S, 100, 1);
	response(3, 102 * S, 200, 1);
	response(4, 103 * S, 103, 9);
	expect(" +1@100 1:200@102");
}

Test(usage_sink, a_response_that_was_logged_first_is_found)
{
	begin_usage();
	flags = HDRTAP_FLAG(EARLY);
	response(1, 100 * S, 413, HDRTAP_SEQUENCE_NONE);
	answered(2, 102 * S, 1);
	expect(" +2@102 2:413@102");
}

/* It ends later than all that has been said to be known. */
Test(usage_sink, a_response_that_waited_in_vain_counts_when_it_ends)
{
	begin_usage();
	flags = HDRTAP_FLAG(UNPAIRED);
	response(1, 100 * S, 200, 0);
	complete(140 * S);
	expect(" 1!200@130 <140");
}

Test(usage_sink, losses_have_the_time_of_what_came_before)
{
	begin_usage();
	request(1, 100 * S);
	cr_assert_eq(join->ops->lost(join, 0, 5), 0);
	expect(" +1@100 lost5@100 1:0@100");
}

Test(usage_sink, times_are_utc)
{
	begin_usage();
	offset = 1000 * S;
	request(1, 100 * S);
	complete(101 * S);
	response(2, 102 * S, 200, 1);
	expect(" +1@1100 <1101 1:200@1102");
}

Test(usage_sink, heads_without_a_time_have_that_of_the_one_before)
{
	begin_usage();
	request(1, 100 * S);
	flags = HDRTAP_FLAG(NO_TIME);
	request(2 << 20, 0);
	expect(" +1@100 +2097152@100 1:0@100 2097152:0@100");
}

Test(usage_sink, time_goes_by_the_slowest_run)
{
	begin_usage();
	complete(100 * S);
	describe('b');
	complete(98 * S);
	complete(99 * S);
	describe('a');
	complete(101 * S);
	describe('b');
	complete(103 * S);
	expect(" <100 <101");
}

Test(usage_sink, a_run_that_says_nothing_more_is_over)
{
	begin_usage();
	complete(100 * S);
	describe('b');
	complete(104 * S);
	complete(105 * S + 1);
	expect(" <100 <105");
}

Test(usage_sink, a_clock_that_is_set_back_is_told)
{
	begin_usage();
	offset = 5000 * S;
	complete(100 * S);
	offset = 4999 * S + 500 * MS; /* no more than how it is measured */
	complete(100 * S + MS);
	offset = 1000 * S;
	complete(101 * S);
	expect(" <5100 <1101");
}

Test(usage_sink, a_taker_that_fails_is_heard)
{
	begin_usage();
	take_result = -5;
	cr_expect_eq(put(make(HDRTAP_KIND_REQUEST, 1, 100 * S)), -5);
	take_result = 0;
	expect(" +1@100");
}

/* --- whatever comes, sums close --- */

struct counting {
	struct usage_taker taker;
	struct usage_table *table;
	struct usage_key key;
	__u64 begun, ended, alone, known;
};

static int count_request(struct usage_taker *taker, struct usage_call *call)
{
	struct counting *c = (struct counting *)taker;

	c->begun++;
	usage_count(c->table, &c->key, call, false);
	return 0;
}

static int count_end(struct usage_taker *taker, struct usage_call *call)
{
	struct counting *c = (struct counting *)taker;

	c->ended++;
	c->alone += call->event.call;
	usage_count(c->table, &c->key, call, true);
	return 0;
}

/* No event is older than what was said, unless its record was late or came out of order. */
static int count_known(struct usage_taker *taker, __u64 until)
{
	struct counting *c = (struct counting *)taker;

	cr_assert(until > c->known);
	c->known = until;
	usage_table_complete(c->table, until);
	return 0;
}

static const struct usage_ops counting_ops = {
	.request = count_request,
	.end = count_end,
	.complete = count_known,
	.close = close_nothing,
};

static __u64 state;

static __u64 draw(__u64 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/* Requests and responses in any order, most of which refer to each other. Returns how many were
 * requests, and adds finals that are calls of their own. */
static __u64 put_anything(int count, __u64 *finals)
{
	static const __u64 odd[] = { HDRTAP_FLAG(EVICTED), HDRTAP_FLAG(UNPAIRED),
				     HDRTAP_FLAG(EARLY), HDRTAP_FLAG(UNSOLICITED),
				     HDRTAP_FLAG(LATE) };
	static const __u16 statuses[] = { 100, 101, 200, 304, 404, 500, 999 };
	__u64 time = 1000 * S, requests = 0;

	for (int i = 0; i < count; i++) {
		bool asks = draw(2);
		struct hdrtap_record *rec;

		time += draw(S);
		flags = draw(8) ? 0 : odd[draw(5)];
		rec = make(asks ? HDRTAP_KIND_REQUEST : HDRTAP_KIND_RESPONSE, i,
			   time - draw(S / 10));
		rec->source_port = 40000 + draw(4);
		rec->tcp_sequence = i * (1 + draw(3) * 1000000);
		rec->paired_sequence =
			draw(20) ? i - draw(i < 30 ? i + 1 : 30) : HDRTAP_SEQUENCE_NONE;
		rec->status = asks ? 0 : statuses[draw(7)];
		if (asks && !draw(10))
			rec->flags |= HDRTAP_FLAG(ANSWERED);
		requests += asks;
		*finals += !asks && !transaction_interim(rec) && !hdrtap_record_refers(rec);
		cr_assert_eq(put(rec), 0);
		if (!draw(50))
			cr_assert_eq(join->ops->complete(join, time - S / 5, 0), 0);
	}
	return requests;
}

Test(usage_sink, sums_close_whatever_comes)
{
	static const char *const fields[] = { "client", "status", "api,class" };
	const struct usage_table_options options = { .memory = 1 << 22,
						     .slice = S,
						     .slices = 5,
						     .total = true,
						     .ends = true,
						     .key_max = 512 };
	struct usage_window window = { 0 };
	struct message message;

	for (state = 1; state < 31; state++) {
		struct counting c = { .taker = { &counting_ops } };
		__u64 seed = state, requests, finals = 0;

		c.table = usage_table_new(&options);
		cr_assert_eq(usage_key_parse(&c.key, fields[seed % 3], &message), 0);
		cr_assert_eq(usage_sink_open(&join, &c.taker, &(struct usage_options){ 0 }), 0);
		describe('a');
		requests = put_anything(2000, &finals);
		cr_assert_eq(join->ops->close(join), 0);
		cr_assert_eq(usage_total_read(&window, c.table), 0);
		cr_expect_eq(c.begun, requests, "seed %llu", seed);
		cr_expect(c.alone <= finals, "seed %llu", seed);
		cr_expect_eq(window.all.calls, c.begun + c.alone, "seed %llu", seed);
		cr_expect_eq(window.all.ends.count, c.ended, "seed %llu", seed);
		cr_expect(c.ended >= c.begun + c.alone, "each call ends, seed %llu", seed);
		usage_table_free(c.table);
		state = seed;
	}
	usage_window_free(&window);
}
