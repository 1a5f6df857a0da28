/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "capture/pcap_link_llc.h"

#include <string.h>

#include "capture/pcap_link_strip.h"

#define LLC_SNAP   8
#define FDDI       13 /* frame control, addresses */
#define FDDI_LLC   0x50
#define TOKEN_RING 14 /* access control, frame control, addresses */
#define ADDRESSES  12

/* An OUI of Ethernet's own, or the one for bridged 802.11 (AppleTalk and IPX): Ethertypes. */
static bool has_ethertype(const __u8 *llc)
{
	return !memcmp(llc, "\xaa\xaa\x03\0\0\0", 6) || !memcmp(llc, "\xaa\xaa\x03\0\0\xf8", 6);
}

void pcap_link_llc(struct native_packet *packet)
{
	const __u8 *llc = packet->data;

	if (!pcap_link_strip(packet, LLC_SNAP))
		return;
	if (has_ethertype(llc))
		packet->protocol = hdrtap_be16(llc + 6);
	else
		pcap_link_other(packet);
}

void pcap_link_fddi(struct native_packet *packet)
{
	const __u8 *fddi = packet->data;

	if (!pcap_link_strip(packet, FDDI))
		return;
	if ((fddi[0] & 0xf0) == FDDI_LLC)
		pcap_link_llc(packet);
	else
		pcap_link_other(packet);
}

/* With the highest bit of the source address a list of bridges follows, which begins with its own
 * size. */
void pcap_link_token_ring(struct native_packet *packet)
{
	const __u8 *ring = packet->data;

	if (!pcap_link_strip(packet, TOKEN_RING))
		return;
	if ((ring[1] & 0xc0) != 0x40) {
		pcap_link_other(packet);
		return;
	}
	if (ring[8] & 0x80 && packet->captured && !pcap_link_strip(packet, packet->data[0] & 0x1f))
		return;
	pcap_link_llc(packet);
}

static void tagged(struct native_packet *packet, __u32 tag)
{
	const __u8 *type = packet->data + ADDRESSES + tag;

	if (pcap_link_strip(packet, ADDRESSES + tag + 2))
		packet->protocol = hdrtap_be16(type);
}

void pcap_link_tag4(struct native_packet *packet)
{
	tagged(packet, 4);
}

void pcap_link_tag8(struct native_packet *packet)
{
	tagged(packet, 8);
}
