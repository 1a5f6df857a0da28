/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What can be told of a head without the other half is told when it comes. It is told again, with
 * the same result, when its transaction ends: so nothing has to be remembered of it.
 */
#include "where_sink/where_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "transaction/transaction_sink.h"
#include "where_sink/predicates.h"

/* A description, of which copies are recognised by their number. */
struct described {
	struct run_meta meta;
	__u64 number; /* 0: none */
};

struct where_sink {
	struct sink sink;
	struct transaction_taker taker; /* of what was held */
	struct sink *join;
	struct sink *inner;
	struct where_sink_options options;
	struct predicates predicates;
	struct described now, held, passed; /* of records that come, are handed on, have gone on */
	__u64 descriptions;
};

/* A record, as one of the sinks' or of a transaction. */
struct piece {
	struct where_head head;
	const struct described *described;
	__s64 utc_offset;
};

static struct where_sink *of_taker(struct transaction_taker *taker)
{
	return (struct where_sink *)((char *)taker - offsetof(struct where_sink, taker));
}

/* --- descriptions --- */

static void take_description(struct where_sink *w, struct described *to,
			     const struct run_meta *meta, const struct described *known)
{
	if (known->number && !memcmp(&known->meta, meta, sizeof(*meta)))
		to->number = known->number;
	else
		to->number = ++w->descriptions;
	to->meta = *meta;
}

static int pass_description(struct where_sink *w, const struct described *described)
{
	if (w->passed.number == described->number)
		return 0;
	w->passed = *described;
	return w->inner->ops->describe(w->inner, &w->passed.meta);
}

/* --- heads --- */

static int pass(struct where_sink *w, const struct piece *piece)
{
	int err = pass_description(w, piece->described);

	return err < 0 ? err
		       : w->inner->ops->write(w->inner, piece->head.rec, piece->utc_offset,
					      piece->head.interface);
}

/* What can be told of a head while the other half may still come. */
static enum where_value told_alone(const struct where *where, const struct where_head *head)
{
	bool request = head->rec->kind == HDRTAP_KIND_REQUEST;
	struct where_transaction transaction = {
		.request = request ? head : NULL,
		.response = request ? NULL : head,
		.no_request = WHERE_COMING,
		.no_response = WHERE_COMING,
		.kind = head->rec->kind,
	};

	return where_decide(where, &transaction);
}

/* Whether the head goes on without waiting for the other half. */
static bool goes_at_once(const struct where_sink *w, enum where_value value)
{
	return value == WHERE_TRUE || (value == WHERE_LATER && w->options.at_once);
}

/* Whether a request is needed when its response comes. */
static bool decides_response(const struct where *where, const struct where_head *request)
{
	const struct where_transaction transaction = {
		.request = request,
		.no_response = WHERE_COMING,
		.kind = HDRTAP_KIND_RESPONSE,
	};

	return where_asks(where) & 1u << HDRTAP_KIND_REQUEST &&
	       where_decide(where, &transaction) > WHERE_NEITHER;
}

/* Whether the head's own value, or the other half's, waits for what is still to come. */
static bool is_held(const struct where_sink *w, const struct where *where, enum where_value value,
		    const struct where_head *head)
{
	if (value == WHERE_LATER && !w->options.at_once)
		return true;
	if (head->rec->kind == HDRTAP_KIND_REQUEST)
		return decides_response(where, head);
	return value == WHERE_LATER || predicates_ask(&w->predicates, HDRTAP_KIND_RESPONSE);
}

static int write_piece(struct where_sink *w, const struct piece *piece)
{
	const struct where *where = predicates_for(&w->predicates, piece->head.rec);
	enum where_value value = told_alone(where, &piece->head);
	int held = 0, err = 0;

	if (is_held(w, where, value, &piece->head)) /* the request goes on before its response */
		held = w->join->ops->write(w->join, piece->head.rec, piece->utc_offset,
					   piece->head.interface);
	if (held < 0)
		return held;
	if (goes_at_once(w, value))
		err = pass(w, piece);
	else if (value != WHERE_LATER)
		(*w->options.excluded)++;
	return err ? err : held;
}

/* A head of a transaction that ended. */
static int finish(struct where_sink *w, const struct transaction_head *head,
		  const struct where_transaction *transaction)
{
	const struct piece piece = {
		.head = { head->rec, &w->held.meta, head->interface },
		.described = &w->held,
		.utc_offset = head->utc_offset,
	};
	const struct where *where = predicates_for(&w->predicates, head->rec);
	enum where_value value = told_alone(where, &piece.head);

	if (value != WHERE_LATER || goes_at_once(w, value))
		return 0;
	if (where_decide(where, transaction) == WHERE_TRUE)
		return pass(w, &piece);
	(*w->options.excluded)++;
	return 0;
}

static enum where_lack lack_of_response(const struct transaction *transaction)
{
	if (transaction->end == TRANSACTION_NO_ROOM ||
	    (transaction->request && transaction->request->rec->flags & HDRTAP_FLAG(ANSWERED)))
		return WHERE_UNKNOWN;
	return WHERE_NONE;
}

