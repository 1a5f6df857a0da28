/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Requests joined with their responses, from either end, by the time of the records. */
#include <string.h>

#include <criterion/criterion.h>

#include "transaction_fixture.h"

Test(transaction, a_response_finds_its_request)
{
	begin();
	request(1, S);
	request(2, S);
	response(3, S + 5, 200, 2);
	response(4, S + 6, 404, 1);
	expect(" 1u 2-3 ?4");
}

Test(transaction, responses_of_different_connections_come_in_any_order)
{
	struct hdrtap_record *rec;

	begin();
	request(1, S);
	rec = make(HDRTAP_KIND_REQUEST, 2, S);
	rec->source_port++;
	put(rec);
	response(3, S, 200, 2);
	response(4, S, 200, 1);
	expect(" 2-3 1-4");
}

/* Responses have the order of their requests, so nothing can come for those in front any more. */
Test(transaction, a_response_ends_the_requests_in_front_of_its_own)
{
	begin();
	request(1, S);
	request(2, S);
	request(3, S);
	response(4, S, 200, 2);
	response(5, S, 200, 3);
	expect(" 1u 2-4 3-5");
}

/* Addresses, ports and places may be equal. */
Test(transaction, requests_of_another_tenant_are_not_in_front)
{
	begin();
	request(1, S);
	request(2 << 20, S);
	response(3, S, 200, 2 << 20);
	expect(" 2097152-3 1e");
}

Test(transaction, identities_have_a_cpu)
{
	struct hdrtap_record *rec;

	begin();
	request(1, S);
	rec = make(HDRTAP_KIND_RESPONSE, 2, S);
	rec->status = 200;
	rec->paired_sequence = 1;
	rec->paired_cpu = 3;
	put(rec);
	expect(" ?2 1e");
}

/* The other end: the response was logged first. */
Test(transaction, a_request_finds_its_response)
{
	begin();
	flags = HDRTAP_FLAG(UNPAIRED);
	response(1, S, 200, 0);
	flags = HDRTAP_FLAG(EARLY);
	response(2, S, 413, HDRTAP_SEQUENCE_NONE);
	answered(3, S + 1, 2);
	answered(4, S + 2, 1);
	expect(" 3-2 4-1");
}

Test(transaction, a_request_whose_earlier_response_is_not_held_does_not_wait)
{
	begin();
	answered(3, S, 1);
	note(".");
	expect(" 3u.");
}

Test(transaction, who_refers_to_nothing_comes_alone)
{
	begin();
	flags = HDRTAP_FLAG(UNSOLICITED);
	response(1, S, 200, 0);
	response(2, S, 200, HDRTAP_SEQUENCE_NONE);
	response(3, S, 200, 77);
	note(".");
	flags = HDRTAP_FLAG(UNPAIRED);
	response(4, S, 200, 0);
	flags = HDRTAP_FLAG(UNPAIRED);
	response(5, S, 103, 0);
	note(".");
	expect(" ?1 ?2 ?3. ?5. ?4");
}

/* A sequence of the same number is one of the other kind. */
Test(transaction, a_response_does_not_find_a_response)
{
	begin();
	flags = HDRTAP_FLAG(UNPAIRED);
	response(1, S, 200, 0);
	response(2, S, 200, 1);
	expect(" ?2 ?1");
}

Test(transaction, the_final_response_counts)
{
	begin();
	request(1, S);
	response(2, S, 100, 1);
	response(3, S, 103, 1);
	response(4, S, 200, 1);
	request(5, S);
	response(6, S, 101, 5);
	request(7, S);
	response(8, S, 100, 7);
	response(9, S, 100, 5);
	expect(" 1-(100)(103)4 5-6 ?9 7e(100)");
}

