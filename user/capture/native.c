/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The parser's third build: the packet is a stretch of memory, emitting is a function call, tables
 * are arrays, and one struct hdrtap_work stands for the CPU's.
 */
#include "capture/native.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct native;
#define HDRTAP_CONTEXT struct native
#include <hdrtap/packet/network.h>
#include <hdrtap/packet/unread.h>
#include <hdrtap/state/sizes.h>
#include <hdrtap/stream/sweep.h>

#define SWEEP_NS 1000000000ULL /* between two looks for what waits too long */

static const struct hdrtap_config defaults = HDRTAP_CONFIG_DEFAULT;

struct native {
	struct hdrtap_settings settings;
	struct hdrtap_config config;
	struct hdrtap_counters counters;
	struct hdrtap_work *work;
	struct hdrtap_set *sets;
	struct hdrtap_flow *flows;
	__u8 *heads; /* each `slot_size` bytes */
	__u32 slot_size;
	bool *slot_ready; /* of each of them: it was looked at, and its head knows its size */
	struct hdrtap_early *early;
	__u64 sequence;
	__u64 limit;          /* see limit.h */
	__u64 complete;       /* ns: see native_complete() */
	__u64 swept;          /* ns: when it was looked for what waits too long */
	__u64 now;            /* ns: the last packet's time of those that had one */
	bool untimed;         /* there were packets without a time */
	__u64 untimed_before; /* records with lower numbers may be of such */
	native_emit emit;
	void *context;
	const struct native_packet *packet;
	int result; /* first non-zero result of emit for this packet */
};

static int hdrtap_platform_load(struct native *native, __u32 offset, void *to, __u32 length)
{
	const struct native_packet *packet = native->packet;

	if (!packet || offset > packet->captured || length > packet->captured - offset)
		return -EFAULT;
	memcpy(to, packet->data + offset, length);
	return 0;
}

static int hdrtap_platform_word(struct native *native, __u32 offset, __u64 *word)
{
	return hdrtap_platform_load(native, offset, word, sizeof(*word));
}

/* Whether the response's time or that of its request is not known. */
static bool lacks_time(const struct native *native, const struct hdrtap_record *rec)
{
	if (rec->flags & HDRTAP_FLAG(NO_TIME))
		return true;
	return native->untimed && (rec->paired_sequence == HDRTAP_SEQUENCE_NONE ||
				   rec->paired_sequence < native->untimed_before);
}

static int hdrtap_platform_emit(struct native *native, const struct hdrtap_record *rec)
{
	struct hdrtap_record *own = (struct hdrtap_record *)rec; /* it is in our memory */
	int result;

	if (rec->time < native->complete)
		own->flags |= HDRTAP_FLAG(LATE);
	if (lacks_time(native, rec))
		own->latency = 0;
	result = native->emit(native->context, rec);
	if (!native->result)
		native->result = result;
	return 0;
}

static __u16 hdrtap_platform_cpu(struct native *native)
{
	(void)native;
	return 0;
}

static __u64 hdrtap_platform_time(struct native *native, const struct hdrtap_origin *origin)
{
	(void)native;
	return origin->time;
}

static __u64 hdrtap_platform_sequence(struct native *native)
{
	return native->sequence++;
}

static struct hdrtap_set *hdrtap_platform_set(struct native *native, __u32 number)
{
	return number < native->config.sets ? &native->sets[number] : NULL;
}

static struct hdrtap_flow *hdrtap_platform_flow(struct native *native, __u32 number)
{
	return number < native->config.sets * HDRTAP_WAYS ? &native->flows[number] : NULL;
}

/* The memory of places that nothing needs is not touched: most runs need few, and to get the pages
 * of all takes longer than to read a small file. */
static struct hdrtap_slot *hdrtap_platform_slot(struct native *native, __u32 number)
{
	struct hdrtap_slot *slot;

	if (number >= native->config.heads)
		return NULL;
	slot = (struct hdrtap_slot *)(native->heads + (size_t)number * native->slot_size);
	if (!native->slot_ready[number]) {
		native->slot_ready[number] = true;
		slot->head.size = native->config.size;
	}
	return slot;
}

static struct hdrtap_early *hdrtap_platform_early(struct native *native, __u32 number)
{
	return number < native->config.early ? &native->early[number] : NULL;
}

static const struct hdrtap_settings *hdrtap_platform_settings(struct native *native)
{
	return &native->settings;
}

static const struct hdrtap_settings *hdrtap_platform_settings_of(struct native *native,
								 __u16 generation)
{
	(void)generation;
	return &native->settings;
}

static __u64 *hdrtap_platform_limit(struct native *native)
{
	return &native->limit;
}

static const volatile struct hdrtap_config *hdrtap_platform_config(struct native *native)
{
	return &native->config;
}

static void hdrtap_platform_walk(struct hdrtap_walk *walk)
{
	for (int step = 0; step < HDRTAP_STEPS_MAX; step++)
		if (hdrtap_walk_step(walk) == HDRTAP_WALK_END)
			break;
}

