/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the readers of link headers share: a packet begins as the file has it, and each reader takes
 * its header off it and says what is behind.
 */
#ifndef HDRTAP_USER_PCAP_LINK_STRIP_H
#define HDRTAP_USER_PCAP_LINK_STRIP_H

#include <hdrtap/packet/packet.h>

#include "capture/native.h"

#define PCAP_LINK_OTHER 0xffff /* protocol: an Ethertype that is reserved, what is not IP */

/* Goes behind a header, or to the packet's end; false: it was cut inside the header. */
static inline bool pcap_link_strip(struct native_packet *packet, __u32 size)
{
	__u32 there = size < packet->captured ? size : packet->captured;

	packet->data += there;
	packet->captured -= there;
	packet->length -= size < packet->length ? size : packet->length;
	return there == size;
}

/* The packet is nothing that is parsed. */
static inline void pcap_link_other(struct native_packet *packet)
{
	packet->link = NATIVE_NETWORK;
	packet->protocol = PCAP_LINK_OTHER;
}

#endif
