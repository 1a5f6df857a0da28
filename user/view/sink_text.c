/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One line per head, as tcpdump shows packets: when, where, from and to, then the start line as it
 * was sent (the host before the path), then the other values in wire order. What was not kept
 * stands in angle brackets, what is notable in square ones. With `verbose` a second line tells of
 * the head itself.
 *
 * Start lines begin in one column, which moves right as longer addresses come. No byte of a head
 * reaches the terminal but printable ASCII.
 */
#include "view/sink_text.h"
#include "run/words.h"
#include "transaction/transaction_sink.h"

#define ARROW "\u2192" /* from a request to what came of it */

#define COLUMN_MAX 112 /* start lines are not moved beyond this for long addresses */

struct text_sink {
	struct view_sink view;
	size_t column; /* where start lines begin */
};

#define FLAGS_QUIET                                                               \
	(HDRTAP_FLAG(NON_LINEAR) | HDRTAP_FLAG(MERGED) | HDRTAP_FLAG(TRUNCATED) | \
	 HDRTAP_FLAG(NO_TIME))

static void add_value_bytes(struct out *out, struct view_bytes text, char quote)
{
	out_escaped(out, text.bytes, text.size, quote);
}

static void add_time(struct view_sink *v, const struct view *view)
{
	char text[VIEW_TIME_SIZE];

	if (!view_timed(view)) {
		out_text(&v->out, "- ");
		return;
	}
	view_time(text, view->time);
	if (v->verbose) {
		out_bytes(&v->out, text, 10);
		out_char(&v->out, ' ');
	}
	out_bytes(&v->out, text + 11, 15);
	out_text(&v->out, "Z ");
}

static void add_endpoint(struct view_sink *v, const __u8 address[16], __u16 port)
{
	bool brackets = !view_is_ipv4(address);

	if (brackets)
		out_char(&v->out, '[');
	view_sink_address(v, address);
	out_text(&v->out, brackets ? "]:" : ":");
	out_number(&v->out, port);
}

static void add_place(struct view_sink *v, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	const char *interface = view->interface;

	if (interface) {
		out_escaped(&v->out, (const __u8 *)interface, strlen(interface), ' ');
		out_char(&v->out, ' ');
	}
	if (rec->direction == HDRTAP_DIRECTION_RECEIVE)
		out_text(&v->out, "In  ");
	else if (rec->direction == HDRTAP_DIRECTION_TRANSMIT)
		out_text(&v->out, "Out ");
	add_endpoint(v, rec->source, rec->source_port);
	out_text(&v->out, " > ");
	add_endpoint(v, rec->destination, rec->destination_port);
}

static void move_to_column(struct text_sink *text)
{
	struct out *out = &text->view.out;
	size_t at = out->used - out->line + 1;

	if (at > text->column)
		text->column = at < COLUMN_MAX ? at : COLUMN_MAX;
	out_column(out, text->column);
	out_char(out, ' ');
}

static void add_version(struct out *out, const struct hdrtap_record *rec)
{
	out_text(out, "HTTP/");
	out_number(out, rec->version >> 4);
	out_char(out, '.');
	out_number(out, rec->version & 15);
}

static void add_original(struct out *out, const struct view_value *value)
{
	if (!view_truncated(value))
		return;
	out_text(out, "[of ");
	out_number(out, value->original);
	out_char(out, ']');
}

/* The value whose text stands before the path: the first Host, with a target that begins with '/'.
 */
static const struct view_value *joined_host(const struct view_sink *v, const struct view *view)
{
	const struct view_value *host = view_find(view, v->slots.host);
	const struct view_value *target = view_find(view, HDRTAP_SLOT_TARGET);

	if (view->rec->kind != HDRTAP_KIND_REQUEST || !host || host->mode != HDRTAP_MODE_KEEP)
		return NULL;
	return target && target->stored.size && target->stored.bytes[0] == '/' ? host : NULL;
}

