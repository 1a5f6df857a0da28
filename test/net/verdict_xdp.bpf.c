// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Only what XDP programs do for the expression: a packet that it excludes is dropped here.
 */
#include "../../xdp/platform.h"

SEC("xdp") int verdict_xdp(struct xdp_md *xdp)
{
	__u32 outcome = expression_outcome(xdp, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_RECEIVE);

	return outcome == HDRTAP_COUNTER_MAX          ? XDP_PASS
	       : outcome == HDRTAP_COUNTER_EXPRESSION ? XDP_DROP
						      : XDP_ABORTED;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
