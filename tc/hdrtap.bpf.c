// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * TC classifiers at ingress and egress, for links with an Ethernet header and for links without.
 * All four share their maps. They look at packets and always let them pass on to the next program.
 * The sweep is run by user space, on no packet.
 */
#include <linux/pkt_cls.h>

#include "platform.h"

static __always_inline __u64 packet_flags(struct __sk_buff *skb, const struct hdrtap_packet *packet)
{
	__u64 flags = packet->fragment ? HDRTAP_FLAG(FRAGMENT) : 0;

	if (skb->gso_segs > 1)
		flags |= HDRTAP_FLAG(MERGED);
	if (skb->data_end - skb->data < packet->payload + packet->payload_length)
		flags |= HDRTAP_FLAG(NON_LINEAR);
	return flags;
}

static __always_inline void note_origin(struct __sk_buff *skb, struct hdrtap_work *work,
					__u8 direction)
{
	struct hdrtap_origin *origin = &work->origin;

	origin->time = bpf_ktime_get_boot_ns();
	origin->flags = packet_flags(skb, &work->packet);
	origin->ifindex = skb->ifindex;
	origin->captured = skb->len;
	origin->cpu = bpf_get_smp_processor_id();
	origin->direction = direction;
	origin->hook = HDRTAP_HOOK_TC;
}

/* Returns the packet's outcome. */
static __always_inline int look(struct __sk_buff *skb, __u16 ethertype, __u8 direction,
				struct hdrtap_work *space, struct hdrtap_counters *count)
{
	int outcome = headers(skb, ethertype, &space->packet);

	if (outcome != HDRTAP_PACKET_TCP)
		return outcome;
	note_origin(skb, space, direction);
	return hdrtap_process(skb, space, count);
}

/* While this CPU's working space is in use, another program may interrupt, and counts one thing
 * only.
 */
static __always_inline int classify(struct __sk_buff *skb, __u16 ethertype, __u8 direction)
{
	struct hdrtap_counters *count = element(&counters, HDRTAP_WORK_PACKETS);
	struct hdrtap_work *space = element(&work, HDRTAP_WORK_PACKETS);
	__u32 outcome;

	if (!count || !space)
		return TC_ACT_UNSPEC;
	if (space->in_use) {
		hdrtap_count(count, HDRTAP_COUNTER_NESTED);
		return TC_ACT_UNSPEC;
	}
	space->in_use = 1;
	outcome = look(skb, ethertype, direction, space, count);
	HDRTAP_FORGET(outcome, space->flow, ~0u); /* the verifier sees its bounds only below */
	if (outcome < HDRTAP_COUNTER_MAX)
		hdrtap_count(count, outcome);
	space->in_use = 0;
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

/* Run by BPF_PROG_TEST_RUN with a packet that does not matter: looks at one place of the pools. */
SEC("tc") int hdrtap_idle(struct __sk_buff *skb)
{
	struct hdrtap_counters *count = element(&counters, HDRTAP_WORK_SWEEP);
	struct hdrtap_work *space = element(&work, HDRTAP_WORK_SWEEP);
	__u32 number = sweep.number;

	if (!count || !space)
		return 0;
	sweep.number = number + 1;
	space->origin.cpu = bpf_get_smp_processor_id();
	hdrtap_sweep(skb, space, count, number, sweep.before, sweep.why);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
