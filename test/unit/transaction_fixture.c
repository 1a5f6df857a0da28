/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "transaction_fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

char taken[1 << 16];
int take_result;

void note(const char *format, ...)
{
	size_t used = strlen(taken);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(taken + used, sizeof(taken) - used, format, arguments);
	va_end(arguments);
}

static int noting_describe(struct transaction_taker *taker, const struct run_meta *meta)
{
	((struct noting_taker *)taker)->meta = meta;
	return 0;
}

/* Names of runs and interfaces stand in front where they are not the first run's. */
static void note_head(const struct noting_taker *noting, const struct transaction_head *head)
{
	if (noting->meta->run_id[0] != 'a') {
		note("%c", noting->meta->run_id[0]);
		cr_expect_str_eq(head->interface, noting->meta->host, "of another run");
	}
	note("%llu", head->rec->sequence);
}

static int noting_take(struct transaction_taker *taker, const struct transaction *transaction)
{
	static const char signs[] = "-tueo?";
	struct noting_taker *noting = (struct noting_taker *)taker;

	if (take_result)
		return take_result;
	note(" ");
	if (transaction->request)
		note_head(noting, transaction->request);
	note("%c", signs[transaction->end]);
	for (const struct transaction_head *i = transaction->interim; i; i = i->next)
		note("(%u)", i->rec->status);
	if (transaction->response)
		note_head(noting, transaction->response);
	return 0;
}

static int noting_lost(struct transaction_taker *taker, __u32 cpu, __u64 count)
{
	note(" %clost%u:%llu", ((struct noting_taker *)taker)->meta->run_id[0], cpu, count);
	return 0;
}

static int noting_complete(struct transaction_taker *taker, __u64 until, __s64 utc_offset)
{
	note(" %c<%llu%+lld", ((struct noting_taker *)taker)->meta->run_id[0], until / S,
	     utc_offset);
	return 0;
}

int noting_close(struct transaction_taker *taker)
{
	(void)taker;
	return 0;
}

const struct transaction_ops noting_ops = {
	.describe = noting_describe,
	.take = noting_take,
	.close = noting_close,
};

const struct transaction_ops noting_all_ops = {
	.describe = noting_describe,
	.take = noting_take,
	.lost = noting_lost,
	.complete = noting_complete,
	.close = noting_close,
};

struct noting_taker noting;
struct sink *join;
__u64 unwritten;
struct run_meta metas[256];
__s64 offset;
int current; /* run */
__u64 flags; /* of the next record alone */

/* From here on records are of that run. */
void describe_to(struct sink *sink, int run)
{
	struct run_meta *meta = &metas[run];

	if (!meta->slot_count) {
		run_meta_init(meta);
		memset(meta->run_id, 0, sizeof(meta->run_id));
		meta->run_id[0] = run;
		snprintf(meta->host, sizeof(meta->host), "if%c", run);
	}
	current = run;
	cr_assert_eq(sink->ops->describe(sink, meta), 0);
}

void describe(int run)
{
	describe_to(join, run);
}

void begin_with(const struct transaction_options *options, const struct transaction_ops *ops)
{
	taken[0] = '\0';
	take_result = 0;
	offset = 0;
	unwritten = 0;
	noting.taker.ops = ops;
	cr_assert_eq(transaction_sink_open(&join, &noting.taker, options), 0);
	describe('a');
}

void begin(void)
{
	begin_with(&(struct transaction_options){ .unwritten = &unwritten }, &noting_ops);
}

static union record_room room;

/* A record of CPU 0, on one connection as its sequence numbers are those of TCP as well. */
struct hdrtap_record *make(__u8 kind, __u64 sequence, __u64 time)
{
	bool request = kind == HDRTAP_KIND_REQUEST;
	struct hdrtap_record *rec = &room.rec;

	memset(&room, 0, sizeof(room));
	rec->kind = kind;
	rec->sequence = rec->tcp_sequence = sequence;
	rec->time = time;
	rec->source_port = request ? 40000 : 80;
	rec->destination_port = request ? 80 : 40000;
	rec->flags = flags;
	flags = 0;
	return rec;
}

int put(const struct hdrtap_record *rec)
{
	return join->ops->write(join, rec, offset, metas[current].host);
}

void request(__u64 sequence, __u64 time)
{
	cr_assert_eq(put(make(HDRTAP_KIND_REQUEST, sequence, time)), 0);
}

/* `to`: the request's sequence. */
void response(__u64 sequence, __u64 time, __u16 status, __u64 to)
{
	struct hdrtap_record *rec = make(HDRTAP_KIND_RESPONSE, sequence, time);

	rec->status = status;
	rec->paired_sequence = to;
	cr_assert_eq(put(rec), 0);
}

/* A request whose response was logged first. */
void answered(__u64 sequence, __u64 time, __u64 to)
{
	struct hdrtap_record *rec = make(HDRTAP_KIND_REQUEST, sequence, time);

	rec->flags |= HDRTAP_FLAG(ANSWERED);
	rec->paired_sequence = to;
	cr_assert_eq(put(rec), 0);
}

/* Closes the join. */
void expect(const char *expected)
{
	cr_assert_eq(join->ops->close(join), 0);
	cr_assert_str_eq(taken, expected);
}
