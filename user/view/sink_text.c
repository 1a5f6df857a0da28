/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One line per head, as tcpdump shows packets: when, where, from and to, then the start line as it
 * was sent (the host before the path), then the other values in wire order. A response's line has
 * the request that it answers. Or one line per transaction (text_transaction.h). No byte of a head
 * reaches the terminal but printable ASCII; what else is there is ours: colors, and the ellipsis of
 * a line that was cut.
 *
 * With `verbose` nothing is cut: somebody wants to see it all.
 */
#include "view/sink_text.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "view/text_color.h"
#include "view/text_fields.h"
#include "view/text_transaction.h"

static int text_describe(struct view_sink *v)
{
	struct text_sink *text = (struct text_sink *)v;

	memcpy(&text->run, v->meta->run_id, sizeof(text->run));
	for (__u32 i = 0; i < v->meta->slot_count; i++)
		text->name[i].size = 0;
	return 0;
}

static void add_start_line(struct text_sink *text, const struct view *view)
{
	bool brief = text->options.brief || text->options.verbose;
	const struct view_value *host = NULL;

	if (view->rec->kind == HDRTAP_KIND_RESPONSE)
		text_add_response(text, view);
	else
		host = text_add_request(text, view);
	if (!brief)
		text_add_fields(text, view, host);
	text_add_flags(text, view, text->options.verbose > 1);
}

static void begin(struct text_sink *text, const struct view *view)
{
	if (!text->view.out.used)
		text_width_update(&text->width, text->view.out.to.fd);
	text_add_place(text, view);
}

/* What `verbose` adds of a head, NULL: there is none; fields behind `mark`. */
static void add_more(struct text_sink *text, const struct view *view, const char *mark)
{
	if (view && text->options.verbose)
		text_add_field_lines(text, view, mark);
	if (view && text->options.verbose > 1)
		text_add_details(text, view);
}

static void text_line(struct view_sink *v, const struct view *view)
{
	struct text_sink *text = (struct text_sink *)v;

	begin(text, view);
	add_start_line(text, view);
	if (!text->options.verbose)
		text_width_cut(&text->width, &v->out, 0);
	add_more(text, view, "");
}

static void text_transaction(struct view_sink *v, const struct view_transaction *transaction)
{
	struct text_sink *text = (struct text_sink *)v;
	char mark[sizeof(TEXT_ARROW " ")];

	snprintf(mark, sizeof(mark), "%s ", text->width.arrow);
	begin(text, transaction->request ? transaction->request : transaction->response);
	text_add_transaction(text, transaction);
	if (!text->options.verbose)
		text_width_cut(&text->width, &v->out, 0);
	add_more(text, transaction->request, "");
	add_more(text, transaction->response, mark);
}

static int text_open(struct view_sink *v, const struct view_options *options)
{
	struct text_sink *text = (struct text_sink *)v;

	text->options = options->text;
	text->options.brief = options->text.brief && !options->text.verbose;
	text->colored = text_color_wanted(options->text.color, options->fd);
	text_time_open(&text->time, &options->text);
	text_width_open(&text->width, options->fd);
	text->requests = text_requests_new();
	if (text->requests)
		return 0;
	return fail(ENOMEM, "cannot write to %s: out of memory; free some memory", options->name);
}

static void text_release(struct view_sink *v)
{
	text_requests_free(((struct text_sink *)v)->requests);
}

static const struct view_format text_format = {
	.size = sizeof(struct text_sink),
	.open = text_open,
	.describe = text_describe,
	.line = text_line,
	.transaction = text_transaction,
	.release = text_release,
};

int sink_text_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &text_format, options);
}
