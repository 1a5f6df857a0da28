/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets behind a header that is not known, by Ethertype, so that a capture that finds nothing can
 * say why. The first few Ethertypes have a count of their own, all others share one.
 */
#ifndef HDRTAP_UNREAD_H
#define HDRTAP_UNREAD_H

#include <hdrtap/packet/link.h>

/* Whether every network has such packets, and none of them carries TCP. */
HDRTAP_INLINE int hdrtap_everyday(__u32 ethertype)
{
	switch (ethertype) {
	case HDRTAP_ETHERTYPE_FRAME: /* here: a frame that is empty */
	case 0x0806:                 /* ARP, and its reverse */
	case 0x8035:
	case 0x0842: /* Wake-on-LAN */
	case 0x6002: /* DEC MOP */
	case 0x8809: /* LACP, OAM */
	case 0x8863: /* PPPoE discovery */
	case 0x8899: /* Realtek loop detection */
	case 0x888e: /* EAPOL */
	case 0x88cc: /* LLDP */
	case 0x88e1: /* HomePlug */
	case 0x8912:
	case 0x893a: /* IEEE 1905.1 */
	case 0x88f7: /* PTP */
	case 0x8902: /* CFM */
	case 0x9000: /* loopback test */
	case 0xffff: /* of a link type without Ethertypes */
		return 1;
	}
	return ethertype < HDRTAP_ETHERTYPE_MIN; /* spanning tree, CDP and others in LLC */
}

/* Counts a packet whose headers end, as what is not IP, with `protocol` (struct hdrtap_layer). */
HDRTAP_GLOBAL int hdrtap_count_unread(struct hdrtap_counters *counters, __u32 protocol)
{
	__u32 ethertype = protocol & 0xffff; /* of HDRTAP_LAYER_*, the one they stand behind */

	if (counters && !hdrtap_everyday(ethertype))
		hdrtap_unread_add(counters, ethertype, 1);
	return 0;
}

#endif
