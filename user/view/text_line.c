/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From the time to the end of the start line. Start lines begin in one column, which moves right as
 * longer addresses come.
 */
#include "view/text_line.h"

#include <net/if.h>

#include "run/words.h"
#include "view/escape.h"
#include "view/text_color.h"
#include "view/text_put.h"

#define COLUMN_MAX        112 /* start lines are not moved beyond this for long addresses */
#define ENDPOINT_MAX      (TEXT_ADDRESS_MAX + TEXT_PORT_MAX)
#define PLACE_MAX         (TEXT_TIME_MAX + TEXT_NAME_MAX + 2 * ENDPOINT_MAX + sizeof("Out  > "))
#define METHOD_MAX        16 /* bytes of a word and a space */
#define VALUE_ROOM(value) ((value) ? ESCAPE_ROOM((size_t)(value)->stored.size) + TEXT_CUT_MAX : 0)
#define VERSION_MAX       sizeof("HTTP/15.15")
#define LATENCY_MAX       (sizeof(" in . ms") + VIEW_NUMBER_MAX + 3)

_Static_assert(IF_NAMESIZE <= TEXT_NAME_MAX / 4, "names of interfaces are shown from the sink");

/* Of one interface come many heads. */
static char *put_interface(struct text_sink *text, char *to, const char *interface)
{
	struct text_name *shown = &text->interface_shown;

	if (!shown->size || strcmp(interface, text->interface) != 0) {
		strncpy(text->interface, interface, sizeof(text->interface) - 1);
		shown->size = escape_put(shown->text, (const __u8 *)text->interface,
					 strlen(text->interface), ' ') -
			      shown->text;
		shown->text[shown->size++] = ' ';
	}
	return text_put(to, shown->text, shown->size);
}

static char *put_direction(char *to, __u8 direction)
{
	if (direction == HDRTAP_DIRECTION_RECEIVE)
		return TEXT_PUT(to, "In  ");
	if (direction == HDRTAP_DIRECTION_TRANSMIT)
		return TEXT_PUT(to, "Out ");
	return to;
}

/* On a terminal addresses take half of a line at most, unless they are longer themselves. */
static void move_to_column(struct text_sink *text)
{
	size_t at = text->view.out.used - text->view.out.line + 1, most = COLUMN_MAX;
	struct out *out = &text->view.out;

	if (text->width.columns && text->width.columns / 2 < most)
		most = text->width.columns / 2;
	if (at > text->column)
		text->column = at;
	if (text->column > most)
		text->column = most;
	out_column(out, text->column);
	out_char(out, ' ');
}

void text_add_place(struct text_sink *text, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	struct out *out = &text->view.out;
	char *to = out_room(out, PLACE_MAX);

	if (!to)
		return;
	to = text_time_put(&text->time, to, view_timed(view) ? &view->time : NULL);
	if (!text->options.brief) {
		if (view->interface)
			to = put_interface(text, to, view->interface);
		to = put_direction(to, rec->direction);
	}
	to = text_address_put(&text->view.addresses, to, rec->source);
	to = text_put_port(to, rec->source_port);
	to = TEXT_PUT(to, " > ");
	to = text_address_put(&text->view.addresses, to, rec->destination);
	to = text_put_port(to, rec->destination_port);
	out->used = to - out->bytes;
	move_to_column(text);
}

static void add_version(struct out *out, __u8 version)
{
	char *to = out_room(out, VERSION_MAX);

	if (!to)
		return;
	to = TEXT_PUT(to, "HTTP/");
	to = text_put_number(to, version >> 4);
	*to++ = '.';
	to = text_put_number(to, version & 15);
	out->used = to - out->bytes;
}

char *text_put_cut(char *to, const struct view_value *value)
{
	to = TEXT_PUT(to, "[of ");
	to = text_put_number(to, value->original);
	return TEXT_PUT(to, "]");
}

static char *put_value(char *to, const struct view_value *value)
{
	struct view_bytes whole = view_whole(value);

	to = escape_put(to, whole.bytes, whole.size, ' ');
	return view_truncated(value) ? text_put_cut(to, value) : to;
}

/* The value whose text stands before the path: the first Host, with a target that begins with '/'.
 */
