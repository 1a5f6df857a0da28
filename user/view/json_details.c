/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/json_details.h"

#include "run/words.h"
#include "transaction/transaction_sink.h"

/* Of a head by itself, or of a response that is not the only head of its object. */
#define KEY_OF(response, name) \
	((response) ? JSON_KEY("hdrtap.response." name) : JSON_KEY("hdrtap." name))

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

static void put_version(struct json_out *json, const char *key, __u8 version)
{
	struct out *out = json->out;

	if (!version)
		return;
	json_key(json, key);
	out_char(out, '"');
	out_number(out, version >> 4);
	out_char(out, '.');
	out_number(out, version & 15);
	out_text(out, "\",");
}

static void put_interface(struct json_out *json, const char *key, const char *interface)
{
	if (interface)
		json_key_value(json, key,
			       (struct view_bytes){ (const __u8 *)interface, strlen(interface) });
}

static void put_timestamp(struct json_out *json, const char *key, const struct view *view)
{
	if (!view_timed(view))
		return;
	json_key(json, key);
	put_time(json->out, view->time);
}

static void put_source(struct json_out *json, const __u8 address[16], __u16 port)
{
	json_key(json, JSON_KEY("source.address"));
	put_address(json->out, address);
	json_key_number(json, JSON_KEY("source.port"), port);
}

static void put_destination(struct json_out *json, const __u8 address[16], __u16 port)
{
	json_key(json, JSON_KEY("destination.address"));
	put_address(json->out, address);
	json_key_number(json, JSON_KEY("destination.port"), port);
}

static void put_protocol(struct json_out *json, __u8 version)
{
	json_key_text(json, JSON_KEY("network.protocol.name"), "http");
	put_version(json, JSON_KEY("network.protocol.version"), version);
}

/* Where it was seen. */
static void put_network(struct json_out *json, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;

	json_key_text(json, JSON_KEY("network.type"), view_is_ipv4(rec->source) ? "ipv4" : "ipv6");
	put_interface(json, JSON_KEY("network.interface.name"), view->interface);
}

void json_put_place(struct json_out *json, const struct view *view)
{
	const struct hdrtap_record *rec = view->rec;

	put_timestamp(json, JSON_KEY("timestamp"), view);
	json_key_text(json, JSON_KEY("hdrtap.kind"), word_kind(rec->kind));
	put_source(json, rec->source, rec->source_port);
	put_destination(json, rec->destination, rec->destination_port);
	put_network(json, view);
	if (rec->direction)
		json_key_text(json, JSON_KEY("network.io.direction"),
			      word_direction(rec->direction));
	put_protocol(json, rec->version);
}

void json_put_transaction_place(struct json_out *json, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	const struct view *first = request ? request : response;
	const struct hdrtap_record *rec = first->rec;

	put_timestamp(json, JSON_KEY("timestamp"), first);
	json_key_text(json, JSON_KEY("hdrtap.kind"), "transaction");
	json_key_text(json, JSON_KEY("hdrtap.end"), transaction_end_word(transaction->end));
	if (request) {
		put_source(json, rec->source, rec->source_port);
		put_destination(json, rec->destination, rec->destination_port);
	} else {
		put_source(json, rec->destination, rec->destination_port);
		put_destination(json, rec->source, rec->source_port);
	}
	put_network(json, first);
	if (request && rec->direction)
		json_key_text(json, JSON_KEY("network.io.direction"),
			      word_direction(rec->direction));
	put_protocol(json, rec->version);
}

static void put_flags(struct json_out *json, const char *key, __u64 flags)
{
	unsigned int bit;

	if (!flags)
		return;
	json_key(json, key);
	json_array_begin(json);
	for (bit = 0; bit < HDRTAP_FLAG_MAX; bit++)
		if (flags & 1ULL << bit)
			json_text(json, word_flag(bit));
	json_array_end(json);
}

