/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A head waits in its run's list, in the order in which heads came, with the time that its run's
 * newest record had then: so lists are in the order in which heads time out, and only their first
 * ones have to be looked at. Before a record is handled, what has timed out by its time ends. That
 * complete() may have ended it a moment earlier changes nothing, because no record came between.
 */
#include "transaction/transaction_sink.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "transaction/transaction_end.h"

static const char *const end_words[] = {
#define WORD(s, text) text,
	TRANSACTION_ENDS(WORD)
#undef WORD
};

const char *transaction_end_word(enum transaction_end end)
{
	return end_words[end];
}

/* What a sink's write() gets. */
struct arrival {
	struct transaction_head head;
	void *note; /* of a request */
};

static struct held *copy(struct join *j, const struct arrival *arrival)
{
	struct transaction_run *run = j->current;
	struct held *held = held_new(arrival->head.rec, run->meta.record_size,
				     arrival->head.utc_offset, arrival->head.interface);

	if (!held)
		return NULL;
	held->since = run->newest > arrival->head.rec->time ? run->newest : arrival->head.rec->time;
	held->utc = j->utc;
	held->floor = run->complete;
	held->note = arrival->note;
	return held;
}

static int hold(struct join *j, const struct arrival *arrival)
{
	int err = join_make_room(j, held_size(arrival->head.rec, j->current->meta.record_size));
	struct held *held = err ? NULL : copy(j, arrival);

	if (held)
		held_add(&j->table, &j->current->held, held);
	return held || err ? err : join_out_of_memory();
}

static int hand_on_alone(struct join *j, const struct arrival *arrival, enum transaction_end end)
{
	bool request = arrival->head.rec->kind == HDRTAP_KIND_REQUEST;

	return join_hand_on(j, j->current,
			    &(struct transaction){
				    .end = end,
				    .request = request ? &arrival->head : NULL,
				    .response = request ? NULL : &arrival->head,
				    .note = arrival->note,
			    });
}

/* The other half of a held head. */
static int answer(struct join *j, const struct arrival *arrival, struct held *held)
{
	bool request = arrival->head.rec->kind == HDRTAP_KIND_REQUEST;

	return join_finish(j, j->current, held,
			   (struct transaction){
				   .end = TRANSACTION_ANSWERED,
				   .request = request ? &arrival->head : &held->head,
				   .response = request ? &held->head : &arrival->head,
				   .note = request ? arrival->note : held->note,
			   });
}

static struct held *find_half(const struct join *j, const struct hdrtap_record *rec, __u8 kind)
{
	if (!hdrtap_record_refers(rec))
		return NULL;
	return held_find(&j->table, &j->current->held, kind, rec->paired_cpu, rec->paired_sequence);
}

static bool may_come(const struct join *j, __u32 kind)
{
	return !j->options.kinds || j->options.kinds & 1u << kind;
}

static int tell_begin(struct join *j, struct arrival *arrival)
{
	int err;

	if (!j->taker->ops->begin)
		return 0;
	err = join_tell(j, j->current);
	return err < 0 ? err : j->taker->ops->begin(j->taker, &arrival->head, &arrival->note);
}

/* Who was evicted is not remembered where responses are paired. */
static int take_request(struct join *j, struct arrival *arrival)
{
	__u64 flags = arrival->head.rec->flags;
	struct held *response = find_half(j, arrival->head.rec, HDRTAP_KIND_RESPONSE);
	int err = tell_begin(j, arrival);

	if (err)
		return err;
	if (response)
		return answer(j, arrival, response);
	if (flags & (HDRTAP_FLAG(ANSWERED) | HDRTAP_FLAG(EVICTED)) ||
	    !may_come(j, HDRTAP_KIND_RESPONSE))
		return hand_on_alone(j, arrival, TRANSACTION_UNANSWERED);
	return hold(j, arrival);
}

static int take_interim(struct join *j, const struct arrival *arrival)
{
	int err = join_make_room(j, held_size(arrival->head.rec, j->current->meta.record_size));
	struct held *request = find_half(j, arrival->head.rec, HDRTAP_KIND_REQUEST), *interim;

	if (err)
		return err;
	if (!request || request->interim_count >= TRANSACTION_INTERIM_MAX)
		return hand_on_alone(j, arrival, TRANSACTION_NO_REQUEST);
	interim = copy(j, arrival);
	if (!interim)
		return join_out_of_memory();
	held_add_interim(&j->table, request, interim);
	return 0;
}

/* Responses come in the order of the requests: who asked before this one gets none any more. */
static int answer_request(struct join *j, const struct arrival *arrival, struct held *request)
{
	struct held *before;
	int err = 0;

	while (!err && (before = held_in_front(&j->table, request)))
		err = join_finish_alone(j, j->current, before, TRANSACTION_UNANSWERED);
	return err ? err : answer(j, arrival, request);
}

/* Whether a request that ends later may say that this is its response. */
static bool may_be_referred_to(const struct join *j, const struct hdrtap_record *rec)
{
	return rec->flags & (HDRTAP_FLAG(UNPAIRED) | HDRTAP_FLAG(EARLY)) &&
	       may_come(j, HDRTAP_KIND_REQUEST);
}

