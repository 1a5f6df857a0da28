/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/csv_fields.h"

#include "run/words.h"

void csv_add_escaped(struct out *out, const __u8 *bytes, size_t size)
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
	csv_add_escaped(out, text.bytes, text.size);
	out_char(out, '"');
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
		csv_add_escaped(out, text.bytes, text.size);
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

void csv_add_flags(struct out *out, __u64 flags)
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

void csv_add_interface(struct out *out, const char *interface)
{
	if (interface)
		add_quoted(out, (struct view_bytes){ (const __u8 *)interface, strlen(interface) });
	out_char(out, ',');
}

void csv_add_version(struct out *out, __u8 version)
{
	out_number(out, version >> 4);
	out_char(out, '.');
	out_number(out, version & 15);
}

void csv_add_request(struct out *out, const struct view *view)
{
	struct view_bytes method = view_kept(view, HDRTAP_SLOT_METHOD);

	if (method.bytes)
		add_quoted(out, method);
	else if (view->rec->kind == HDRTAP_KIND_REQUEST)
		out_text(out, word_method(view->rec->method));
	out_char(out, ',');
	add_quoted(out, view_kept(view, HDRTAP_SLOT_TARGET));
}

void csv_add_moment(struct out *out, const struct view *view)
{
	char time[VIEW_TIME_SIZE];

	if (!view_timed(view))
		return;
	view_time(time, view->time);
	out_bytes(out, time, sizeof(time));
}

void csv_add_elements(struct view_sink *v, const struct view *view)
{
	__u32 slot;

	for (slot = HDRTAP_SLOT_NAMES; slot < v->meta->slot_count; slot++) {
		if (!v->meta->slot[slot].chosen)
			continue;
		out_char(&v->out, ',');
		if (view)
			add_element(&v->out, view, slot);
	}
}
