/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/json_details.h"

#include "run/words.h"
#include "transaction/transaction_sink.h"

/* Of so many keys, at most, is there room at once. */
#define PAIR_KEYS     4
#define HEAD_KEYS     10
#define IDENTITY_KEYS 2
#define RUN_KEYS      1

#define X_SIZE(symbol, text, ...) +sizeof(text) + 2
#define FLAGS_MAX                 (0 HDRTAP_FLAGS(X_SIZE))
#define FLAGS_KNOWN               ((1ULL << HDRTAP_FLAG_MAX) - 1)

/* Puts the key of a head by itself, or of a response that is not the only head of its object. */
#define PUT_KEY_OF(to, response, name)                                \
	((response) ? TEXT_PUT(to, JSON_KEY("hdrtap.response." name)) \
		    : TEXT_PUT(to, JSON_KEY("hdrtap." name)))

static char *put_version(char *to, __u8 version)
{
	*to++ = '"';
	to = text_put_number(to, version >> 4);
	*to++ = '.';
	to = text_put_number(to, version & 15);
	return TEXT_PUT(to, "\",");
}

static char *put_time(char *to, __u64 time)
{
	*to++ = '"';
	view_time(to, time);
	to += VIEW_TIME_SIZE;
	return TEXT_PUT(to, "\",");
}

static char *put_source(struct json_sink *sink, char *to, const __u8 address[16], __u16 port)
{
	to = TEXT_PUT(to, JSON_KEY("source.address") "\"");
	to = text_address_put_bare(&sink->view.addresses, to, address);
	to = TEXT_PUT(to, "\"," JSON_KEY("source.port"));
	return json_put_port(to, port);
}

static char *put_destination(struct json_sink *sink, char *to, const __u8 address[16], __u16 port)
{
	to = TEXT_PUT(to, JSON_KEY("destination.address") "\"");
	to = text_address_put_bare(&sink->view.addresses, to, address);
	to = TEXT_PUT(to, "\"," JSON_KEY("destination.port"));
	return json_put_port(to, port);
}

static void put_interface(struct json_out *json, const char *key, const char *interface)
{
	if (interface)
		json_key_value(json, key,
			       (struct view_bytes){ (const __u8 *)interface, strlen(interface) });
}

static char *put_network(char *to, const __u8 address[16])
{
	return view_is_ipv4(address) ? TEXT_PUT(to, JSON_KEY("network.type") "\"ipv4\",")
				     : TEXT_PUT(to, JSON_KEY("network.type") "\"ipv6\",");
}

static void put_protocol(struct json_out *json, __u8 direction, __u8 version)
{
	char *to = json_room(json, 3);

	if (!to)
		return;
	if (direction) {
		to = TEXT_PUT(to, JSON_KEY("network.io.direction"));
		to = json_put_word(to, word_direction(direction));
	}
	to = TEXT_PUT(to, JSON_KEY("network.protocol.name") "\"http\",");
	if (version) {
		to = TEXT_PUT(to, JSON_KEY("network.protocol.version"));
		to = put_version(to, version);
	}
	json_took(json, to);
}

static char *put_timestamp(char *to, const struct view *view)
{
	if (!view_timed(view))
		return to;
	to = TEXT_PUT(to, JSON_KEY("timestamp"));
	return put_time(to, view->time);
}

void json_put_place(struct json_sink *sink, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;
	char *to = json_room(&sink->json, 7);

	if (!to)
		return;
	to = put_timestamp(to, view);
	to = TEXT_PUT(to, JSON_KEY("hdrtap.kind"));
	to = json_put_word(to, word_kind(rec->kind));
	to = put_source(sink, to, rec->source, rec->source_port);
	to = put_destination(sink, to, rec->destination, rec->destination_port);
	json_took(&sink->json, put_network(to, rec->source));
	put_interface(&sink->json, JSON_KEY("network.interface.name"), view->interface);
	put_protocol(&sink->json, rec->direction, rec->version);
}

