/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* tools/alert/judge.h: from calls to alarms, in the records' time. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "alert/judge.h"
#include "made.h"
#include "said.h"

#define S    RULE_S
#define BASE (1700000040 * S) /* a whole minute */

/* What was said: "12 A firing 5;" is second 12 since BASE, rule, state, value. */
struct bench {
	struct rules rules;
	struct judge *judge;
	struct made request, response;
	char said[8192];
	bool full; /* nothing may be said */
};

static int tell(void *context, struct told *told)
{
	struct bench *bench = context;
	size_t used = strlen(bench->said);

	if (bench->full)
		return -ENOSPC;
	snprintf(bench->said + used, sizeof(bench->said) - used, "%s%lld %s %s %s%s",
		 used ? "; " : "", ((long long)told->now - (long long)BASE) / (long long)S,
		 told->rule->name,
		 told->ends    ? "over"
		 : told->again ? "again"
			       : "fires",
		 told->value, told->alarm->lost ? " lost" : "");
	return 0;
}

static void read_rules(struct rules *rules, const char *text)
{
	char path[] = "/tmp/hdrtap-judge-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	cr_assert_eq(rules_read(rules, path), 0, "%s", text);
	unlink(path);
}

static struct judge *new_judge(struct bench *bench, __u64 whole)
{
	const struct judge_options options = { .rules = &bench->rules,
					       .memory = 4 << 20,
					       .tell = tell,
					       .context = bench,
					       .whole = whole };
	struct judge *judge;

	cr_assert_eq(judge_new(&judge, &options), 0);
	return judge;
}

static struct bench *begin(const char *rules)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	char text[2048];

	snprintf(text, sizeof(text), "rules: [%s]", rules);
	read_rules(&bench->rules, text);
	bench->judge = new_judge(bench, 0);
	return bench;
}

static void end(struct bench *bench)
{
	judge_free(bench->judge);
	rules_free(&bench->rules);
	free(bench);
}

/* A request from 192.0.2.CLIENT at that time (ms since BASE), with X-Request-Id or not. */
static void request(struct bench *bench, __u64 ms, __u8 client, bool with_id)
{
	struct transaction_head head = { .rec = &bench->request.rec };
	struct usage_call call = {
		.event = { .time = BASE + ms * 1000000, .call = true, .latency = USAGE_NO_LATENCY },
		.request = &head,
		.meta = &bench->request.meta,
		.host = HDRTAP_SLOT_NONE,
	};

	made_request(&bench->request, "/");
	bench->request.rec.source[15] = client;
	if (with_id)
		bench->request.rec.names |= 1ULL << HDRTAP_NAME_X_REQUEST_ID;
	cr_assert_eq(judge_request(bench->judge, &call), 0);
}

/* The end of such a call. */
static void answer(struct bench *bench, __u64 ms, __u16 status, __u64 latency)
{
	struct transaction_head request_head = { .rec = &bench->request.rec };
	struct transaction_head head = { .rec = &bench->response.rec };
	struct usage_call call = {
		.event = { .time = BASE + ms * 1000000,
			   .end = true,
			   .status = status,
			   .latency = latency },
		.end = TRANSACTION_ANSWERED,
		.request = &request_head,
		.response = &head,
		.meta = &bench->request.meta,
		.host = HDRTAP_SLOT_NONE,
	};

	made_request(&bench->request, "/");
	made_response(&bench->response, status);
	cr_assert_eq(judge_end(bench->judge, &call), 0);
}

static void complete(struct bench *bench, __u64 ms)
{
	cr_assert_eq(judge_complete(bench->judge, BASE + ms * 1000000), 0);
}

static void expect(struct bench *bench, const char *said)
{
	cr_expect_str_eq(bench->said, said);
	end(bench);
}

