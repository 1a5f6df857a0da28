/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Combined Log Format, as far as one head can fill it: a request line has no status and no size,
 * and a response is a line of its own with the request "-", as servers write it when they could not
 * read one. The first field is the client in both: the source of a request, the destination of a
 * response.
 *
 *	client - - [day/month/year:hour:minute:second +0000] "request line" status size "referer"
 *"user agent"
 */
#include "view/sink_clf.h"
#include "run/words.h"

#include <stdlib.h>

static void add_time(struct out *out, const struct view *view)
{
	static const char month[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[VIEW_TIME_SIZE];

	if (!view_timed(view)) {
		out_text(out, " - - [-] \"");
		return;
	}
	view_time(text, view->time);
	out_text(out, " - - [");
	out_bytes(out, text + 8, 2);
	out_char(out, '/');
	out_text(out, month[(text[5] - '0') * 10 + text[6] - '1']);
	out_char(out, '/');
	out_bytes(out, text, 4);
	out_char(out, ':');
	out_bytes(out, text + 11, 8);
	out_text(out, " +0000] \"");
}

/* Between quotes; "-" when absent. */
static void add_text(struct out *out, struct view_bytes text)
{
	if (text.bytes)
		out_escaped(out, text.bytes, text.size, '"');
	else
		out_char(out, '-');
}

static void add_request_line(struct out *out, const struct view *view)
{
	struct view_bytes method = view_kept(view, HDRTAP_SLOT_METHOD);
	__u8 version = view->rec->version;

	if (method.bytes)
		add_text(out, method);
	else
		out_text(out, word_method(view->rec->method));
	out_char(out, ' ');
	add_text(out, view_kept(view, HDRTAP_SLOT_TARGET));
	if (version <= 0x09)
		return;
	out_text(out, " HTTP/");
	out_number(out, version >> 4);
	out_char(out, '.');
	out_number(out, version & 15);
}

static void add_status(struct out *out, const struct hdrtap_record *rec)
{
	char status[3];

	view_digits(status, rec->status, 3);
	out_text(out, "-\" ");
	out_bytes(out, status, 3);
	out_char(out, ' ');
	if (rec->framing == HDRTAP_FRAMING_LENGTH && rec->body_size)
		out_number(out, rec->body_size);
	else
		out_char(out, '-');
}

static void clf_line(struct view_sink *v, const struct view *view)
{
	bool response = view->rec->kind == HDRTAP_KIND_RESPONSE;
	struct out *out = &v->out;

	view_sink_address(v, response ? view->rec->destination : view->rec->source);
	add_time(out, view);
	if (response) {
		add_status(out, view->rec);
		out_text(out, " \"-\" \"-\"");
		return;
	}
	add_request_line(out, view);
	out_text(out, "\" - - \"");
	add_text(out, view_kept(view, v->slots.referer));
	out_text(out, "\" \"");
	add_text(out, view_kept(view, v->slots.user_agent));
	out_char(out, '"');
}

static const struct view_format clf_format = {
	.size = sizeof(struct view_sink),
	.line = clf_line,
};

int sink_clf_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &clf_format, options);
}
