/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * RFC 4180 (with LF alone between lines): what is known of every head first, then one column per
 * chosen header element, called by its name and, where the value itself was not kept, by its mode.
 * Values stand in quotes, escaped as in the text view, so that no field holds a line break; an
 * absent one is empty without quotes. Values of a repeated header are joined by ", " (RFC 9110
 * section 5.3).
 *
 * Lines of transactions have columns of their own: what both heads have stands in each one's
 * column, the elements of the request before those of the response.
 */
#include "view/sink_csv.h"
#include "run/words.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "transaction/transaction_sink.h"
#include "view/csv_fields.h"

#define FIXED_COLUMNS                                                                    \
	"time,kind,interface,direction,source,source_port,destination,destination_port," \
	"version,method,target,status,head_length,latency_ns,flags,cpu,sequence,"        \
	"paired_cpu,paired_sequence"

#define TRANSACTION_COLUMNS                                                                 \
	"time,end,interface,client,client_port,server,server_port,version,method,target,"   \
	"status,interim,latency_ns,response_time,request_head_length,response_head_length," \
	"request_flags,response_flags,request_cpu,request_sequence,response_cpu,"           \
	"response_sequence"

struct csv_sink {
	struct view_sink view;
	char *header; /* the header line written last */
	size_t header_size;
};

static void add_column_name(struct out *out, const char *before, const struct slot_meta *slot)
{
	out_text(out, before);
	csv_add_escaped(out, (const __u8 *)slot->name, strlen(slot->name));
	if (slot->mode == HDRTAP_MODE_KEEP)
		return;
	out_char(out, '.');
	out_text(out, word_mode(slot->mode));
}

static int remember_header(struct csv_sink *csv, const char *line, size_t size)
{
	char *copy = malloc(size);

	if (!copy)
		return fail(ENOMEM, "cannot write the header line: out of memory; free some "
				    "memory");
	memcpy(copy, line, size);
	free(csv->header);
	csv->header = copy;
	csv->header_size = size;
	return 0;
}

static void add_element_names(struct view_sink *v, const char *before)
{
	__u32 slot;

	for (slot = HDRTAP_SLOT_NAMES; slot < v->meta->slot_count; slot++)
		if (v->meta->slot[slot].chosen)
			add_column_name(&v->out, before, &v->meta->slot[slot]);
}

static void add_header_line(struct view_sink *v)
{
	if (!v->transactions) {
		out_text(&v->out, FIXED_COLUMNS);
		add_element_names(v, ",");
		return;
	}
	out_text(&v->out, TRANSACTION_COLUMNS);
	add_element_names(v, ",request.");
	add_element_names(v, ",response.");
}

static int csv_describe(struct view_sink *v)
{
	struct csv_sink *csv = (struct csv_sink *)v;
	struct out *out = &v->out;
	const char *line;
	size_t size;
	int err = out_line_begin(out);

	if (err)
		return err;
	add_header_line(v);
	line = out->bytes + out->line;
	size = out->used - out->line;
	if (size == csv->header_size && !memcmp(line, csv->header, size)) {
		out->used = out->line;
		return 0;
	}
	err = remember_header(csv, line, size);
	return err ? err : out_line_end(out, 0);
}

/* What identifies the record, and the other half's. */
static void add_identity(struct out *out, const struct hdrtap_record *rec)
{
	bool refers = hdrtap_record_refers(rec);

	out_number(out, rec->cpu);
	out_char(out, ',');
	out_number(out, rec->sequence);
	out_char(out, ',');
	if (refers)
		out_number(out, rec->paired_cpu);
	out_char(out, ',');
	if (refers)
		out_number(out, rec->paired_sequence);
}

static void add_place(struct view_sink *v, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	struct out *out = &v->out;

	csv_add_interface(out, view->interface);
	if (rec->direction)
		out_text(out, word_direction(rec->direction));
	out_char(out, ',');
	view_sink_address(v, rec->source);
	out_char(out, ',');
	out_number(out, rec->source_port);
	out_char(out, ',');
	view_sink_address(v, rec->destination);
	out_char(out, ',');
	out_number(out, rec->destination_port);
}