Test(alert_judge, too_often)
{
	struct bench *b = begin("{alert: A, when: too_often, by: client, limit: 2, window: 3s}");

	for (int i = 0; i < 3; i++)
		request(b, 100 * i, 1, true);
	request(b, 100, 2, true);
	complete(b, 20000);
	expect(b, "1 A fires 3; 4 A over 0");
}

/* Is said once while it goes on, and ends at the limit, not at the burst. */
Test(alert_judge, burst)
{
	struct bench *b =
		begin("{alert: A, when: too_often, limit: 2, burst: 2, window: 2s, every: 1s}");

	for (int i = 0; i < 4; i++)
		request(b, i, 1, true);
	complete(b, 1000);
	cr_expect_str_eq(b->said, "", "within the burst");
	request(b, 1500, 1, true);
	for (int i = 0; i < 3; i++)
		request(b, 2500 + i, 1, true);
	for (int i = 0; i < 1; i++)
		request(b, 3500 + i, 1, true);
	complete(b, 10000);
	expect(b, "2 A fires 5; 5 A over 1");
}

Test(alert_judge, pending)
{
	struct bench *b = begin("{alert: A, when: missing, field: 'request[x-request-id]', window: "
				"1s, every: 1s, for: 2s}");

	request(b, 100, 1, false); /* one second is too short */
	for (int i = 0; i < 4; i++)
		request(b, 3100 + 1000 * i, 1, false);
	request(b, 9000, 1, true);
	complete(b, 20000);
	expect(b, "6 A fires 1; 8 A over 0");
}

Test(alert_judge, continuity)
{
	struct bench *b = begin("{alert: A, when: present, field: 'request[x-request-id]', window: "
				"1s, every: 1s, continuity: 3s}");

	for (int i = 0; i < 8; i++)
		request(b, 1000 * i + 1, 1, true);
	complete(b, 20000);
	expect(b, "1 A fires 1; 4 A again 1; 7 A again 1; 9 A over 0");
}

/* Two an hour; what is suppressed is said when there is room, if it still fires. */
Test(alert_judge, hour_max)
{
	struct bench *b = begin("{alert: A, when: too_often, by: client, limit: 0, window: 1s, "
				"every: 1s, continuity: 0s, hour_max: 2}");

	for (int i = 0; i < 3; i++)
		request(b, 1000 * i + 1, i, true);
	complete(b, 10000);
	cr_expect_str_eq(b->said, "1 A fires 1; 2 A over 0; 2 A fires 1; 3 A over 0");
	cr_expect_eq(judge_counts(b->judge).suppressed, 1);
	cr_expect_eq(judge_counts(b->judge).untold, 1);
	request(b, 3600500, 9, true);
	complete(b, 3605000);
	expect(b,
	       "1 A fires 1; 2 A over 0; 2 A fires 1; 3 A over 0; 3601 A fires 1; 3602 A over 0");
}

/* On a quiet link time moves on by complete() alone. */
Test(alert_judge, silence)
{
	struct bench *b = begin("{alert: A, when: silence, by: client, window: 5s, calls: 2}");

	complete(b, 20000);
	cr_expect_str_eq(b->said, "", "there was nothing");
	request(b, 20100, 1, true);
	request(b, 20200, 1, true);
	request(b, 20300, 2, true); /* too few */
	complete(b, 25000);
	cr_expect_str_eq(b->said, "");
	complete(b, 60000);
	request(b, 60100, 1, true);
	complete(b, 61000);
	expect(b, "26 A fires 0; 61 A over 1");
}

Test(alert_judge, status)
{
	struct bench *b =
		begin("{alert: A, when: status, status: 5xx, share: 50%, calls: 4, window: "
		      "10s, every: 10s}");

	for (int i = 0; i < 3; i++)
		answer(b, 100 + i, 500, USAGE_NO_LATENCY);
	complete(b, 10000); /* three are too few */
	for (int i = 0; i < 4; i++)
		answer(b, 10100 + i, i < 2 ? 500 : 200, USAGE_NO_LATENCY);
	complete(b, 20000); /* half is not more than half */
	for (int i = 0; i < 4; i++)
		answer(b, 20100 + i, i < 3 ? 503 : 200, USAGE_NO_LATENCY);
	complete(b, 50000);
	expect(b, "30 A fires 75%; 40 A over 0%");
}