static void add_request_line(struct view_sink *v, const struct view *view,
			     const struct view_value *host)
{
	const struct view_value *target = view_find(view, HDRTAP_SLOT_TARGET);
	struct view_bytes method = view_kept(view, HDRTAP_SLOT_METHOD);
	struct out *out = &v->out;

	if (method.bytes)
		add_value_bytes(out, method, ' ');
	else
		out_text(out, word_method(view->rec->method));
	out_char(out, ' ');
	if (host) {
		add_value_bytes(out, view_whole(host), ' ');
		add_original(out, host);
	}
	if (target) {
		add_value_bytes(out, view_whole(target), ' ');
		add_original(out, target);
	}
	if (view->rec->version) {
		out_char(out, ' ');
		add_version(out, view->rec);
	}
}

static void add_latency(struct out *out, __u64 ns)
{
	char fraction[3];

	view_digits(fraction, ns / 1000 % 1000, 3);
	out_text(out, " in ");
	out_number(out, ns / 1000000);
	out_char(out, '.');
	out_bytes(out, fraction, 3);
	out_text(out, " ms");
}

static void add_status(struct out *out, const struct hdrtap_record *rec)
{
	char status[3];

	view_digits(status, rec->status, 3);
	out_bytes(out, status, 3);
	if (rec->latency)
		add_latency(out, rec->latency);
}

static void add_status_line(struct view_sink *v, const struct view *view)
{
	add_version(&v->out, view->rec);
	out_char(&v->out, ' ');
	add_status(&v->out, view->rec);
}

/* What is left of a value that was not kept. */
static void add_protected(struct out *out, const struct view_value *value)
{
	char hash[2 * HDRTAP_HASH_SIZE];

	out_char(out, '<');
	if (value->stored.size && value->mode == HDRTAP_MODE_HASH) {
		out_text(out, "hash ");
		out_bytes(out, hash, view_hash(hash, value->stored));
		out_text(out, ", ");
	} else if (value->stored.size) {
		add_value_bytes(out, value->stored, '>');
		out_text(out, ", ");
	}
	out_number(out, value->original);
	out_text(out, " bytes>");
}

/* Whether a value is as clear without quotes: of all that can be seen it has none of "<>[\]. */
static bool is_word(struct view_bytes text)
{
	static const bool in_word[256] = {
		['!'] = true,         ['#' ... ';'] = true, ['='] = true,
		['?' ... 'Z'] = true, ['^' ... '~'] = true,
	};
	size_t i;

	for (i = 0; i < text.size; i++)
		if (!in_word[text.bytes[i]])
			return false;
	return text.size;
}

static void add_kept(struct out *out, struct view_bytes text)
{
	if (is_word(text)) {
		out_bytes(out, text.bytes, text.size);
		return;
	}
	out_char(out, '"');
	add_value_bytes(out, text, '"');
	out_char(out, '"');
}

static void add_header(struct view_sink *v, const struct view *view, const struct view_value *value)
{
	const char *name = view->meta->slot[value->slot].name;
	struct out *out = &v->out;

	out_escaped(out, (const __u8 *)name, strlen(name), '=');
	out_char(out, '=');
	if (value->mode != HDRTAP_MODE_KEEP) {
		add_protected(out, value);
		return;
	}
	add_kept(out, view_whole(value));
	add_original(out, value);
}

static void add_headers(struct view_sink *v, const struct view *view, const struct view_value *host)
{
	const char *before = "  ";
	__u32 i;

	for (i = 0; i < view->count; i++) {
		const struct view_value *value = &view->value[i];

		if (value->slot < HDRTAP_SLOT_NAMES || value->slot >= view->meta->slot_count ||
		    value == host)
			continue;
		out_text(&v->out, before);
		add_header(v, view, value);
		before = " ";
	}
}

static void add_flags(struct view_sink *v, const struct view *view)
{
	__u64 flags = view->rec->flags;
	unsigned int bit;
	char before = '[';

	if (!v->verbose)
		flags &= ~FLAGS_QUIET;
	for (bit = 0; flags >> bit && bit < HDRTAP_FLAG_MAX; bit++) {
		if (!(flags & 1ULL << bit))
			continue;
		if (before == '[')
			out_char(&v->out, ' ');
		out_char(&v->out, before);
		out_text(&v->out, word_flag(bit));
		before = ',';
	}
	if (before == ',')
		out_char(&v->out, ']');
}

static void add_named(struct out *out, const char *name, __u64 number)
{
	out_text(out, name);
	out_number(out, number);
}

