// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Somebody else's TC program: hands what is received over to a container, as container networks do,
 * past the host's end of its veth pair.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define HOST_END 77 /* index of the pair's end that is here */

SEC("tc") int peer(struct __sk_buff *skb)
{
	return skb->protocol == bpf_htons(0x0800) ? bpf_redirect_peer(HOST_END, 0) : 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
