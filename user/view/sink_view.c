/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the views have in common: a buffer, what the slots mean, and the verbs of a sink. The
 * formats only add the text of one record, or of one transaction, to the line begun for it.
 */
#include "view/sink_view.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "transaction/transaction_sink.h"

static int describe(struct view_sink *v, const struct run_meta *meta)
{
	v->meta = meta;
	v->slots.host = view_slot(meta, "host");
	v->slots.user_agent = view_slot(meta, "user-agent");
	v->slots.referer = view_slot(meta, "referer");
	return v->format->describe ? v->format->describe(v) : 0;
}

static int view_describe(struct sink *sink, const struct run_meta *meta)
{
	return describe((struct view_sink *)sink, meta);
}

static int view_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		      const char *interface)
{
	struct view_sink *v = (struct view_sink *)sink;
	struct view view;
	int err = out_line_begin(&v->out);

	if (err)
		return err;
	view_init(&view, rec, v->meta, utc_offset, interface);
	v->format->line(v, &view);
	return out_line_end(&v->out, 1);
}

static int flush(struct view_sink *v)
{
	int err = out_flush(&v->out);

	return !err && pipe_out_abandoned(&v->out.to) ? -EPIPE : err;
}

static int view_tick(struct sink *sink)
{
	return flush((struct view_sink *)sink);
}

static int release(struct view_sink *v)
{
	int err = out_flush(&v->out);

	if (v->unwritten)
		*v->unwritten = out_unwritten(&v->out);
	if (v->format->release)
		v->format->release(v);
	free(v);
	return err;
}

static int view_close(struct sink *sink)
{
	return release((struct view_sink *)sink);
}

static const struct sink_ops view_ops = {
	.describe = view_describe,
	.write = view_write,
	.tick = view_tick,
	.close = view_close,
};

static struct view_sink *sink_of(struct transaction_taker *taker)
{
	return (struct view_sink *)((char *)taker - offsetof(struct view_sink, taker));
}

static int taker_describe(struct transaction_taker *taker, const struct run_meta *meta)
{
	return describe(sink_of(taker), meta);
}

static const struct view *view_head(struct view *view, const struct view_sink *v,
				    const struct transaction_head *head)
{
	if (!head)
		return NULL;
	view_init(view, head->rec, v->meta, head->utc_offset, head->interface);
	return view;
}

static __u32 count_records(const struct transaction *transaction)
{
	__u32 count = !!transaction->request + !!transaction->response;

	for (const struct transaction_head *i = transaction->interim; i; i = i->next)
		count++;
	return count;
}

static int taker_take(struct transaction_taker *taker, const struct transaction *transaction)
{
	struct view_sink *v = sink_of(taker);
	struct view request, response;
	const struct view_transaction shown = {
		.end = transaction->end,
		.request = view_head(&request, v, transaction->request),
		.response = view_head(&response, v, transaction->response),
		.interim = transaction->interim,
	};
	int err;

	if (!v->left)
		return SINK_ENOUGH;
	err = out_line_begin(&v->out);
	if (err)
		return err;
	v->format->transaction(v, &shown);
	err = out_line_end(&v->out, count_records(transaction));
	return err || --v->left ? err : SINK_ENOUGH;
}

static int taker_tick(struct transaction_taker *taker)
{
	return flush(sink_of(taker));
}

static int taker_close(struct transaction_taker *taker)
{
	return release(sink_of(taker));
}

static const struct transaction_ops taker_ops = {
	.describe = taker_describe,
	.take = taker_take,
	.tick = taker_tick,
	.close = taker_close,
};

static int open_join(struct sink **sink, struct view_sink *v, const struct view_options *options)
{
	const struct transaction_options join = {
		.timeout = options->timeout,
		.unwritten = options->unwritten,
	};

	v->taker.ops = &taker_ops;
	return transaction_sink_open(sink, &v->taker, &join);
}

int view_sink_open(struct sink **sink, const struct view_format *format,
		   const struct view_options *options)
{
	struct view_sink *v = calloc(1, format->size);
	int err;

	if (!v)
		return fail(ENOMEM, "cannot write to %s: out of memory; free some memory",
			    options->name);
	v->sink.ops = &view_ops;
	v->format = format;
	v->unwritten = options->unwritten;
	v->out.to.fd = options->fd;
	v->out.name = options->name;
	v->out.line_buffered = options->line_buffered;
	v->out.rewrite = options->rewrite;
	v->transactions = options->transactions || !format->line;
	v->left = options->count ? options->count : UINT64_MAX;
	err = format->open ? format->open(v, options) : 0;
	if (err) {
		release(v);
		return err;
	}
	if (v->transactions)
		return open_join(sink, v, options);
	*sink = &v->sink;
	return 0;
}

void view_sink_address(struct view_sink *sink, const __u8 address[16])
{
	char *to = out_room(&sink->out, TEXT_ADDRESS_MAX);

	if (to)
		sink->out.used =
			text_address_put_bare(&sink->addresses, to, address) - sink->out.bytes;
}
