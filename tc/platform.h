/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the parser needs of the kernel, for TC programs.
 */
#ifndef HDRTAP_TC_PLATFORM_H
#define HDRTAP_TC_PLATFORM_H

#include <linux/bpf.h>

#define HDRTAP_CONTEXT struct __sk_buff

#include "../bpf/look.h"

static __always_inline int hdrtap_platform_load(struct __sk_buff *skb, __u32 offset, void *to,
						__u32 length)
{
	return bpf_skb_load_bytes(skb, offset, to, length);
}

static __always_inline __u32 packet_size(struct __sk_buff *skb)
{
	return skb->len;
}

static __always_inline __u32 tag_beside(struct __sk_buff *skb, __u16 ethertype)
{
	if (ethertype != HDRTAP_ETHERTYPE_FRAME || !skb->vlan_present)
		return 0;
	return (__u16)skb->vlan_proto | (__u32)__builtin_bswap16(skb->vlan_tci) << 16;
}

static __always_inline void headers_begin(struct __sk_buff *skb, __u16 ethertype,
					  struct hdrtap_work *work)
{
	hdrtap_packet_begin(&work->packet, ethertype, work->origin.captured);
	if (skb->vlan_present)
		hdrtap_packet_vlan(&work->packet, skb->vlan_tci);
}

/* Pulls a level's headers into the linear part: the driver left them elsewhere. */
HDRTAP_GLOBAL int headers_far(struct __sk_buff *skb, struct hdrtap_packet *packet)
{
	__u32 wanted;

	if (!packet)
		return HDRTAP_COUNTER_LOAD_FAILED;
	wanted = packet->layer.offset + HEADERS_MAX;
	if (bpf_skb_pull_data(skb, skb->len < wanted ? skb->len : wanted))
		return HDRTAP_COUNTER_LOAD_FAILED;
	return headers_level(skb, packet);
}

static __always_inline void note_origin(struct __sk_buff *skb, struct hdrtap_work *work)
{
	const struct hdrtap_packet *packet = &work->packet;
	__u64 flags = hdrtap_packet_flags(packet);

	if (skb->gso_segs > 1)
		flags |= HDRTAP_FLAG(MERGED);
	if (skb->data_end - skb->data < packet->payload + packet->payload_length)
		flags |= HDRTAP_FLAG(NON_LINEAR);
	work->origin.flags = flags;
	work->origin.ifindex = skb->ifindex;
	work->origin.hook = HDRTAP_HOOK_TC;
}

#endif
