/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is known of a packet before anything of its TCP payload was read. network.h, link.h and
 * tunnel.h find it out.
 */
#ifndef HDRTAP_PACKET_H
#define HDRTAP_PACKET_H

#include <hdrtap/counters.h>
#include <hdrtap/record.h>

#define HDRTAP_ETHERTYPE_IPV4   0x0800
#define HDRTAP_ETHERTYPE_IPV6   0x86dd
#define HDRTAP_ETHERTYPE_8021Q  0x8100
#define HDRTAP_ETHERTYPE_8021AD 0x88a8
#define HDRTAP_ETHERTYPE_FRAME  0x6558 /* an Ethernet frame: "transparent Ethernet bridging" */

/* In the place of an Ethertype: headers that have none. */
#define HDRTAP_LAYER_LABELLED 0x18847 /* behind the bottom of an MPLS label stack */
#define HDRTAP_LAYER_PPP      0x18864 /* a PPP protocol number */
#define HDRTAP_LAYER_IP       0x20000 /* from here on: what IP carries */
#define HDRTAP_LAYER_GTP      0x20000
#define HDRTAP_LAYER_GTP_MORE 0x30000 /* | type of a GTP extension header */
#define HDRTAP_LAYER_CARRIED  0x40000 /* | IP protocol that can be a tunnel's */
#define HDRTAP_LAYER_ERSPAN   0x50000

/* Where the headers of a level, or a rare header, may begin at the latest: offsets of all headers
 * stay below 16 KiB. */
#define HDRTAP_LEVEL_AT_MAX 2047
#define HDRTAP_HEADERS_MAX  16 /* levels and rare headers of a packet behind its first level */

#define HDRTAP_TCP_FIN 0x01
#define HDRTAP_TCP_SYN 0x02
#define HDRTAP_TCP_RST 0x04
#define HDRTAP_TCP_ACK 0x10
#define HDRTAP_TCP_URG 0x20

/* Results of the functions that look at headers, beside the packet outcomes of counters.h. */
enum {
	HDRTAP_PACKET_TCP = -1,   /* TCP worth a look: payload, or SYN, FIN or RST */
	HDRTAP_PACKET_SHORT = -2, /* the headers go on behind `end` */
	HDRTAP_PACKET_AGAIN = -3, /* a rare header, or a packet in a packet: to be parsed from the
				     packet's `layer` on */
	HDRTAP_PACKET_NEXT = -4,  /* this header is passed, `layer` tells the next one */
};

/* A header, and what it may claim. */
struct hdrtap_layer {
	__u32 offset;   /* of its first byte in the packet */
	__u32 limit;    /* offset of the byte behind the last that belongs to it */
	__u32 protocol; /* what it is: an Ethertype (0: IP, by its first nibble), HDRTAP_LAYER_*,
			   the length of an IEEE 802.3 frame (below 0x0600), or an IP protocol */
};

/* Bits of `fragment`. */
#define HDRTAP_FRAGMENT_FIRST 1 /* first fragment of a datagram */
#define HDRTAP_FRAGMENT_OUTER 2 /* in a tunnel whose datagram this is the first fragment of */

/* Behind a tunnel, addresses, ports and payload are those of the packet inside. */
struct hdrtap_packet {
	__u8 source[16]; /* IPv4 mapped into IPv6 */
	__u8 destination[16];
	__u16 source_port;
	__u16 destination_port;
	__u32 tcp_sequence;
	__u32 tcp_acknowledged; /* with HDRTAP_TCP_ACK: number of the next byte the sender expects
				 */
	__u32 payload;          /* offset of the TCP payload from the packet's first byte */
	__u32 payload_length;   /* bytes, as the IP header has it */
	__u32 tunnel_id[HDRTAP_TUNNEL_LEVELS]; /* as in struct hdrtap_record; 0: none */
	__u32 mpls;                            /* likewise */
	struct hdrtap_layer layer;
	__u16 vlan[HDRTAP_VLANS_MAX]; /* of the frame, not of one in a tunnel */
	__u8 vlan_count;
	__u8 tcp_flags;
	__u8 fragment;                     /* HDRTAP_FRAGMENT bits */
	__u8 tunnel[HDRTAP_TUNNEL_LEVELS]; /* enum hdrtap_tunnel, outer first */
	__u8 unused;
};
HDRTAP_STATIC_ASSERT(sizeof(struct hdrtap_packet) == 88, "copied eight bytes at a time");

/* Whether tcp_acknowledged is known. Who scrubs captures leaves 0. */
HDRTAP_INLINE int hdrtap_acknowledges(const struct hdrtap_packet *packet)
{
	return packet->tcp_flags & HDRTAP_TCP_ACK && packet->tcp_acknowledged;
}

HDRTAP_INLINE __u16 hdrtap_be16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

HDRTAP_INLINE __u32 hdrtap_be32(const __u8 *at)
{
	return (__u32)hdrtap_be16(at) << 16 | hdrtap_be16(at + 2);
}

/* 16 bytes, in the words that they are compared in. */
HDRTAP_INLINE void hdrtap_copy_address(__u8 *to, const __u8 *from)
{
	hdrtap_store64(to, hdrtap_load64(from));
	hdrtap_store64(to + 8, hdrtap_load64(from + 8));
}

/* Makes `packet` ready: it begins with `ethertype` (see struct hdrtap_layer) and is `length` bytes
 * long on the wire. */
HDRTAP_INLINE void hdrtap_packet_begin(struct hdrtap_packet *packet, __u16 ethertype, __u32 length)
{
	__builtin_memset(packet, 0, sizeof(*packet));
	packet->layer.limit = length;
	packet->layer.protocol = ethertype;
}

/* Remembers a VLAN id; of more than there is room for, the first ones. */
HDRTAP_INLINE void hdrtap_packet_vlan(struct hdrtap_packet *packet, __u16 tci)
{
	if (packet->vlan_count == 0)
		packet->vlan[0] = tci & 0xfff;
	else if (packet->vlan_count == 1)
		packet->vlan[1] = tci & 0xfff;
	else if (packet->vlan_count == 2)
		packet->vlan[2] = tci & 0xfff;
	else
		return;
	packet->vlan_count++;
}

/* HDRTAP_FLAG() bits of every head with bytes in the packet, as far as its headers say so. */
HDRTAP_INLINE __u64 hdrtap_packet_flags(const struct hdrtap_packet *packet)
{
	return (packet->fragment ? HDRTAP_FLAG(FRAGMENT) : 0) |
	       (packet->tcp_flags & HDRTAP_TCP_URG ? HDRTAP_FLAG(URGENT) : 0);
}

#endif
