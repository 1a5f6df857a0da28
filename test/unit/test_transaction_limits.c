/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the join holds at most, what becomes of what it cannot hand on, and that a queue in front of
 * it changes nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "said.h"
#include "sink/sink_queue.h"
#include "transaction_fixture.h"

#define FLOOD 50000

struct counting_taker {
	struct transaction_taker taker;
	__u64 count[TRANSACTION_END_MAX], next;
};

static int counting_describe(struct transaction_taker *taker, const struct run_meta *meta)
{
	(void)taker, (void)meta;
	return 0;
}

static int counting_take(struct transaction_taker *taker, const struct transaction *transaction)
{
	struct counting_taker *counting = (struct counting_taker *)taker;

	counting->count[transaction->end]++;
	if (transaction->request)
		cr_expect_eq(transaction->request->rec->sequence, counting->next++);
	return 0;
}

static const struct transaction_ops counting_ops = {
	.describe = counting_describe,
	.take = counting_take,
	.close = noting_close,
};

static void begin_counting(struct counting_taker *counting)
{
	const struct transaction_options options = { 0 };

	cr_assert_eq(transaction_sink_open(&join, &counting->taker, &options), 0);
	describe('a');
}

/* Memory is bounded: the oldest go first, are counted, and are said. */
Test(transaction_limits, more_than_there_is_room_for)
{
	struct counting_taker counting = { .taker.ops = &counting_ops };
	const char *said;

	begin_counting(&counting);
	for (__u64 i = 0; i < FLOOD; i++) {
		struct hdrtap_record *rec = make(HDRTAP_KIND_REQUEST, i, S);

		rec->arena_used = ROOM_ARENA;
		cr_assert_eq(put(rec), 0);
	}
	said_begin();
	cr_assert_eq(join->ops->close(join), 0);
	said = said_end();
	cr_assert(said_line(said, "were not held until their responses came"), "%s", said);
	cr_assert_eq(counting.count[TRANSACTION_NO_ROOM] + counting.count[TRANSACTION_ENDED],
		     FLOOD);
	cr_assert_geq(counting.count[TRANSACTION_ENDED], 32768);
	cr_assert_leq(counting.count[TRANSACTION_ENDED],
		      TRANSACTION_HELD_MAX / HDRTAP_RECORD_SIZE_DEFAULT);
}

Test(transaction_limits, more_interim_responses_than_a_request_may_have)
{
	struct counting_taker counting = { .taker.ops = &counting_ops };

	begin_counting(&counting);
	request(0, S);
	for (__u64 i = 1; i <= TRANSACTION_INTERIM_MAX + 5; i++)
		response(i, S, 102, 0);
	cr_assert_eq(counting.count[TRANSACTION_NO_REQUEST], 5);
	response(100, S, 200, 0);
	cr_assert_eq(counting.count[TRANSACTION_ANSWERED], 1);
	cr_assert_eq(join->ops->close(join), 0);
}

Test(transaction_limits, more_runs_than_there_is_room_for)
{
	struct counting_taker counting = { .taker.ops = &counting_ops };

	begin_counting(&counting);
	for (int run = 0; run < 150; run++) {
		describe(run);
		request(run, S);
	}
	said_begin();
	cr_assert_eq(join->ops->close(join), 0);
	cr_assert(said_line(said_end(), "requests were not held"));
	cr_assert_eq(counting.next, 150);
	cr_assert_leq(counting.count[TRANSACTION_ENDED], TRANSACTION_RUNS_MAX);
	cr_assert_eq(counting.count[TRANSACTION_ENDED] + counting.count[TRANSACTION_NO_ROOM], 150);
}

Test(transaction_limits, what_could_not_be_handed_on_is_counted)
{
	begin();
	request(1, S);
	response(2, S, 102, 1);
	request(3, S);
	take_result = -ENOSPC;
	cr_assert_eq(put(make(HDRTAP_KIND_REQUEST, 4, 32 * S)), -ENOSPC, "1 is due");
	cr_assert_eq(join->ops->close(join), -ENOSPC);
	cr_assert_eq(unwritten, 3, "4 was not taken");
}

/* Through the queue beside a log the same calls come in the same order. */
static void play(struct sink *sink, unsigned int seed)
{
	static const __u16 statuses[] = { 200, 404, 100, 101 };
	struct hdrtap_record *rec;
	__u64 sequence = 0, time = S;

	srand(seed);
	describe_to(sink, 'a');
	for (int i = 0; i < 3000; i++) {
		int what = rand() % 16;

		time += rand() % (S / 4);
		if (what < 2) {
			describe_to(sink, 'a' + rand() % 5);
			continue;
		}
		if (what == 2) {
			sink->ops->complete(sink, time, 0);
			continue;
		}
		if (what == 3)
			sink->ops->tick(sink);
		rec = make(what & 1 ? HDRTAP_KIND_REQUEST : HDRTAP_KIND_RESPONSE, sequence++, time);
		rec->status = what & 1 ? 0 : statuses[rand() % 4];
		rec->source_port += what & 1 ? rand() % 50 : 0;
		rec->paired_sequence = rand() % (sequence + 1);
		if (rand() % 4 == 0)
			rec->flags = what & 1 ? HDRTAP_FLAG(ANSWERED) : HDRTAP_FLAG(UNPAIRED);
		cr_assert_eq(sink->ops->write(sink, rec, 0, metas[current].host), 0);
	}
	cr_assert_eq(sink->ops->close(sink), 0);
}

Test(transaction_limits, a_queue_in_front_changes_nothing)
{
	static char direct[sizeof(taken)];
	struct accounts accounts = { 0 };
	struct sink *queue;

	for (unsigned int seed = 0; seed < 5; seed++) {
		begin();
		play(join, seed);
		strcpy(direct, taken);
		cr_assert_gt(strlen(direct), 3000);
		begin();
		cr_assert_eq(
			sink_queue_open(&queue, join, "standard output", &unwritten, &accounts), 0);
		play(queue, seed);
		cr_assert_str_eq(taken, direct);
		cr_assert_eq(accounts.user[HDRTAP_USER_STDOUT_SLOW], 0);
	}
}