static const struct view_value *joined_host(const struct text_sink *text, const struct view *view,
					    const struct view_value *target)
{
	const struct view_value *host;

	if (!target || !target->stored.size || target->stored.bytes[0] != '/')
		return NULL;
	host = view_find(view, text->view.slots.host);
	return host && host->mode == HDRTAP_MODE_KEEP ? host : NULL;
}

static char *put_method(char *to, __u8 method, struct view_bytes token)
{
	const char *word;

	if (token.bytes)
		return escape_put(to, token.bytes, token.size, ' ');
	word = word_method(method);
	return text_put(to, word, strlen(word));
}

static void add_request_line(struct text_sink *text, const struct view *view,
			     const struct view_value *host, const struct view_value *target)
{
	struct out *out = &text->view.out;
	struct view_bytes token = { 0 };
	char *to;

	if (view->rec->method == HDRTAP_METHOD_OTHER)
		token = view_kept(view, HDRTAP_SLOT_METHOD);
	to = out_room(out,
		      METHOD_MAX + ESCAPE_ROOM(token.size) + VALUE_ROOM(host) + VALUE_ROOM(target));
	if (!to)
		return;
	to = put_method(to, view->rec->method, token);
	*to++ = ' ';
	if (host)
		to = put_value(to, host);
	if (target)
		to = put_value(to, target);
	out->used = to - out->bytes;
}

static void remember(struct text_sink *text, const struct hdrtap_record *rec, size_t begin)
{
	const struct out *out = &text->view.out;
	const struct text_reference request = { text->run, rec->sequence, rec->cpu };
	const struct view_bytes line = { (const __u8 *)out->bytes + begin, out->used - begin };

	if (!out->overflow)
		text_requests_add(text->requests, request, line);
}

const struct view_value *text_add_request(struct text_sink *text, const struct view *view)
{
	const struct view_value *target = view_find(view, HDRTAP_SLOT_TARGET);
	const struct view_value *host = joined_host(text, view, target);
	struct out *out = &text->view.out;
	size_t begin;

	text_color(text, TEXT_COLOR_REQUEST);
	begin = out->used;
	add_request_line(text, view, host, target);
	remember(text, view->rec, begin);
	text_color(text, TEXT_COLOR_OFF);
	if (view->rec->version && !text->options.brief) {
		out_char(out, ' ');
		add_version(out, view->rec->version);
	}
	return host;
}

/* A second and more are seconds. */
static void add_latency(struct text_sink *text, __u64 ns)
{
	const char *color = text_color_latency(ns), *unit = ns < 1000000000 ? " ms" : " s";
	__u64 thousandths = ns < 1000000000 ? ns / 1000 : ns / 1000000;
	struct out *out = &text->view.out;
	char *to;

	out_text(out, " in ");
	text_color(text, color);
	to = out_room(out, LATENCY_MAX);
	if (to) {
		to = text_put_number(to, thousandths / 1000);
		*to++ = '.';
		to = text_put_digits(to, thousandths % 1000, 3);
		out->used = to - out->bytes;
	}
	out_text(out, unit);
	text_color(text, color ? TEXT_COLOR_OFF : NULL);
}

/* The request's line if it was shown, or else its method. */
static void add_answered(struct text_sink *text, const struct hdrtap_record *rec)
{
	const struct text_reference request = { text->run, rec->paired_sequence, rec->paired_cpu };
	struct out *out = &text->view.out;
	struct view_bytes line = { 0 };

	if (hdrtap_record_refers(rec))
		line = text_requests_find(text->requests, request);
	if (line.bytes) {
		out_text(out, " for ");
		out_bytes(out, line.bytes, line.size);
	} else if (hdrtap_record_paired(rec) && rec->paired_method != HDRTAP_METHOD_OTHER) {
		out_text(out, " for ");
		out_text(out, word_method(rec->paired_method));
	}
}

void text_add_status(struct text_sink *text, const struct hdrtap_record *rec)
{
	char status[3];

	view_digits(status, rec->status, 3);
	text_color(text, text_color_status(rec->status));
	out_bytes(&text->view.out, status, 3);
	text_color(text, TEXT_COLOR_OFF);
	if (rec->latency)
		add_latency(text, rec->latency);
}

void text_add_response(struct text_sink *text, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	struct out *out = &text->view.out;

	if (!text->options.brief) {
		add_version(out, rec->version);
		out_char(out, ' ');
	}
	text_add_status(text, rec);
	add_answered(text, rec);
}
