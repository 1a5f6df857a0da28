/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * RFC 4180 (with LF alone between lines): what is known of every head first, then one column per
 * chosen header element, called by its name and, where the value itself was not kept, by its mode.
 * Values stand in quotes, escaped as in the text view, so that no field holds a line break; an
 * absent one is empty without quotes. Values of a repeated header are joined by ", " (RFC 9110
 * section 5.3).
 */
#include "view/sink_csv.h"
#include "run/words.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"

#define FIXED_COLUMNS                                                                    \
	"time,kind,interface,direction,source,source_port,destination,destination_port," \
	"version,method,target,status,head_length,latency_ns,flags,cpu,sequence,"        \
	"paired_cpu,paired_sequence"

struct csv_sink {
	struct view_sink view;
	char *header; /* the header line written last */
	size_t header_size;
};

static void add_escaped(struct out *out, const __u8 *bytes, size_t size)
{
	const __u8 *end = bytes + size, *quote;

	while (bytes < end && (quote = memchr(bytes, '"', end - bytes))) {
		out_escaped(out, bytes, quote - bytes, '\\');
		out_text(out, "\"\"");
		bytes = quote + 1;
	}
	out_escaped(out, bytes, end - bytes, '\\');
}

static void add_quoted(struct out *out, struct view_bytes text)
{
	if (!text.bytes)
		return;
	out_char(out, '"');
	add_escaped(out, text.bytes, text.size);
	out_char(out, '"');
}

static void add_column_name(struct out *out, const struct slot_meta *slot)
{
	out_char(out, ',');
	add_escaped(out, (const __u8 *)slot->name, strlen(slot->name));
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

static int csv_describe(struct view_sink *v)
{
	struct csv_sink *csv = (struct csv_sink *)v;
	struct out *out = &v->out;
	const char *line;
	size_t size;
	__u32 slot;
	int err = out_line_begin(out);

	if (err)
		return err;
	out_text(out, FIXED_COLUMNS);
	for (slot = HDRTAP_SLOT_NAMES; slot < v->meta->slot_count; slot++)
		if (v->meta->slot[slot].chosen)
			add_column_name(out, &v->meta->slot[slot]);
	line = out->bytes + out->line;
	size = out->used - out->line;
	if (size == csv->header_size && !memcmp(line, csv->header, size)) {
		out->used = out->line;
		return 0;
	}
	err = remember_header(csv, line, size);
	return err ? err : out_line_end(out, false);
}

static void add_value(struct out *out, const struct view_value *value)
{
	struct view_bytes text = view_whole(value);
	char hash[2 * HDRTAP_HASH_SIZE];

	if (value->mode == HDRTAP_MODE_LENGTH)
		out_number(out, value->original);
	else if (value->mode == HDRTAP_MODE_HASH)
		out_bytes(out, hash, view_hash(hash, value->stored));
	else
		add_escaped(out, text.bytes, text.size);
}

/* All values of a slot in one field. */
static void add_element(struct out *out, const struct view *view, __u8 slot)
{
	const char *before = "\"";
	__u32 i;

	for (i = 0; i < view->count; i++) {
		if (view->value[i].slot != slot)
			continue;
		out_text(out, before);
		add_value(out, &view->value[i]);
		before = ", ";
	}
	if (before[0] == ',')
		out_char(out, '"');
}

static void add_flags(struct out *out, __u64 flags)
{
	bool first = true;
	unsigned int bit;

	for (bit = 0; bit < HDRTAP_FLAG_MAX; bit++) {
		if (!(flags & 1ULL << bit))
			continue;
		if (!first)
			out_char(out, ' ');
		out_text(out, word_flag(bit));
		first = false;
	}
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
	const char *interface = view->interface;
	struct out *out = &v->out;

	if (interface)
		add_quoted(out, (struct view_bytes){ (const __u8 *)interface, strlen(interface) });
	out_char(out, ',');
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
	const struct hdrtap_record *rec = view->rec;
	struct view_bytes method = view_kept(view, HDRTAP_SLOT_METHOD);
	bool request = rec->kind == HDRTAP_KIND_REQUEST;

	out_number(out, rec->version >> 4);
	out_char(out, '.');
	out_number(out, rec->version & 15);
	out_char(out, ',');
	if (method.bytes)
		add_quoted(out, method);
	else if (request)
		out_text(out, word_method(rec->method));
	out_char(out, ',');
	add_quoted(out, view_kept(view, HDRTAP_SLOT_TARGET));
	out_char(out, ',');
	if (!request)
		out_number(out, rec->status);
}

static void csv_line(struct view_sink *v, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	struct out *out = &v->out;
	char time[VIEW_TIME_SIZE];
	__u32 slot;

	if (view_timed(view)) {
		view_time(time, view->time);
		out_bytes(out, time, sizeof(time));
	}
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
	add_flags(out, rec->flags);
	out_char(out, ',');
	add_identity(out, rec);
	for (slot = HDRTAP_SLOT_NAMES; slot < v->meta->slot_count; slot++) {
		if (!v->meta->slot[slot].chosen)
			continue;
		out_char(out, ',');
		add_element(out, view, slot);
	}
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
	.release = csv_release,
};

int sink_csv_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &csv_format, options);
}
