/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Two sinks at once: who gets what in which order, and that the second may be as slow as it likes.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log_fixture.h"
#include "log_write/log_stream.h"
#include "said.h"
#include "sink/record_queue.h"
#include "sink/sink_queue.h"
#include "sink/sink_tee.h"
#include "view/sink_text.h"

/* --- tee
 * -----------------------------------------------------------------------------------------------------------
 */

static char calls[64]; /* who was called for what, in order */

struct noting_sink {
	struct sink sink;
	char name;
	int result; /* of all verbs */
};

static int note(struct sink *sink, char verb)
{
	struct noting_sink *noting = (struct noting_sink *)sink;
	char call[] = { noting->name, verb, '\0' };

	strcat(calls, call);
	return noting->result;
}

static int noting_describe(struct sink *sink, const struct run_meta *meta)
{
	(void)meta;
	return note(sink, 'd');
}

static int noting_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
			const char *interface)
{
	(void)rec, (void)utc_offset, (void)interface;
	return note(sink, 'w');
}

static int noting_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	(void)cpu, (void)count;
	return note(sink, 'l');
}

static int noting_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	(void)until, (void)utc_offset;
	return note(sink, 'u');
}

static int noting_tick(struct sink *sink)
{
	return note(sink, 't');
}

static int noting_close(struct sink *sink)
{
	return note(sink, 'c');
}

static const struct sink_ops noting_ops = {
	.describe = noting_describe,
	.write = noting_write,
	.lost = noting_lost,
	.complete = noting_complete,
	.tick = noting_tick,
	.close = noting_close,
};

static const struct sink_ops sparing_ops = {
	.describe = noting_describe,
	.write = noting_write,
	.close = noting_close,
};

static struct noting_sink first = { { &noting_ops }, '1', 0 };
static struct noting_sink second = { { &noting_ops }, '2', 0 };

static struct sink *tee_of(int first_result, int second_result)
{
	struct sink *sink;

	first.result = first_result;
	second.result = second_result;
	calls[0] = '\0';
	cr_assert_eq(sink_tee_open(&sink, &first.sink, &second.sink), 0);
	return sink;
}

/* Calls every verb; what each but close returned is `expected`. */
static void call_all(struct sink *sink, int expected)
{
	struct hdrtap_record rec = { 0 };

	cr_expect_eq(sink->ops->describe(sink, NULL), expected);
	cr_expect_eq(sink->ops->write(sink, &rec, 0, NULL), expected);
	cr_expect_eq(sink->ops->lost(sink, 1, 2), expected);
	cr_expect_eq(sink->ops->complete(sink, 3, 4), expected);
	cr_expect_eq(sink->ops->tick(sink), expected);
}

Test(tee, each_gets_everything_in_order)
{
	struct sink *sink = tee_of(0, 0);

	call_all(sink, 0);
	cr_assert_eq(sink->ops->close(sink), 0);
	cr_assert_str_eq(calls, "1d2d1w2w1l2l1u2u1t2t1c2c");
}

Test(tee, an_error_of_the_first_is_returned_and_the_second_served)
{
	struct sink *sink = tee_of(-ENOSPC, -EPIPE);

	call_all(sink, -ENOSPC);
	cr_assert_eq(sink->ops->close(sink), -ENOSPC);
	cr_assert_str_eq(calls, "1d2d1w2w1l2l1u2u1t2t1c2c");
}

Test(tee, an_error_of_the_second_ends_nothing)
{
	struct sink *sink = tee_of(0, -EPIPE);

	call_all(sink, 0);
	cr_assert_eq(sink->ops->close(sink), -EPIPE);
	cr_assert_str_eq(calls, "1d2d1w2w1l2l1u2u1t2t1c2c");
}

Test(tee, verbs_that_a_sink_does_not_have)
{
	struct sink *sink = tee_of(0, 0);

	first.sink.ops = second.sink.ops = &sparing_ops;
	call_all(sink, 0);
	sink->ops->close(sink);
	cr_assert_str_eq(calls, "1d2d1w2w1c2c");
}

/* --- queue
 * ---------------------------------------------------------------------------------------------------------
 */

/* Stands where standard output would: works only while the gate is open. */
struct gated_sink {
	struct sink sink;
	pthread_mutex_t gate; /* the test holds it: closed */
	int result;           /* of write and tick */
	int close_result;
	pthread_t caller; /* of the last write */
	int described, completed;
	__u32 slots; /* as described last */
	__u64 written, lost, ticks;
	__u64 last; /* sequence */
};

