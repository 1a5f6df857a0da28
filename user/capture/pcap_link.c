/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One row per link type: what is passed over, and the function that reads on from there. Formats as
 * on https://www.tcpdump.org/linktypes.html.
 */
#include "capture/pcap_link.h"

#include <pcap/pcap.h>

#include "capture/pcap_link_llc.h"
#include "capture/pcap_link_meta.h"
#include "capture/pcap_link_ppp.h"
#include "capture/pcap_link_strip.h"
#include "capture/pcap_link_wifi.h"

#define ETHERTYPE_MPLS 0x8847
#define COOKED_LLC     4 /* ETH_P_802_2 */

struct pcap_link {
	int dlt;
	__u32 skip; /* bytes that say nothing of use */
	enum native_link link;
	/* Takes the rest of the header off the packet, and fills in protocol, direction, interface,
	 * and `link` where it is another one. NULL: there is nothing more. */
	void (*read)(struct native_packet *packet);
};

/* Packet types of Linux cooked captures: 0-3 came in, for this host or another one, 4 went out. */
static __u8 cooked_direction(__u16 type)
{
	if (type == 4)
		return HDRTAP_DIRECTION_TRANSMIT;
	return type < 4 ? HDRTAP_DIRECTION_RECEIVE : HDRTAP_DIRECTION_NONE;
}

/* An Ethertype, or Linux' own number for LLC. */
static void read_cooked_protocol(struct native_packet *packet, __u16 protocol)
{
	if (protocol == COOKED_LLC)
		pcap_link_llc(packet);
	else
		packet->protocol = protocol;
}

static void read_cooked(struct native_packet *packet)
{
	const __u8 *header = packet->data;

	if (!pcap_link_strip(packet, 16))
		return;
	packet->direction = cooked_direction(hdrtap_be16(header));
	read_cooked_protocol(packet, hdrtap_be16(header + 14));
}

static void read_cooked2(struct native_packet *packet)
{
	const __u8 *header = packet->data;

	if (!pcap_link_strip(packet, 20))
		return;
	packet->ifindex = hdrtap_be32(header + 4);
	packet->direction = cooked_direction(header[10]);
	read_cooked_protocol(packet, hdrtap_be16(header));
}

static void read_ipv4(struct native_packet *packet)
{
	packet->protocol = HDRTAP_ETHERTYPE_IPV4;
}

static void read_ipv6(struct native_packet *packet)
{
	packet->protocol = HDRTAP_ETHERTYPE_IPV6;
}

static void read_mpls(struct native_packet *packet)
{
	packet->protocol = ETHERTYPE_MPLS;
}

/* AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on
 * Darwin. */
static __u16 family_protocol(__u32 family)
{
	switch (family) {
	case 2:
		return HDRTAP_ETHERTYPE_IPV4;
	case 10:
	case 24:
	case 28:
	case 30:
		return HDRTAP_ETHERTYPE_IPV6;
	}
	return PCAP_LINK_OTHER;
}

/* The family is in the byte order of the host that captured, which the capture does not tell: it is
 * small either way. */
static void read_loopback(struct native_packet *packet)
{
	const __u8 *header = packet->data;
	__u32 family;

	if (!pcap_link_strip(packet, 4))
		return;
	family = hdrtap_be32(header);
	packet->protocol = family_protocol(family > 0xffff ? __builtin_bswap32(family) : family);
}

/* OpenBSD's packet filter: a header that tells its size, without its padding, and the family. */
static void read_pflog(struct native_packet *packet)
{
	const __u8 *header = packet->data;

	if (packet->captured < 2)
		pcap_link_strip(packet, 2);
	else if (pcap_link_strip(packet, (header[0] + 3) & ~3u))
		packet->protocol = family_protocol(header[1]);
}

/* An Ethertype, and perhaps as many bytes again that say nothing. */
static void read_type(struct native_packet *packet)
{
	const __u8 *type = packet->data;

	if (pcap_link_strip(packet, 2))
		packet->protocol = hdrtap_be16(type);
}

static void read_type_and_2(struct native_packet *packet)
{
	read_type(packet);
	pcap_link_strip(packet, 2);
}

static void read_named(struct native_packet *packet, int dlt);

static void read_ppi(struct native_packet *packet)
{
	read_named(packet, pcap_link_ppi(packet));
}

static void read_pktap(struct native_packet *packet)
{
	read_named(packet, pcap_link_pktap(packet));
}

#define ETHERNET NATIVE_ETHERNET
#define NETWORK  NATIVE_NETWORK