void json_put_transaction_place(struct json_sink *sink, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	const struct view *first = request ? request : response;
	const struct hdrtap_record *rec = first->rec;
	char *to = json_room(&sink->json, 8);

	if (!to)
		return;
	to = put_timestamp(to, first);
	to = TEXT_PUT(to, JSON_KEY("hdrtap.kind") "\"transaction\"," JSON_KEY("hdrtap.end"));
	to = json_put_word(to, transaction_end_word(transaction->end));
	if (request) {
		to = put_source(sink, to, rec->source, rec->source_port);
		to = put_destination(sink, to, rec->destination, rec->destination_port);
	} else {
		to = put_source(sink, to, rec->destination, rec->destination_port);
		to = put_destination(sink, to, rec->source, rec->source_port);
	}
	json_took(&sink->json, put_network(to, rec->source));
	put_interface(&sink->json, JSON_KEY("network.interface.name"), first->interface);
	put_protocol(&sink->json, request ? rec->direction : HDRTAP_DIRECTION_NONE, rec->version);
}

static void put_flags(struct json_out *json, __u64 flags, const bool response)
{
	char *to;

	flags &= FLAGS_KNOWN;
	if (!flags)
		return;
	to = out_room(json->out, JSON_SHORT_MAX + FLAGS_MAX);
	if (!to)
		return;
	to = PUT_KEY_OF(to, response, "flags");
	*to++ = '[';
	for (; flags; flags &= flags - 1)
		to = json_put_word(to, word_flag(__builtin_ctzll(flags)));
	to = TEXT_PUT(to - 1, "],");
	json_took(json, to);
}

static char *put_vlans(char *to, const struct hdrtap_record *rec, const bool response)
{
	__u32 i;

	if (!rec->vlan_count)
		return to;
	to = PUT_KEY_OF(to, response, "vlan");
	*to++ = '[';
	for (i = 0; i < rec->vlan_count && i < HDRTAP_VLANS_MAX; i++)
		to = json_put_number(to, rec->vlan[i]);
	return TEXT_PUT(to - 1, "],");
}

static char *put_tunnels(char *to, const struct hdrtap_record *rec, const bool response)
{
	if (rec->tunnel[0])
		to = json_put_word(PUT_KEY_OF(to, response, "tunnel"), word_tunnel(rec->tunnel[0]));
	if (rec->tunnel_id[0])
		to = json_put_number(PUT_KEY_OF(to, response, "tunnel_id"), rec->tunnel_id[0]);
	if (rec->tunnel[1])
		to = json_put_word(PUT_KEY_OF(to, response, "inner_tunnel"),
				   word_tunnel(rec->tunnel[1]));
	if (rec->tunnel_id[1])
		to = json_put_number(PUT_KEY_OF(to, response, "inner_tunnel_id"),
				     rec->tunnel_id[1]);
	return to;
}

static char *put_latency(char *to, __u64 latency)
{
	if (!latency)
		return to;
	return json_put_number(TEXT_PUT(to, JSON_KEY("hdrtap.latency_ns")), latency);
}

/* The request that a response answers. */
static char *put_request_of(char *to, const struct hdrtap_record *rec)
{
	if (!hdrtap_record_paired(rec))
		return to;
	to = put_latency(to, rec->latency);
	to = TEXT_PUT(to, JSON_KEY("hdrtap.request.method"));
	to = json_put_word(to, word_method(rec->paired_method));
	if (!hdrtap_record_refers(rec))
		return to;
	to = json_put_number(TEXT_PUT(to, JSON_KEY("hdrtap.request.cpu")), rec->paired_cpu);
	return json_put_number(TEXT_PUT(to, JSON_KEY("hdrtap.request.sequence")),
			       rec->paired_sequence);
}

/* The response to a request, if it was logged first. */
static char *put_response_to(char *to, const struct hdrtap_record *rec)
{
	if (!hdrtap_record_refers(rec))
		return to;
	to = json_put_number(TEXT_PUT(to, JSON_KEY("hdrtap.response.cpu")), rec->paired_cpu);
	return json_put_number(TEXT_PUT(to, JSON_KEY("hdrtap.response.sequence")),
			       rec->paired_sequence);
}

