/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/json_values.h"

#include "run/words.h"

void json_put_request(struct json_sink *sink, const struct view *view)
{
	const struct view_slots *slots = &sink->view.slots;
	struct json_out *json = &sink->json;
	struct view_bytes target = view_kept(view, HDRTAP_SLOT_TARGET);
	struct view_bytes path, query;

	json_key(json, JSON_KEY("http.request.method"));
	json_word(json, word_method(view->rec->method));
	json_key_value(json, JSON_KEY("http.request.method_original"),
		       view_kept(view, HDRTAP_SLOT_METHOD));
	view_split_target(target, &path, &query);
	json_key_value(json, JSON_KEY("url.original"), target);
	json_key_value(json, JSON_KEY("url.path"), path);
	json_key_value(json, JSON_KEY("url.query"), query);
	json_key_value(json, JSON_KEY("server.address"), view_server(view, slots->host));
	json_key_value(json, JSON_KEY("user_agent.original"), view_kept(view, slots->user_agent));
}

static bool same_header(const struct view_value *a, const struct view_value *b)
{
	return a->slot == b->slot && a->mode == b->mode;
}

/* Whether value `i` is the first of its header. */
static bool is_first(const struct view *view, __u32 i)
{
	__u32 k;

	for (k = 0; view->repeated && k < i; k++)
		if (same_header(&view->value[k], &view->value[i]))
			return false;
	return true;
}

static bool is_header(const struct view *view, const struct view_value *value)
{
	return value->slot >= HDRTAP_SLOT_NAMES && value->slot < view->meta->slot_count;
}

static void put_name(struct json_sink *sink, __u8 slot)
{
	out_bytes(sink->json.out, sink->slot[slot].name.text, sink->slot[slot].name.size);
}

static void make_header(struct json_header *header, const struct json_name *name, __u8 kind,
			__u8 mode)
{
	bool kept = mode == HDRTAP_MODE_KEEP;
	char *to = header->text;

	to = stpcpy(to, kept ? "\"http." : "\"hdrtap.");
	to = stpcpy(to, word_kind(kind));
	to = TEXT_PUT(to, ".header.");
	to = text_put(to, name->text, name->size);
	if (!kept) {
		*to++ = '.';
		to = stpcpy(to, word_mode(mode));
	}
	to = TEXT_PUT(to, "\":[");
	header->size = to - header->text;
	header->kind = kind;
	header->mode = mode;
}

static const struct json_header *header_of(struct json_sink *sink, const struct view *view,
					   const struct view_value *value)
{
	struct json_slot *slot = &sink->slot[value->slot];
	__u8 kind = view->rec->kind;
	struct json_header *header = kind == HDRTAP_KIND_REQUEST ? &slot->request : &slot->other;

	if (!header->size || header->kind != kind || header->mode != value->mode)
		make_header(header, &slot->name, kind, value->mode);
	return header;
}

static bool all_utf8(const struct view *view, __u32 first)
{
	__u32 i;

	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], &view->value[first]) &&
		    !view_is_utf8(view_whole(&view->value[i])))
			return false;
	return true;
}

static void put_hash(struct json_out *json, struct view_bytes hash)
{
	char text[2 * HDRTAP_HASH_SIZE];

	json_text(json, (struct view_bytes){ (__u8 *)text, view_hash(text, hash) }, JSON_UTF8);
}

static bool put_header_value(struct json_out *json, const struct view_value *value,
			     enum json_bytes are)
{
	if (value->mode == HDRTAP_MODE_LENGTH)
		json_number(json, value->original);
	else if (value->mode == HDRTAP_MODE_HASH)
		put_hash(json, value->stored);
	else
		return json_text(json, view_whole(value), are);
	return true;
}

/* All values of the header whose first is `first`. Returns false when they are not all ASCII but
 * should be. */
static bool put_header_values(struct json_sink *sink, const struct view *view, __u32 first,
			      enum json_bytes are)
{
	__u32 end = view->repeated ? view->count : first + 1, i;

	for (i = first; i < end; i++)
		if (same_header(&view->value[i], &view->value[first]) &&
		    !put_header_value(&sink->json, &view->value[i], are))
			return false;
	return true;
}

/* A value that is the only one of its header. Returns false, and adds nothing, when it is not
 * ASCII. */
static bool put_single_ascii(struct json_out *json, const struct json_header *header,
			     struct view_bytes text)
{
	char *to = out_room(json->out, JSON_HEADER_MAX + JSON_ESCAPED_MAX * text.size + 4);

