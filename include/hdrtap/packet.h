/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From the first byte of a packet to its TCP payload: Ethernet or none, 802.1Q/802.1ad tags, IPv4
 * with options, IPv6 with extension headers, TCP with options. Reads through a pointer pair, which
 * is what the verifier understands of packets and what a capture file gives. Checksums are not
 * verified.
 */
#ifndef HDRTAP_PACKET_H
#define HDRTAP_PACKET_H

#include <hdrtap/counters.h>

#define HDRTAP_ETHERTYPE_IPV4   0x0800
#define HDRTAP_ETHERTYPE_IPV6   0x86dd
#define HDRTAP_ETHERTYPE_8021Q  0x8100
#define HDRTAP_ETHERTYPE_8021AD 0x88a8
#define HDRTAP_VLAN_TAGS_MAX    4 /* tags passed over; the first two are remembered */
#define HDRTAP_IPV6_HEADERS_MAX 6 /* extension headers passed over: 12 KiB at most */

/* Results of the functions here beside the packet outcomes of counters.h. */
enum {
	HDRTAP_PACKET_PAYLOAD = -1, /* TCP payload was found */
	HDRTAP_PACKET_SHORT = -2,   /* the headers go on behind `end` */
};

struct hdrtap_packet {
	__u8 source[16]; /* IPv4 mapped into IPv6 */
	__u8 destination[16];
	__u16 source_port;
	__u16 destination_port;
	__u32 tcp_sequence;
	__u32 payload;        /* offset of the TCP payload from the packet's first byte */
	__u32 payload_length; /* bytes, as the IP header has it */
	__u16 vlan[2];
	__u8 vlan_count;
	__u8 tcp_flags;
	__u8 fragment; /* 1: first fragment of a datagram */
	__u8 unused;
};

HDRTAP_INLINE __u16 hdrtap_be16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

HDRTAP_INLINE __u32 hdrtap_be32(const __u8 *at)
{
	return (__u32)hdrtap_be16(at) << 16 | hdrtap_be16(at + 2);
}

/* Remembers a VLAN id; beyond two only the first two are kept. */
HDRTAP_INLINE void hdrtap_packet_vlan(struct hdrtap_packet *packet, __u16 tci)
{
	if (packet->vlan_count == 0)
		packet->vlan[0] = tci & 0xfff;
	else if (packet->vlan_count == 1)
		packet->vlan[1] = tci & 0xfff;
	else
		return;
	packet->vlan_count++;
}

HDRTAP_INLINE void hdrtap_map_ipv4(__u8 *to, const __u8 *from)
{
	__builtin_memset(to, 0, 10);
	to[10] = 0xff;
	to[11] = 0xff;
	__builtin_memcpy(to + 12, from, 4);
}

/* TCP at data + offset, in an IP packet that ends at data + limit. */
HDRTAP_INLINE int hdrtap_parse_tcp(const __u8 *data, const __u8 *end, __u32 offset, __u32 limit,
				   struct hdrtap_packet *packet)
{
	const __u8 *tcp;
	__u32 header;

	HDRTAP_FORGET(offset, limit, 0x3fff);
	HDRTAP_MASK(offset, 0x3fff);
	tcp = data + offset;
	if (offset + 20 > limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (tcp + 20 > end)
		return HDRTAP_PACKET_SHORT;
	header = (tcp[12] >> 4) * 4;
	if (header < 20 || offset + header > limit)
		return HDRTAP_COUNTER_MALFORMED;
	packet->source_port = hdrtap_be16(tcp);
	packet->destination_port = hdrtap_be16(tcp + 2);
	packet->tcp_sequence = hdrtap_be32(tcp + 4);
	packet->tcp_flags = tcp[13];
	packet->payload = offset + header;
	packet->payload_length = limit - packet->payload;
	return packet->payload_length ? HDRTAP_PACKET_PAYLOAD : HDRTAP_COUNTER_NO_PAYLOAD;
}

/* `length` is the packet's length on the wire; it bounds what the IP header may claim. */
HDRTAP_INLINE int hdrtap_parse_ipv4(const __u8 *data, const __u8 *end, __u32 offset, __u32 length,
				    struct hdrtap_packet *packet)
{
	const __u8 *ip = data + offset;
	__u32 header, total, fragment;
	int result;

	if (offset + 20 > length)
		return HDRTAP_COUNTER_MALFORMED;
	if (ip + 20 > end)
		return HDRTAP_PACKET_SHORT;
	header = (ip[0] & 0xf) * 4;
	total = hdrtap_be16(ip + 2);
	if (!total) /* BIG TCP, or a capture taken before segmentation offload filled it in */
		total = length - offset;
	if (ip[0] >> 4 != 4 || header < 20 || total < header || total > length - offset)
		return HDRTAP_COUNTER_MALFORMED;
	fragment = hdrtap_be16(ip + 6);
	if (fragment & 0x1fff)
		return HDRTAP_COUNTER_FRAGMENT;
	packet->fragment = !!(fragment & 0x2000);
	if (ip[9] != 6)
		return HDRTAP_COUNTER_NOT_TCP;
	result = hdrtap_parse_tcp(data, end, offset + header, offset + total, packet);
	if (result == HDRTAP_PACKET_PAYLOAD) {
		hdrtap_map_ipv4(packet->source, ip + 12);
		hdrtap_map_ipv4(packet->destination, ip + 16);
	}
	return result;
}

/*
 * How long an IPv6 extension header is: ((its second byte & mask) + plus) << shift bytes. A table,
 * because each branch in the loop below would multiply what the verifier has to follow. `plus` 0:
 * not a header that stands before TCP.
 */
struct hdrtap_ipv6_header {
	__u8 mask, plus, shift, fragment;
};

static const struct hdrtap_ipv6_header hdrtap_ipv6_headers[256] = {
	[0] = { 0xff, 1, 3, 0 },   /* hop-by-hop options, RFC 8200 section 4.3 */
	[43] = { 0xff, 1, 3, 0 },  /* routing, 4.4 */
	[44] = { 0, 1, 3, 0xff },  /* fragment, 4.5 */
	[51] = { 0xff, 2, 2, 0 },  /* authentication, RFC 4302 */
	[60] = { 0xff, 1, 3, 0 },  /* destination options, 4.6 */
	[135] = { 0xff, 1, 3, 0 }, /* mobility, RFC 6275 */
};

HDRTAP_INLINE int hdrtap_parse_ipv6(const __u8 *data, const __u8 *end, __u32 offset, __u32 length,
				    struct hdrtap_packet *packet)
{
	const __u8 *ip = data + offset, *extension;
	const struct hdrtap_ipv6_header *header;
	__u32 limit, at = offset + 40, fragment = 0;
	int result, i;
	__u8 next;

