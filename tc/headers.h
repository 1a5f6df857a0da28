/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The headers of a packet, up to its TCP payload. A level (the packet itself, or the one inside a
 * tunnel) is parsed by one global function: verified once, on its own, its stack given back before
 * the payload is looked at.
 */
#ifndef HDRTAP_TC_HEADERS_H
#define HDRTAP_TC_HEADERS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include <hdrtap/network.h>

#define HEADERS_MAX 256 /* bytes of one level's headers that are pulled at most */

/* Set by user space before the programs are loaded. */
const volatile struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;

HDRTAP_GLOBAL int headers_level(struct __sk_buff *skb, struct hdrtap_packet *packet)
{
	const __u8 *data = (const __u8 *)(long)skb->data, *end = (const __u8 *)(long)skb->data_end;

	if (!packet)
		return HDRTAP_COUNTER_LOAD_FAILED;
	return hdrtap_parse_level(data, end, &config, packet);
}

static __always_inline void headers_begin(struct __sk_buff *skb, __u16 ethertype,
					  struct hdrtap_packet *packet)
{
	hdrtap_packet_begin(packet, ethertype, skb->len);
	if (skb->vlan_present)
		hdrtap_packet_vlan(packet, skb->vlan_tci);
}

/* Pulls a level's headers into the linear part: the driver left them elsewhere. */
static __always_inline int headers_pull(struct __sk_buff *skb, const struct hdrtap_packet *packet)
{
	__u32 wanted = packet->layer.offset + HEADERS_MAX;

	return bpf_skb_pull_data(skb, skb->len < wanted ? skb->len : wanted);
}

/* `ethertype`: what the packet begins with. Returns HDRTAP_PACKET_TCP, or the packet's outcome. */
static __always_inline int headers(struct __sk_buff *skb, __u16 ethertype,
				   struct hdrtap_packet *packet)
{
	int result;

	headers_begin(skb, ethertype, packet);
	result = headers_level(skb, packet);
	if (result == HDRTAP_PACKET_SHORT) {
		if (headers_pull(skb, packet))
			return HDRTAP_COUNTER_LOAD_FAILED;
		headers_begin(skb, ethertype, packet);
		result = headers_level(skb, packet);
	}
	if (config.tunnels && result == HDRTAP_PACKET_TUNNEL) {
		result = headers_level(skb, packet);
		if (result == HDRTAP_PACKET_SHORT) {
			if (headers_pull(skb, packet))
				return HDRTAP_COUNTER_LOAD_FAILED;
			result = headers_level(skb, packet);
		}
	}
	return result == HDRTAP_PACKET_SHORT ? HDRTAP_COUNTER_MALFORMED : result;
}

#endif
