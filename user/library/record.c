/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a record says of its head and of where it was seen. Words and numbers that are not known
 * have one value for that, so nobody has to look at flags first.
 */
#include "library/record.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "library/description.h"
#include "log/log_interfaces.h"
#include "run/words.h"

void rec_set(struct hdrtap_rec *rec, const struct log_merge_now *now)
{
	*rec = (struct hdrtap_rec){
		.rec = now->rec,
		.stored = now->batch->records + (size_t)now->at * now->batch->record_size,
		.description = now->description,
		.interfaces = now->batch->interfaces,
		.interface_count = now->batch->interface_count,
		.utc_offset = now->batch->utc_offset,
		.segment = now->batch->segment,
		.number = now->batch->number + now->at,
	};
}

/* Keeps what its own interface is called. */
static void keep_interface(struct hdrtap_rec *kept, const struct hdrtap_rec *rec, __u8 *to)
{
	const __u8 *entry =
		log_interfaces_find(rec->interfaces, rec->interface_count, rec->rec->ifindex);

	kept->interface_count = !!entry;
	kept->interfaces = to;
	if (entry)
		memcpy(to, entry, sizeof(struct log_interface));
}

/* A record that is not as long as ours has a copy that is. */
struct hdrtap_rec *hdrtap_rec_keep(const struct hdrtap_rec *rec)
{
	size_t stored = rec->description->record_size, known = 0;
	struct hdrtap_rec *kept;
	__u8 *bytes;

	if ((const void *)rec->rec != rec->stored)
		known = sizeof(*rec->rec);
	kept = malloc(sizeof(*kept) + stored + known + sizeof(struct log_interface));
	if (!kept)
		return NULL;
	*kept = *rec;
	bytes = (__u8 *)(kept + 1);
	keep_interface(kept, rec, bytes + stored + known);
	memcpy(bytes, rec->stored, stored);
	if (known)
		memcpy(bytes + stored, rec->rec, known);
	kept->stored = bytes;
	kept->rec = (const void *)(known ? bytes + stored : bytes);
	log_description_hold(kept->description);
	return kept;
}

void hdrtap_rec_free(struct hdrtap_rec *rec)
{
	if (rec)
		log_description_release(rec->description);
	free(rec);
}

const struct hdrtap_description *hdrtap_rec_description(const struct hdrtap_rec *rec)
{
	return (const struct hdrtap_description *)rec->description;
}

const void *hdrtap_rec_bytes(const struct hdrtap_rec *rec, size_t *size)
{
	*size = rec->description->record_size;
	return rec->stored;
}

uint64_t hdrtap_rec_time(const struct hdrtap_rec *rec)
{
	return rec->rec->time + rec->utc_offset;
}

uint64_t hdrtap_rec_clock(const struct hdrtap_rec *rec)
{
	return rec->rec->time;
}

const char *hdrtap_rec_run(const struct hdrtap_rec *rec)
{
	return rec->description->run;
}

unsigned int hdrtap_rec_cpu(const struct hdrtap_rec *rec)
{
	return rec->rec->cpu;
}

uint64_t hdrtap_rec_sequence(const struct hdrtap_rec *rec)
{
	return rec->rec->sequence;
}

unsigned int hdrtap_rec_segment(const struct hdrtap_rec *rec)
{
	return rec->segment;
}

uint64_t hdrtap_rec_number(const struct hdrtap_rec *rec)
{
	return rec->number;
}

const char *hdrtap_rec_kind(const struct hdrtap_rec *rec)
{
	return word_kind(rec->rec->kind);
}

static bool is_response(const struct hdrtap_rec *rec)
{
	return rec->rec->kind == HDRTAP_KIND_RESPONSE;
}

int hdrtap_rec_status(const struct hdrtap_rec *rec)
{
	return is_response(rec) ? rec->rec->status : -1;
}

int hdrtap_rec_version(const struct hdrtap_rec *rec)
{
	return (rec->rec->version >> 4) * 10 + (rec->rec->version & 15);
}

const char *hdrtap_rec_framing(const struct hdrtap_rec *rec)
{
	return word_framing(rec->rec->framing);
}

int64_t hdrtap_rec_body_size(const struct hdrtap_rec *rec)
{
	if (rec->rec->framing != HDRTAP_FRAMING_LENGTH)
		return -1;
	return rec->rec->body_size < INT64_MAX ? (int64_t)rec->rec->body_size : INT64_MAX;
}

uint32_t hdrtap_rec_head_length(const struct hdrtap_rec *rec)
{
	return rec->rec->head_length;
}

uint32_t hdrtap_rec_header_count(const struct hdrtap_rec *rec)
{
	return rec->rec->header_count;
}

uint32_t hdrtap_rec_depth(const struct hdrtap_rec *rec)
{
	return rec->rec->depth;
}

int hdrtap_rec_paired(const struct hdrtap_rec *rec)
{
	return hdrtap_record_paired(rec->rec);
}

