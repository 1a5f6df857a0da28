// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * XDP programs, for links with an Ethernet header and for links without. They look at packets, of
 * one buffer or of several, and always let them pass.
 */
#include "platform.h"

SEC("xdp") int hdrtap_xdp_eth(struct xdp_md *xdp)
{
	look(xdp, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_RECEIVE);
	return XDP_PASS;
}

SEC("xdp") int hdrtap_xdp_ip(struct xdp_md *xdp)
{
	look(xdp, 0, HDRTAP_DIRECTION_RECEIVE);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