Test(transaction, requests_time_out_by_the_time_of_records)
{
	begin();
	request(1, 100 * S);
	request(2, 101 * S);
	response(3, 130 * S - 1, 200, 77);
	note(".");
	response(4, 130 * S, 200, 78);
	response(5, 130 * S, 200, 1);
	response(6, 130 * S, 200, 2);
	expect(" ?3. 1t ?4 ?5 2-6");
}

Test(transaction, requests_time_out_while_nothing_passes)
{
	begin();
	request(1, 100 * S);
	join->ops->complete(join, 130 * S - 1, 0);
	cr_assert_str_eq(taken, "");
	join->ops->complete(join, 130 * S, 0);
	cr_assert_str_eq(taken, " 1t");
	join->ops->tick(join);
	expect(" 1t");
}

Test(transaction, the_timeout_can_be_chosen)
{
	begin_with(&(struct transaction_options){ .timeout = S / 2 }, &noting_ops);
	request(1, S);
	request(2, S + S / 2);
	note(".");
	expect(" 1t. 2e");
}

Test(transaction, responses_time_out_as_well)
{
	begin();
	flags = HDRTAP_FLAG(UNPAIRED);
	response(1, S, 200, 0);
	join->ops->complete(join, 31 * S, 0);
	answered(2, 31 * S, 1);
	expect(" ?1 2u");
}

/* What comes late says nothing of how far time is, and has all its time from then on. */
Test(transaction, late_heads_do_not_turn_time)
{
	begin();
	request(1, 100 * S);
	flags = HDRTAP_FLAG(LATE);
	request(2, 89 * S);
	flags = HDRTAP_FLAG(LATE);
	request(3, 200 * S);
	request(4, 129 * S);
	note(".");
	join->ops->complete(join, 130 * S, 0);
	expect(". 1t 2t 3e 4e");
}

Test(transaction, without_time_nothing_times_out)
{
	begin();
	flags = HDRTAP_FLAG(NO_TIME);
	request(1, 0);
	flags = HDRTAP_FLAG(NO_TIME);
	response(2, 0, 200, 1);
	flags = HDRTAP_FLAG(NO_TIME);
	request(3, 0);
	expect(" 1-2 3e");
}

Test(transaction, complete_in_between_changes_nothing)
{
	for (int with = 0; with < 2; with++) {
		begin();
		request(1, 100 * S);
		request(2, 105 * S);
		if (with)
			join->ops->complete(join, 134 * S, 0);
		response(3, 134 * S, 200, 2);
		if (with)
			join->ops->complete(join, 134 * S, 0);
		response(4, 136 * S, 200, 1);
		expect(" 1t 2-3 ?4");
	}
}

/* Who was evicted is paired with nothing. */
Test(transaction, a_response_that_cannot_come_is_not_waited_for)
{
	begin();
	flags = HDRTAP_FLAG(EVICTED) | HDRTAP_FLAG(INCOMPLETE);
	request(1, S);
	note(".");
	expect(" 1u.");
}

Test(transaction, what_was_not_asked_for_is_not_waited_for)
{
	begin_with(&(struct transaction_options){ .kinds = 1 << HDRTAP_KIND_REQUEST }, &noting_ops);
	request(1, S);
	note(".");
	expect(" 1u.");
	begin_with(&(struct transaction_options){ .kinds = 1 << HDRTAP_KIND_RESPONSE },
		   &noting_ops);
	flags = HDRTAP_FLAG(UNPAIRED);
	response(1, S, 200, 0);
	note(".");
	expect(" ?1.");
}

Test(transaction, runs_are_apart)
{
	begin();
	request(1, S);
	describe('b');
	request(1, S);
	response(2, S, 200, 1);
	describe('a');
	response(2, S, 200, 1);
	describe('b');
	request(3, S);
	describe('a');
	request(3, S);
	expect(" b1-b2 1-2 b3e 3e");
}