/* From the depth to where the packet was in. */
static char *put_head(char *to, const struct hdrtap_record *rec, const bool response)
{
	if (rec->depth)
		to = json_put_number(PUT_KEY_OF(to, response, "depth"), rec->depth);
	to = json_put_number(PUT_KEY_OF(to, response, "head_length"), rec->head_length);
	to = put_vlans(to, rec, response);
	if (rec->mpls)
		to = json_put_number(PUT_KEY_OF(to, response, "mpls"),
				     HDRTAP_MPLS_LABEL(rec->mpls));
	to = put_tunnels(to, rec, response);
	to = json_put_number(PUT_KEY_OF(to, response, "tcp_seq"), rec->tcp_sequence);
	return json_put_word(PUT_KEY_OF(to, response, "hook"), word_hook(rec->hook));
}

static char *put_identity(char *to, const struct hdrtap_record *rec, const bool response)
{
	to = json_put_number(PUT_KEY_OF(to, response, "cpu"), rec->cpu);
	return json_put_number(PUT_KEY_OF(to, response, "sequence"), rec->sequence);
}

static char *put_run(char *to, const struct json_sink *sink)
{
	to = TEXT_PUT(to, JSON_KEY("hdrtap.run") "\"");
	to = text_put(to, sink->run, sizeof(sink->run));
	return TEXT_PUT(to, "\",");
}

static void put_other(struct json_out *json, const struct hdrtap_record *rec)
{
	char *to = json_room(json, PAIR_KEYS);

	if (!to)
		return;
	to = rec->kind == HDRTAP_KIND_REQUEST ? put_response_to(to, rec) : put_request_of(to, rec);
	json_took(json, to);
}

void json_put_details(struct json_sink *sink, const struct hdrtap_record *rec)
{
	struct json_out *json = &sink->json;
	char *to;

	put_other(json, rec);
	put_flags(json, rec->flags, false);
	to = json_room(json, HEAD_KEYS + RUN_KEYS + IDENTITY_KEYS);
	if (!to)
		return;
	to = put_head(to, rec, false);
	to = put_run(to, sink);
	json_took(json, put_identity(to, rec, false));
}

static void put_interim(struct json_out *json, const struct transaction_head *interim)
{
	if (!interim)
		return;
	json_key(json, JSON_KEY("hdrtap.interim"));
	json_array_begin(json);
	for (; interim; interim = interim->next)
		json_number(json, interim->rec->status);
	json_array_end(json);
}

/* All of a head but what is before its flags. */
static void put_rest(struct json_out *json, const struct hdrtap_record *rec, const bool response)
{
	char *to;

	put_flags(json, rec->flags, response);
	to = json_room(json, HEAD_KEYS + IDENTITY_KEYS);
	if (to)
		json_took(json, put_identity(put_head(to, rec, response), rec, response));
}

static void put_response(struct json_out *json, const struct view *response)
{
	const struct hdrtap_record *rec = response->rec;
	char *to = json_room(json, 1);

	if (!to)
		return;
	if (view_timed(response)) {
		to = TEXT_PUT(to, JSON_KEY("hdrtap.response.timestamp"));
		json_took(json, put_time(to, response->time));
	}
	put_interface(json, JSON_KEY("hdrtap.response.interface"), response->interface);
	to = json_room(json, 2);
	if (!to)
		return;
	if (rec->direction) {
		to = TEXT_PUT(to, JSON_KEY("hdrtap.response.direction"));
		to = json_put_word(to, word_direction(rec->direction));
	}
	if (rec->version)
		to = put_version(TEXT_PUT(to, JSON_KEY("hdrtap.response.version")), rec->version);
	json_took(json, to);
	put_rest(json, rec, true);
}

/* Which request it is of when that is not there itself, and how long the response took. */
static void put_pair(struct json_out *json, const struct view *request, const struct view *response)
{
	char *to = json_room(json, PAIR_KEYS);

	if (!to)
		return;
	if (!request)
		to = put_request_of(to, response->rec);
	else if (response)
		to = put_latency(to, response->rec->latency);
	json_took(json, to);
}

void json_put_transaction_details(struct json_sink *sink,
				  const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	struct json_out *json = &sink->json;
	char *to;

	put_pair(json, request, response);
	put_interim(json, transaction->interim);
	if (request) {
		if (!response)
			put_other(json, request->rec);
		put_rest(json, request->rec, false);
	}
	if (response)
		put_response(json, response);
	to = json_room(json, RUN_KEYS);
	if (to)
		json_took(json, put_run(to, sink));
}