/* The quantile is above when fewer calls than its rank are not. */
Test(alert_judge, latency)
{
	struct bench *b = begin("{alert: A, when: latency, above: 100ms, quantile: 0.9, calls: 10, "
				"window: 10s, every: 10s}");

	for (int i = 0; i < 10; i++) /* the 9th of ten is not above */
		answer(b, 100 + i, 200, (i < 9 ? 50 : 900) * 1000000ULL);
	complete(b, 10000);
	cr_expect_str_eq(b->said, "");
	for (int i = 0; i < 10; i++)
		answer(b, 10100 + i, 200, (i < 8 ? 50 : 900) * 1000000ULL);
	complete(b, 20000);
	cr_expect_eq(strncmp(b->said, "20 A fires 90", 13), 0, "%s", b->said);
	end(b);
}

Test(alert_judge, new_value)
{
	struct bench *b = begin(
		"{alert: A, when: new_value, field: client, window: 20s, learn: 5s, keep: 3s}");

	request(b, 100, 1, true); /* is learnt */
	request(b, 6000, 1, true);
	request(b, 6100, 2, true);
	request(b, 6200, 2, true);
	complete(b, 20000);
	cr_expect_str_eq(b->said, "7 A fires 1; 10 A over 1");
	request(b, 25000, 2, true);
	complete(b, 40000);
	cr_expect_str_eq(b->said, "7 A fires 1; 10 A over 1", "seen 19 s ago");
	request(b, 50000, 2, true);
	complete(b, 52000);
	expect(b, "7 A fires 1; 10 A over 1; 51 A fires 1");
}

Test(alert_judge, losses)
{
	struct bench *b = begin("{alert: A, when: losses, limit: 10, window: 5s, every: 1s}");

	judge_lost(b->judge, BASE + S / 2, 6);
	complete(b, 2000);
	judge_lost(b->judge, BASE + 5 * S / 2, 6);
	complete(b, 20000);
	expect(b, "3 A fires 12; 6 A over 6");
}

/* A hole in the window is marked. */
Test(alert_judge, hole)
{
	struct bench *b = begin("{alert: A, when: too_often, limit: 0, window: 2s, every: 1s}");

	request(b, 100, 1, true);
	judge_lost(b->judge, BASE + S / 5, 3);
	request(b, 8100, 1, true);
	complete(b, 20000);
	expect(b, "1 A fires 1 lost; 3 A over 0 lost; 9 A fires 1; 11 A over 0");
}

/* What cannot be said yet is said later. */
Test(alert_judge, no_room)
{
	struct bench *b = begin("{alert: A, when: too_often, limit: 0, window: 5s, every: 1s}");

	b->full = true;
	request(b, 100, 1, true);
	complete(b, 2000);
	b->full = false;
	complete(b, 4000);
	cr_expect_str_eq(b->said, "3 A fires 1");
	b->full = true;
	complete(b, 8000);
	cr_expect_str_eq(b->said, "3 A fires 1");
	b->full = false;
	complete(b, 9000);
	expect(b, "3 A fires 1; 9 A over 0");
}

/* Calls that are late are in no slice, and counted. */
Test(alert_judge, late)
{
	struct bench *b = begin("{alert: A, when: too_often, limit: 1, window: 2s, every: 1s}");

	request(b, 100, 1, true);
	complete(b, 30000);
	request(b, 200, 1, true);
	request(b, 30100, 1, true);
	complete(b, 40000);
	cr_expect_eq(judge_counts(b->judge).late, 1);
	expect(b, "");
}

