// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Sums up every packet that passes, bytes and what the kernel knows beside them, in an order that
 * does not matter. unchanged.c puts one of these in front of hdrtap's programs and one behind.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#define PIECES 2048 /* of 64 bytes: more than the longest packet */

/* Packets, bytes, and what all that was seen of them comes to. */
__u64 before[3], behind[3];

struct walk {
	struct __sk_buff *skb;
	__u64 hash;
};

static __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 29;
}

static int piece(__u64 number, struct walk *walk)
{
	__u64 words[8] = { 0 };
	__u32 offset = number * sizeof(words), left = walk->skb->len - offset;
	__u32 i;

	if (offset >= walk->skb->len)
		return 1;
	if (left >= sizeof(words))
		bpf_skb_load_bytes(walk->skb, offset, words, sizeof(words));
	else
		for (i = 0; i < 63 && i < left; i++)
			bpf_skb_load_bytes(walk->skb, offset + i, (char *)words + i, 1);
	for (i = 0; i < 8; i++)
		walk->hash = mix(walk->hash, words[i]);
	return 0;
}

static __always_inline void add(struct __sk_buff *skb, __u64 *sum)
{
	struct walk walk = { .skb = skb, .hash = skb->len };

	walk.hash = mix(walk.hash, skb->protocol);
	walk.hash = mix(walk.hash, skb->mark);
	walk.hash = mix(walk.hash, skb->vlan_present ? skb->vlan_tci + 1 : 0);
	walk.hash = mix(walk.hash, skb->priority);
	bpf_loop(PIECES, piece, &walk, 0);
	__sync_fetch_and_add(&sum[0], 1);
	__sync_fetch_and_add(&sum[1], skb->len);
	__sync_fetch_and_add(&sum[2], walk.hash);
}

SEC("tc") int sum_before(struct __sk_buff *skb)
{
	add(skb, before);
	return TC_ACT_UNSPEC;
}

SEC("tc") int sum_behind(struct __sk_buff *skb)
{
	add(skb, behind);
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