static int gated_describe(struct sink *sink, const struct run_meta *meta)
{
	struct gated_sink *gated = (struct gated_sink *)sink;

	gated->described++;
	gated->slots = meta->slot_count;
	return 0;
}

static int gated_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		       const char *interface)
{
	struct gated_sink *gated = (struct gated_sink *)sink;
	union record_room expected;

	pthread_mutex_lock(&gated->gate);
	pthread_mutex_unlock(&gated->gate);
	gated->caller = pthread_self();
	if (gated->result < 0)
		return gated->result;
	log_record(&expected.rec, rec->sequence);
	cr_expect(!memcmp(rec, &expected, sizeof(expected)), "record %llu differs", rec->sequence);
	cr_expect_eq(utc_offset, LOG_TEST_OFFSET);
	cr_expect_str_eq(interface, log_interface(rec));
	cr_expect_eq(rec->sequence, gated->written + gated->lost,
		     "record %llu comes after %llu and %llu lost", rec->sequence, gated->written,
		     gated->lost);
	gated->last = rec->sequence;
	gated->written++;
	return 0;
}

static int gated_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	cr_expect_lt(cpu, 3);
	((struct gated_sink *)sink)->lost += count;
	return 0;
}

static int gated_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct gated_sink *gated = (struct gated_sink *)sink;

	cr_expect_eq(utc_offset, LOG_TEST_OFFSET);
	cr_expect_eq(until, gated->written + gated->lost, "it keeps its place");
	gated->completed++;
	return 0;
}

static int gated_tick(struct sink *sink)
{
	struct gated_sink *gated = (struct gated_sink *)sink;

	gated->ticks++;
	return gated->result;
}

static int gated_close(struct sink *sink)
{
	return ((struct gated_sink *)sink)->close_result;
}

static const struct sink_ops gated_ops = {
	.describe = gated_describe,
	.write = gated_write,
	.lost = gated_lost,
	.complete = gated_complete,
	.tick = gated_tick,
	.close = gated_close,
};

/* Before there is another thread, as signals_open() does it. */
static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

struct queued {
	struct gated_sink inner;
	struct accounts accounts;
	__u64 unwritten;
	struct run_meta meta;
	struct sink *sink;
};

static void queued_open(struct queued *q)
{
	memset(q, 0, sizeof(*q));
	block_signals();
	q->inner.sink.ops = &gated_ops;
	pthread_mutex_init(&q->inner.gate, NULL);
	log_meta(&q->meta);
	cr_assert_eq(sink_queue_open(&q->sink, &q->inner.sink, "standard output", &q->unwritten,
				     &q->accounts),
		     0);
	cr_assert_eq(q->sink->ops->describe(q->sink, &q->meta), 0);
}

/* Fewer bytes than half the queue has: there is room for so many in any case. */
#define FIT 4000

/* More than the queue has room for. */
#define FLOOD (2 * RECORD_QUEUE_SIZE / HDRTAP_RECORD_SIZE_DEFAULT + RECORD_QUEUE_SIZE / 384)

static int queued_close(struct queued *q)
{
	int err = q->sink->ops->close(q->sink);

	cr_expect(accounts_close(&q->accounts));
	cr_expect_eq(q->accounts.stdout_waiting, 0);
	return err;
}

#define QUEUED(q, what) ((q).accounts.user[HDRTAP_USER_STDOUT##what])

Test(queue, everything_comes_through_in_another_thread)
{
	struct queued q;

	queued_open(&q);
	log_put(q.sink, 0, FIT);
	cr_assert_eq(queued_close(&q), 0);
	cr_assert_eq(q.inner.written, FIT);
	cr_assert_eq(q.inner.described, 1);
	cr_assert(!pthread_equal(q.inner.caller, pthread_self()));
	cr_assert_eq(QUEUED(q, ), FIT);
	cr_assert_eq(QUEUED(q, _WRITTEN), FIT);
	cr_assert_eq(QUEUED(q, _SLOW) + QUEUED(q, _FAILED), 0);
}

/* Nobody would see what a log without records says before them. */
Test(queue, what_records_mean_comes_without_any)
{
	struct queued q;

	queued_open(&q);
	cr_assert_eq(queued_close(&q), 0);
	cr_assert_eq(q.inner.described, 1);
}

Test(queue, no_thread_before_the_first_record_or_tick)
{
	struct queued q;

	queued_open(&q);
	cr_assert_eq(q.inner.described, 0, "it would not be confined");
	q.sink->ops->tick(q.sink);
	cr_assert_eq(queued_close(&q), 0);
	cr_assert_eq(q.inner.described, 1);
	cr_assert_eq(q.inner.ticks, 1);
}

