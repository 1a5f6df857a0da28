/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One function per field; those that are a number or a word of the record are made of a row. A
 * field is absent, not 0, where it has no meaning for the head.
 */
#include "view/format_field.h"

#include <stdio.h>
#include <string.h>

#include "run/words.h"

#define NS_PER_S   1000000000ULL
#define NAMES_SIZE 1024

#define IS_REQUEST  (rec->kind == HDRTAP_KIND_REQUEST)
#define IS_RESPONSE (rec->kind == HDRTAP_KIND_RESPONSE)
#define IS_PROXIED  (rec->flags & HDRTAP_FLAG(PROXIED))

/* X(name, when there is one, number) */
#define NUMBERS(X)                                                                               \
	X(source_port, true, rec->source_port)                                                   \
	X(destination_port, true, rec->destination_port)                                         \
	X(remote_port, true, IS_RESPONSE ? rec->destination_port : rec->source_port)             \
	X(server_port, true, IS_RESPONSE ? rec->source_port : rec->destination_port)             \
	X(proxy_protocol_port, IS_PROXIED, rec->client_port)                                     \
	X(latency_ns, rec->latency, rec->latency)                                                \
	X(head_length, true, rec->head_length)                                                   \
	X(header_count, true, rec->header_count)                                                 \
	X(body_size, rec->framing == HDRTAP_FRAMING_LENGTH, rec->body_size)                      \
	X(body_bytes_sent, IS_RESPONSE && rec->framing == HDRTAP_FRAMING_LENGTH, rec->body_size) \
	X(depth, rec->depth, rec->depth)                                                         \
	X(mpls, rec->mpls, HDRTAP_MPLS_LABEL(rec->mpls))                                         \
	X(tunnel_id, rec->tunnel[0], rec->tunnel_id[0])                                          \
	X(inner_tunnel_id, rec->tunnel[1], rec->tunnel_id[1])                                    \
	X(ifindex, rec->ifindex, rec->ifindex)                                                   \
	X(tcp_sequence, true, rec->tcp_sequence)                                                 \
	X(cpu, true, rec->cpu)                                                                   \
	X(sequence, true, rec->sequence)                                                         \
	X(paired_cpu, hdrtap_record_refers(rec), rec->paired_cpu)                                \
	X(paired_sequence, hdrtap_record_refers(rec), rec->paired_sequence)                      \
	X(element_set, true, rec->element_set)                                                   \
	X(omitted, true, rec->omitted)                                                           \
	X(service, rec->service, rec->service)

/* X(name, when there is one, word) */
#define WORDS(X)                                                                     \
	X(kind, true, word_kind(rec->kind))                                          \
	X(direction, rec->direction, word_direction(rec->direction))                 \
	X(hook, true, word_hook(rec->hook))                                          \
	X(framing, true, word_framing(rec->framing))                                 \
	X(paired_method, hdrtap_record_paired(rec), word_method(rec->paired_method)) \
	X(tunnel, rec->tunnel[0], word_tunnel(rec->tunnel[0]))                       \
	X(inner_tunnel, rec->tunnel[1], word_tunnel(rec->tunnel[1]))

/* X(name, when there is one, address) */
#define ADDRESSES(X)                                                       \
	X(source, true, rec->source)                                       \
	X(destination, true, rec->destination)                             \
	X(remote_addr, true, IS_RESPONSE ? rec->destination : rec->source) \
	X(server_addr, true, IS_RESPONSE ? rec->source : rec->destination) \
	X(proxy_protocol_addr, IS_PROXIED, rec->client)

/* X(name): functions below */
#define OTHERS(X)          \
	X(time)            \
	X(time_iso8601)    \
	X(time_local)      \
	X(msec)            \
	X(interface)       \
	X(request)         \
	X(request_method)  \
	X(request_uri)     \
	X(uri)             \
	X(args)            \
	X(query_string)    \
	X(host)            \
	X(scheme)          \
	X(remote_user)     \
	X(server_protocol) \
	X(status)          \
	X(latency)         \
	X(flags)           \
	X(names)           \
	X(vlan)            \
	X(vni)             \
	X(run)

#define X_PUT(name, present, add)                                               \
	static bool put_##name(struct view_sink *sink, const struct view *view) \
	{                                                                       \
		const struct hdrtap_record *rec = view->rec;                    \
                                                                                \
		if (!(present))                                                 \
			return false;                                           \
		add;                                                            \
		return true;                                                    \
	}
