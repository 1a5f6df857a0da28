/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Link types of capture files: where the network header is, and what the capture says of direction
 * and interface.
 */
#ifndef HDRTAP_USER_PCAP_LINK_H
#define HDRTAP_USER_PCAP_LINK_H

#include "capture/native.h"

#define PCAP_LINKS_SUPPORTED                                                                 \
	"Ethernet, raw IP, Linux cooked v1 and v2, BSD loopback, PPP, Cisco HDLC, Frame "    \
	"Relay, 802.11 (with radiotap, Prism, AVS, PPI), NFLOG, ERF, Juniper, PKTAP, FDDI, " \
	"Token Ring, ATM, switch tags"

struct pcap_link;

/* How packets of a DLT_* begin; NULL when it is not supported. */
const struct pcap_link *pcap_link_find(int dlt);

/*
 * Fills `packet` (its time apart) from `captured` bytes at `data` of a packet that had `length` on
 * the wire. A packet cut inside the link header becomes one without bytes.
 */
void pcap_link_packet(const struct pcap_link *link, const __u8 *data, __u32 captured, __u32 length,
		      struct native_packet *packet);

#endif