int64_t hdrtap_rec_latency(const struct hdrtap_rec *rec)
{
	const struct hdrtap_record *r = rec->rec;

	return hdrtap_record_paired(r) && !(r->flags & HDRTAP_FLAG(EARLY)) ? (int64_t)r->latency
									   : -1;
}

int hdrtap_rec_pair(const struct hdrtap_rec *rec, unsigned int *cpu, uint64_t *sequence)
{
	if (!hdrtap_record_refers(rec->rec))
		return 0;
	if (cpu)
		*cpu = rec->rec->paired_cpu;
	if (sequence)
		*sequence = rec->rec->paired_sequence;
	return 1;
}

const unsigned char *hdrtap_rec_address(const struct hdrtap_rec *rec, int side)
{
	const struct hdrtap_record *r = rec->rec;

	switch (side) {
	case HDRTAP_SIDE_SOURCE:
		return r->source;
	case HDRTAP_SIDE_DESTINATION:
		return r->destination;
	case HDRTAP_SIDE_CLIENT:
		return r->flags & HDRTAP_FLAG(PROXIED) ? r->client : NULL;
	default:
		return NULL;
	}
}

unsigned int hdrtap_rec_port(const struct hdrtap_rec *rec, int side)
{
	const struct hdrtap_record *r = rec->rec;

	switch (side) {
	case HDRTAP_SIDE_SOURCE:
		return r->source_port;
	case HDRTAP_SIDE_DESTINATION:
		return r->destination_port;
	case HDRTAP_SIDE_CLIENT:
		return r->client_port;
	default:
		return 0;
	}
}

char *hdrtap_rec_address_text(const struct hdrtap_rec *rec, int side,
			      char text[HDRTAP_ADDRESS_SIZE])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	const unsigned char *address = hdrtap_rec_address(rec, side);

	text[0] = '\0';
	if (!address)
		return text;
	if (memcmp(address, mapped, sizeof(mapped)))
		inet_ntop(AF_INET6, address, text, HDRTAP_ADDRESS_SIZE);
	else
		inet_ntop(AF_INET, address + sizeof(mapped), text, HDRTAP_ADDRESS_SIZE);
	return text;
}

unsigned int hdrtap_rec_ifindex(const struct hdrtap_rec *rec)
{
	return rec->rec->ifindex;
}

const char *hdrtap_rec_interface(const struct hdrtap_rec *rec)
{
	return log_interfaces_name(rec->interfaces, rec->interface_count, rec->rec->ifindex);
}

const char *hdrtap_rec_direction(const struct hdrtap_rec *rec)
{
	return word_direction(rec->rec->direction);
}

const char *hdrtap_rec_hook(const struct hdrtap_rec *rec)
{
	return word_hook(rec->rec->hook);
}

uint64_t hdrtap_rec_service(const struct hdrtap_rec *rec)
{
	return rec->rec->service;
}

uint32_t hdrtap_rec_tcp_sequence(const struct hdrtap_rec *rec)
{
	return rec->rec->tcp_sequence;
}

unsigned int hdrtap_rec_generation(const struct hdrtap_rec *rec)
{
	return rec->rec->element_set;
}

unsigned int hdrtap_rec_vlans(const struct hdrtap_rec *rec)
{
	return rec->rec->vlan_count;
}

unsigned int hdrtap_rec_vlan(const struct hdrtap_rec *rec, unsigned int i)
{
	return i < rec->rec->vlan_count ? rec->rec->vlan[i] : 0;
}

const char *hdrtap_rec_tunnel(const struct hdrtap_rec *rec, unsigned int i)
{
	if (i >= HDRTAP_TUNNEL_LEVELS || rec->rec->tunnel[i] == HDRTAP_TUNNEL_NONE)
		return NULL;
	return word_tunnel(rec->rec->tunnel[i]);
}

uint32_t hdrtap_rec_tunnel_id(const struct hdrtap_rec *rec, unsigned int i)
{
	return i < HDRTAP_TUNNEL_LEVELS ? rec->rec->tunnel_id[i] : 0;
}

int32_t hdrtap_rec_mpls(const struct hdrtap_rec *rec, unsigned int *labels)
{
	if (labels)
		*labels = HDRTAP_MPLS_LABELS(rec->rec->mpls);
	return rec->rec->mpls ? (int32_t)HDRTAP_MPLS_LABEL(rec->rec->mpls) : -1;
}

uint64_t hdrtap_rec_flags(const struct hdrtap_rec *rec)
{
	return rec->rec->flags;
}

const char *hdrtap_flag_name(unsigned int bit)
{
	return bit < HDRTAP_FLAG_MAX ? word_flag(bit) : NULL;
}

int hdrtap_rec_has_flag(const struct hdrtap_rec *rec, const char *name)
{
	for (unsigned int bit = 0; bit < HDRTAP_FLAG_MAX; bit++)
		if (rec->rec->flags & 1ULL << bit && !strcmp(word_flag(bit), name))
			return 1;
	return 0;
}
