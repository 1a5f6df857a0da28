/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What hdrtap-top counts: parts, predicates, windows, and calls that are counted again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "made.h"
#include "top/top_count.h"
#include "top/top_history.h"
#include "top/top_pace.h"

#define S      1000000000ULL
#define START  1700000000ULL /* s, UTC */
#define MEMORY (4 << 20)

static struct made asked, told;
static struct transaction_head request, response;
static struct usage_call call;
static struct top_count *count;
static struct top_table table;
static struct top_state state;

/* A call of GET http://HOST/PATH at `begin` (s), answered with `status` (0: not) after `ms`. */
static void make(const char *host, const char *path, double begin, __u16 status, unsigned int ms)
{
	__u64 time = (__u64)((START + begin) * S);

	made_request(&asked, path);
	made_header(&asked, "host", host);
	asked.rec.time = time;
	request = (struct transaction_head){ .rec = &asked.rec, .interface = "eth0" };
	call = (struct usage_call){
		.request = &request,
		.meta = &asked.meta,
		.host = view_slot(&asked.meta, "host"),
		.end = status ? TRANSACTION_ANSWERED : TRANSACTION_TIMEOUT,
	};
	if (!status)
		return;
	made_response(&told, status);
	told.rec.time = time + ms * S / 1000;
	told.rec.latency = ms * S / 1000;
	response = (struct transaction_head){ .rec = &told.rec, .interface = "eth0" };
}

static void begins(void)
{
	call.response = NULL;
	call.event = (struct usage_event){ .time = asked.rec.time,
					   .call = true,
					   .latency = USAGE_NO_LATENCY };
}

static void ends(void)
{
	bool answered = call.end == TRANSACTION_ANSWERED;

	call.response = answered ? &response : NULL;
	call.event = (struct usage_event){
		.end = true,
		.time = answered ? told.rec.time : asked.rec.time + 30 * S,
		.latency = answered ? told.rec.latency : USAGE_NO_LATENCY,
		.status = answered ? told.rec.status : 0,
	};
}

static void counted(const char *host, const char *path, double begin, __u16 status, unsigned int ms)
{
	make(host, path, begin, status, ms);
	begins();
	top_count_request(count, &call);
	ends();
	top_count_end(count, &call);
}

static void begin(const char *by)
{
	struct top_query query = { 0 };

	top_state_init(&state, by, TOP_WINDOW_1M);
	cr_assert_eq(top_query_read(&query, &state), 0);
	cr_assert_eq(top_count_new(&count, &query, MEMORY), 0);
}

/* Goes over to what the state says. */
static void begin_again(void)
{
	struct top_query query = { 0 };

	top_count_free(count);
	cr_assert_eq(top_query_read(&query, &state), 0);
	cr_assert_eq(top_count_new(&count, &query, MEMORY), 0);
}

static void end(void)
{
	top_table_free(&table);
	top_count_free(count);
}

static const struct top_row *row(const char *key)
{
	for (size_t i = 0; i < table.count; i++)
		if (table.row[i].key_size == strlen(key) &&
		    !memcmp(table.row[i].key, key, strlen(key)))
			return &table.row[i];
	return NULL;
}

static void look(enum top_window window, double until)
{
	cr_assert_eq(top_count_read(count, &table, window, (__u64)((START + until) * S)), 0);
	top_sort(&table, TOP_COLUMN_RATE, false);
	if (table.count)
		cr_assert_eq(top_count_details(count, &table, 0, table.count, true), 0);
}

Test(top_count, rows_of_a_window)
{
	begin("host");
	for (int i = 0; i < 100; i++)
		counted("a.test", "/x", i * 0.5, 200, i + 1);
	counted("b.test", "/x", 10, 503, 4);
	counted("b.test", "/x", 10, 600, 4);
	counted("b.test", "/y", 11, 404, 4);
	counted("c.test", "/y", 12, 0, 0);
	look(TOP_WINDOW_ALL, 60);
	cr_assert_eq(table.count, 3);
	cr_assert_eq(table.sum.requests, 104);
	cr_assert(row("a.test")->requests == 100 && row("a.test")->timed == 100);
	cr_assert_float_eq((double)row("a.test")->quantile[0], 50000000, 500000);
	cr_assert_float_eq((double)row("a.test")->quantile[1], 90000000, 900000);
	cr_assert_float_eq((double)row("a.test")->quantile[2], 99000000, 990000);
	cr_assert(row("b.test")->errors == 2 && row("b.test")->refused == 1);
	cr_assert(row("c.test")->unanswered == 1 && row("c.test")->timed == 0);
	cr_assert(table.exact);
	look(TOP_WINDOW_10S, 20);
	cr_assert_eq(table.span, 10 * S);
	cr_assert_eq(row("a.test")->requests, 20);
	cr_assert_eq(table.sum.requests, 24);
	look(TOP_WINDOW_1S, 10.9); /* the last whole slice */
	cr_assert_eq(table.end, (START + 10) * S);
	cr_assert_eq(table.sum.requests, 2);
	end();
}

