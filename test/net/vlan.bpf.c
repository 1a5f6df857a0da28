/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Puts VLAN tags on frames and takes them off, for hosts whose kernel has no VLAN interfaces:
 * vlan.sh attaches these at both ends of a line and captures in between.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int push_one(struct __sk_buff *skb)
{
	return bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 100) ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("tc")
int push_two(struct __sk_buff *skb)
{
	if (bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), 30))
		return TC_ACT_SHOT;
	return bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021AD), 200) ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("tc")
int pop_one(struct __sk_buff *skb)
{
	return bpf_skb_vlan_pop(skb) ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("tc")
int pop_two(struct __sk_buff *skb)
{
	return bpf_skb_vlan_pop(skb) || bpf_skb_vlan_pop(skb) ? TC_ACT_SHOT : TC_ACT_OK;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