#define X_NUMBER(name, present, number)   X_PUT(name, present, out_number(&sink->out, number))
#define X_WORD(name, present, word)       X_PUT(name, present, out_text(&sink->out, word))
#define X_ADDRESS(name, present, address) X_PUT(name, present, view_sink_address(sink, address))
NUMBERS(X_NUMBER)
WORDS(X_WORD)
ADDRESSES(X_ADDRESS)

void format_field_text(struct out *out, struct view_bytes text)
{
	out_escaped(out, text.bytes, text.size, '"');
}

static bool put_bytes(struct view_sink *sink, struct view_bytes text)
{
	if (text.bytes)
		format_field_text(&sink->out, text);
	return text.bytes;
}

void format_field_value(struct out *out, const struct view_value *value)
{
	char hash[2 * HDRTAP_HASH_SIZE];

	if (value->mode == HDRTAP_MODE_LENGTH)
		out_number(out, value->original);
	else if (value->mode == HDRTAP_MODE_HASH)
		out_bytes(out, hash, view_hash(hash, value->stored));
	else
		format_field_text(out, view_whole(value));
}

static bool put_time(struct view_sink *sink, const struct view *view)
{
	char text[VIEW_TIME_SIZE];

	if (!view_timed(view))
		return false;
	view_time(text, view->time);
	out_bytes(&sink->out, text, sizeof(text));
	return true;
}

static bool put_time_iso8601(struct view_sink *sink, const struct view *view)
{
	char text[VIEW_TIME_SIZE];

	if (!view_timed(view))
		return false;
	view_time(text, view->time);
	out_bytes(&sink->out, text, 19);
	out_text(&sink->out, "+00:00");
	return true;
}

