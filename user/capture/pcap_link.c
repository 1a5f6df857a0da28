/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One row per link type: length of its header and the function that reads it. Formats as on
 * https://www.tcpdump.org/linktypes.html.
 */
#include "capture/pcap_link.h"

#include <pcap/pcap.h>

#include <hdrtap/packet/packet.h>

#define PROTOCOL_OTHER 0xffff /* an Ethertype that is reserved */

struct pcap_link {
	int dlt;
	__u32 header; /* bytes */
	enum native_link link;
	/* Reads a whole header: protocol, direction, interface. NULL: it has nothing of these. */
	void (*read)(const __u8 *header, struct native_packet *packet);
};

/* Packet types of Linux cooked captures: 0-3 came in, for this host or another one, 4 went out. */
static __u8 cooked_direction(__u16 type)
{
	if (type == 4)
		return HDRTAP_DIRECTION_TRANSMIT;
	return type < 4 ? HDRTAP_DIRECTION_RECEIVE : HDRTAP_DIRECTION_NONE;
}

static void read_cooked(const __u8 *header, struct native_packet *packet)
{
	packet->direction = cooked_direction(hdrtap_be16(header));
	packet->protocol = hdrtap_be16(header + 14);
}

static void read_cooked2(const __u8 *header, struct native_packet *packet)
{
	packet->protocol = hdrtap_be16(header);
	packet->ifindex = hdrtap_be32(header + 4);
	packet->direction = cooked_direction(header[10]);
}

static void read_ipv4(const __u8 *header, struct native_packet *packet)
{
	(void)header;
	packet->protocol = HDRTAP_ETHERTYPE_IPV4;
}

static void read_ipv6(const __u8 *header, struct native_packet *packet)
{
	(void)header;
	packet->protocol = HDRTAP_ETHERTYPE_IPV6;
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
	return PROTOCOL_OTHER;
}

/* The family is in the byte order of the host that captured, which the capture does not tell: it is
 * small either way. */
static void read_loopback(const __u8 *header, struct native_packet *packet)
{
	__u32 family = hdrtap_be32(header);

	packet->protocol = family_protocol(family > 0xffff ? __builtin_bswap32(family) : family);
}

static const struct pcap_link links[] = {
	{ DLT_EN10MB, 0, NATIVE_ETHERNET, NULL },
	{ DLT_RAW, 0, NATIVE_NETWORK, NULL },
	{ DLT_IPV4, 0, NATIVE_NETWORK, read_ipv4 },
	{ DLT_IPV6, 0, NATIVE_NETWORK, read_ipv6 },
	{ DLT_LINUX_SLL, 16, NATIVE_NETWORK, read_cooked },
	{ DLT_LINUX_SLL2, 20, NATIVE_NETWORK, read_cooked2 },
	{ DLT_NULL, 4, NATIVE_NETWORK, read_loopback },
	{ DLT_LOOP, 4, NATIVE_NETWORK, read_loopback },
};

const struct pcap_link *pcap_link_find(int dlt)
{
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].dlt == dlt)
			return &links[i];
	return NULL;
}

void pcap_link_packet(const struct pcap_link *link, const __u8 *data, __u32 captured, __u32 length,
		      struct native_packet *packet)
{
	__u32 skip = link->header < captured ? link->header : captured;

	if (length < captured)
		length = captured;
	*packet = (struct native_packet){
		.data = data + skip,
		.captured = captured - skip,
		.length = length - (link->header < length ? link->header : length),
		.link = link->link,
	};
	if (link->read && captured >= link->header)
		link->read(data, packet);
}
