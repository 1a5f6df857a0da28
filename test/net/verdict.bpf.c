// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Only what TC programs do for the expression: the verdict is what a program returns. A packet gets
 * the VLAN tag that its mark names (type and tag), as a card's driver gives it: beside the packet.
 */
#include "../../tc/platform.h"

#define PASSES   1
#define EXCLUDED 0
#define FAILED   2

static __always_inline int verdict(struct __sk_buff *skb, __u16 ethertype, __u8 direction)
{
	__u32 outcome = expression_outcome(skb, ethertype, direction);

	return outcome == HDRTAP_COUNTER_MAX          ? PASSES
	       : outcome == HDRTAP_COUNTER_EXPRESSION ? EXCLUDED
						      : FAILED;
}

SEC("tc") int verdict_eth(struct __sk_buff *skb)
{
	__u32 tag = skb->mark;

	if (tag && bpf_skb_vlan_push(skb, __builtin_bswap16(tag >> 16), tag & 0xffff))
		return FAILED;
	return verdict(skb, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_RECEIVE);
}

SEC("tc") int verdict_out(struct __sk_buff *skb)
{
	return verdict(skb, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_TRANSMIT);
}

SEC("tc") int verdict_ip(struct __sk_buff *skb)
{
	return verdict(skb, 0, HDRTAP_DIRECTION_RECEIVE);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
