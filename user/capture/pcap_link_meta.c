/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "capture/pcap_link_meta.h"

#include <string.h>

#include "capture/pcap_link_ppp.h"
#include "capture/pcap_link_strip.h"

static __u32 le16(const __u8 *at)
{
	return at[0] | at[1] << 8;
}

static __u32 le32(const __u8 *at)
{
	return __builtin_bswap32(hdrtap_be32(at));
}

/* --- NFLOG: a header, then attributes, one of which is the packet --- */

#define NFLOG         4
#define NFLOG_PAYLOAD 9
#define NFLOG_TYPES   64 /* more than there will be: what is above is in the other byte order */
#define FAMILY_IPV4   2
#define FAMILY_IPV6   10

/* Attributes are in the byte order of the host that captured; the first one's type, a small number,
 * tells which that is. */
static bool is_big(const struct native_packet *packet)
{
	return packet->captured >= 4 && le16(packet->data + 2) >= NFLOG_TYPES;
}

static bool find_payload(struct native_packet *packet)
{
	bool big = is_big(packet);
	__u32 size, type;

	while (packet->captured >= 4) {
		size = big ? hdrtap_be16(packet->data) : le16(packet->data);
		type = big ? hdrtap_be16(packet->data + 2) : le16(packet->data + 2);
		if (size < 4)
			break;
		if (type == NFLOG_PAYLOAD) {
			if (packet->length > size)
				packet->length = size;
			if (packet->captured > size)
				packet->captured = size;
			return pcap_link_strip(packet, 4);
		}
		if (!pcap_link_strip(packet, (size + 3) & ~3u))
			return true; /* it was cut before it */
	}
	return false;
}

void pcap_link_nflog(struct native_packet *packet)
{
	const __u8 *header = packet->data;

	if (!pcap_link_strip(packet, NFLOG))
		return;
	if (header[1] || !find_payload(packet)) /* another version */
		pcap_link_other(packet);
	else if (header[0] == FAMILY_IPV4)
		packet->protocol = HDRTAP_ETHERTYPE_IPV4;
	else if (header[0] == FAMILY_IPV6)
		packet->protocol = HDRTAP_ETHERTYPE_IPV6;
	/* of bridges and of both families (inet): the packet tells */
}

/* --- ERF: cards of Endace --- */

#define ERF            16
#define ERF_TYPE       8
#define ERF_EXTENSION  8 /* bytes; a type's and an extension's highest bit: another follows */
#define ERF_MORE       0x80
#define ERF_ETH_OFFSET 2

static void read_erf_type(struct native_packet *packet, __u8 type)
{
	switch (type) {
	case 2: /* Ethernet; with colour, of a DSM, with a hash */
	case 11:
	case 16:
	case 20:
		if (pcap_link_strip(packet, ERF_ETH_OFFSET))
			packet->link = NATIVE_ETHERNET;
		return;
	case 1: /* HDLC on SONET, likewise */
	case 10:
	case 15:
	case 19:
		pcap_link_ppp(packet);
		return;
	case 22:
		packet->protocol = HDRTAP_ETHERTYPE_IPV4;
		return;
	case 23:
		packet->protocol = HDRTAP_ETHERTYPE_IPV6;
		return;
	}
	pcap_link_other(packet);
}

void pcap_link_erf(struct native_packet *packet)
{
	const __u8 *header = packet->data;
	__u8 more;

	if (!pcap_link_strip(packet, ERF))
		return;
	for (more = header[ERF_TYPE]; more & ERF_MORE;) {
		const __u8 *extension = packet->data;

		if (!pcap_link_strip(packet, ERF_EXTENSION))
			return;
		more = extension[0];
	}
	read_erf_type(packet, header[ERF_TYPE] & ~ERF_MORE);
}

/* --- IPsec's interface and Solaris' IP --- */

#define ENC   12
#define IPNET 24