/* Each run's clock begins elsewhere; what one has in common with the others is UTC. */
Test(transaction, a_run_times_out_by_the_time_of_the_others)
{
	begin();
	offset = 1000 * S;
	request(1, 5 * S);
	describe('b');
	offset = 0;
	request(1, 1034 * S);
	note(".");
	join->ops->complete(join, 1040 * S, 0);
	note(".");
	request(2, 1035 * S);
	describe('a');
	offset = 1000 * S;
	response(2, 35 * S, 200, 1);
	expect(".. 1t ?2 b1e b2e");
}

/* The same log given twice. */
Test(transaction, who_is_there_twice_is_answered_twice)
{
	begin();
	request(1, S);
	request(1, S);
	response(2, S, 200, 1);
	response(2, S, 200, 1);
	expect(" 1-2 1-2");
}

Test(transaction, what_comes_with_the_records_is_passed_on)
{
	begin_with(&(struct transaction_options){ 0 }, &noting_all_ops);
	join->ops->complete(join, 5 * S, 7);
	request(1, 6 * S);
	join->ops->lost(join, 3, 4);
	join->ops->complete(join, 8 * S, 7);
	request(2, 9 * S);
	describe('b');
	join->ops->lost(join, 1, 1);
	describe('a');
	response(3, 9 * S, 200, 1);
	join->ops->complete(join, 20 * S, 7);
	response(4, 20 * S, 200, 2);
	join->ops->complete(join, 21 * S, 8);
	expect(" a<5+7 alost3:4 blost1:1 1-3 a<8+7 2-4 a<21+8");
}

/* New slots of a run are told before what has them. */
Test(transaction, a_run_is_described_anew)
{
	begin();
	cr_assert_eq(noting.meta->slot_count, HDRTAP_SLOT_NAMES);
	request(1, S);
	metas['a'].slot_count++;
	describe('a');
	cr_assert_eq(noting.meta->slot_count, HDRTAP_SLOT_NAMES + 1);
	metas['a'].slot_count = 0;
	expect(" 1e");
}

/* --- requests are told when they come --- */

static char notes[4];

/* What a request gets is its number; it has to come back with its transaction. */
static int note_begin(struct transaction_taker *taker, const struct transaction_head *request,
		      void **note_of)
{
	(void)taker;
	cr_expect_null(*note_of);
	*note_of = &notes[request->rec->sequence];
	note(" (%llu", request->rec->sequence);
	return take_result;
}

static int note_end(struct transaction_taker *taker, const struct transaction *transaction)
{
	(void)taker;
	if (transaction->request)
		cr_expect_eq(transaction->note, &notes[transaction->request->rec->sequence]);
	else
		cr_expect_null(transaction->note);
	note(" %llu)", transaction->request ? transaction->request->rec->sequence
					    : transaction->response->rec->sequence);
	return 0;
}

static int note_nothing(struct transaction_taker *taker, const struct run_meta *meta)
{
	(void)taker;
	(void)meta;
	return 0;
}

static const struct transaction_ops begin_ops = {
	.describe = note_nothing,
	.begin = note_begin,
	.take = note_end,
	.close = noting_close,
};

Test(transaction, requests_are_told_when_they_come_and_when_they_end)
{
	begin_with(&(struct transaction_options){ 0 }, &begin_ops);
	request(0, S);
	request(1, S);
	response(5, S, 200, 1);
	flags = HDRTAP_FLAG(EVICTED);
	request(2, S);
	flags = HDRTAP_FLAG(UNSOLICITED);
	response(6, S, 408, 0);
	flags = HDRTAP_FLAG(UNPAIRED);
	response(7, S, 200, 0);
	answered(3, S, 7);
	expect(" (0 (1 0) 1) (2 2) 6) (3 3)");
}

Test(transaction, a_request_that_is_refused_when_it_comes_is_not_held)
{
	begin_with(&(struct transaction_options){ 0 }, &begin_ops);
	take_result = -5;
	cr_expect_eq(put(make(HDRTAP_KIND_REQUEST, 1, S)), -5);
	take_result = 0;
	expect(" (1");
}
