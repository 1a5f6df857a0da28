/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The parser's third build: the packet is a stretch of memory, emitting is a function call, and one
 * struct hdrtap_work stands for the CPU's.
 */
#include "native.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/extract.h>
#include <hdrtap/network.h>

static const struct hdrtap_config defaults = HDRTAP_CONFIG_DEFAULT;

struct native {
	struct hdrtap_elements elements;
	struct hdrtap_counters counters;
	struct hdrtap_work work;
	native_emit emit;
	void *context;
	const struct native_packet *packet;
	int result; /* first non-zero result of emit for this packet */
};

static int hdrtap_platform_load(void *packet, __u32 offset, void *to, __u32 length)
{
	const struct native *native = packet;

	if (offset > native->packet->captured || length > native->packet->captured - offset)
		return -EFAULT;
	memcpy(to, native->packet->data + offset, length);
	return 0;
}

static int hdrtap_platform_emit(void *packet, const void *rec)
{
	struct native *native = packet;
	int result = native->emit(native->context, rec);

	if (!native->result)
		native->result = result;
	return 0;
}

struct native *native_new(const struct hdrtap_elements *elements, native_emit emit, void *context)
{
	struct native *native = calloc(1, sizeof(*native));

	if (!native)
		return NULL;
	native->elements = *elements;
	native->emit = emit;
	native->context = context;
	return native;
}

void native_free(struct native *native)
{
	free(native);
}

const struct hdrtap_counters *native_counters(const struct native *native)
{
	return &native->counters;
}

static int parse(const struct native_packet *packet, const struct hdrtap_config *config,
		 struct hdrtap_packet *found)
{
	const __u8 *end = packet->data + packet->captured;
	int result;

	hdrtap_packet_begin(found,
			    packet->link == NATIVE_ETHERNET ? HDRTAP_ETHERTYPE_FRAME
							    : packet->protocol,
			    packet->length);
	result = hdrtap_parse_packet(packet->data, end, config, found);
	return result == HDRTAP_PACKET_SHORT ? HDRTAP_COUNTER_MALFORMED : result;
}

/* The payload's first eight bytes, zeros behind a shorter one. */
static __u64 first_word(const struct native_packet *packet, const struct hdrtap_packet *found)
{
	__u32 length = packet->captured > found->payload ? packet->captured - found->payload : 0;
	__u64 word = 0;

	if (length > found->payload_length)
		length = found->payload_length;
	memcpy(&word, packet->data + found->payload, length < sizeof(word) ? length : sizeof(word));
	return word;
}

static __u64 packet_flags(const struct native_packet *packet, const struct hdrtap_packet *found)
{
	__u64 flags = found->fragment ? HDRTAP_FLAG(FRAGMENT) : 0;

	if (packet->captured < found->payload + found->payload_length)
		flags |= HDRTAP_FLAG(SNAPLEN);
	return flags;
}

static int extract(struct native *native, const struct native_packet *packet,
		   const struct hdrtap_packet *found)
{
	struct hdrtap_walk walk = {
		.platform = native,
		.work = &native->work,
		.counters = &native->counters,
		.set = &native->elements,
		.packet = found,
	};
	int step;

	native->work.origin = (struct hdrtap_origin){
		.time = packet->time,
		.flags = packet_flags(packet, found),
		.ifindex = packet->ifindex,
		.captured = packet->captured,
		.direction = packet->direction,
		.hook = HDRTAP_HOOK_PCAP,
	};
	hdrtap_walk_begin(&walk);
	for (step = 0; step < HDRTAP_STEPS_MAX; step++)
		if (hdrtap_walk_step(&walk) == HDRTAP_WALK_END)
			break;
	return hdrtap_walk_outcome(&walk);
}

int native_packet(struct native *native, const struct native_packet *packet)
{
	struct hdrtap_packet found;
	int outcome = parse(packet, &defaults, &found);

	native->packet = packet;
	native->result = 0;
	if (outcome == HDRTAP_PACKET_TCP)
		outcome = found.payload_length ? HDRTAP_COUNTER_HEAD : HDRTAP_COUNTER_NO_PAYLOAD;
	if (outcome == HDRTAP_COUNTER_HEAD)
		outcome = hdrtap_classify(first_word(packet, &found));
	if (outcome == HDRTAP_COUNTER_HEAD)
		outcome = extract(native, packet, &found);
	hdrtap_count(&native->counters, outcome);
	return native->result;
}
