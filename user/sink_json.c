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
#include "sink_view.h"

#include <errno.h>
#include <yajl/yajl_gen.h>

#define NAME_SIZE (2 * HDRTAP_NAME_MAX) /* a header name that is not even ASCII, in UTF-8 */
#define KEY_MAX   (sizeof("hdrtap.response.header..length") + NAME_SIZE)
#define KEYS_MAX  (HDRTAP_ENTRIES_MAX + 8) /* keys whose value comes from the head */

struct json_key {
	size_t size;
	char text[KEY_MAX];
};

struct json_sink {
	struct view_sink view;
	yajl_gen gen;
	char run[VIEW_RUN_SIZE];
	__u32 latin1_count; /* keys to be named in hdrtap.latin1 */
	struct json_key latin1[KEYS_MAX];
};

static void key_add(struct json_key *key, const void *bytes, size_t size)
{
	if (size > sizeof(key->text) - key->size)
		size = sizeof(key->text) - key->size;
	memcpy(key->text + key->size, bytes, size);
	key->size += size;
}

static void key_add_text(struct json_key *key, const char *text)
{
	key_add(key, text, strlen(text));
}

/* Adds a header name. One out of a damaged log may be anything. */
static void key_add_name(struct json_key *key, const char *name)
{
	struct view_bytes text = { (const __u8 *)name, strnlen(name, HDRTAP_NAME_MAX) };
	__u8 mapped[NAME_SIZE];

	if (view_is_utf8(text))
		key_add(key, text.bytes, text.size);
	else
		key_add(key, mapped, view_latin1(mapped, text));
}

static void put_bytes(struct json_sink *json, const void *bytes, size_t size)
{
	yajl_gen_string(json->gen, bytes, size);
}

static void put_text(struct json_sink *json, const char *text)
{
	put_bytes(json, text, strlen(text));
}

static void put_number(struct json_sink *json, __u64 number)
{
	char digits[VIEW_NUMBER_MAX];

	yajl_gen_number(json->gen, digits, view_number(digits, number));
}

static void put_key_text(struct json_sink *json, const char *key, const char *text)
{
	put_text(json, key);
	put_text(json, text);
}

static void put_key_number(struct json_sink *json, const char *key, __u64 number)
{
	put_text(json, key);
	put_number(json, number);
}

/* Bytes of a head. `utf8`: they are. */
static void put_value(struct json_sink *json, struct view_bytes text, bool utf8)
{
	__u8 mapped[2 * HDRTAP_ARENA_SIZE];

	if (utf8)
		put_bytes(json, text.bytes, text.size);
	else
		put_bytes(json, mapped, view_latin1(mapped, text));
}

static void remember_latin1(struct json_sink *json, const struct json_key *key)
{
	if (json->latin1_count < KEYS_MAX)
		json->latin1[json->latin1_count++] = *key;
}

/* A key with one value from the head; nothing when that is absent. */
static void put_key_value(struct json_sink *json, const char *name, struct view_bytes text)
{
	struct json_key key = { 0 };
	bool utf8;

	if (!text.bytes)
		return;
	utf8 = view_is_utf8(text);
	put_text(json, name);
	put_value(json, text, utf8);
	if (!utf8) {
		key_add_text(&key, name);
		remember_latin1(json, &key);
	}
}

static void put_endpoint(struct json_sink *json, const char *address_key, const __u8 address[16],
			 const char *port_key, __u16 port)
{
	char text[VIEW_ADDRESS_MAX];

	put_text(json, address_key);
	put_bytes(json, text, view_address(text, address));
	put_key_number(json, port_key, port);
}

static void put_version(struct json_sink *json, __u8 version)
{
	char text[2 * VIEW_NUMBER_MAX + 1];
	size_t size;

	put_key_text(json, "network.protocol.name", "http");
	if (!version)
		return;
	size = view_number(text, version >> 4);
	text[size++] = '.';
	size += view_number(text + size, version & 15);
	put_text(json, "network.protocol.version");
	put_bytes(json, text, size);
}

