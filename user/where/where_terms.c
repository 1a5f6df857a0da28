/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "where/where_terms.h"

#include <string.h>

#include "where/where_texts.h"

static bool has_flag(const struct where_head *head, __u64 flag)
{
	return head->rec->flags & flag;
}

/* --- heads --- */

static const struct where_head *head_of(const struct where_transaction *t, __u8 kind)
{
	return kind == HDRTAP_KIND_REQUEST ? t->request : t->response;
}

static enum where_lack lack_of(const struct where_transaction *t, __u8 kind)
{
	return kind == HDRTAP_KIND_REQUEST ? t->no_request : t->no_response;
}

/* A term about a head that is not there. */
static enum where_value lacking(const struct where_term *term, enum where_lack lack)
{
	if (lack == WHERE_COMING)
		return WHERE_LATER;
	if (term->field == WHERE_HEAD && lack == WHERE_NONE)
		return WHERE_FALSE;
	return WHERE_NEITHER;
}

/* The head that tells what both do. */
static const struct where_head *either(const struct where_transaction *t)
{
	return t->request ? t->request : t->response;
}

/* --- numbers --- */

static enum where_value flag_value(const struct where_term *term, const struct where_head *head)
{
	for (size_t i = 0; i < term->count; i++)
		if (head->rec->flags >> term->operand[i].low & 1)
			return WHERE_TRUE;
	return WHERE_FALSE;
}

static enum where_value vlan_value(const struct where_term *term, const struct hdrtap_record *rec)
{
	if (term->test == WHERE_HAS)
		return rec->vlan_count ? WHERE_TRUE : WHERE_FALSE;
	if (!rec->vlan_count)
		return WHERE_NEITHER;
	for (__u8 i = 0; i < rec->vlan_count && i < HDRTAP_VLANS_MAX; i++)
		if (where_in_ranges(term, rec->vlan[i]) == WHERE_TRUE)
			return WHERE_TRUE;
	return WHERE_FALSE;
}

static enum where_value tunnel_value(const struct where_term *term, const struct hdrtap_record *rec)
{
	if (rec->tunnel[1] && where_in_ranges(term, rec->tunnel[1]) == WHERE_TRUE)
		return WHERE_TRUE;
	return where_in_ranges(term, rec->tunnel[0]);
}

static enum where_value direction_value(const struct where_term *term,
					const struct where_head *request)
{
	if (request->rec->direction == HDRTAP_DIRECTION_NONE)
		return WHERE_NEITHER;
	return where_in_ranges(term, request->rec->direction);
}

/* Of a response whose request is known, and was seen first. */
static enum where_value latency_value(const struct where_term *term,
				      const struct where_head *response)
{
	if (!hdrtap_record_paired(response->rec) || !response->rec->latency ||
	    has_flag(response, HDRTAP_FLAG(NO_TIME) | HDRTAP_FLAG(EARLY)))
		return term->test == WHERE_HAS ? WHERE_FALSE : WHERE_NEITHER;
	return term->test == WHERE_HAS ? WHERE_TRUE : where_in_ranges(term, response->rec->latency);
}

/* --- addresses --- */

static bool in_prefix(const struct where_operand *operand, const __u8 *address)
{
	__u8 bytes = operand->bits / 8, rest = operand->bits % 8;

	if (memcmp(operand->address, address, bytes))
		return false;
	return !rest || !((operand->address[bytes] ^ address[bytes]) >> (8 - rest));
}

static enum where_value address_value(const struct where_term *term,
				      const struct hdrtap_record *rec)
{
	bool client = term->field == WHERE_CLIENT;
	bool source = client == (rec->kind == HDRTAP_KIND_REQUEST);
	const __u8 *address = source ? rec->source : rec->destination;

	if (client && rec->flags & HDRTAP_FLAG(PROXIED))
		address = rec->client;
	for (size_t i = 0; i < term->count; i++)
		if (in_prefix(&term->operand[i], address))
			return WHERE_TRUE;
	return WHERE_FALSE;
}

static enum where_value port_value(const struct where_term *term, const struct hdrtap_record *rec)
{
	bool client = term->field == WHERE_CLIENT_PORT;
	bool source = client == (rec->kind == HDRTAP_KIND_REQUEST);

	if (client && rec->flags & HDRTAP_FLAG(PROXIED))
		return where_in_ranges(term, rec->client_port);
	return where_in_ranges(term, source ? rec->source_port : rec->destination_port);
}

static enum where_value interface_value(const struct where_term *term,
					const struct where_transaction *t)
{
	const char *name = t->request && t->request->interface ? t->request->interface
			   : t->response			 ? t->response->interface
								 : NULL;
	struct where_bytes text = { (const __u8 *)name, name ? strlen(name) : 0, false, 0 };

	return where_text_value(term, text, false);
}

/* A term that one kind of head has. */
static enum where_value own_value(const struct where_term *term, const struct where_head *head)
{
	switch (term->field) {
	case WHERE_HEAD:
		return WHERE_TRUE;
	case WHERE_STATUS:
		return where_in_ranges(term, head->rec->status);
	case WHERE_LATENCY:
		return latency_value(term, head);
	case WHERE_DIRECTION:
		return direction_value(term, head);
	case WHERE_FLAG:
		return flag_value(term, head);
	case WHERE_FRAMING:
		return where_in_ranges(term, head->rec->framing);
	case WHERE_VERSION:
		return head->rec->version ? where_in_ranges(term, head->rec->version)
					  : WHERE_NEITHER;
	default:
		return where_text_of(term, head);
	}
}

enum where_value where_term_value(const struct where_term *term, const struct where_transaction *t)
{
	const struct hdrtap_record *rec = either(t)->rec;

	switch (term->field) {
	case WHERE_KIND:
		return where_in_ranges(term, t->kind);
	case WHERE_CLIENT:
	case WHERE_SERVER:
		return address_value(term, rec);
	case WHERE_CLIENT_PORT:
	case WHERE_SERVER_PORT:
		return port_value(term, rec);
	case WHERE_INTERFACE:
		return interface_value(term, t);
	case WHERE_VLAN:
		return vlan_value(term, rec);
	case WHERE_TUNNEL:
		return tunnel_value(term, rec);
	default:
		if (!head_of(t, term->kind))
			return lacking(term, lack_of(t, term->kind));
		return own_value(term, head_of(t, term->kind));
	}
}
