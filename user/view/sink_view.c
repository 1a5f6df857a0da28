/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the views have in common: a buffer, what the slots mean, and the verbs of a sink. The
 * formats only add the text of one record to the line begun for it.
 */
#include "view/sink_view.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

static int view_describe(struct sink *sink, const struct run_meta *meta)
{
	struct view_sink *v = (struct view_sink *)sink;

	v->meta = meta;
	v->slots.host = view_slot(meta, "host");
	v->slots.user_agent = view_slot(meta, "user-agent");
	v->slots.referer = view_slot(meta, "referer");
	return v->format->describe ? v->format->describe(v) : 0;
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
	return out_line_end(&v->out, true);
}

static int view_tick(struct sink *sink)
{
	struct view_sink *v = (struct view_sink *)sink;
	int err = out_flush(&v->out);

	return !err && pipe_out_abandoned(&v->out.to) ? -EPIPE : err;
}

static int view_close(struct sink *sink)
{
	struct view_sink *v = (struct view_sink *)sink;
	int err = out_flush(&v->out);

	if (v->unwritten)
		*v->unwritten = v->out.kept;
	if (v->format->release)
		v->format->release(v);
	free(v);
	return err;
}

static const struct sink_ops view_ops = {
	.describe = view_describe,
	.write = view_write,
	.tick = view_tick,
	.close = view_close,
};

int view_sink_open(struct sink **sink, const struct view_format *format,
		   const struct view_options *options)
{
	struct view_sink *v = calloc(1, format->size);

	if (!v)
		return fail(ENOMEM, "cannot write to %s: out of memory; free some memory",
			    options->name);
	v->sink.ops = &view_ops;
	v->format = format;
	v->verbose = options->verbose;
	v->unwritten = options->unwritten;
	v->out.to.fd = options->fd;
	v->out.name = options->name;
	v->out.line_buffered = options->line_buffered;
	v->out.rewrite = options->rewrite;
	*sink = &v->sink;
	return 0;
}

void view_sink_address(struct view_sink *sink, const __u8 address[16])
{
	char text[VIEW_ADDRESS_MAX];

	out_bytes(&sink->out, text, view_address(text, address));
}