static int make_tables(struct native *native)
{
	const struct hdrtap_config *config = &native->config;

	native->slot_size = hdrtap_slot_size(&config->size);
	native->work = calloc(1, hdrtap_work_size(&config->size));
	native->sets = calloc(config->sets, sizeof(*native->sets));
	native->flows = calloc((size_t)config->sets * HDRTAP_WAYS, sizeof(*native->flows));
	native->heads = calloc(config->heads, native->slot_size);
	native->slot_ready = calloc(config->heads, sizeof(*native->slot_ready));
	native->early = calloc(config->early, sizeof(*native->early));
	if (!native->work || !native->sets || !native->flows || !native->heads ||
	    !native->slot_ready || !native->early)
		return -ENOMEM;
	native->work->window.copy_mask = config->size.copy_mask;
	hdrtap_platform_slot(native, 0)->used = 1; /* work->spare */
	return 0;
}

struct native *native_new(const struct native_options *options)
{
	struct native *native = calloc(1, sizeof(*native));
	struct hdrtap_config *config;

	if (!native)
		return NULL;
	config = &native->config;
	*config = options->config ? *options->config : defaults;
	config->size = hdrtap_sizes_of(config->size.record);
	native->settings = *options->settings;
	native->emit = options->emit;
	native->context = options->context;
	if (make_tables(native)) {
		native_free(native);
		return NULL;
	}
	return native;
}

void native_free(struct native *native)
{
	if (!native)
		return;
	free(native->work);
	free(native->sets);
	free(native->flows);
	free(native->heads);
	free(native->slot_ready);
	free(native->early);
	free(native);
}

const struct hdrtap_counters *native_counters(const struct native *native)
{
	return &native->counters;
}

static int parse(const struct native *native, const struct native_packet *packet,
		 struct hdrtap_packet *found)
{
	const __u8 *end = packet->data + packet->captured;
	int result;

	hdrtap_packet_begin(found,
			    packet->link == NATIVE_ETHERNET ? HDRTAP_ETHERTYPE_FRAME
							    : packet->protocol,
			    packet->length);
	result = hdrtap_parse_packet(packet->data, end, &native->config, found);
	return result == HDRTAP_PACKET_SHORT ? HDRTAP_COUNTER_MALFORMED : result;
}

static __u64 packet_flags(const struct native_packet *packet, const struct hdrtap_packet *found)
{
	__u64 flags = hdrtap_packet_flags(found);

	if (packet->captured < found->payload + found->payload_length)
		flags |= HDRTAP_FLAG(SNAPLEN);
	if (packet->no_time)
		flags |= HDRTAP_FLAG(NO_TIME);
	return flags;
}

/* Ends what waits since `before`. */
static void sweep(struct native *native, __u64 before, __u64 why)
{
	struct hdrtap_sweep sweep = { .before = before, .why = why };
	__u32 first_slot = hdrtap_sweep_numbers(&native->config) - native->config.heads;

	native->packet = NULL;
	for (__u32 i = 0; i < first_slot; i++)
		hdrtap_sweep(native, native->work, &native->counters, i, &sweep);
	for (__u32 i = 0; i < native->config.heads; i++)
		if (native->slot_ready[i])
			hdrtap_sweep(native, native->work, &native->counters, first_slot + i,
				     &sweep);
}

/* Looks for what waits too long, when some time has passed. */
static void sweep_idle(struct native *native, __u64 now)
{
	if (now - native->swept < SWEEP_NS)
		return;
	native->swept = now;
	if (now > HDRTAP_IDLE_NS)
		sweep(native, now - HDRTAP_IDLE_NS, HDRTAP_FLAG(TIMEOUT));
}

int native_packet(struct native *native, const struct native_packet *packet)
{
	struct hdrtap_work *work = native->work;
	int outcome;

	native->result = 0;
	if (!packet->no_time)
		native->now = packet->time;
	sweep_idle(native, native->now);
	native->packet = packet;
	outcome = parse(native, packet, &work->packet);
	if (outcome == HDRTAP_PACKET_TCP) {
		work->origin = (struct hdrtap_origin){
			.time = native->now,
			.flags = packet_flags(packet, &work->packet),
			.ifindex = packet->ifindex,
			.captured = packet->captured,
			.direction = packet->direction,
			.hook = HDRTAP_HOOK_PCAP,
		};
		outcome = hdrtap_process(native, work, &native->counters);
	} else if (outcome == HDRTAP_COUNTER_NOT_IP) {
		hdrtap_count_unread(&native->counters, work->packet.layer.protocol);
	}
	hdrtap_count(&native->counters, outcome);
	if (packet->no_time) {
		native->untimed = true;
		native->untimed_before = native->sequence;
	}
	return native->result;
}

void native_complete(struct native *native, __u64 until)
{
	native->complete = until;
}

int native_finish(struct native *native)
{
	native->result = 0;
	sweep(native, ~0ULL, HDRTAP_FLAG(INCOMPLETE));
	return native->result;
}
