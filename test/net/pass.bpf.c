// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Somebody else's XDP program: lets everything pass.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp") int pass(struct xdp_md *xdp)
{
	(void)xdp;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