Test(top_count, trends_and_holes)
{
	begin("host");
	for (int i = 0; i < 10; i++)
		counted("a.test", "/x", i, 200, 1);
	top_count_lost(count, (START + 5) * S, 7);
	look(TOP_WINDOW_1M, 10);
	cr_assert_eq(row("a.test")->trend[59], 1);
	cr_assert_eq(row("a.test")->trend[50], 1);
	cr_assert_eq(row("a.test")->trend[49], 0);
	cr_assert_eq(table.hole, 1ULL << 55);
	cr_assert(table.lost == 7 && table.lost_ever == 7);
	look(TOP_WINDOW_1S, 9);
	cr_assert(table.lost == 0 && table.lost_ever == 7);
	look(TOP_WINDOW_10S, 10);
	cr_assert_eq(table.lost, 7);
	end();
}

/* Rates are over the time that was seen. */
Test(top_count, spans)
{
	begin("host");
	counted("a.test", "/x", 0, 200, 1);
	counted("a.test", "/x", 4.5, 200, 1);
	look(TOP_WINDOW_1M, 5);
	cr_assert_eq(table.span, 5 * S);
	look(TOP_WINDOW_1S, 5);
	cr_assert_eq(table.span, S);
	top_count_over(count);
	look(TOP_WINDOW_10S, 10);
	cr_assert_eq(table.span, 5 * S); /* 0 to 10, and nothing comes behind 5 */
	end();
}

static void choose(const char *by, const char *key)
{
	const struct top_row *chosen = row(key);
	struct top_level *level = &state.level[state.depth++];

	memcpy(level->id, chosen->id, chosen->id_size);
	level->id_size = chosen->id_size;
	state.level[state.depth] = (struct top_level){ 0 };
	strcpy(state.level[state.depth].by, by);
	begin_again();
}

Test(top_count, parts)
{
	begin("host");
	counted("a.test", "/x", 0, 200, 1);
	counted("b.test", "/x", 0, 200, 1);
	look(TOP_WINDOW_ALL, 1);
	choose("status", "b.test");
	counted("a.test", "/x", 0, 200, 1);
	counted("b.test", "/x", 0, 200, 1);
	counted("b.test", "/y", 0, 404, 1);
	look(TOP_WINDOW_ALL, 1);
	cr_assert(table.count == 2 && table.sum.requests == 2 && table.excluded == 1);
	choose("path", "404"); /* only the end tells */
	counted("b.test", "/x", 0, 200, 1);
	counted("b.test", "/y", 0, 404, 1);
	counted("b.test", "/z", 0, 0, 0);
	look(TOP_WINDOW_ALL, 1);
	cr_assert(table.count == 1 && table.sum.requests == 1 && table.sum.ended == 1);
	cr_assert_not_null(row("/y"));
	cr_assert_eq(table.excluded, 2);
	end();
}

Test(top_count, predicates)
{
	begin("host");
	strcpy(state.where, "status == 5xx || path == /always");
	begin_again();
	counted("a.test", "/x", 0, 200, 1);
	counted("a.test", "/x", 0, 500, 1);
	counted("a.test", "/always", 0, 200, 1);
	counted("a.test", "/x", 0, 0, 0);
	look(TOP_WINDOW_ALL, 1);
	cr_assert(table.sum.requests == 2 && table.sum.ended == 2 && table.sum.errors == 1);
	cr_assert_eq(table.excluded, 2);
	strcpy(state.where, "!has(response)");
	begin_again();
	counted("a.test", "/x", 0, 200, 1);
	counted("a.test", "/x", 0, 0, 0);
	look(TOP_WINDOW_ALL, 1);
	cr_assert(table.sum.requests == 1 && table.sum.unanswered == 1);
	end();
}

/* A call that is under way when something else is to be counted is counted whole. */
Test(top_count, under_way)
{
	begin("host");
	make("a.test", "/x", 3, 200, 2000);
	begins();
	top_count_begun(count, 0, call.event.time);
	ends();
	top_count_end(count, &call);
	counted("a.test", "/x", 4, 200, 1);
	look(TOP_WINDOW_ALL, 10);
	cr_assert(table.sum.requests == 2 && table.sum.ended == 2);
	look(TOP_WINDOW_1S, 4);
	cr_assert(table.sum.requests == 1 && table.sum.ended == 0);
	end();
}