/* When, between whom, where seen. */
static void put_place(struct json_sink *json, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	const char *interface = run_meta_interface_name(view->meta, rec->ifindex);
	char time[VIEW_TIME_SIZE];

	view_time(time, view->time);
	put_text(json, "timestamp");
	put_bytes(json, time, sizeof(time));
	put_key_text(json, "hdrtap.kind", view_kind(rec->kind));
	put_endpoint(json, "source.address", rec->source, "source.port", rec->source_port);
	put_endpoint(json, "destination.address", rec->destination, "destination.port",
		     rec->destination_port);
	put_key_text(json, "network.type", view_is_ipv4(rec->source) ? "ipv4" : "ipv6");
	if (interface)
		put_key_value(json, "network.interface.name",
			      (struct view_bytes){ (const __u8 *)interface, strlen(interface) });
	if (rec->direction)
		put_key_text(json, "network.io.direction", view_direction(rec->direction));
	put_version(json, rec->version);
}

static void put_request(struct json_sink *json, const struct view *view)
{
	struct view_bytes target = view_kept(view, HDRTAP_SLOT_TARGET);
	struct view_bytes path, query;
	const struct view_slots *slots = &json->view.slots;

	put_key_text(json, "http.request.method", view_method(view->rec->method));
	put_key_value(json, "http.request.method_original", view_kept(view, HDRTAP_SLOT_METHOD));
	view_split_target(target, &path, &query);
	put_key_value(json, "url.original", target);
	put_key_value(json, "url.path", path);
	put_key_value(json, "url.query", query);
	put_key_value(json, "server.address", view_server_address(view_kept(view, slots->host)));
	put_key_value(json, "user_agent.original", view_kept(view, slots->user_agent));
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
	key_add_text(key, value->mode == HDRTAP_MODE_KEEP ? "http." : "hdrtap.");
	key_add_text(key, view_kind(view->rec->kind));
	key_add_text(key, ".header.");
	key_add_name(key, view->meta->slot[value->slot].name);
	if (value->mode != HDRTAP_MODE_KEEP) {
		key_add_text(key, ".");
		key_add_text(key, view_mode(value->mode));
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

static void put_hash(struct json_sink *json, struct view_bytes hash)
{
	static const char hex[16] = "0123456789abcdef";
	char text[16];
	size_t i, size = hash.size < 8 ? hash.size : 8;

	for (i = 0; i < size; i++) {
		text[2 * i] = hex[hash.bytes[i] >> 4];
		text[2 * i + 1] = hex[hash.bytes[i] & 15];
	}
	put_bytes(json, text, 2 * size);
}

static void put_header_value(struct json_sink *json, const struct view_value *value, bool utf8)
{
	if (value->mode == HDRTAP_MODE_LENGTH)
		put_number(json, value->original);
	else if (value->mode == HDRTAP_MODE_HASH)
		put_hash(json, value->stored);
	else
		put_value(json, view_whole(value), utf8);
}

/* All values of the header whose first is `first`. */
static void put_header(struct json_sink *json, const struct view *view, __u32 first)
{
	const struct view_value *value = &view->value[first];
	bool raw = value->mode == HDRTAP_MODE_HASH, utf8 = raw || all_utf8(view, first);
	struct json_key key;
	__u32 i;

	header_key(&key, view, value);
	put_bytes(json, key.text, key.size);
	yajl_gen_array_open(json->gen);
	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], value))
			put_header_value(json, &view->value[i], utf8);
	yajl_gen_array_close(json->gen);
	if (!utf8)
		remember_latin1(json, &key);
}

static void put_headers(struct json_sink *json, const struct view *view)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (is_header(view, &view->value[i]) && is_first(view, i))
			put_header(json, view, i);
}