	if (at > length)
		return HDRTAP_COUNTER_MALFORMED;
	if (ip + 40 > end)
		return HDRTAP_PACKET_SHORT;
	limit = hdrtap_be16(ip + 4);
	limit = limit ? at + limit : length; /* 0: a jumbogram (RFC 2675), or BIG TCP */
	if (ip[0] >> 4 != 6 || limit > length)
		return HDRTAP_COUNTER_MALFORMED;
	next = ip[6];
	for (i = 0; i < HDRTAP_IPV6_HEADERS_MAX && next != 6; i++) {
		header = &hdrtap_ipv6_headers[next];
		extension = data + at;
		if (!header->plus)
			return HDRTAP_COUNTER_NOT_TCP;
		if (at + 8 > limit)
			return HDRTAP_COUNTER_MALFORMED;
		if (extension + 8 > end)
			return HDRTAP_PACKET_SHORT;
		if (hdrtap_be16(extension + 2) & 0xfff8 &
		    (header->fragment << 8 | header->fragment))
			return HDRTAP_COUNTER_FRAGMENT;
		fragment |= extension[3] & header->fragment & 1;
		next = extension[0];
		at += ((extension[1] & header->mask) + header->plus) << (header->shift & 3);
		HDRTAP_FORGET(at, length, 0x3fff);
		HDRTAP_MASK(at, 0x3fff);
	}
	packet->fragment = fragment;
	if (next != 6)
		return HDRTAP_COUNTER_NOT_TCP;
	result = hdrtap_parse_tcp(data, end, at, limit, packet);
	if (result == HDRTAP_PACKET_PAYLOAD) {
		__builtin_memcpy(packet->source, ip + 8, 16);
		__builtin_memcpy(packet->destination, ip + 24, 16);
	}
	return result;
}

/*
 * From the network header on. `ethertype` is in host order; 0: told by the first nibble. `length`
 * as above. The caller has zeroed `packet`, or put VLAN tags from metadata there. Returns
 * HDRTAP_PACKET_PAYLOAD, HDRTAP_PACKET_SHORT, or the packet's outcome.
 */
HDRTAP_INLINE int hdrtap_parse_network(const __u8 *data, const __u8 *end, __u32 offset,
				       __u32 length, __u16 ethertype, struct hdrtap_packet *packet)
{
	const __u8 *at;
	int i;

	for (i = 0; i < HDRTAP_VLAN_TAGS_MAX; i++) {
		if (ethertype != HDRTAP_ETHERTYPE_8021Q && ethertype != HDRTAP_ETHERTYPE_8021AD)
			break;
		at = data + offset;
		if (offset + 4 > length)
			return HDRTAP_COUNTER_MALFORMED;
		if (at + 4 > end)
			return HDRTAP_PACKET_SHORT;
		hdrtap_packet_vlan(packet, hdrtap_be16(at));
		ethertype = hdrtap_be16(at + 2);
		offset += 4;
	}
	at = data + offset;
	if (!ethertype) {
		if (offset >= length)
			return HDRTAP_COUNTER_MALFORMED;
		if (at + 1 > end)
			return HDRTAP_PACKET_SHORT;
		ethertype = at[0] >> 4 == 4   ? HDRTAP_ETHERTYPE_IPV4
			    : at[0] >> 4 == 6 ? HDRTAP_ETHERTYPE_IPV6
					      : 0;
	}
	if (ethertype == HDRTAP_ETHERTYPE_IPV4)
		return hdrtap_parse_ipv4(data, end, offset, length, packet);
	if (ethertype == HDRTAP_ETHERTYPE_IPV6)
		return hdrtap_parse_ipv6(data, end, offset, length, packet);
	return HDRTAP_COUNTER_NOT_IP;
}

/* From the Ethernet header on; otherwise as hdrtap_parse_network(). */
HDRTAP_INLINE int hdrtap_parse_ethernet(const __u8 *data, const __u8 *end, __u32 length,
					struct hdrtap_packet *packet)
{
	__u16 ethertype;

	if (length < 14)
		return HDRTAP_COUNTER_MALFORMED;
	if (data + 14 > end)
		return HDRTAP_PACKET_SHORT;
	ethertype = hdrtap_be16(data + 12);
	if (ethertype < 0x0600) /* a length: IEEE 802.3 frame, or nothing */
		return HDRTAP_COUNTER_NOT_IP;
	return hdrtap_parse_network(data, end, 14, length, ethertype, packet);
}

#endif
