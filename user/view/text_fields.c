/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What stands behind the start line. What was not kept is in angle brackets, what is notable in
 * square ones.
 */
#include "view/text_fields.h"

#include "run/words.h"
#include "view/escape.h"
#include "view/text_color.h"
#include "view/text_put.h"

#define FLAGS_QUIET                                                               \
	(HDRTAP_FLAG(NON_LINEAR) | HDRTAP_FLAG(MERGED) | HDRTAP_FLAG(TRUNCATED) | \
	 HDRTAP_FLAG(NO_TIME))

/* Bytes that a field takes at most. */
#define FIELD_ROOM(value)                                                           \
	(ESCAPE_ROOM(HDRTAP_NAME_MAX) + ESCAPE_ROOM((size_t)(value)->stored.size) + \
	 sizeof(TEXT_ARROW " =\"\"[of 65535]<, 65535 bytes>"))

/* What is left of a value that was not kept. */
static char *put_protected(char *to, const struct view_value *value)
{
	*to++ = '<';
	if (value->stored.size && value->mode == HDRTAP_MODE_HASH) {
		to = TEXT_PUT(to, "hash ");
		to += view_hash(to, value->stored);
		to = TEXT_PUT(to, ", ");
	} else if (value->stored.size) {
		to = escape_put(to, value->stored.bytes, value->stored.size, '>');
		to = TEXT_PUT(to, ", ");
	}
	to = text_put_number(to, value->original);
	return TEXT_PUT(to, " bytes>");
}

static char *put_kept(char *to, const struct view_value *value)
{
	struct view_bytes whole = view_whole(value);
	char *end = escape_put_word(to, whole.bytes, whole.size);

	if (!end) {
		*to = '"';
		end = escape_put(to + 1, whole.bytes, whole.size, '"');
		*end++ = '"';
	}
	return view_truncated(value) ? text_put_cut(end, value) : end;
}

/* Escaped once a run. */
static char *put_name(struct text_sink *text, const struct run_meta *meta, char *to, __u8 slot)
{
	struct text_name *shown = &text->name[slot];
	const char *name = meta->slot[slot].name;
	char *end;

	if (shown->size)
		return text_put(to, shown->text, shown->size);
	end = escape_put(to, (const __u8 *)name, strnlen(name, HDRTAP_NAME_MAX), '=');
	*end++ = '=';
	shown->size = end - to;
	memcpy(shown->text, to, shown->size);
	return end;
}

/* Behind `size` bytes that stand before it. */
static void add_field(struct text_sink *text, const struct view *view,
		      const struct view_value *value, const char *before, size_t size)
{
	struct out *out = &text->view.out;
	char *to = out_room(out, FIELD_ROOM(value));

	if (!to)
		return;
	to = text_put(to, before, size);
	to = put_name(text, view->meta, to, value->slot);
	to = value->mode == HDRTAP_MODE_KEEP ? put_kept(to, value) : put_protected(to, value);
	out->used = to - out->bytes;
}

static bool is_field(const struct view *view, const struct view_value *value)
{
	return value->slot >= HDRTAP_SLOT_NAMES && value->slot < view->meta->slot_count;
}

void text_add_fields(struct text_sink *text, const struct view *view, const struct view_value *host)
{
	size_t spaces = 2;

	for (__u32 i = 0; i < view->count; i++) {
		const struct view_value *value = &view->value[i];

		if (!is_field(view, value) || value == host)
			continue;
		add_field(text, view, value, "  ", spaces);
		spaces = 1;
	}
}

void text_add_field_lines(struct text_sink *text, const struct view *view, const char *mark)
{
	for (__u32 i = 0; i < view->count; i++) {
		if (!is_field(view, &view->value[i]))
			continue;
		out_text(&text->view.out, "\n\t");
		add_field(text, view, &view->value[i], mark, strlen(mark));
	}
}

void text_add_flags(struct text_sink *text, const struct view *view, bool all)
{
	__u64 flags = view->rec->flags & ~(all ? 0 : FLAGS_QUIET);
	struct out *out = &text->view.out;
	char before = '[';

	flags &= (1ULL << HDRTAP_FLAG_MAX) - 1;
	if (!flags)
		return;
	out_char(out, ' ');
	text_color(text, TEXT_COLOR_FLAGS);
	for (; flags; flags &= flags - 1) {
		out_char(out, before);
		out_text(out, word_flag(__builtin_ctzll(flags)));
		before = ',';
	}
	out_char(out, ']');
	text_color(text, TEXT_COLOR_OFF);
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

/* What the packet was in. */
static void add_outer(struct out *out, const struct hdrtap_record *rec)
{
	int i;

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
}

void text_add_details(struct text_sink *text, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	struct out *out = &text->view.out;

	add_named(out, "\n\thead ", rec->head_length);
	add_named(out, " bytes, ", rec->header_count);
	out_text(out, rec->header_count == 1 ? " header" : " headers");
	add_body(out, rec);
	if (rec->omitted)
		add_named(out, ", values omitted ", rec->omitted);
	if (rec->depth)
		add_named(out, ", message ", rec->depth);
	add_outer(out, rec);
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