/* The number of alarms of a rule has a bound. */
Test(alert_judge, full)
{
	struct bench *b = begin("{alert: A, when: too_often, by: [client, 'request[user-agent]'], "
				"limit: 0, window: 1s, every: 1s}");
	struct judge_counts counts;

	b->full = true;
	for (int i = 0; i < RULE_ALARMS_MAX + 10; i++) {
		struct transaction_head head = { .rec = &b->request.rec };
		struct usage_call call = {
			.event = { .time = BASE + i, .call = true, .latency = USAGE_NO_LATENCY },
			.request = &head,
			.meta = &b->request.meta,
			.host = HDRTAP_SLOT_NONE,
		};

		made_request(&b->request, "/");
		b->request.rec.source[14] = i >> 8;
		b->request.rec.source[15] = i;
		cr_assert_eq(judge_request(b->judge, &call), 0);
	}
	complete(b, 1000);
	counts = judge_counts(b->judge);
	cr_expect_eq(counts.firing, RULE_ALARMS_MAX);
	cr_expect_eq(counts.left_out, 10);
	end(b);
}

#define CROWD 20000

/* Far more clients than there is room for: a limit that cannot be relied on is said, and fires for
 * nobody who did not reach it. */
Test(alert_judge, blurred)
{
	struct bench *b = begin("{alert: A, when: too_often, by: client, limit: 1, window: 1s}");

	for (int i = 0; i < CROWD + 3; i++) {
		struct transaction_head head = { .rec = &b->request.rec };
		struct usage_call call = {
			.event = { .time = BASE + i, .call = true, .latency = USAGE_NO_LATENCY },
			.request = &head,
			.meta = &b->request.meta,
			.host = HDRTAP_SLOT_NONE,
		};
		int client = i < CROWD ? i : 7; /* this one calls four times */

		made_request(&b->request, "/");
		b->request.rec.source[14] = client >> 8;
		b->request.rec.source[15] = client;
		cr_assert_eq(judge_request(b->judge, &call), 0);
	}
	said_begin();
	complete(b, 1000);
	cr_expect(said_line(said_end(), "can be relied on"));
	expect(b, "1 A fires 3"); /* the first one was displaced by others */
}

#define RULES                                                                                 \
	"{alert: A, when: too_often, by: client, limit: 3, window: 10s, every: 1s, for: 2s, " \
	"continuity: 7s},"                                                                    \
	"{alert: B, when: silence, by: client, window: 4s, every: 1s},"                       \
	"{alert: C, when: new_value, field: client, window: 15s, learn: 3s, keep: 2s},"       \
	"{alert: D, when: missing, field: 'request[x-request-id]', window: 3s, hour_max: 3}"

struct event {
	__u64 ms;
	__u8 client;
	bool with_id;
};

#define EVENTS 400
#define SPAN   60000

static void make_events(struct event *events)
{
	unsigned int seed = 3;

	for (int i = 0; i < EVENTS; i++)
		events[i] = (struct event){ .ms = (__u64)SPAN * i / EVENTS,
					    .client = rand_r(&seed) % 12 ? 1 + i / 100
									 : rand_r(&seed) % 9,
					    .with_id = rand_r(&seed) % 40 };
}

/* Those from `first` on up to that time, and what is known as complete every half second. */
static void play(struct bench *b, const struct event *events, __u64 from, __u64 until)
{
	__u64 known = from - from % 500;

	for (int i = 0; i < EVENTS; i++) {
		if (events[i].ms < from || events[i].ms >= until)
			continue;
		for (; known + 500 <= events[i].ms; known += 500)
			complete(b, known + 500);
		request(b, events[i].ms, events[i].client, events[i].with_id);
	}
	complete(b, until);
}

