// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * TC classifiers at ingress and egress, for links with an Ethernet header and for links without.
 * All four share their maps. They look at packets and always let them pass on to the next program.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include <hdrtap/extract.h>
#include "headers.h"
#include "maps.h"

static __always_inline int hdrtap_platform_load(void *packet, __u32 offset, void *to, __u32 length)
{
	return bpf_skb_load_bytes(packet, offset, to, length);
}

static __always_inline int hdrtap_platform_emit(void *packet, const void *rec)
{
	return bpf_perf_event_output(packet, &events, BPF_F_CURRENT_CPU, (void *)rec,
				     HDRTAP_RECORD_SIZE);
}

/* An array's element. The key lives here alone, not on the programs' frames. */
static __always_inline void *element(void *map, __u32 key)
{
	return bpf_map_lookup_elem(map, &key);
}

static int walk_step(__u64 step __attribute__((unused)), void *walk)
{
	return hdrtap_walk_step(walk);
}

/* The payload's first eight bytes, zeros behind a shorter one. */
static __always_inline __u64 first_word(struct __sk_buff *skb, const struct hdrtap_packet *packet)
{
	__u32 length = packet->payload_length < 8 ? packet->payload_length : 8;
	__u64 word = 0;

	length--;
	HDRTAP_MASK(length, 7);
	bpf_skb_load_bytes(skb, packet->payload, &word, length + 1);
	return word;
}

static __always_inline __u64 packet_flags(struct __sk_buff *skb, const struct hdrtap_packet *packet)
{
	__u64 flags = packet->fragment ? HDRTAP_FLAG(FRAGMENT) : 0;

	if (skb->gso_segs > 1)
		flags |= HDRTAP_FLAG(MERGED);
	if (skb->data_end - skb->data < packet->payload + packet->payload_length)
		flags |= HDRTAP_FLAG(NON_LINEAR);
	return flags;
}

static __always_inline void note_origin(struct __sk_buff *skb, const struct hdrtap_packet *packet,
					__u8 direction, struct hdrtap_origin *origin)
{
	origin->time = bpf_ktime_get_boot_ns();
	origin->flags = packet_flags(skb, packet);
	origin->ifindex = skb->ifindex;
	origin->captured = skb->len;
	origin->cpu = bpf_get_smp_processor_id();
	origin->direction = direction;
	origin->hook = HDRTAP_HOOK_TC;
}

/* Reads the heads of one packet with this CPU's working space. Returns the packet's outcome. */
static __always_inline int extract(struct __sk_buff *skb, const struct hdrtap_packet *packet,
				   __u8 direction, struct hdrtap_counters *count)
{
	struct hdrtap_walk walk = {
		.platform = skb,
		.work = element(&work, 0),
		.counters = count,
		.set = element(&elements, active & 1),
		.packet = packet,
	};
	enum hdrtap_counter outcome;

	if (!walk.work || !walk.set)
		return HDRTAP_COUNTER_LOAD_FAILED;
	if (walk.work->in_use)
		return HDRTAP_COUNTER_NESTED;
	walk.work->in_use = 1;
	note_origin(skb, packet, direction, &walk.work->origin);
	hdrtap_walk_begin(&walk);
	bpf_loop(HDRTAP_STEPS_MAX, walk_step, &walk, 0);
	outcome = hdrtap_walk_outcome(&walk);
	walk.work->in_use = 0;
	return outcome;
}

static __always_inline int classify(struct __sk_buff *skb, __u16 ethertype, __u8 direction)
{
	struct hdrtap_packet packet;
	struct hdrtap_counters *count;
	int outcome = headers(skb, ethertype, &packet);

	count = element(&counters, 0);
	if (!count)
		return TC_ACT_UNSPEC;
	if (outcome == HDRTAP_PACKET_TCP)
		outcome = packet.payload_length ? HDRTAP_COUNTER_HEAD : HDRTAP_COUNTER_NO_PAYLOAD;
	if (outcome == HDRTAP_COUNTER_HEAD)
		outcome = hdrtap_classify(first_word(skb, &packet));
	if (outcome == HDRTAP_COUNTER_HEAD)
		outcome = extract(skb, &packet, direction, count);
	if (outcome >= 0 && outcome < HDRTAP_COUNTER_MAX)
		hdrtap_count(count, outcome);
	return TC_ACT_UNSPEC;
}

SEC("tc") int hdrtap_receive_eth(struct __sk_buff *skb)
{
	return classify(skb, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_RECEIVE);
}

SEC("tc") int hdrtap_transmit_eth(struct __sk_buff *skb)
{
	return classify(skb, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_TRANSMIT);
}

SEC("tc") int hdrtap_receive_ip(struct __sk_buff *skb)
{
	return classify(skb, 0, HDRTAP_DIRECTION_RECEIVE);
}

SEC("tc") int hdrtap_transmit_ip(struct __sk_buff *skb)
{
	return classify(skb, 0, HDRTAP_DIRECTION_TRANSMIT);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