static void put_original_length(struct json_sink *json, const struct view *view, __u32 first)
{
	const struct view_value *value = &view->value[first];
	struct json_key key = { 0 };
	__u32 i;

	key_add_text(&key, "hdrtap.original_length.");
	if (value->slot == HDRTAP_SLOT_TARGET)
		key_add_text(&key, "url.original");
	else if (value->slot == HDRTAP_SLOT_METHOD)
		key_add_text(&key, "http.request.method_original");
	else
		key_add_name(&key, view->meta->slot[value->slot].name);
	put_bytes(json, key.text, key.size);
	yajl_gen_array_open(json->gen);
	for (i = first; i < view->count; i++)
		if (same_header(&view->value[i], value))
			put_number(json, view->value[i].original);
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

static void put_original_lengths(struct json_sink *json, const struct view *view)
{
	__u32 i;

	for (i = 0; i < view->count; i++)
		if (view->value[i].slot < view->meta->slot_count && any_truncated(view, i) &&
		    is_first(view, i))
			put_original_length(json, view, i);
}

static void put_latin1(struct json_sink *json)
{
	__u32 i;

	if (!json->latin1_count)
		return;
	put_text(json, "hdrtap.latin1");
	yajl_gen_array_open(json->gen);
	for (i = 0; i < json->latin1_count; i++)
		put_bytes(json, json->latin1[i].text, json->latin1[i].size);
	yajl_gen_array_close(json->gen);
}

static void put_flags(struct json_sink *json, __u64 flags)
{
	unsigned int bit;

	if (!flags)
		return;
	put_text(json, "hdrtap.flags");
	yajl_gen_array_open(json->gen);
	for (bit = 0; bit < HDRTAP_FLAG_MAX; bit++)
		if (flags & 1ULL << bit)
			put_text(json, view_flag(bit));
	yajl_gen_array_close(json->gen);
}

static void put_vlans(struct json_sink *json, const struct hdrtap_record *rec)
{
	__u32 i;

	if (!rec->vlan_count)
		return;
	put_text(json, "hdrtap.vlan");
	yajl_gen_array_open(json->gen);
	for (i = 0; i < rec->vlan_count && i < 2; i++)
		put_number(json, rec->vlan[i]);
	yajl_gen_array_close(json->gen);
}

/* What is known beside the head itself. */
static void put_details(struct json_sink *json, const struct hdrtap_record *rec)
{
	if (rec->latency)
		put_key_number(json, "hdrtap.latency_ns", rec->latency);
	put_flags(json, rec->flags);
	if (rec->depth)
		put_key_number(json, "hdrtap.depth", rec->depth);
	put_key_number(json, "hdrtap.head_length", rec->head_length);
	put_vlans(json, rec);
	if (rec->tunnel)
		put_key_text(json, "hdrtap.tunnel", view_tunnel(rec->tunnel));
	put_key_number(json, "hdrtap.tcp_seq", rec->tcp_sequence);
	put_key_text(json, "hdrtap.hook", view_hook(rec->hook));
	put_text(json, "hdrtap.run");
	put_bytes(json, json->run, sizeof(json->run));
	put_key_number(json, "hdrtap.cpu", rec->cpu);
	put_key_number(json, "hdrtap.sequence", rec->sequence);
}

static void json_line(struct view_sink *v, const struct view *view)
{
	struct json_sink *json = (struct json_sink *)v;

	json->latin1_count = 0;
	yajl_gen_map_open(json->gen);
	put_place(json, view);
	if (view->rec->kind == HDRTAP_KIND_REQUEST)
		put_request(json, view);
	else
		put_key_number(json, "http.response.status_code", view->rec->status);
	put_headers(json, view);
	put_original_lengths(json, view);
	put_latin1(json);
	put_details(json, view->rec);
	yajl_gen_map_close(json->gen);
	yajl_gen_reset(json->gen, NULL);
}

static int json_describe(struct view_sink *v)
{
	struct json_sink *json = (struct json_sink *)v;

	view_run(json->run, v->meta->run_id);
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
	struct json_sink *json = (struct json_sink *)v;

	json->gen = yajl_gen_alloc(NULL);
	if (!json->gen)
		return -ENOMEM;
	yajl_gen_config(json->gen, yajl_gen_print_callback, json_print, &v->out);
	return 0;
}

static void json_release(struct view_sink *v)
{
	yajl_gen_free(((struct json_sink *)v)->gen);
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
