/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The source's thread fills the queue, ours hands on what was in it. The lock is held for moments
 * only, never while the sink behind works.
 */
#include "sink/sink_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/error.h"
#include "base/record_copy.h"
#include "base/waiting.h"
#include "sink/record_queue.h"

#define LEAVE_NS 2000000000ULL

/* What became of the records that were handed on. */
struct outcome {
	__u64 taken;
	__u64 slow;
	__u64 failed;
};

struct sink_queue {
	struct sink sink;
	struct sink *inner;
	const char *name;
	const __u64 *unwritten;
	struct accounts *accounts;
	bool started;
	pthread_t thread;

	/* Of the thread alone. */
	struct run_meta *told;        /* to the inner sink last, owned */
	struct hdrtap_record *record; /* of the size that was told, owned */
	int err;                      /* of the inner sink, its last one */

	atomic_bool late; /* what still waits is not to be written */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	struct record_queue waiting;
	__u64 offered;
	__u64 refused; /* there was no room */
	__u64 waits;   /* records in the queue */
	struct outcome sum;
	bool tick;
	bool over; /* nothing is taken any more: nobody reads, or it cannot go on */
	bool ending;
	bool done;  /* the inner sink is closed */
	int closed; /* what its close() returned */
};

static void tell_accounts(struct sink_queue *q)
{
	__u64 *user = q->accounts->user;

	user[HDRTAP_USER_STDOUT] = q->offered;
	user[HDRTAP_USER_STDOUT_WRITTEN] = q->sum.taken;
	user[HDRTAP_USER_STDOUT_SLOW] = q->refused + q->sum.slow;
	user[HDRTAP_USER_STDOUT_FAILED] = q->sum.failed;
	q->accounts->stdout_waiting = q->waits;
}

static void end_output(struct sink_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->over = true;
	pthread_mutex_unlock(&q->lock);
}

/* Returns `err`. */
static int note_result(struct sink_queue *q, int err)
{
	if (err >= 0)
		return err;
	if (err == -EPIPE && q->err != -EPIPE) {
		warn_line("nothing more goes to %s: its reader has ended; the log goes on",
			  q->name);
		end_output(q);
	}
	q->err = err;
	return err;
}

static int write_record(struct sink_queue *q, const struct record_item *item)
{
	if (q->late)
		return -ETIMEDOUT;
	if (!q->record)
		return -ENOMEM;
	record_copy(q->record, item->record, q->told->record_size);
	return q->inner->ops->write(q->inner, q->record, item->utc_offset,
				    *item->interface ? item->interface : NULL);
}

static int hand_on(struct sink_queue *q, const struct record_item *item)
{
	struct sink *sink = q->inner;

	switch (item->kind) {
	case RECORD_ITEM_DESCRIBE:
		return sink->ops->describe(sink, item->meta);
	case RECORD_ITEM_LOST:
		return sink_lost(sink, item->cpu, item->count);
	case RECORD_ITEM_COMPLETE:
		return sink_complete(sink, item->until, item->utc_offset);
	default:
		return write_record(q, item);
	}
}

/* The inner sink needs `meta` until it gets another one. */
static void keep_meta(struct sink_queue *q, struct run_meta *meta)
{
	free(q->told);
	q->told = meta;
	free(q->record);
	q->record = calloc(1, meta->record_size);
	if (!q->record)
		fail(ENOMEM, "cannot write to %s: out of memory; free some memory", q->name);
}

static void count_record(struct outcome *outcome, int err)
{
	if (err >= 0)
		outcome->taken++;
	else if (err == -ETIMEDOUT)
		outcome->slow++;
	else
		outcome->failed++;
}

static void pass_item(struct sink_queue *q, const struct record_item *item, struct outcome *outcome)
{
	int err = q->err == -EPIPE ? -EPIPE : note_result(q, hand_on(q, item));

	if (item->kind == RECORD_ITEM_RECORD)
		count_record(outcome, err);
	else if (item->kind == RECORD_ITEM_DESCRIBE)
		keep_meta(q, item->meta);
}

static void pass_half(struct sink_queue *q, struct record_half *half, struct outcome *outcome)
{
	const struct record_item *item;
	size_t at = 0;

	while ((item = record_half_next(half, &at)))
		pass_item(q, item, outcome);
}

static void pass_tick(struct sink_queue *q)
{
	if (q->err != -EPIPE)
		note_result(q, sink_tick(q->inner));
}

/* Waits until there is something to be done. Returns whether there will be. */
static bool wait_for_work(struct sink_queue *q)
{
	while (!q->waiting.filling->used && !q->tick && !q->ending)
		pthread_cond_wait(&q->changed, &q->lock);
	if (q->ending)
		record_queue_settle(&q->waiting);
	return q->waiting.filling->used || !q->ending;
}