static void put_vlans(struct json_out *json, const char *key, const struct hdrtap_record *rec)
{
	__u32 i;

	if (!rec->vlan_count)
		return;
	json_key(json, key);
	json_array_begin(json);
	for (i = 0; i < rec->vlan_count && i < HDRTAP_VLANS_MAX; i++)
		json_number(json, rec->vlan[i]);
	json_array_end(json);
}

static void put_tunnels(struct json_out *json, const struct hdrtap_record *rec, const bool response)
{
	if (rec->tunnel[0])
		json_key_text(json, KEY_OF(response, "tunnel"), word_tunnel(rec->tunnel[0]));
	if (rec->tunnel_id[0])
		json_key_number(json, KEY_OF(response, "tunnel_id"), rec->tunnel_id[0]);
	if (rec->tunnel[1])
		json_key_text(json, KEY_OF(response, "inner_tunnel"), word_tunnel(rec->tunnel[1]));
	if (rec->tunnel_id[1])
		json_key_number(json, KEY_OF(response, "inner_tunnel_id"), rec->tunnel_id[1]);
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

/* From the flags to where the packet was in. */
static void put_head(struct json_out *json, const struct hdrtap_record *rec, const bool response)
{
	put_flags(json, KEY_OF(response, "flags"), rec->flags);
	if (rec->depth)
		json_key_number(json, KEY_OF(response, "depth"), rec->depth);
	json_key_number(json, KEY_OF(response, "head_length"), rec->head_length);
	put_vlans(json, KEY_OF(response, "vlan"), rec);
	if (rec->mpls)
		json_key_number(json, KEY_OF(response, "mpls"), HDRTAP_MPLS_LABEL(rec->mpls));
	put_tunnels(json, rec, response);
	json_key_number(json, KEY_OF(response, "tcp_seq"), rec->tcp_sequence);
	json_key_text(json, KEY_OF(response, "hook"), word_hook(rec->hook));
}

static void put_identity(struct json_out *json, const struct hdrtap_record *rec,
			 const bool response)
{
	json_key_number(json, KEY_OF(response, "cpu"), rec->cpu);
	json_key_number(json, KEY_OF(response, "sequence"), rec->sequence);
}

static void put_run(struct json_sink *sink)
{
	struct out *out = sink->json.out;

	out_text(out, JSON_KEY("hdrtap.run") "\"");
	out_bytes(out, sink->run, sizeof(sink->run));
	out_text(out, "\",");
}

void json_put_details(struct json_sink *sink, const struct hdrtap_record *rec)
{
	struct json_out *json = &sink->json;

	if (rec->kind == HDRTAP_KIND_REQUEST)
		put_response_to(json, rec);
	else
		put_request_of(json, rec);
	put_head(json, rec, false);
	put_run(sink);
	put_identity(json, rec, false);
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

static void put_response(struct json_out *json, const struct view *response)
{
	const struct hdrtap_record *rec = response->rec;

	put_timestamp(json, JSON_KEY("hdrtap.response.timestamp"), response);
	put_interface(json, JSON_KEY("hdrtap.response.interface"), response->interface);
	if (rec->direction)
		json_key_text(json, JSON_KEY("hdrtap.response.direction"),
			      word_direction(rec->direction));
	put_version(json, JSON_KEY("hdrtap.response.version"), rec->version);
	put_head(json, rec, true);
	put_identity(json, rec, true);
}

void json_put_transaction_details(struct json_sink *sink,
				  const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	struct json_out *json = &sink->json;

	if (!request)
		put_request_of(json, response->rec);
	else if (response && response->rec->latency)
		json_key_number(json, JSON_KEY("hdrtap.latency_ns"), response->rec->latency);
	put_interim(json, transaction->interim);
	if (request) {
		if (!response)
			put_response_to(json, request->rec);
		put_head(json, request->rec, false);
		put_identity(json, request->rec, false);
	}
	if (response)
		put_response(json, response);
	put_run(sink);
}