static bool put_time_local(struct view_sink *sink, const struct view *view)
{
	static const char month[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[VIEW_TIME_SIZE], line[64];

	if (!view_timed(view))
		return false;
	view_time(text, view->time);
	snprintf(line, sizeof(line), "%.2s/%s/%.4s:%.8s +0000", text + 8,
		 month[(text[5] - '0') * 10 + text[6] - '1'], text, text + 11);
	out_text(&sink->out, line);
	return true;
}

/* A number of ns in seconds, with so many digits behind the point. */
static void add_seconds(struct out *out, __u64 ns, unsigned int digits)
{
	__u64 rest = ns % NS_PER_S;
	char *to;

	out_number(out, ns / NS_PER_S);
	out_char(out, '.');
	to = out_room(out, digits);
	if (!to)
		return;
	for (unsigned int i = digits; i < 9; i++)
		rest /= 10;
	view_digits(to, rest, digits);
	out->used += digits;
}

static bool put_msec(struct view_sink *sink, const struct view *view)
{
	if (view_timed(view))
		add_seconds(&sink->out, view->time, 3);
	return view_timed(view);
}

static bool put_latency(struct view_sink *sink, const struct view *view)
{
	if (view->rec->latency)
		add_seconds(&sink->out, view->rec->latency, 6);
	return view->rec->latency;
}

static bool put_interface(struct view_sink *sink, const struct view *view)
{
	const char *name = view->interface;

	return put_bytes(sink, (struct view_bytes){ (const __u8 *)name, name ? strlen(name) : 0 });
}

static bool put_request_method(struct view_sink *sink, const struct view *view)
{
	if (view->rec->kind != HDRTAP_KIND_REQUEST)
		return false;
	if (!put_bytes(sink, view_kept(view, HDRTAP_SLOT_METHOD)))
		out_text(&sink->out, word_method(view->rec->method));
	return true;
}

static bool put_request_uri(struct view_sink *sink, const struct view *view)
{
	return put_bytes(sink, view_kept(view, HDRTAP_SLOT_TARGET));
}

static bool put_server_protocol(struct view_sink *sink, const struct view *view)
{
	__u8 version = view->rec->version;

	if (!version)
		return false;
	out_text(&sink->out, "HTTP/");
	out_number(&sink->out, version >> 4);
	out_char(&sink->out, '.');
	out_number(&sink->out, version & 15);
	return true;
}

/* The request line; HTTP/0.9 has no version there. */
static bool put_request(struct view_sink *sink, const struct view *view)
{
	if (!put_request_method(sink, view))
		return false;
	out_char(&sink->out, ' ');
	put_request_uri(sink, view);
	if (!(view->rec->flags & HDRTAP_FLAG(HTTP09)) && view->rec->version) {
		out_char(&sink->out, ' ');
		put_server_protocol(sink, view);
	}
	return true;
}

static bool put_uri(struct view_sink *sink, const struct view *view)
{
	struct view_bytes path, query;

	view_split_target(view_kept(view, HDRTAP_SLOT_TARGET), &path, &query);
	return put_bytes(sink, path);
}

static bool put_args(struct view_sink *sink, const struct view *view)
{
	struct view_bytes path, query;

	view_split_target(view_kept(view, HDRTAP_SLOT_TARGET), &path, &query);
	return put_bytes(sink, query);
}

#define put_query_string put_args /* nginx has both names */

static bool put_host(struct view_sink *sink, const struct view *view)
{
	return view->rec->kind == HDRTAP_KIND_REQUEST &&
	       put_bytes(sink, view_server(view, sink->slots.host));
}

/* Nothing else is read. */
static bool put_scheme(struct view_sink *sink, const struct view *view)
{
	(void)view;
	out_text(&sink->out, "http");
	return true;
}

/* No credentials are kept. */
static bool put_remote_user(struct view_sink *sink, const struct view *view)
{
	(void)sink;
	(void)view;
	return false;
}

static bool put_status(struct view_sink *sink, const struct view *view)
{
	char *to;

	if (view->rec->kind != HDRTAP_KIND_RESPONSE)
		return false;
	to = out_room(&sink->out, 3);
	if (to) {
		view_digits(to, view->rec->status, 3);
		sink->out.used += 3;
	}
	return true;
}

/* Words of the bits that are set, with commas between them. */
static bool put_bits(struct view_sink *sink, __u64 bits, const char *(*word)(unsigned int bit))
{
	const char *before = "";

	for (unsigned int bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		out_text(&sink->out, before);
		out_text(&sink->out, word(bit));
		before = ",";
	}
	return bits;
}

static bool put_flags(struct view_sink *sink, const struct view *view)
{
	return put_bits(sink, view->rec->flags, word_flag);
}

#define X_TEXT(symbol, text) text,
static const char *well_known(unsigned int bit)
{
	static const char *const names[] = { HDRTAP_WELL_KNOWN(X_TEXT) };

	return names[bit];
}

static bool put_names(struct view_sink *sink, const struct view *view)
{
	return put_bits(sink, view->rec->names, well_known);
}

static bool put_vlan(struct view_sink *sink, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;

	for (unsigned int i = 0; i < rec->vlan_count && i < HDRTAP_VLANS_MAX; i++) {
		if (i)
			out_char(&sink->out, ',');
		out_number(&sink->out, rec->vlan[i]);
	}
	return rec->vlan_count;
}

/* Of the inner tunnel that has one. */
static bool put_vni(struct view_sink *sink, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;

	for (int i = HDRTAP_TUNNEL_LEVELS - 1; i >= 0; i--)
		if (rec->tunnel[i] == HDRTAP_TUNNEL_VXLAN ||
		    rec->tunnel[i] == HDRTAP_TUNNEL_GENEVE) {
			out_number(&sink->out, rec->tunnel_id[i]);
			return true;
		}
	return false;
}

static bool put_run(struct view_sink *sink, const struct view *view)
{
	char text[VIEW_RUN_SIZE];

	view_run(text, view->meta->run_id);
	out_bytes(&sink->out, text, sizeof(text));
	return true;
}

#define X_FIELD(name, ...) { #name, put_##name },
static const struct format_field fields[] = { OTHERS(X_FIELD) WORDS(X_FIELD) ADDRESSES(X_FIELD)
						      NUMBERS(X_FIELD) };
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

const struct format_field *format_field_named(const char *name, size_t size)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (strlen(fields[i].name) == size && !memcmp(fields[i].name, name, size))
			return &fields[i];
	return NULL;
}

const char *format_field_names(void)
{
	static char names[NAMES_SIZE];
	size_t used = 0;

	for (size_t i = 0; i < FIELDS; i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
				 fields[i].name);
	return names;
}
