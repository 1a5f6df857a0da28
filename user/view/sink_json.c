/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One flat object per line: the keys of OpenTelemetry's semantic conventions where there is one,
 * hdrtap.* otherwise. A key stands there only when there is something to say; an empty value is "".
 *
 * JSON text is UTF-8 and header values need not be. The values of a key that are not all UTF-8 are
 * written byte by byte as U+0000 to U+00FF, and the key is named in hdrtap.latin1, so that the
 * bytes can be had again. A truncated value loses the character that the cut went through rather
 * than being treated so.
 */
#include "view/json_out.h"
#include "view/sink_json.h"
#include "run/words.h"

/* A header name as it stands in keys. One out of a damaged log may be anything. */
struct json_name {
	__u16 size;
	char text[JSON_ESCAPED_MAX * HDRTAP_NAME_MAX];
};

struct json_sink {
	struct view_sink view;
	struct json_out json;
	char run[VIEW_RUN_SIZE];
	struct json_name name[RUN_SLOTS_MAX]; /* of each slot */
};

static void put_address(struct out *out, const __u8 address[16])
{
	char *to = out_room(out, VIEW_ADDRESS_MAX + 3);
	size_t size;

	if (!to)
		return;
	*to++ = '"';
	size = view_address(to, address);
	memcpy(to + size, "\",", 2);
	out->used += size + 3;
}

static void put_time(struct out *out, __u64 time)
{
	char *to = out_room(out, VIEW_TIME_SIZE + 3);

	if (!to)
		return;
	*to = '"';
	view_time(to + 1, time);
	memcpy(to + 1 + VIEW_TIME_SIZE, "\",", 2);
	out->used += VIEW_TIME_SIZE + 3;
}

static void put_version(struct json_out *json, __u8 version)
{
	struct out *out = json->out;

	json_key_text(json, JSON_KEY("network.protocol.name"), "http");
	if (!version)
		return;
	out_text(out, JSON_KEY("network.protocol.version") "\"");
	out_number(out, version >> 4);
	out_char(out, '.');
	out_number(out, version & 15);
	out_text(out, "\",");
}

/* When, between whom, where seen. */
static void put_place(struct json_out *json, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	const char *interface = view->interface;

	if (view_timed(view)) {
		json_key(json, JSON_KEY("timestamp"));
		put_time(json->out, view->time);
	}
	json_key_text(json, JSON_KEY("hdrtap.kind"), word_kind(rec->kind));
	json_key(json, JSON_KEY("source.address"));
	put_address(json->out, rec->source);
	json_key_number(json, JSON_KEY("source.port"), rec->source_port);
	json_key(json, JSON_KEY("destination.address"));
	put_address(json->out, rec->destination);
	json_key_number(json, JSON_KEY("destination.port"), rec->destination_port);
	json_key_text(json, JSON_KEY("network.type"), view_is_ipv4(rec->source) ? "ipv4" : "ipv6");
	if (interface)
		json_key_value(json, JSON_KEY("network.interface.name"),
			       (struct view_bytes){ (const __u8 *)interface, strlen(interface) });
	if (rec->direction)
		json_key_text(json, JSON_KEY("network.io.direction"),
			      word_direction(rec->direction));
	put_version(json, rec->version);
}

static void put_request(struct json_out *json, const struct view *view,
			const struct view_slots *slots)
{
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

static void put_headers(struct json_sink *sink, const struct view *view)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (is_header(view, &view->value[i]) && is_first(view, i))
			put_header(sink, view, i);
}

