/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What servers write, for the programs that read their logs:
 *
 *	client - - [day/month/year:hour:minute:second +0000] "request line" status size
 *
 * and in the combined format "referer" and "user agent" behind that. The client is who sent the
 * request, and the time is its time. These programs (goaccess) refuse a line without a status, a
 * size or a time that can be one:
 *
 *	no response was seen       status 444, as nginx has it for "no response"; servers do not
 *	                           send it
 *	a status that is none      599: RFC 9110, section 15, takes it for a 5xx
 *	no request was seen        request line "-"; client and time are those of the response
 *	no time is known           01/Jan/1970:00:00:00
 *
 * The size is that of the body, as far as the response's head tells.
 */
#include "view/sink_clf.h"
#include "run/words.h"

#include <stdlib.h>

static void add_time(struct out *out, const struct view *view)
{
	static const char month[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[VIEW_TIME_SIZE];

	view_time(text, view_timed(view) ? view->time : 0);
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

static void add_status(struct out *out, const struct view *response)
{
	__u16 status = response ? response->rec->status : CLF_STATUS_NONE;

	out_number(out, status < 100 || status > 599 ? CLF_STATUS_INVALID : status);
}

static void add_size(struct out *out, const struct view *response)
{
	const struct hdrtap_record *rec = response ? response->rec : NULL;

	if (rec && rec->framing == HDRTAP_FRAMING_LENGTH && rec->body_size)
		out_number(out, rec->body_size);
	else
		out_char(out, '-');
}

static void common_line(struct view_sink *v, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	struct out *out = &v->out;

	view_sink_address(v, request ? request->rec->source : response->rec->destination);
	add_time(out, request ? request : response);
	if (request)
		add_request_line(out, request);
	else
		out_char(out, '-');
	out_text(out, "\" ");
	add_status(out, response);
	out_char(out, ' ');
	add_size(out, response);
}

static void combined_line(struct view_sink *v, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request;
	struct out *out = &v->out;

	common_line(v, transaction);
	out_text(out, " \"");
	add_text(out, request ? view_kept(request, v->slots.referer) : (struct view_bytes){ 0 });
	out_text(out, "\" \"");
	add_text(out, request ? view_kept(request, v->slots.user_agent) : (struct view_bytes){ 0 });
	out_char(out, '"');
}

static const struct view_format common_format = {
	.size = sizeof(struct view_sink),
	.transaction = common_line,
};

static const struct view_format combined_format = {
	.size = sizeof(struct view_sink),
	.transaction = combined_line,
};

int sink_clf_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &common_format, options);
}

int sink_combined_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &combined_format, options);
}
