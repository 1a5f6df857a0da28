// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * TC classifiers at ingress and egress, for links with an Ethernet header and for links without.
 * All four share their maps. They look at packets and always let them pass on to the next program.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include <hdrtap/extract.h>
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

/* Parses the headers; pulls them into the linear part when the driver left them elsewhere. */
static __always_inline int parse(struct __sk_buff *skb, int ethernet, struct hdrtap_packet *packet)
{
	const __u8 *data = (const __u8 *)(long)skb->data, *end = (const __u8 *)(long)skb->data_end;

	__builtin_memset(packet, 0, sizeof(*packet));
	if (skb->vlan_present)
		hdrtap_packet_vlan(packet, skb->vlan_tci);
	if (ethernet)
		return hdrtap_parse_ethernet(data, end, skb->len, packet);
	return hdrtap_parse_network(data, end, 0, skb->len, 0, packet);
}

#define HEADERS_MAX 256 /* bytes pulled at most */

static __always_inline int parse_pulled(struct __sk_buff *skb, int ethernet,
					struct hdrtap_packet *packet)
{
	int result = parse(skb, ethernet, packet);

	if (result != HDRTAP_PACKET_SHORT)
		return result;
	if (bpf_skb_pull_data(skb, skb->len < HEADERS_MAX ? skb->len : HEADERS_MAX))
		return HDRTAP_COUNTER_LOAD_FAILED;
	result = parse(skb, ethernet, packet);
	return result == HDRTAP_PACKET_SHORT ? HDRTAP_COUNTER_MALFORMED : result;
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

static __always_inline int classify(struct __sk_buff *skb, int ethernet, __u8 direction)
{
	struct hdrtap_packet packet;
	struct hdrtap_counters *count;
	int outcome = parse_pulled(skb, ethernet, &packet);

	count = element(&counters, 0);
	if (!count)
		return TC_ACT_UNSPEC;
	if (outcome == HDRTAP_PACKET_PAYLOAD)
		outcome = hdrtap_classify(first_word(skb, &packet));
	if (outcome == HDRTAP_COUNTER_HEAD)
		outcome = extract(skb, &packet, direction, count);
	if (outcome >= 0 && outcome < HDRTAP_COUNTER_MAX)
		hdrtap_count(count, outcome);
	return TC_ACT_UNSPEC;
}

SEC("tc") int hdrtap_receive_eth(struct __sk_buff *skb)
{
	return classify(skb, 1, HDRTAP_DIRECTION_RECEIVE);
}

SEC("tc") int hdrtap_transmit_eth(struct __sk_buff *skb)
{
	return classify(skb, 1, HDRTAP_DIRECTION_TRANSMIT);
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
