/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What stands behind the start line. What was not kept is in angle brackets, what is notable in
 * square ones.
 */
#include "run/words.h"
#include "view/text_color.h"
#include "view/text_line.h"

#define FLAGS_QUIET                                                               \
	(HDRTAP_FLAG(NON_LINEAR) | HDRTAP_FLAG(MERGED) | HDRTAP_FLAG(TRUNCATED) | \
	 HDRTAP_FLAG(NO_TIME))

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
		out_escaped(out, value->stored.bytes, value->stored.size, '>');
		out_text(out, ", ");
	}
	out_number(out, value->original);
	out_text(out, " bytes>");
}

static void add_kept(struct out *out, struct view_bytes text)
{
	if (out_word(out, text.bytes, text.size))
		return;
	out_char(out, '"');
	out_escaped(out, text.bytes, text.size, '"');
	out_char(out, '"');
}

/* Escaped once a run; what is longer than a header name may be, each time. */
static void add_name(struct text_sink *text, const struct run_meta *meta, __u8 slot)
{
	struct text_name *shown = &text->name[slot];
	struct out *out = &text->view.out;
	const char *name = meta->slot[slot].name;
	size_t begin = out->used;

	if (shown->size) {
		out_bytes(out, shown->text, shown->size);
		return;
	}
	out_escaped(out, (const __u8 *)name, strlen(name), '=');
	out_char(out, '=');
	if (out->overflow || out->used - begin >= sizeof(shown->text))
		return;
	shown->size = out->used - begin;
	memcpy(shown->text, out->bytes + begin, shown->size);
}

static void add_field(struct text_sink *text, const struct view *view,
		      const struct view_value *value)
{
	struct out *out = &text->view.out;

	add_name(text, view->meta, value->slot);
	if (value->mode != HDRTAP_MODE_KEEP) {
		add_protected(out, value);
		return;
	}
	add_kept(out, view_whole(value));
	text_add_original(out, value);
}

static bool is_field(const struct view *view, const struct view_value *value)
{
	return value->slot >= HDRTAP_SLOT_NAMES && value->slot < view->meta->slot_count;
}

void text_add_fields(struct text_sink *text, const struct view *view, const struct view_value *host)
{
	struct out *out = &text->view.out;
	bool begun = false;

	for (__u32 i = 0; i < view->count; i++) {
		const struct view_value *value = &view->value[i];

		if (!is_field(view, value) || value == host)
			continue;
		if (!begun)
			out_char(out, ' ');
		out_char(out, ' ');
		add_field(text, view, value);
		begun = true;
	}
}

void text_add_field_lines(struct text_sink *text, const struct view *view)
{
	for (__u32 i = 0; i < view->count; i++) {
		if (!is_field(view, &view->value[i]))
			continue;
		out_text(&text->view.out, "\n\t");
		add_field(text, view, &view->value[i]);
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