/* The family is in the byte order of the host, and a small number. */
void pcap_link_enc(struct native_packet *packet)
{
	const __u8 *header = packet->data;

	if (!pcap_link_strip(packet, ENC))
		return;
	if (header[0] == FAMILY_IPV4 || header[3] == FAMILY_IPV4)
		packet->protocol = HDRTAP_ETHERTYPE_IPV4;
	else
		packet->protocol = HDRTAP_ETHERTYPE_IPV6;
}

/* In front of IP of either version, which tells itself. */
void pcap_link_ipnet(struct native_packet *packet)
{
	pcap_link_strip(packet, IPNET);
}

/* --- Juniper --- */

#define JUNIPER       4
#define JUNIPER_MAGIC "\x4d\x47\x43"
#define JUNIPER_IN    0x01
#define JUNIPER_NO_L2 0x02 /* four bytes, and the network header */
#define JUNIPER_MORE  0x80 /* extensions, their length before them */

/* False: all is said of the packet. */
static bool strip_juniper(struct native_packet *packet)
{
	const __u8 *header = packet->data, *more;

	if (!pcap_link_strip(packet, JUNIPER))
		return false;
	if (memcmp(header, JUNIPER_MAGIC, 3)) {
		pcap_link_other(packet);
		return false;
	}
	packet->direction =
		header[3] & JUNIPER_IN ? HDRTAP_DIRECTION_RECEIVE : HDRTAP_DIRECTION_TRANSMIT;
	more = packet->data;
	if (header[3] & JUNIPER_MORE &&
	    (!pcap_link_strip(packet, 2) || !pcap_link_strip(packet, hdrtap_be16(more))))
		return false;
	if (!(header[3] & JUNIPER_NO_L2))
		return true;
	pcap_link_strip(packet, 4);
	return false;
}

void pcap_link_juniper_ethernet(struct native_packet *packet)
{
	if (strip_juniper(packet))
		packet->link = NATIVE_ETHERNET;
}

void pcap_link_juniper_ppp(struct native_packet *packet)
{
	if (strip_juniper(packet))
		pcap_link_ppp(packet);
}

void pcap_link_juniper_hdlc(struct native_packet *packet)
{
	if (strip_juniper(packet))
		pcap_link_hdlc(packet);
}

void pcap_link_juniper_frame_relay(struct native_packet *packet)
{
	if (strip_juniper(packet))
		pcap_link_frame_relay(packet);
}

/* --- those that name a link type --- */

#define PPI            8
#define PKTAP          108 /* at least: later versions may be longer */
#define PKTAP_DLT      8
#define PKTAP_FLAGS    36
#define PKTAP_FLAG_IN  0x1
#define PKTAP_FLAG_OUT 0x2

int pcap_link_ppi(struct native_packet *packet)
{
	const __u8 *header = packet->data;

	if (packet->captured < PPI) {
		pcap_link_strip(packet, PPI);
		return -1;
	}
	if (header[0] || le16(header + 2) < PPI) {
		pcap_link_other(packet);
		return -1;
	}
	return pcap_link_strip(packet, le16(header + 2)) ? (int)le32(header + 4) : -1;
}

static __u8 pktap_direction(__u32 flags)
{
	if (flags & PKTAP_FLAG_IN)
		return HDRTAP_DIRECTION_RECEIVE;
	return flags & PKTAP_FLAG_OUT ? HDRTAP_DIRECTION_TRANSMIT : HDRTAP_DIRECTION_NONE;
}

/* In the byte order of the host; Apple's have long been little-endian. */
int pcap_link_pktap(struct native_packet *packet)
{
	const __u8 *header = packet->data;

	if (packet->captured < PKTAP) {
		pcap_link_strip(packet, PKTAP);
		return -1;
	}
	if (le32(header) < PKTAP) {
		pcap_link_other(packet);
		return -1;
	}
	packet->direction = pktap_direction(le32(header + PKTAP_FLAGS));
	return pcap_link_strip(packet, le32(header)) ? (int)le32(header + PKTAP_DLT) : -1;
}