static int finish_request(struct where_sink *w, const struct transaction *transaction)
{
	const struct transaction_head *request = transaction->request;
	const struct transaction_head *response = transaction->response;
	struct where_head heads[2] = { { request->rec, &w->held.meta, request->interface } };
	struct where_transaction t = {
		.request = &heads[0],
		.no_response = lack_of_response(transaction),
		.kind = HDRTAP_KIND_REQUEST,
	};

	if (response) {
		heads[1] = (struct where_head){ response->rec, &w->held.meta, response->interface };
		t.response = &heads[1];
	}
	return finish(w, request, &t);
}

static int finish_response(struct where_sink *w, const struct transaction *transaction,
			   const struct transaction_head *response)
{
	const struct transaction_head *request = transaction->request;
	struct where_head heads[2] = { { response->rec, &w->held.meta, response->interface } };
	struct where_transaction t = {
		.response = &heads[0],
		.no_request = response->rec->flags & HDRTAP_FLAG(UNSOLICITED) ? WHERE_NONE
									      : WHERE_UNKNOWN,
		.kind = HDRTAP_KIND_RESPONSE,
	};

	if (request) {
		heads[1] = (struct where_head){ request->rec, &w->held.meta, request->interface };
		t.request = &heads[1];
	}
	return finish(w, response, &t);
}

static int take(struct transaction_taker *taker, const struct transaction *transaction)
{
	struct where_sink *w = of_taker(taker);
	const struct transaction_head *interim = transaction->interim;
	int err = transaction->request ? finish_request(w, transaction) : 0;

	for (; interim && !err; interim = interim->next)
		err = finish_response(w, transaction, interim);
	if (transaction->response && !err)
		err = finish_response(w, transaction, transaction->response);
	return err;
}

/* --- what else there is to be passed on --- */

static int take_describe(struct transaction_taker *taker, const struct run_meta *meta)
{
	struct where_sink *w = of_taker(taker);

	take_description(w, &w->held, meta, &w->now);
	return 0;
}

static int take_lost(struct transaction_taker *taker, __u32 cpu, __u64 count)
{
	return sink_lost(of_taker(taker)->inner, cpu, count);
}

static int take_complete(struct transaction_taker *taker, __u64 until, __s64 utc_offset)
{
	return sink_complete(of_taker(taker)->inner, until, utc_offset);
}

static int take_tick(struct transaction_taker *taker)
{
	return sink_tick(of_taker(taker)->inner);
}

static int take_close(struct transaction_taker *taker)
{
	struct sink *inner = of_taker(taker)->inner;

	return inner->ops->close(inner);
}

static const struct transaction_ops take_ops = {
	.describe = take_describe,
	.take = take,
	.lost = take_lost,
	.complete = take_complete,
	.tick = take_tick,
	.close = take_close,
};

static int where_sink_describe(struct sink *sink, const struct run_meta *meta)
{
	struct where_sink *w = (struct where_sink *)sink;
	int err = w->options.text ? 0 : predicates_change(&w->predicates, meta);

	if (err)
		return err;
	take_description(w, &w->now, meta, &w->held);
	err = w->join->ops->describe(w->join, meta);
	return err ? err : pass_description(w, &w->now);
}

static int where_sink_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
			    const char *interface)
{
	struct where_sink *w = (struct where_sink *)sink;
	const struct piece piece = {
		.head = { rec, &w->now.meta, interface },
		.described = &w->now,
		.utc_offset = utc_offset,
	};

	if (rec->kind != HDRTAP_KIND_REQUEST && rec->kind != HDRTAP_KIND_RESPONSE)
		return pass(w, &piece);
	return write_piece(w, &piece);
}

static int where_sink_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	return sink_lost(((struct where_sink *)sink)->join, cpu, count);
}

static int where_sink_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	return sink_complete(((struct where_sink *)sink)->join, until, utc_offset);
}

static int where_sink_tick(struct sink *sink)
{
	return sink_tick(((struct where_sink *)sink)->join);
}

static int where_sink_close(struct sink *sink)
{
	struct where_sink *w = (struct where_sink *)sink;
	int err = w->join->ops->close(w->join);

	predicates_free(&w->predicates);
	free(w);
	return err;
}

static const struct sink_ops where_sink_ops = {
	.describe = where_sink_describe,
	.write = where_sink_write,
	.lost = where_sink_lost,
	.complete = where_sink_complete,
	.tick = where_sink_tick,
	.close = where_sink_close,
};

static int out_of_memory(void)
{
	return fail(ENOMEM, "cannot hold heads for --where: out of memory; free some memory");
}

int where_sink_open(struct sink **sink, struct sink *inner,
		    const struct where_sink_options *options)
{
	const struct transaction_options joined = { .timeout = options->timeout,
						    .unwritten = options->unwritten };
	struct where_sink *w = calloc(1, sizeof(*w));
	int err;

	if (!w) {
		inner->ops->close(inner);
		return out_of_memory();
	}
	w->sink.ops = &where_sink_ops;
	w->taker.ops = &take_ops;
	w->inner = inner;
	w->options = *options;
	err = predicates_begin(&w->predicates, options->text);
	if (err)
		inner->ops->close(inner);
	else
		err = transaction_sink_open(&w->join, &w->taker, &joined);
	if (err) {
		predicates_free(&w->predicates);
		free(w);
		return err;
	}
	*sink = &w->sink;
	return 0;
}