/* Stopped anywhere, and started again from the log and the state: the same is said. */
Test(alert_judge, goes_on)
{
	static struct event events[EVENTS];
	struct bench *whole = begin(RULES);

	make_events(events);
	play(whole, events, 0, SPAN);
	cr_assert_gt(strlen(whole->said), 200);
	for (__u64 stop = 1300; stop < SPAN; stop += 4700) {
		struct bench *b = begin(RULES);
		__u64 again = stop > 16000 ? stop - 16000 : 0;
		struct buffer state = { 0 };

		play(b, events, 0, stop);
		judge_pack(&state, b->judge);
		judge_free(b->judge);
		b->judge = new_judge(b, BASE + again * 1000000);
		cr_assert_eq(judge_unpack(b->judge, &(struct buffer_reader){ state.bytes,
									     state.size, false }),
			     0);
		buffer_free(&state);
		play(b, events, again, SPAN);
		cr_expect_str_eq(b->said, whole->said, "stopped at %llu ms", stop);
		end(b);
	}
	end(whole);
}

/* A state that was cut anywhere is refused, not believed. */
Test(alert_judge, damaged_state)
{
	static struct event events[EVENTS];
	struct bench *b = begin(RULES);
	struct buffer state = { 0 };

	make_events(events);
	play(b, events, 0, 30000);
	judge_pack(&state, b->judge);
	for (size_t size = 0; size < state.size; size++) {
		struct judge *judge = new_judge(b, 0);

		cr_expect_eq(judge_unpack(judge,
					  &(struct buffer_reader){ state.bytes, size, false }),
			     -EBADMSG, "%zu", size);
		judge_free(judge);
	}
	buffer_free(&state);
	end(b);
}

/* From a stream, which cannot be read again: an alarm is not over before a window is known. */
Test(alert_judge, stream_again)
{
	struct bench *b = begin("{alert: A, when: too_often, limit: 0, window: 10s, every: 1s}");
	struct buffer state = { 0 };

	request(b, 100, 1, true);
	complete(b, 1000);
	judge_pack(&state, b->judge);
	judge_free(b->judge);
	b->judge = new_judge(b, 0);
	cr_assert_eq(judge_unpack(b->judge,
				  &(struct buffer_reader){ state.bytes, state.size, false }),
		     0);
	buffer_free(&state);
	complete(b, 5500);
	complete(b, 14000);
	cr_expect_str_eq(b->said, "1 A fires 1");
	complete(b, 16000);
	expect(b, "1 A fires 1; 16 A over 0");
}

/* New rules: those that are the same go on with what they have counted. */
Test(alert_judge, takes_over)
{
	struct bench *b = begin("{alert: A, when: too_often, limit: 2, window: 10s, every: 1s}");
	struct rules before;
	struct judge *old;

	request(b, 100, 1, true);
	request(b, 200, 1, true);
	complete(b, 1000);
	before = b->rules;
	old = b->judge;
	read_rules(&b->rules,
		   "rules: [{alert: A, when: too_often, limit: 2, window: 10s, every: 1s, "
		   "severity: page}, {alert: B, when: too_often, limit: 1, window: 5s}]");
	b->judge = new_judge(b, 0);
	cr_assert_eq(judge_take_over(b->judge, old), 0);
	judge_free(old);
	rules_free(&before);
	request(b, 1100, 1, true);
	complete(b, 3000);
	expect(b, "2 A fires 3");
}

Test(alert_judge, not_enough_memory)
{
	struct rules rules;

	read_rules(&rules, "rules: [{alert: A, when: too_often, share: 0.01%, by: client, window: "
			   "1m, every: 1s}]");
	cr_expect_eq(judge_check(&rules, 1 << 20), -EINVAL);
	rules_free(&rules);
	read_rules(&rules, "rules: [{alert: A, when: too_often, share: 0.005%, by: client, window: "
			   "1m, every: 1m}]");
	cr_expect_eq(judge_check(&rules, JUDGE_MEMORY_DEFAULT), 0,
		     "one in 20,000 in the default budget");
	rules_free(&rules);
}