Test(top_count, fields_that_were_not_captured)
{
	begin("x-tenant");
	cr_assert_null(top_count_lacks(count));
	counted("a.test", "/x", 0, 200, 1);
	cr_assert_str_eq(top_count_lacks(count), "x-tenant");
	end();
	begin("user-agent,host");
	counted("a.test", "/x", 0, 200, 1);
	cr_assert_null(top_count_lacks(count));
	look(TOP_WINDOW_ALL, 1);
	cr_assert_not_null(row("(none), a.test"));
	end();
}

/* --- history --- */

static struct top_history *history;
static unsigned int requests, ended;
static __u64 lost, hash;

static void take(void *context, struct usage_call *of, bool end)
{
	char path[USAGE_TEXT_MAX];
	__u8 made[USAGE_KEY_MAX];

	cr_assert_eq(context, &requests);
	usage_key_make(&(struct usage_key){ 1, { { USAGE_FIELD_PATH, "" } } }, of, made);
	usage_key_text(&(struct usage_key){ 1, { { USAGE_FIELD_PATH, "" } } }, made, 0, path,
		       sizeof(path));
	cr_assert_str_eq(path, "/kept");
	cr_assert_str_eq(of->request->interface, "eth0");
	cr_assert_eq(!!of->response, end && of->end == TRANSACTION_ANSWERED);
	cr_assert_eq(of->event.call, !end);
	requests += !end;
	ended += end;
	hash = hash * 31 + of->event.time + of->event.latency + of->event.status;
}

static void lose(void *context, __u64 time, __u64 number)
{
	cr_assert_eq(context, &requests);
	cr_assert_eq(time % S, 0);
	lost += number;
}

static void each(void)
{
	requests = ended = lost = hash = 0;
	top_history_each(history, take, lose, &requests);
}

static void keep(double begin, __u16 status)
{
	make("a.test", "/kept", begin, status, 3);
	ends();
	top_history_add(history, &call);
}

Test(top_history, hands_on_what_it_was_given)
{
	history = top_history_new(1 << 20);
	for (int i = 0; i < 10; i++)
		keep(i, i % 2 ? 200 : 0);
	made_request(&asked, "/overwritten");
	made_response(&told, 500);
	for (int i = 0; i < 5000; i++) /* more seconds than are kept one by one */
		top_history_lost(history, (START + i) * S + 5, 2);
	each();
	cr_assert(requests == 10 && ended == 10 && lost == 10000);
	cr_assert_eq(top_history_forgot(history), 0);
	top_history_free(history);
}

Test(top_history, stays_within_its_memory)
{
	history = top_history_new(200000);
	for (int i = 0; i < 2000; i++)
		keep(i, 200);
	each();
	cr_assert(requests > 10 && requests < 400, "%u", requests);
	cr_assert_eq(top_history_forgot(history) / S, START + 2000 - requests - 1);
	top_history_free(history);
	history = top_history_new(0);
	keep(5, 200);
	each();
	cr_assert_eq(requests, 0);
	cr_assert_eq(top_history_forgot(history) / S, START + 5);
	top_history_free(history);
}

/* Descriptions change: each call has its own. */
Test(top_history, descriptions)
{
	history = top_history_new(250000); /* two of them, and little more */
	for (int i = 0; i < 100; i++) {
		make("a.test", "/kept", i, 200, 3);
		if (i % 2)
			made_choose(&asked, "none,x-b,host");
		ends();
		top_history_add(history, &call);
	}
	each();
	cr_assert_eq(ended, 100);
	top_history_free(history);
}

/* What is forgotten of a count is told as long as the window reaches back to it. */
Test(top_count, forgotten)
{
	begin("host");
	top_count_forgot(count, (START + 100) * S);
	counted("a.test", "/x", 101, 200, 1);
	cr_assert_eq(top_count_since(count, TOP_WINDOW_10S, (START + 105) * S), (START + 100) * S);
	cr_assert_eq(top_count_since(count, TOP_WINDOW_10S, (START + 110) * S), 0);
	cr_assert_eq(top_count_since(count, TOP_WINDOW_ALL, (START + 9999) * S), (START + 100) * S);
	end();
}

/* --- pace --- */

Test(top_pace, as_fast_as_was_asked_for)
{
	struct top_pace pace = { .speed = 10 };

	cr_assert_eq(top_pace_limit(&pace, 1000 * S, 5 * S), 1000 * S);
	cr_assert_eq(top_pace_limit(&pace, 2000 * S, 6 * S), 1010 * S);
	pace = (struct top_pace){ 0 };
	cr_assert_eq(top_pace_limit(&pace, 1000 * S, 5 * S), ~0ULL);
}
