/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Stands in front of the join, which sees the time of every record first and holds back what
 * complete() says: here, what waits for its end holds back nothing, because its end is an event of
 * its own that is never older than what has been said.
 */
#include "usage/usage_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "transaction/transaction_sink.h"

#define RUNS_MAX TRANSACTION_RUNS_MAX
#define SET_BACK 1000000000ULL /* ns: less is no more than how clocks are measured */

/* How far a run's time is known. */
struct run_time {
	__u8 run_id[16];
	__u64 complete; /* UTC */
};

struct usage_sink {
	struct sink sink;
	struct transaction_taker taker; /* of the join */
	struct sink *join;
	struct usage_taker *to;
	struct usage_options options;
	const struct run_meta *meta; /* of the transactions that come */
	__u8 host;                   /* its slot of "host" */
	__u64 now;                   /* UTC: of the record that came last, or known since then */
	struct run_time run[RUNS_MAX];
	unsigned int runs, current; /* of the records that come */
	__u64 told;                 /* complete() */
	struct usage_call call;     /* the one that is told */
};

static struct usage_sink *of_taker(struct transaction_taker *taker)
{
	return (struct usage_sink *)((char *)taker - offsetof(struct usage_sink, taker));
}

/* --- calls --- */

static __u64 time_of(const struct usage_sink *u, const struct transaction_head *head)
{
	return head->rec->flags & HDRTAP_FLAG(NO_TIME) ? u->now
						       : head->rec->time + head->utc_offset;
}

static __u64 later(__u64 one, __u64 other)
{
	return one > other ? one : other;
}

/* What is found of it later is not touched. */
static struct usage_call *new_call(struct usage_sink *u, const struct transaction_head *request)
{
	struct usage_call *call = &u->call;

	memset(call, 0, offsetof(struct usage_call, found));
	call->request = request;
	call->meta = u->meta;
	call->names = u->options.names ? *u->options.names : NULL;
	call->host = u->host;
	call->event.latency = USAGE_NO_LATENCY;
	return call;
}

/* Of a response that waited to be referred to until time was over, that is when. */
static __u64 end_of_response(const struct usage_sink *u, const struct transaction_head *response)
{
	__u64 time = time_of(u, response), over = time + u->options.timeout;

	return later(u->now, u->run[u->current].complete) >= over ? over : time;
}

static __u64 end_of(const struct usage_sink *u, const struct transaction *transaction)
{
	switch (transaction->end) {
	case TRANSACTION_ANSWERED:
		return later(time_of(u, transaction->request), time_of(u, transaction->response));
	case TRANSACTION_TIMEOUT:
		return time_of(u, transaction->request) + u->options.timeout;
	case TRANSACTION_NO_REQUEST:
		return end_of_response(u, transaction->response);
	default:
		return u->now;
	}
}

static int end(struct usage_sink *u, const struct transaction *transaction)
{
	const struct transaction_head *response = transaction->response;
	struct usage_call *call = new_call(u, transaction->request);

	if (!u->to->ops->end || (!call->request && transaction_interim(response->rec)))
		return 0;
	call->api = transaction->note;
	call->response = response;
	call->end = transaction->end;
	call->event.end = true;
	call->event.time = end_of(u, transaction);
	call->event.call = !call->request && !hdrtap_record_refers(response->rec);
	if (response) {
		call->event.status = response->rec->status;
		if (response->rec->latency)
			call->event.latency = response->rec->latency;
	}
	return u->to->ops->end(u->to, call);
}

static int take(struct transaction_taker *taker, const struct transaction *transaction)
{
	int err = end(of_taker(taker), transaction);

	free(transaction->note);
	return err;
}

/* The name of a call, for its end; where there is no memory, it is found again then. */
static void *note_of(const struct usage_call *call)
{
	size_t size = call->api ? offsetof(struct api_name, text) + call->api->size : 0;
	void *note = size ? malloc(size) : NULL;

	return note ? memcpy(note, call->api, size) : NULL;
}

static int begin(struct transaction_taker *taker, const struct transaction_head *request,
		 void **note)
{
	struct usage_sink *u = of_taker(taker);
	struct usage_call *call = new_call(u, request);
	int err;

	if (!u->to->ops->request)
		return 0;
	call->event.call = true;
	call->event.time = time_of(u, request);
	err = u->to->ops->request(u->to, call);
	if (!err)
		*note = note_of(call);
	return err;
}

static int describe(struct transaction_taker *taker, const struct run_meta *meta)
{
	struct usage_sink *u = of_taker(taker);

	u->meta = meta;
	u->host = view_slot(meta, "host");
	return 0;
}