static void add_start_line(struct out *out, const struct view *view)
{
	csv_add_version(out, view->rec->version);
	out_char(out, ',');
	csv_add_request(out, view);
	out_char(out, ',');
	if (view->rec->kind != HDRTAP_KIND_REQUEST)
		out_number(out, view->rec->status);
}

static void csv_line(struct view_sink *v, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	struct out *out = &v->out;

	csv_add_moment(out, view);
	out_char(out, ',');
	out_text(out, word_kind(rec->kind));
	out_char(out, ',');
	add_place(v, view);
	out_char(out, ',');
	add_start_line(out, view);
	out_char(out, ',');
	out_number(out, rec->head_length);
	out_char(out, ',');
	if (rec->latency)
		out_number(out, rec->latency);
	out_char(out, ',');
	csv_add_flags(out, rec->flags);
	out_char(out, ',');
	add_identity(out, rec);
	csv_add_elements(v, view);
}

/* Whether there is a head that the next field is of. */
static bool begin_field(struct out *out, const struct view *view)
{
	out_char(out, ',');
	return view;
}

static void add_endpoint(struct view_sink *v, const __u8 address[16], __u16 port)
{
	view_sink_address(v, address);
	out_char(&v->out, ',');
	out_number(&v->out, port);
	out_char(&v->out, ',');
}

/* When, where seen, client and server. */
static void add_ends(struct view_sink *v, const struct view_transaction *transaction)
{
	const struct view *first = transaction->request;
	struct out *out = &v->out;

	first = first ? first : transaction->response;
	csv_add_moment(out, first);
	out_char(out, ',');
	out_text(out, transaction_end_word(transaction->end));
	out_char(out, ',');
	csv_add_interface(out, first->interface);
	if (first == transaction->request) {
		add_endpoint(v, first->rec->source, first->rec->source_port);
		add_endpoint(v, first->rec->destination, first->rec->destination_port);
	} else {
		add_endpoint(v, first->rec->destination, first->rec->destination_port);
		add_endpoint(v, first->rec->source, first->rec->source_port);
	}
	csv_add_version(out, first->rec->version);
}

static void add_interim(struct out *out, const struct transaction_head *interim)
{
	out_char(out, ',');
	for (; interim; interim = interim->next) {
		out_number(out, interim->rec->status);
		if (interim->next)
			out_char(out, ' ');
	}
}

/* Status to time. */
static void add_response(struct out *out, const struct view_transaction *transaction)
{
	const struct view *response = transaction->response;

	if (begin_field(out, response))
		out_number(out, response->rec->status);
	add_interim(out, transaction->interim);
	if (begin_field(out, response) && response->rec->latency)
		out_number(out, response->rec->latency);
	if (begin_field(out, response))
		csv_add_moment(out, response);
}

static void add_record(struct out *out, const struct view *view)
{
	if (begin_field(out, view))
		out_number(out, view->rec->cpu);
	if (begin_field(out, view))
		out_number(out, view->rec->sequence);
}

static void csv_transaction(struct view_sink *v, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	struct out *out = &v->out;

	add_ends(v, transaction);
	out_char(out, ',');
	if (request)
		csv_add_request(out, request);
	else
		out_char(out, ',');
	add_response(out, transaction);
	if (begin_field(out, request))
		out_number(out, request->rec->head_length);
	if (begin_field(out, response))
		out_number(out, response->rec->head_length);
	if (begin_field(out, request))
		csv_add_flags(out, request->rec->flags);
	if (begin_field(out, response))
		csv_add_flags(out, response->rec->flags);
	add_record(out, request);
	add_record(out, response);
	csv_add_elements(v, request);
	csv_add_elements(v, response);
}

static void csv_release(struct view_sink *v)
{
	struct csv_sink *csv = (struct csv_sink *)v;

	free(csv->header);
}

static const struct view_format csv_format = {
	.size = sizeof(struct csv_sink),
	.describe = csv_describe,
	.line = csv_line,
	.transaction = csv_transaction,
	.release = csv_release,
};

int sink_csv_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &csv_format, options);
}