/* A description belongs to the records behind it, and is the caller's again at once. */
Test(queue, descriptions_keep_their_place)
{
	struct queued q;

	queued_open(&q);
	pthread_mutex_lock(&q.inner.gate);
	log_put(q.sink, 0, 10);
	q.meta.slot_count = 5;
	cr_assert_eq(q.sink->ops->describe(q.sink, &q.meta), 0);
	q.meta.slot_count = 6;
	log_put(q.sink, 10, 1);
	pthread_mutex_unlock(&q.inner.gate);
	cr_assert_eq(queued_close(&q), 0);
	cr_assert_eq(q.inner.described, 2);
	cr_assert_eq(q.inner.slots, 5);
	cr_assert_eq(q.inner.written, 11);
}

/* "Until" is a number of records here. */
Test(queue, complete_keeps_its_place)
{
	struct queued q;

	queued_open(&q);
	log_put(q.sink, 0, 10);
	cr_assert_eq(q.sink->ops->complete(q.sink, 9, LOG_TEST_OFFSET), 0);
	cr_assert_eq(q.sink->ops->complete(q.sink, 10, LOG_TEST_OFFSET), 0);
	log_put(q.sink, 10, 1);
	cr_assert_eq(q.sink->ops->complete(q.sink, 11, LOG_TEST_OFFSET), 0);
	cr_assert_eq(queued_close(&q), 0);
	cr_assert_eq(q.inner.written, 11);
	cr_assert_eq(q.inner.completed, 2, "the last one before a record is enough");
}

/* The writer never waits; what had no room is counted, and told where it is missing. */
Test(queue, a_slow_sink_is_not_waited_for, .timeout = 600)
{
	struct queued q;

	queued_open(&q);
	pthread_mutex_lock(&q.inner.gate);
	log_put(q.sink, 0, FLOOD);
	cr_assert_eq(QUEUED(q, ), FLOOD);
	cr_assert_gt(QUEUED(q, _SLOW), 0);
	cr_assert_eq(QUEUED(q, _WRITTEN), 0);
	cr_assert_gt(q.accounts.stdout_waiting, FIT);
	cr_assert(accounts_close(&q.accounts), "also while records wait");
	pthread_mutex_unlock(&q.inner.gate);
	while (q.accounts.stdout_waiting)
		q.sink->ops->tick(q.sink);
	log_put(q.sink, FLOOD, 10);
	cr_assert_eq(queued_close(&q), 0);
	cr_assert_eq(q.inner.last, FLOOD + 9, "it goes on behind the hole");
	cr_assert_eq(q.inner.written, QUEUED(q, _WRITTEN));
	cr_assert_eq(q.inner.lost, QUEUED(q, _SLOW));
	cr_assert_eq(q.inner.written + q.inner.lost, FLOOD + 10);
}

/* Also when there is no record any more behind the hole. */
Test(queue, the_last_losses_are_told, .timeout = 600)
{
	struct queued q;

	queued_open(&q);
	pthread_mutex_lock(&q.inner.gate);
	log_put(q.sink, 0, FLOOD);
	cr_assert_eq(q.sink->ops->lost(q.sink, 2, 5), 0);
	pthread_mutex_unlock(&q.inner.gate);
	cr_assert_eq(queued_close(&q), 0);
	cr_assert_eq(q.inner.lost, QUEUED(q, _SLOW) + 5);
	cr_assert_eq(q.inner.written, QUEUED(q, _WRITTEN));
}

Test(queue, nobody_reads_any_more)
{
	struct queued q;
	const char *said;

	queued_open(&q);
	said_begin();
	pthread_mutex_lock(&q.inner.gate);
	log_put(q.sink, 0, FIT);
	q.inner.result = q.inner.close_result = -EPIPE;
	pthread_mutex_unlock(&q.inner.gate);
	while (q.accounts.stdout_waiting)
		q.sink->ops->tick(q.sink);
	log_put(q.sink, FIT, 10);
	cr_assert_eq(queued_close(&q), 0, "the log has not failed");
	said = said_end();
	cr_assert(said_line(said, "its reader has ended; the log goes on"), "%s", said);
	cr_assert_eq(QUEUED(q, ), FIT, "nothing is meant for it any more");
	cr_assert_eq(QUEUED(q, _FAILED), FIT);
	cr_assert_eq(QUEUED(q, _SLOW), 0);
}