static const struct pcap_link links[] = {
	{ DLT_EN10MB, 0, ETHERNET, NULL },
	{ DLT_RAW, 0, NETWORK, NULL },
	{ DLT_IPV4, 0, NETWORK, read_ipv4 },
	{ DLT_IPV6, 0, NETWORK, read_ipv6 },
	{ DLT_LINUX_SLL, 0, NETWORK, read_cooked },
	{ DLT_LINUX_SLL2, 0, NETWORK, read_cooked2 },
	{ DLT_NULL, 0, NETWORK, read_loopback },
	{ DLT_LOOP, 0, NETWORK, read_loopback },
	{ DLT_PPP, 0, NETWORK, pcap_link_ppp },
	{ DLT_PPP_SERIAL, 0, NETWORK, pcap_link_ppp },
	{ DLT_PPP_ETHER, 0, NETWORK, pcap_link_ppp_ether },
	{ DLT_PPP_PPPD, 0, NETWORK, pcap_link_ppp_direction },
	{ DLT_PPP_WITH_DIR, 0, NETWORK, pcap_link_ppp_direction },
	{ DLT_C_HDLC, 0, NETWORK, pcap_link_hdlc },
	{ DLT_FRELAY, 0, NETWORK, pcap_link_frame_relay },
	{ DLT_IEEE802_11, 0, NETWORK, pcap_link_wifi },
	{ DLT_IEEE802_11_RADIO, 0, NETWORK, pcap_link_radiotap },
	{ DLT_IEEE802_11_RADIO_AVS, 0, NETWORK, pcap_link_prism },
	{ DLT_PRISM_HEADER, 0, NETWORK, pcap_link_prism },
	{ DLT_PPI, 0, NETWORK, read_ppi },
	{ DLT_PKTAP, 0, NETWORK, read_pktap },
	{ DLT_NFLOG, 0, NETWORK, pcap_link_nflog },
	{ DLT_ERF, 0, NETWORK, pcap_link_erf },
	{ DLT_JUNIPER_ETHER, 0, NETWORK, pcap_link_juniper_ethernet },
	{ DLT_JUNIPER_PPP, 0, NETWORK, pcap_link_juniper_ppp },
	{ DLT_JUNIPER_CHDLC, 0, NETWORK, pcap_link_juniper_hdlc },
	{ DLT_JUNIPER_FRELAY, 0, NETWORK, pcap_link_juniper_frame_relay },
	{ DLT_ATM_RFC1483, 0, NETWORK, pcap_link_llc },
	{ DLT_IP_OVER_FC, 16, NETWORK, pcap_link_llc },
	{ DLT_FDDI, 0, NETWORK, pcap_link_fddi },
	{ DLT_IEEE802, 0, NETWORK, pcap_link_token_ring },
	{ DLT_IPOIB, 40, NETWORK, read_type_and_2 },
	{ DLT_APPLE_IP_OVER_IEEE1394, 16, NETWORK, read_type },
	{ DLT_NETANALYZER, 4, ETHERNET, NULL },
	{ DLT_NETANALYZER_TRANSPARENT, 12, ETHERNET, NULL },
	{ DLT_DSA_TAG_BRCM, 0, NETWORK, pcap_link_tag4 },
	{ DLT_DSA_TAG_BRCM_PREPEND, 4, ETHERNET, NULL },
	{ DLT_DSA_TAG_DSA, 0, NETWORK, pcap_link_tag4 },
	{ DLT_DSA_TAG_EDSA, 0, NETWORK, pcap_link_tag8 },
	{ DLT_MPLS, 0, NETWORK, read_mpls },
	{ DLT_ENC, 0, NETWORK, pcap_link_enc },
	{ DLT_PFLOG, 0, NETWORK, read_pflog },
	{ DLT_IPNET, 0, NETWORK, pcap_link_ipnet },
};

const struct pcap_link *pcap_link_find(int dlt)
{
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].dlt == dlt)
			return &links[i];
	return NULL;
}

static void read_link(const struct pcap_link *link, struct native_packet *packet)
{
	packet->link = link->link;
	if (pcap_link_strip(packet, link->skip) && link->read)
		link->read(packet);
}

/* What is named must be the packet itself: no header of this kind comes in another one. */
static void read_named(struct native_packet *packet, int dlt)
{
	const struct pcap_link *link = pcap_link_find(dlt);

	if (dlt < 0)
		return;
	if (link && link->read != read_ppi && link->read != read_pktap)
		read_link(link, packet);
	else
		pcap_link_other(packet);
}

void pcap_link_packet(const struct pcap_link *link, const __u8 *data, __u32 captured, __u32 length,
		      struct native_packet *packet)
{
	*packet = (struct native_packet){
		.data = data,
		.captured = captured,
		.length = length < captured ? captured : length,
	};
	read_link(link, packet);
}
