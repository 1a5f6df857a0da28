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
#include "json_out.h"
#include "sink_view.h"

#include <errno.h>
struct json_sink {
	struct view_sink view;
	struct json_out json;
	char run[VIEW_RUN_SIZE];
};

static void put_endpoint(struct json_out *json, const char *address_key, const __u8 address[16],
			 const char *port_key, __u16 port)
{
	char text[VIEW_ADDRESS_MAX];

	json_text(json, address_key);
	json_bytes(json, text, view_address(text, address));
	json_key_number(json, port_key, port);
}

static void put_version(struct json_out *json, __u8 version)
{
	char text[2 * VIEW_NUMBER_MAX + 1];
	size_t size;

	json_key_text(json, "network.protocol.name", "http");
	if (!version)
		return;
	size = view_number(text, version >> 4);
	text[size++] = '.';
	size += view_number(text + size, version & 15);
	json_text(json, "network.protocol.version");
	json_bytes(json, text, size);
}

/* When, between whom, where seen. */
static void put_place(struct json_out *json, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	const char *interface = run_meta_interface_name(view->meta, rec->ifindex);
	char time[VIEW_TIME_SIZE];

	view_time(time, view->time);
	json_text(json, "timestamp");
	json_bytes(json, time, sizeof(time));
	json_key_text(json, "hdrtap.kind", view_kind(rec->kind));
	put_endpoint(json, "source.address", rec->source, "source.port", rec->source_port);
	put_endpoint(json, "destination.address", rec->destination, "destination.port",
		     rec->destination_port);
	json_key_text(json, "network.type", view_is_ipv4(rec->source) ? "ipv4" : "ipv6");
	if (interface)
		json_key_value(json, "network.interface.name",
			       (struct view_bytes){ (const __u8 *)interface, strlen(interface) });
	if (rec->direction)
		json_key_text(json, "network.io.direction", view_direction(rec->direction));
	put_version(json, rec->version);
}

static void put_request(struct json_out *json, const struct view *view,
			const struct view_slots *slots)
{
	struct view_bytes target = view_kept(view, HDRTAP_SLOT_TARGET);
	struct view_bytes path, query;

	json_key_text(json, "http.request.method", view_method(view->rec->method));
	json_key_value(json, "http.request.method_original", view_kept(view, HDRTAP_SLOT_METHOD));
	view_split_target(target, &path, &query);
	json_key_value(json, "url.original", target);
	json_key_value(json, "url.path", path);
	json_key_value(json, "url.query", query);
	json_key_value(json, "server.address", view_server_address(view_kept(view, slots->host)));
	json_key_value(json, "user_agent.original", view_kept(view, slots->user_agent));
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

static void header_key(struct json_key *key, const struct view *view,
		       const struct view_value *value)
{
	key->size = 0;
	json_key_add(key, value->mode == HDRTAP_MODE_KEEP ? "http." : "hdrtap.");
	json_key_add(key, view_kind(view->rec->kind));
	json_key_add(key, ".header.");
	json_key_add_name(key, view->meta->slot[value->slot].name);
	if (value->mode != HDRTAP_MODE_KEEP) {
		json_key_add(key, ".");
		json_key_add(key, view_mode(value->mode));
	}
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
static void put_header(struct json_out *json, const struct view *view, __u32 first)
{
	const struct view_value *value = &view->value[first];
	bool raw = value->mode == HDRTAP_MODE_HASH, utf8 = raw || all_utf8(view, first);
	struct json_key key;
	__u32 i;

	header_key(&key, view, value);
	json_bytes(json, key.text, key.size);
	yajl_gen_array_open(json->gen);
	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], value))
			put_header_value(json, &view->value[i], utf8);
	yajl_gen_array_close(json->gen);
	if (!utf8)
		json_remember_latin1(json, &key);
}

static void put_headers(struct json_out *json, const struct view *view)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (is_header(view, &view->value[i]) && is_first(view, i))
			put_header(json, view, i);
}

static void put_original_length(struct json_out *json, const struct view *view, __u32 first)
{
	const struct view_value *value = &view->value[first];
	struct json_key key = { 0 };
	__u32 i;

	json_key_add(&key, "hdrtap.original_length.");
	if (value->slot == HDRTAP_SLOT_TARGET)
		json_key_add(&key, "url.original");
	else if (value->slot == HDRTAP_SLOT_METHOD)
		json_key_add(&key, "http.request.method_original");
	else
		json_key_add_name(&key, view->meta->slot[value->slot].name);
	json_bytes(json, key.text, key.size);
	yajl_gen_array_open(json->gen);
	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], value))
			json_number(json, view->value[i].original);
	yajl_gen_array_close(json->gen);
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