Test(queue, a_failure_that_passes)
{
	struct queued q;

	queued_open(&q);
	q.inner.result = -ENOSPC;
	log_put(q.sink, 0, 10);
	while (q.accounts.stdout_waiting)
		q.sink->ops->tick(q.sink);
	q.inner.result = 0;
	q.inner.lost = 10;
	log_put(q.sink, 10, 20);
	q.inner.close_result = -ENOSPC;
	q.unwritten = 3;
	cr_assert_eq(queued_close(&q), -ENOSPC);
	cr_assert_eq(q.inner.written, 20);
	cr_assert_eq(QUEUED(q, _WRITTEN), 17);
	cr_assert_eq(QUEUED(q, _FAILED), 13);
}

/* Its thread does not come back: what waits is counted, and we end. */
Test(queue, a_sink_that_never_comes_back, .timeout = 60)
{
	struct queued *q = malloc(sizeof(*q)); /* the thread keeps it */

	queued_open(q);
	pthread_mutex_lock(&q->inner.gate);
	log_put(q->sink, 0, 10);
	kill(getpid(), SIGTERM);
	cr_assert_eq(queued_close(q), 0);
	cr_assert_eq(QUEUED(*q, _SLOW), 10);
}

/* Standard output is a pipe whose reader takes nothing. */
struct stuck {
	int ends[2];
	__u64 unwritten;
	struct accounts accounts;
};

static void stuck_begin(struct stuck *stuck)
{
	memset(stuck, 0, sizeof(*stuck));
	block_signals();
	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(stuck->ends), 0);
}

static void stuck_run(struct stuck *stuck, struct sink *inner, const char *expected)
{
	__u64 *user = stuck->accounts.user;
	struct sink *sink;
	struct run_meta meta;
	const char *said;

	log_meta(&meta);
	cr_assert_eq(sink_queue_open(&sink, inner, "standard output", &stuck->unwritten,
				     &stuck->accounts),
		     0);
	cr_assert_eq(sink->ops->describe(sink, &meta), 0);
	log_put(sink, 0, FIT);
	kill(getpid(), SIGTERM);
	said_begin();
	cr_assert_eq(sink->ops->close(sink), 0);
	said = said_end();
	cr_assert(said_line(said, expected), "%s", said);
	cr_assert(accounts_close(&stuck->accounts));
	cr_assert_gt(user[HDRTAP_USER_STDOUT_WRITTEN], 0);
	cr_assert_gt(user[HDRTAP_USER_STDOUT_SLOW], 0);
	cr_assert_eq(user[HDRTAP_USER_STDOUT_WRITTEN] + user[HDRTAP_USER_STDOUT_SLOW], FIT);
	close(stuck->ends[1]);
}

/* Every whole line in the pipe was counted as written, and none else. */
Test(queue, a_stuck_reader_of_lines, .timeout = 60)
{
	struct stuck stuck;
	struct view_options options = { .name = "standard output",
					.text.verbose = TEXT_VERBOSE_MAX,
					.unwritten = &stuck.unwritten };
	struct sink *inner;
	__u64 lines = 0;
	char c, last = 0;

	stuck_begin(&stuck);
	options.fd = stuck.ends[1];
	cr_assert_eq(sink_text_open(&inner, &options), 0);
	stuck_run(&stuck, inner, "nobody reads it");
	for (; read(stuck.ends[0], &c, 1) == 1; last = c) /* two lines for a head */
		lines += last == '\n' && c != '\t';
	lines += last == '\n';
	cr_assert_eq(lines, stuck.accounts.user[HDRTAP_USER_STDOUT_WRITTEN]);
}

/* Every whole batch likewise. */
Test(queue, a_stuck_reader_of_the_stream, .timeout = 60)
{
	struct log_source_options source = { .path = "-" };
	struct log_seen seen = { 0 };
	struct stuck stuck;
	struct sink *inner;

	stuck_begin(&stuck);
	cr_assert_eq(fcntl(stuck.ends[1], F_SETPIPE_SZ, 1 << 18), 1 << 18);
	cr_assert_eq(sink_stream_open(&inner, stuck.ends[1], &stuck.unwritten), 0);
	stuck_run(&stuck, inner, "cannot write the record stream");
	cr_assert_geq(dup2(stuck.ends[0], STDIN_FILENO), 0);
	said_begin();
	log_read_options(&source, &seen);
	said_end();
	cr_assert_eq(seen.records, stuck.accounts.user[HDRTAP_USER_STDOUT_WRITTEN]);
	log_seen_free(&seen);
}
