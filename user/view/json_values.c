/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/json_values.h"

#include "run/words.h"

void json_put_request(struct json_sink *sink, const struct view *view)
{
	const struct view_slots *slots = &sink->view.slots;
	struct json_out *json = &sink->json;
	struct view_bytes target = view_kept(view, HDRTAP_SLOT_TARGET);
	struct view_bytes path, query;

	json_key_text(json, JSON_KEY("http.request.method"), word_method(view->rec->method));
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

	for (k = 0; k < i; k++)
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
	out_bytes(sink->json.out, sink->name[slot].text, sink->name[slot].size);
}

/* The key of a header in quotes. */
static void put_header_key(struct json_sink *sink, const struct view *view,
			   const struct view_value *value)
{
	struct out *out = sink->json.out;
	bool kept = value->mode == HDRTAP_MODE_KEEP;

	out_text(out, kept ? "\"http." : "\"hdrtap.");
	out_text(out, word_kind(view->rec->kind));
	out_text(out, ".header.");
	put_name(sink, value->slot);
	if (!kept) {
		out_char(out, '.');
		out_text(out, word_mode(value->mode));
	}
	out_char(out, '"');
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

	json_bytes(json, text, view_hash(text, hash));
}

static void put_header_value(struct json_out *json, const struct view_value *value, bool utf8)
{
	if (value->mode == HDRTAP_MODE_LENGTH)
		json_number(json, value->original);
	else if (value->mode == HDRTAP_MODE_HASH)
		put_hash(json, value->stored);
	else
		json_value(json, view_whole(value), utf8);
}

/* All values of the header whose first is `first`. */
static void put_header(struct json_sink *sink, const struct view *view, __u32 first)
{
	const struct view_value *value = &view->value[first];
	bool raw = value->mode == HDRTAP_MODE_HASH, utf8 = raw || all_utf8(view, first);
	struct json_out *json = &sink->json;
	size_t at = json->out->used;
	__u32 i;

	put_header_key(sink, view, value);
	if (!utf8)
		json_remember_latin1(json, at, json->out->used);
	out_char(json->out, ':');
	json_array_begin(json);
	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], value))
			put_header_value(json, &view->value[i], utf8);
	json_array_end(json);
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

	for (i = 0; i < view->count; i++)
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

static void put_redacted_keys(struct json_sink *sink, const struct view *view)
{
	struct json_out *json = &sink->json;

	for (__u32 i = 0; i < view->count; i++) {
		if (!is_first(view, i) || !any_redacted(view, i))
			continue;
		if (is_header(view, &view->value[i])) {
			put_header_key(sink, view, &view->value[i]);
			out_char(json->out, ',');
		} else if (view->value[i].slot == HDRTAP_SLOT_TARGET) {
			json_text(json, "url.original");
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