static void add_body(struct out *out, const struct hdrtap_record *rec)
{
	if (rec->framing == HDRTAP_FRAMING_LENGTH) {
		add_named(out, ", body ", rec->body_size);
		out_text(out, " bytes");
	} else if (rec->framing != HDRTAP_FRAMING_NONE) {
		out_text(out, ", body ");
		out_text(out, word_framing(rec->framing));
	}
}

static void add_details(struct view_sink *v, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	struct out *out = &v->out;
	__u32 i;

	add_named(out, "\n\thead ", rec->head_length);
	add_named(out, " bytes, ", rec->header_count);
	out_text(out, " headers");
	add_body(out, rec);
	if (rec->omitted)
		add_named(out, ", values omitted ", rec->omitted);
	if (rec->depth)
		add_named(out, ", message ", rec->depth);
	for (i = 0; i < rec->vlan_count && i < HDRTAP_VLANS_MAX; i++)
		add_named(out, ", vlan ", rec->vlan[i]);
	if (rec->mpls)
		add_named(out, ", mpls ", HDRTAP_MPLS_LABEL(rec->mpls));
	for (i = 0; i < HDRTAP_TUNNEL_LEVELS && rec->tunnel[i]; i++) {
		out_text(out, ", ");
		out_text(out, word_tunnel(rec->tunnel[i]));
		if (rec->tunnel_id[i])
			add_named(out, " ", rec->tunnel_id[i]);
	}
	add_named(out, ", tcp seq ", rec->tcp_sequence);
	out_text(out, ", ");
	out_text(out, word_hook(rec->hook));
	add_named(out, ", cpu ", rec->cpu);
	add_named(out, " record ", rec->sequence);
	if (rec->kind == HDRTAP_KIND_REQUEST && hdrtap_record_refers(rec)) {
		add_named(out, ", response cpu ", rec->paired_cpu);
		add_named(out, " record ", rec->paired_sequence);
	}
}

static void text_line(struct view_sink *v, const struct view *view)
{
	const struct view_value *host = joined_host(v, view);

	add_time(v, view);
	add_place(v, view);
	move_to_column((struct text_sink *)v);
	if (view->rec->kind == HDRTAP_KIND_RESPONSE)
		add_status_line(v, view);
	else
		add_request_line(v, view, host);
	add_headers(v, view, host);
	add_flags(v, view);
	if (v->verbose)
		add_details(v, view);
}

static void add_statuses(struct text_sink *text, const struct view_transaction *transaction)
{
	struct out *out = &text->view.out;

	for (const struct transaction_head *i = transaction->interim; i; i = i->next) {
		out_text(out, " " ARROW " ");
		out_number(out, i->rec->status);
	}
	out_text(out, " " ARROW " ");
	if (!transaction->response) {
		out_text(out, transaction_end_word(transaction->end));
		return;
	}
	add_status(out, transaction->response->rec);
}

/* Behind those of the request, from which an arrow divides them. */
static void add_response_values(struct view_sink *v, const struct view *response,
				const struct view *request)
{
	size_t before = v->out.used, begin;

	if (request)
		out_text(&v->out, " " ARROW);
	begin = v->out.used;
	add_headers(v, response, NULL);
	add_flags(v, response);
	if (v->out.used == begin)
		v->out.used = before;
}

/* The request, and what came of it; then the other values of both. */
static void text_transaction(struct view_sink *v, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	const struct view_value *host = request ? joined_host(v, request) : NULL;
	struct text_sink *text = (struct text_sink *)v;

	add_time(v, request ? request : response);
	add_place(v, request ? request : response);
	move_to_column(text);
	if (request)
		add_request_line(v, request, host);
	else
		out_text(&v->out, transaction_end_word(transaction->end));
	add_statuses(text, transaction);
	if (request) {
		add_headers(v, request, host);
		add_flags(v, request);
	}
	if (response)
		add_response_values(v, response, request);
	if (request && v->verbose)
		add_details(v, request);
	if (response && v->verbose)
		add_details(v, response);
}

static const struct view_format text_format = {
	.size = sizeof(struct text_sink),
	.line = text_line,
	.transaction = text_transaction,
};

int sink_text_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &text_format, options);
}