static int close_taker(struct transaction_taker *taker)
{
	struct usage_taker *to = of_taker(taker)->to;

	return to->ops->close(to);
}

static const struct transaction_ops taker_ops = {
	.describe = describe,
	.begin = begin,
	.take = take,
	.close = close_taker,
};

/* --- records --- */

static unsigned int find_run(const struct usage_sink *u, const struct run_meta *meta)
{
	unsigned int run = 0;

	while (run < u->runs && memcmp(u->run[run].run_id, meta->run_id, sizeof(meta->run_id)))
		run++;
	return run;
}

/* Where there are too many, the one that is furthest behind is over. */
static unsigned int add_run(struct usage_sink *u, const struct run_meta *meta)
{
	unsigned int run = 0;

	if (u->runs < RUNS_MAX)
		run = u->runs++;
	else
		for (unsigned int i = 1; i < u->runs; i++)
			if (u->run[i].complete < u->run[run].complete)
				run = i;
	u->run[run] = (struct run_time){ 0 };
	memcpy(u->run[run].run_id, meta->run_id, sizeof(meta->run_id));
	return run;
}

static int usage_describe(struct sink *sink, const struct run_meta *meta)
{
	struct usage_sink *u = (struct usage_sink *)sink;

	u->current = find_run(u, meta);
	if (u->current == u->runs)
		u->current = add_run(u, meta);
	return u->join->ops->describe(u->join, meta);
}

static int usage_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		       const char *interface)
{
	struct usage_sink *u = (struct usage_sink *)sink;

	if (!(rec->flags & (HDRTAP_FLAG(LATE) | HDRTAP_FLAG(NO_TIME))))
		u->now = rec->time + utc_offset;
	return u->join->ops->write(u->join, rec, utc_offset, interface);
}

static int usage_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct usage_sink *u = (struct usage_sink *)sink;

	(void)cpu;
	return u->to->ops->lost ? u->to->ops->lost(u->to, u->now, count) : 0;
}

/* Of the runs that are not over, what the slowest has said; 0: nothing yet. */
static __u64 slowest(const struct usage_sink *u)
{
	__u64 most = 0, least = ~0ULL;

	for (unsigned int i = 0; i < u->runs; i++)
		most = later(most, u->run[i].complete);
	for (unsigned int i = 0; i < u->runs; i++) {
		__u64 complete = u->run[i].complete;

		if (complete && complete < least && complete + USAGE_RUN_PATIENCE >= most)
			least = complete;
	}
	return most ? least : 0;
}

/* A clock that was set back takes what was told with it. */
static int tell(struct usage_sink *u, bool set_back)
{
	__u64 until = slowest(u);

	if (until <= u->told && !set_back)
		return 0;
	u->told = until;
	return u->to->ops->complete ? u->to->ops->complete(u->to, until) : 0;
}

static int usage_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct usage_sink *u = (struct usage_sink *)sink;
	struct run_time *run = &u->run[u->current];
	__u64 utc = until + utc_offset;
	bool set_back = utc + SET_BACK < run->complete;
	int err;

	if (!u->runs)
		return 0;
	run->complete = set_back ? utc : later(utc, run->complete);
	err = u->join->ops->complete(u->join, until, utc_offset);
	return err ? err : tell(u, set_back);
}

static int usage_tick(struct sink *sink)
{
	struct usage_taker *to = ((struct usage_sink *)sink)->to;

	return to->ops->tick ? to->ops->tick(to) : 0;
}

static int usage_close(struct sink *sink)
{
	struct usage_sink *u = (struct usage_sink *)sink;
	int err = u->join->ops->close(u->join);

	free(u);
	return err;
}

static const struct sink_ops usage_ops = {
	.describe = usage_describe,
	.write = usage_write,
	.lost = usage_lost,
	.complete = usage_complete,
	.tick = usage_tick,
	.close = usage_close,
};

int usage_sink_open(struct sink **sink, struct usage_taker *to, const struct usage_options *options)
{
	struct usage_sink *u = calloc(1, sizeof(*u));
	int err;

	if (!u) {
		to->ops->close(to);
		return fail(ENOMEM, "cannot count calls: out of memory; end other programs");
	}
	u->sink.ops = &usage_ops;
	u->taker.ops = &taker_ops;
	u->to = to;
	u->options = *options;
	if (!u->options.timeout)
		u->options.timeout = TRANSACTION_TIMEOUT_DEFAULT;
	err = transaction_sink_open(&u->join, &u->taker,
				    &(struct transaction_options){ .timeout = u->options.timeout });
	if (err)
		free(u);
	else
		*sink = &u->sink;
	return err;
}