static int take_response(struct join *j, const struct arrival *arrival)
{
	struct held *request;

	if (transaction_interim(arrival->head.rec))
		return take_interim(j, arrival);
	request = find_half(j, arrival->head.rec, HDRTAP_KIND_REQUEST);
	if (request)
		return answer_request(j, arrival, request);
	if (may_be_referred_to(j, arrival->head.rec))
		return hold(j, arrival);
	return hand_on_alone(j, arrival, TRANSACTION_NO_REQUEST);
}

/* Time is as far as this record. */
static void advance(struct join *j, const struct hdrtap_record *rec, __s64 utc_offset)
{
	__u64 utc = rec->time + utc_offset;

	if (rec->flags & (HDRTAP_FLAG(LATE) | HDRTAP_FLAG(NO_TIME)))
		return;
	if (rec->time > j->current->newest)
		j->current->newest = rec->time;
	if (utc > j->utc)
		j->utc = utc;
}

static int join_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		      const char *interface)
{
	struct join *j = (struct join *)sink;
	struct arrival arrival = { .head = { rec, utc_offset, interface, NULL } };
	int err;

	if (!j->current)
		return -ENOMEM; /* there was none for its description */
	advance(j, rec, utc_offset);
	err = join_expire_run(j, j->current, j->current->newest);
	if (!err)
		err = join_expire_others(j);
	if (err)
		return err;
	if (rec->kind == HDRTAP_KIND_REQUEST)
		return take_request(j, &arrival);
	return rec->kind == HDRTAP_KIND_RESPONSE ? take_response(j, &arrival) : 0;
}

/* There are as many runs as may be. */
static int drop_run(struct join *j)
{
	struct transaction_run *oldest = transaction_runs_oldest(&j->runs, NULL);
	int err;

	for (const struct held_link *link = oldest->held.first; link; link = link->after)
		j->no_room += link->held->head.rec->kind == HDRTAP_KIND_REQUEST;
	err = join_end_run(j, oldest, TRANSACTION_NO_ROOM);
	transaction_runs_forget(&j->runs, j->told, NULL);
	return err;
}

static int begin_run(struct join *j, const struct run_meta *meta)
{
	int err = 0;

	transaction_runs_forget(&j->runs, j->current, j->told);
	while (!err && j->runs.count >= TRANSACTION_RUNS_MAX)
		err = drop_run(j);
	j->current = transaction_runs_add(&j->runs, meta);
	if (!j->current)
		return join_out_of_memory();
	return err || j->told ? err : join_tell(j, j->current);
}

static int join_describe(struct sink *sink, const struct run_meta *meta)
{
	struct join *j = (struct join *)sink;
	struct transaction_run *run = transaction_runs_find(&j->runs, meta);

	if (!run)
		return begin_run(j, meta);
	j->current = run;
	run->meta = *meta;
	if (j->told == run)
		return j->taker->ops->describe(j->taker, &run->meta);
	return 0;
}

static int join_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct join *j = (struct join *)sink;
	int err;

	if (!j->taker->ops->lost || !j->current)
		return 0;
	err = join_tell(j, j->current);
	return err ? err : j->taker->ops->lost(j->taker, cpu, count);
}

/* Passes on how far time is known, as far as nothing is held. */
static int pass_complete(struct join *j, __s64 utc_offset)
{
	struct transaction_run *run = j->current;
	__u64 until = run->complete;
	int err;

	if (run->held.first && held_first(&run->held)->floor < until)
		until = held_first(&run->held)->floor;
	if (!j->taker->ops->complete || until <= run->told_complete)
		return 0;
	run->told_complete = until;
	err = join_tell(j, run);
	return err ? err : j->taker->ops->complete(j->taker, until, utc_offset);
}

static int join_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct join *j = (struct join *)sink;
	int err;

	if (!j->current || until <= j->current->complete)
		return 0;
	j->current->complete = until;
	err = join_expire_run(j, j->current, until);
	return err ? err : pass_complete(j, utc_offset);
}

static int join_tick(struct sink *sink)
{
	struct join *j = (struct join *)sink;

	return j->taker->ops->tick ? j->taker->ops->tick(j->taker) : 0;
}

static void join_free(struct join *j)
{
	transaction_runs_free(&j->runs);
	held_table_free(&j->table);
	free(j);
}

static int join_close(struct sink *sink)
{
	struct join *j = (struct join *)sink;
	int err = join_end_all(j), closed = j->taker->ops->close(j->taker);

	if (j->options.unwritten)
		*j->options.unwritten += j->failed;
	if (j->no_room)
		warn_line("%llu requests were not held until their responses came: more than %d "
			  "MiB of heads waited; give a shorter --timeout",
			  j->no_room, TRANSACTION_HELD_MAX >> 20);
	join_free(j);
	return err ? err : closed;
}

static const struct sink_ops join_ops = {
	.describe = join_describe,
	.write = join_write,
	.lost = join_lost,
	.complete = join_complete,
	.tick = join_tick,
	.close = join_close,
};

int transaction_sink_open(struct sink **sink, struct transaction_taker *taker,
			  const struct transaction_options *options)
{
	struct join *j = calloc(1, sizeof(*j));

	if (!j || held_table_init(&j->table)) {
		taker->ops->close(taker);
		if (j)
			join_free(j);
		return join_out_of_memory();
	}
	j->sink.ops = &join_ops;
	j->taker = taker;
	j->options = *options;
	if (!j->options.timeout)
		j->options.timeout = TRANSACTION_TIMEOUT_DEFAULT;
	*sink = &j->sink;
	return 0;
}