/* What the sink had taken and could not write was not written. */
static void close_inner(struct sink_queue *q)
{
	int closed = note_result(q, q->inner->ops->close(q->inner));

	pthread_mutex_lock(&q->lock);
	q->sum.taken -= *q->unwritten;
	if (q->err == -ETIMEDOUT)
		q->sum.slow += *q->unwritten;
	else
		q->sum.failed += *q->unwritten;
	q->closed = closed;
	q->done = true;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

static void add_outcome(struct sink_queue *q, const struct outcome *outcome)
{
	q->sum.taken += outcome->taken;
	q->sum.slow += outcome->slow;
	q->sum.failed += outcome->failed;
	q->waits -= outcome->taken + outcome->slow + outcome->failed;
}

static void *work(void *context)
{
	struct sink_queue *q = context;

	pthread_mutex_lock(&q->lock);
	while (wait_for_work(q)) {
		struct record_half *half = record_queue_swap(&q->waiting);
		struct outcome outcome = { 0 };
		bool tick = q->tick;

		q->tick = false;
		pthread_mutex_unlock(&q->lock);
		pass_half(q, half, &outcome);
		if (tick)
			pass_tick(q);
		pthread_mutex_lock(&q->lock);
		add_outcome(q, &outcome);
	}
	pthread_mutex_unlock(&q->lock);
	close_inner(q);
	return NULL;
}

static void start(struct sink_queue *q)
{
	int err = pthread_create(&q->thread, NULL, work, q);

	q->started = !err;
	q->over = err;
	if (err)
		fail(err,
		     "cannot write to %s beside the log: %s; let this user have more processes",
		     q->name, strerror(err));
}

/* Takes the lock. */
static void begin_call(struct sink_queue *q)
{
	pthread_mutex_lock(&q->lock);
	if (!q->started && !q->over)
		start(q);
}

static void end_call(struct sink_queue *q)
{
	tell_accounts(q);
	pthread_cond_signal(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

static int queue_describe(struct sink *sink, const struct run_meta *meta)
{
	struct sink_queue *q = (struct sink_queue *)sink;
	int err;

	pthread_mutex_lock(&q->lock);
	err = record_queue_describe(&q->waiting, meta);
	q->over |= err < 0;
	pthread_mutex_unlock(&q->lock);
	return err;
}

static void add_record(struct sink_queue *q, const struct hdrtap_record *rec, __s64 utc_offset,
		       const char *interface)
{
	q->offered++;
	if (record_queue_add(&q->waiting, rec, utc_offset, interface))
		q->waits++;
	else
		q->refused++;
}

static int queue_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		       const char *interface)
{
	struct sink_queue *q = (struct sink_queue *)sink;

	begin_call(q);
	if (!q->over)
		add_record(q, rec, utc_offset, interface);
	end_call(q);
	return 0;
}

static int queue_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct sink_queue *q = (struct sink_queue *)sink;

	pthread_mutex_lock(&q->lock);
	record_queue_lost(&q->waiting, cpu, count);
	pthread_mutex_unlock(&q->lock);
	return 0;
}

static int queue_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct sink_queue *q = (struct sink_queue *)sink;

	pthread_mutex_lock(&q->lock);
	record_queue_complete(&q->waiting, until, utc_offset);
	pthread_mutex_unlock(&q->lock);
	return 0;
}

static int queue_tick(struct sink *sink)
{
	struct sink_queue *q = (struct sink_queue *)sink;

	begin_call(q);
	record_queue_settle(&q->waiting);
	q->tick = true;
	end_call(q);
	return 0;
}

/* Until the thread has done what it can. Returns whether it has ended. */
static bool wait_for_thread(struct sink_queue *q)
{
	__u64 asked = 0, since = 0;

	q->ending = true;
	pthread_cond_signal(&q->changed);
	while (!q->done && since < LEAVE_NS) {
		wait_a_moment(&q->changed, &q->lock);
		if (!asked && ending_asked())
			asked = clock_boottime();
		since = asked ? clock_boottime() - asked : 0;
		q->late = since >= ENDING_PATIENCE_NS;
	}
	return q->done;
}

static void queue_free(struct sink_queue *q)
{
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
	record_queue_free(&q->waiting);
	free(q->told);
	free(q->record);
	free(q);
}

/* A thread that does not come back from a write() keeps what it works on. */
static int leave(struct sink_queue *q)
{
	q->sum.slow += q->waits;
	q->waits = 0;
	end_call(q);
	return 0;
}

static int queue_close(struct sink *sink)
{
	struct sink_queue *q = (struct sink_queue *)sink;
	int err;

	begin_call(q);
	if (q->started && !wait_for_thread(q))
		return leave(q);
	end_call(q);
	if (q->started)
		pthread_join(q->thread, NULL);
	else
		q->closed = q->inner->ops->close(q->inner);
	err = q->closed;
	queue_free(q);
	return err == -EPIPE || err == -ETIMEDOUT ? 0 : err;
}

static const struct sink_ops queue_ops = {
	.describe = queue_describe,
	.write = queue_write,
	.lost = queue_lost,
	.complete = queue_complete,
	.tick = queue_tick,
	.close = queue_close,
};

int sink_queue_open(struct sink **sink, struct sink *inner, const char *name,
		    const __u64 *unwritten, struct accounts *accounts)
{
	struct sink_queue *q = calloc(1, sizeof(*q));

	if (q) {
		pthread_mutex_init(&q->lock, NULL);
		pthread_cond_init(&q->changed, NULL);
	}
	if (!q || record_queue_init(&q->waiting)) {
		inner->ops->close(inner);
		if (q)
			queue_free(q);
		return fail(ENOMEM, "cannot write to %s: out of memory; free some memory", name);
	}
	q->sink.ops = &queue_ops;
	q->inner = inner;
	q->name = name;
	q->unwritten = unwritten;
	q->accounts = accounts;
	*sink = &q->sink;
	return 0;
}