	if (!to)
		return true; /* the line is not taken, whatever it is */
	to = text_put_padded(to, header->text, header->size);
	*to++ = '"';
	to = json_escape_ascii(to, text.bytes, text.size);
	if (!to)
		return false;
	json_took(json, TEXT_PUT(to, "\"],"));
	return true;
}

static void put_list(struct json_sink *sink, const struct view *view, __u32 first,
		     const struct json_header *header)
{
	struct json_out *json = &sink->json;
	size_t at = json->out->used, behind = at + header->size;
	char *to = out_room(json->out, JSON_HEADER_MAX);
	bool utf8;

	if (!to)
		return;
	json_took(json, text_put_padded(to, header->text, header->size));
	if (!put_header_values(sink, view, first, JSON_ASCII)) {
		json->out->used = behind;
		utf8 = all_utf8(view, first);
		if (!utf8)
			json_remember_latin1(json, at, behind - strlen(":["));
		put_header_values(sink, view, first, utf8 ? JSON_UTF8 : JSON_LATIN1);
	}
	json_array_end(json);
}

static void put_header(struct json_sink *sink, const struct view *view, __u32 first)
{
	const struct view_value *value = &view->value[first];
	const struct json_header *header = header_of(sink, view, value);
	bool is_text = value->mode != HDRTAP_MODE_LENGTH && value->mode != HDRTAP_MODE_HASH;

	if (view->repeated || !is_text || !put_single_ascii(&sink->json, header, view_whole(value)))
		put_list(sink, view, first, header);
}

void json_put_headers(struct json_sink *sink, const struct view *view)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (is_header(view, &view->value[i]) && is_first(view, i))
			put_header(sink, view, i);
}

static void put_original_length(struct json_sink *sink, const struct view *view, __u32 first,
				bool joined)
{
	const struct view_value *value = &view->value[first];
	struct json_out *json = &sink->json;
	__u32 i;

	out_text(json->out, "\"hdrtap.");
	if (joined && view->rec->kind == HDRTAP_KIND_RESPONSE)
		out_text(json->out, "response.");
	out_text(json->out, "original_length.");
	if (value->slot == HDRTAP_SLOT_TARGET)
		out_text(json->out, "url.original");
	else if (value->slot == HDRTAP_SLOT_METHOD)
		out_text(json->out, "http.request.method_original");
	else
		put_name(sink, value->slot);
	out_text(json->out, "\":");
	json_array_begin(json);
	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], value))
			json_number(json, view->value[i].original);
	json_array_end(json);
}

/* Whether the header, target or method whose first value is `first` has a truncated one. */
static bool any_truncated(const struct view *view, __u32 first)
{
	__u32 i;

	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], &view->value[first]) &&
		    view_truncated(&view->value[i]))
			return true;
	return false;
}

void json_put_original_lengths(struct json_sink *sink, const struct view *view, bool joined)
{
	__u32 i;

	for (i = 0; view->truncated && i < view->count; i++)
		if (view->value[i].slot < view->meta->slot_count && any_truncated(view, i) &&
		    is_first(view, i))
			put_original_length(sink, view, i, joined);
}

/* Whether one of the values of the header or target whose first is `first` is redacted. */
static bool any_redacted(const struct view *view, __u32 first)
{
	__u32 i;

	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], &view->value[first]) && view->value[i].redacted)
			return true;
	return false;
}

/* The key by itself as an item of a list. */
static void put_header_key(struct json_out *json, const struct json_header *header)
{
	out_bytes(json->out, header->text, header->size - strlen(":["));
	out_char(json->out, ',');
}

static void put_redacted_keys(struct json_sink *sink, const struct view *view)
{
	struct json_out *json = &sink->json;

	for (__u32 i = 0; i < view->count; i++) {
		if (!is_first(view, i) || !any_redacted(view, i))
			continue;
		if (is_header(view, &view->value[i])) {
			put_header_key(json, header_of(sink, view, &view->value[i]));
		} else if (view->value[i].slot == HDRTAP_SLOT_TARGET) {
			json_word(json, "url.original");
		}
	}
}

static bool is_redacted(const struct view *view)
{
	return view && view->rec->flags & HDRTAP_FLAG(REDACTED);
}

void json_put_redacted(struct json_sink *sink, const struct view *view, const struct view *other)
{
	if (!is_redacted(view) && !is_redacted(other))
		return;
	json_key(&sink->json, JSON_KEY("hdrtap.redacted"));
	json_array_begin(&sink->json);
	if (is_redacted(view))
		put_redacted_keys(sink, view);
	if (is_redacted(other))
		put_redacted_keys(sink, other);
	json_array_end(&sink->json);
}