static void put_original_length(struct json_sink *sink, const struct view *view, __u32 first)
{
	const struct view_value *value = &view->value[first];
	struct json_out *json = &sink->json;
	__u32 i;

	out_text(json->out, "\"hdrtap.original_length.");
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

static void put_original_lengths(struct json_sink *sink, const struct view *view)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (view->value[i].slot < view->meta->slot_count && any_truncated(view, i) &&
		    is_first(view, i))
			put_original_length(sink, view, i);
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

/* The keys of values from which secrets were removed. */
static void put_redacted(struct json_sink *sink, const struct view *view)
{
	struct json_out *json = &sink->json;
	__u32 i;

	if (!(view->rec->flags & HDRTAP_FLAG(REDACTED)))
		return;
	json_key(json, JSON_KEY("hdrtap.redacted"));
	json_array_begin(json);
	for (i = 0; i < view->count; i++) {
		if (!is_first(view, i) || !any_redacted(view, i))
			continue;
		if (is_header(view, &view->value[i])) {
			put_header_key(sink, view, &view->value[i]);
			out_char(json->out, ',');
		} else if (view->value[i].slot == HDRTAP_SLOT_TARGET) {
			json_text(json, "url.original");
		}
	}
	json_array_end(json);
}

static void put_flags(struct json_out *json, __u64 flags)
{
	unsigned int bit;

	if (!flags)
		return;
	json_key(json, JSON_KEY("hdrtap.flags"));
	json_array_begin(json);
	for (bit = 0; bit < HDRTAP_FLAG_MAX; bit++)
		if (flags & 1ULL << bit)
			json_text(json, word_flag(bit));
	json_array_end(json);
}

static void put_vlans(struct json_out *json, const struct hdrtap_record *rec)
{
	__u32 i;

	if (!rec->vlan_count)
		return;
	json_key(json, JSON_KEY("hdrtap.vlan"));
	json_array_begin(json);
	for (i = 0; i < rec->vlan_count && i < HDRTAP_VLANS_MAX; i++)
		json_number(json, rec->vlan[i]);
	json_array_end(json);
}

static void put_tunnels(struct json_out *json, const struct hdrtap_record *rec)
{
	if (rec->tunnel[0])
		json_key_text(json, JSON_KEY("hdrtap.tunnel"), word_tunnel(rec->tunnel[0]));
	if (rec->tunnel_id[0])
		json_key_number(json, JSON_KEY("hdrtap.tunnel_id"), rec->tunnel_id[0]);
	if (rec->tunnel[1])
		json_key_text(json, JSON_KEY("hdrtap.inner_tunnel"), word_tunnel(rec->tunnel[1]));
	if (rec->tunnel_id[1])
		json_key_number(json, JSON_KEY("hdrtap.inner_tunnel_id"), rec->tunnel_id[1]);
}

/* The request that a response answers. */
static void put_request_of(struct json_out *json, const struct hdrtap_record *rec)
{
	if (!hdrtap_record_paired(rec))
		return;
	if (rec->latency)
		json_key_number(json, JSON_KEY("hdrtap.latency_ns"), rec->latency);
	json_key_text(json, JSON_KEY("hdrtap.request.method"), word_method(rec->paired_method));
	if (!hdrtap_record_refers(rec))
		return;
	json_key_number(json, JSON_KEY("hdrtap.request.cpu"), rec->paired_cpu);
	json_key_number(json, JSON_KEY("hdrtap.request.sequence"), rec->paired_sequence);
}

/* The response to a request, if it was logged first. */
static void put_response_to(struct json_out *json, const struct hdrtap_record *rec)
{
	if (!hdrtap_record_refers(rec))
		return;
	json_key_number(json, JSON_KEY("hdrtap.response.cpu"), rec->paired_cpu);
	json_key_number(json, JSON_KEY("hdrtap.response.sequence"), rec->paired_sequence);
}

/* What is known beside the head itself. */
static void put_details(struct json_sink *sink, const struct hdrtap_record *rec)
{
	struct json_out *json = &sink->json;

	if (rec->kind == HDRTAP_KIND_REQUEST)
		put_response_to(json, rec);
	else
		put_request_of(json, rec);
	put_flags(json, rec->flags);
	if (rec->depth)
		json_key_number(json, JSON_KEY("hdrtap.depth"), rec->depth);
	json_key_number(json, JSON_KEY("hdrtap.head_length"), rec->head_length);
	put_vlans(json, rec);
	if (rec->mpls)
		json_key_number(json, JSON_KEY("hdrtap.mpls"), HDRTAP_MPLS_LABEL(rec->mpls));
	put_tunnels(json, rec);
	json_key_number(json, JSON_KEY("hdrtap.tcp_seq"), rec->tcp_sequence);
	json_key_text(json, JSON_KEY("hdrtap.hook"), word_hook(rec->hook));
	out_text(json->out, JSON_KEY("hdrtap.run") "\"");
	out_bytes(json->out, sink->run, sizeof(sink->run));
	out_text(json->out, "\",");
	json_key_number(json, JSON_KEY("hdrtap.cpu"), rec->cpu);
	json_key_number(json, JSON_KEY("hdrtap.sequence"), rec->sequence);
}

static void json_line(struct view_sink *v, const struct view *view)
{
	struct json_sink *sink = (struct json_sink *)v;
	struct json_out *json = &sink->json;

	json_begin(json);
	put_place(json, view);
	if (view->rec->kind == HDRTAP_KIND_REQUEST)
		put_request(json, view, &v->slots);
	else
		json_key_number(json, JSON_KEY("http.response.status_code"), view->rec->status);
	put_headers(sink, view);
	put_original_lengths(sink, view);
	put_redacted(sink, view);
	json_latin1(json);
	put_details(sink, view->rec);
	json_end(json);
}

static void take_name(struct json_name *to, const char *name)
{
	struct view_bytes text = { (const __u8 *)name, strnlen(name, HDRTAP_NAME_MAX) };
	__u8 mapped[2 * HDRTAP_NAME_MAX];

	if (!view_is_utf8(text))
		text = (struct view_bytes){ mapped, view_latin1(mapped, text) };
	to->size = json_escape(to->text, text.bytes, text.size);
}

static int json_describe(struct view_sink *v)
{
	struct json_sink *sink = (struct json_sink *)v;
	__u32 i;

	sink->json.out = &v->out;
	view_run(sink->run, v->meta->run_id);
	for (i = HDRTAP_SLOT_NAMES; i < v->meta->slot_count; i++)
		take_name(&sink->name[i], v->meta->slot[i].name);
	return 0;
}

static const struct view_format json_format = {
	.size = sizeof(struct json_sink),
	.describe = json_describe,
	.line = json_line,
};

int sink_json_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &json_format, options);
}