static void put_original_lengths(struct json_out *json, const struct view *view)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (view->value[i].slot < view->meta->slot_count && any_truncated(view, i) &&
		    is_first(view, i))
			put_original_length(json, view, i);
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
static void put_redacted(struct json_out *json, const struct view *view)
{
	struct json_key key;
	__u32 i;

	if (!(view->rec->flags & HDRTAP_FLAG(REDACTED)))
		return;
	json_text(json, "hdrtap.redacted");
	yajl_gen_array_open(json->gen);
	for (i = 0; i < view->count; i++) {
		if (!is_first(view, i) || !any_redacted(view, i))
			continue;
		if (is_header(view, &view->value[i])) {
			header_key(&key, view, &view->value[i]);
			json_bytes(json, key.text, key.size);
		} else if (view->value[i].slot == HDRTAP_SLOT_TARGET) {
			json_text(json, "url.original");
		}
	}
	yajl_gen_array_close(json->gen);
}

static void put_flags(struct json_out *json, __u64 flags)
{
	unsigned int bit;

	if (!flags)
		return;
	json_text(json, "hdrtap.flags");
	yajl_gen_array_open(json->gen);
	for (bit = 0; bit < HDRTAP_FLAG_MAX; bit++)
		if (flags & 1ULL << bit)
			json_text(json, view_flag(bit));
	yajl_gen_array_close(json->gen);
}

static void put_vlans(struct json_out *json, const struct hdrtap_record *rec)
{
	__u32 i;

	if (!rec->vlan_count)
		return;
	json_text(json, "hdrtap.vlan");
	yajl_gen_array_open(json->gen);
	for (i = 0; i < rec->vlan_count && i < 2; i++)
		json_number(json, rec->vlan[i]);
	yajl_gen_array_close(json->gen);
}

/* The request that a response answers. */
static void put_pair(struct json_out *json, const struct hdrtap_record *rec)
{
	if (!hdrtap_record_paired(rec))
		return;
	json_key_number(json, "hdrtap.latency_ns", rec->latency);
	json_key_text(json, "hdrtap.request.method", view_method(rec->paired_method));
	if (rec->paired_sequence == HDRTAP_SEQUENCE_NONE)
		return;
	json_key_number(json, "hdrtap.request.cpu", rec->paired_cpu);
	json_key_number(json, "hdrtap.request.sequence", rec->paired_sequence);
}

/* What is known beside the head itself. */
static void put_details(struct json_sink *sink, const struct hdrtap_record *rec)
{
	struct json_out *json = &sink->json;

	put_pair(json, rec);
	put_flags(json, rec->flags);
	if (rec->depth)
		json_key_number(json, "hdrtap.depth", rec->depth);
	json_key_number(json, "hdrtap.head_length", rec->head_length);
	put_vlans(json, rec);
	if (rec->tunnel)
		json_key_text(json, "hdrtap.tunnel", view_tunnel(rec->tunnel));
	if (rec->tunnel_id)
		json_key_number(json, "hdrtap.tunnel_id", rec->tunnel_id);
	json_key_number(json, "hdrtap.tcp_seq", rec->tcp_sequence);
	json_key_text(json, "hdrtap.hook", view_hook(rec->hook));
	json_text(json, "hdrtap.run");
	json_bytes(json, sink->run, sizeof(sink->run));
	json_key_number(json, "hdrtap.cpu", rec->cpu);
	json_key_number(json, "hdrtap.sequence", rec->sequence);
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
		json_key_number(json, "http.response.status_code", view->rec->status);
	put_headers(json, view);
	put_original_lengths(json, view);
	put_redacted(json, view);
	json_latin1(json);
	put_details(sink, view->rec);
	json_end(json);
}

static int json_describe(struct view_sink *v)
{
	view_run(((struct json_sink *)v)->run, v->meta->run_id);
	return 0;
}

static void json_print(void *context, const char *text, size_t size)
{
	if (size == 1) /* quotes, commas and the like: most calls */
		out_char(context, *text);
	else
		out_bytes(context, text, size);
}

static int json_init(struct view_sink *v)
{
	struct json_out *json = &((struct json_sink *)v)->json;

	json->gen = yajl_gen_alloc(NULL);
	if (!json->gen)
		return -ENOMEM;
	yajl_gen_config(json->gen, yajl_gen_print_callback, json_print, &v->out);
	return 0;
}

static void json_release(struct view_sink *v)
{
	yajl_gen_free(((struct json_sink *)v)->json.gen);
}

static const struct view_format json_format = {
	.size = sizeof(struct json_sink),
	.init = json_init,
	.describe = json_describe,
	.line = json_line,
	.release = json_release,
};

int sink_json_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &json_format, options);
}
