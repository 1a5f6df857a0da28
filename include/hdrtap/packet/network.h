/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From the first byte of a packet to its TCP payload: Ethernet or none, 802.1Q/802.1ad tags, IPv4
 * with options, IPv6 with extension headers, TCP with options. That is the level that every packet
 * has; rare headers before IP (link.h), and levels in tunnels (tunnel.h), come behind it.
 * Reads through a pointer pair, which is what the verifier understands of packets and what a
 * capture file gives. Checksums are not verified.
 *
 * Each function passes one kind of header: it finds it at layer->offset, and returns
 * HDRTAP_PACKET_NEXT with the next one in `layer`, or how it ended.
 */
#ifndef HDRTAP_NETWORK_H
#define HDRTAP_NETWORK_H

#include <hdrtap/packet/link.h>

#define HDRTAP_VLAN_TAGS_MAX    4 /* passed over here */
#define HDRTAP_IPV6_HEADERS_MAX 6 /* extension headers passed over: 12 KiB at most */

/* An IPv4 address, its first byte the lowest of `address`, mapped into IPv6 (RFC 4291 section
 * 2.5.5.2). */
HDRTAP_INLINE void hdrtap_map_ipv4(__u8 *to, __u32 address)
{
	hdrtap_store64(to, 0);
	hdrtap_store64(to + 8, 0xffff0000 | (__u64)address << 32);
}

/* An Ethernet header, if there is one, VLAN tags, and which IP follows. */
HDRTAP_INLINE int hdrtap_parse_link(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				    struct hdrtap_packet *packet)
{
	const __u8 *at = data + layer->offset;
	int i;

	if (layer->protocol == HDRTAP_ETHERTYPE_FRAME) {
		if (layer->offset + 14 > layer->limit)
			return HDRTAP_COUNTER_MALFORMED;
		if (at + 14 > end)
			return HDRTAP_PACKET_SHORT;
		layer->protocol = hdrtap_be16(at + 12);
		if (!layer->protocol) /* an IEEE 802.3 frame of nothing */
			return HDRTAP_COUNTER_NOT_IP;
		layer->offset += 14;
	}
	for (i = 0; i < HDRTAP_VLAN_TAGS_MAX; i++) {
		if (layer->protocol != HDRTAP_ETHERTYPE_8021Q &&
		    layer->protocol != HDRTAP_ETHERTYPE_8021AD)
			break;
		at = data + layer->offset;
		if (layer->offset + 4 > layer->limit)
			return HDRTAP_COUNTER_MALFORMED;
		if (at + 4 > end)
			return HDRTAP_PACKET_SHORT;
		if (!packet->tunnel[0])
			hdrtap_packet_vlan(packet, hdrtap_be16(at));
		layer->protocol = hdrtap_be16(at + 2);
		layer->offset += 4;
	}
	return HDRTAP_PACKET_NEXT;
}

/* Whether it is IPv4 or IPv6, by its first nibble. */
HDRTAP_INLINE int hdrtap_guess_network(const __u8 *data, const __u8 *end,
				       struct hdrtap_layer *layer)
{
	const __u8 *at = data + layer->offset;

	if (layer->offset >= layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (at + 1 > end)
		return HDRTAP_PACKET_SHORT;
	layer->protocol = at[0] >> 4 == 4 ? HDRTAP_ETHERTYPE_IPV4 : HDRTAP_ETHERTYPE_IPV6;
	return at[0] >> 4 == 4 || at[0] >> 4 == 6 ? HDRTAP_PACKET_NEXT : HDRTAP_COUNTER_NOT_IP;
}

HDRTAP_INLINE int hdrtap_parse_ipv4(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				    struct hdrtap_packet *packet)
{
	const __u8 *ip = data + layer->offset;
	__u32 header, total, fragment, room = layer->limit - layer->offset;
	__u64 addresses;

	if (layer->offset + 20 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (ip + 20 > end)
		return HDRTAP_PACKET_SHORT;
	header = (ip[0] & 0xf) * 4;
	total = hdrtap_be16(ip + 2);
	/* 0: BIG TCP, or a capture taken before segmentation offload filled it in */
	if (!total || (total > room && packet->fragment & HDRTAP_FRAGMENT_OUTER))
		total = room;
	if (ip[0] >> 4 != 4 || header < 20 || total < header || total > room)
		return HDRTAP_COUNTER_MALFORMED;
	fragment = hdrtap_be16(ip + 6);
	if (fragment & 0x1fff)
		return HDRTAP_COUNTER_FRAGMENT;
	packet->fragment |= fragment >> 13 & HDRTAP_FRAGMENT_FIRST;
	addresses = hdrtap_load64(ip + 12);
	hdrtap_map_ipv4(packet->source, addresses);
	hdrtap_map_ipv4(packet->destination, addresses >> 32);
	layer->protocol = ip[9];
	layer->limit = layer->offset + total;
	layer->offset += header;
	return HDRTAP_PACKET_NEXT;
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

/* Extension headers up to the first header of another kind. */
HDRTAP_INLINE int hdrtap_parse_ipv6_extensions(const __u8 *data, const __u8 *end,
					       struct hdrtap_layer *layer,
					       struct hdrtap_packet *packet)
{
	const struct hdrtap_ipv6_header *header;
	const __u8 *at;
	__u32 i;

	for (i = 0; i < HDRTAP_IPV6_HEADERS_MAX; i++) {
		header = &hdrtap_ipv6_headers[layer->protocol & 0xff];
		at = data + layer->offset;
		if (!header->plus)
			break;
		if (layer->offset + 8 > layer->limit)
			return HDRTAP_COUNTER_MALFORMED;
		if (at + 8 > end)
			return HDRTAP_PACKET_SHORT;
		if (hdrtap_be16(at + 2) & 0xfff8 & (header->fragment << 8 | header->fragment))
			return HDRTAP_COUNTER_FRAGMENT;
		packet->fragment |= at[3] & header->fragment & HDRTAP_FRAGMENT_FIRST;
		layer->protocol = at[0];
		layer->offset += ((at[1] & header->mask) + header->plus) << (header->shift & 3);
		HDRTAP_FORGET(layer->offset, layer->limit, 0x3fff);
		HDRTAP_MASK(layer->offset, 0x3fff);
	}
	return HDRTAP_PACKET_NEXT;
}

HDRTAP_INLINE int hdrtap_parse_ipv6(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				    struct hdrtap_packet *packet)
{
	const __u8 *ip = data + layer->offset;
	__u32 total, room = layer->limit - layer->offset;

	if (layer->offset + 40 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (ip + 40 > end)
		return HDRTAP_PACKET_SHORT;
	total = 40 + hdrtap_be16(ip + 4);
	/* 0: a jumbogram (RFC 2675), or BIG TCP */
	if (total == 40 || (total > room && packet->fragment & HDRTAP_FRAGMENT_OUTER))
		total = room;
	if (ip[0] >> 4 != 6 || total > room)
		return HDRTAP_COUNTER_MALFORMED;
	hdrtap_copy_address(packet->source, ip + 8);
	hdrtap_copy_address(packet->destination, ip + 24);
	layer->protocol = ip[6];
	layer->limit = layer->offset + total;
	layer->offset += 40;
	return hdrtap_parse_ipv6_extensions(data, end, layer, packet);
}

/* Plain acknowledgements are the commonest packets: nothing is noted of them. */
HDRTAP_INLINE int hdrtap_parse_tcp(const __u8 *data, const __u8 *end,
				   const struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	const __u8 *tcp = data + layer->offset;
	__u32 header;

	if (layer->offset + 20 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (tcp + 20 > end)
		return HDRTAP_PACKET_SHORT;
	header = (tcp[12] >> 4) * 4;
	if (header < 20 || layer->offset + header > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	packet->tcp_flags = tcp[13];
	packet->payload = layer->offset + header;
	packet->payload_length = layer->limit - packet->payload;
	if (!packet->payload_length &&
	    !(packet->tcp_flags & (HDRTAP_TCP_SYN | HDRTAP_TCP_FIN | HDRTAP_TCP_RST)))
		return HDRTAP_COUNTER_NO_PAYLOAD;
	packet->source_port = hdrtap_be16(tcp);
	packet->destination_port = hdrtap_be16(tcp + 2);
	packet->tcp_sequence = hdrtap_be32(tcp + 4);
	packet->tcp_acknowledged = hdrtap_be32(tcp + 8);
	return HDRTAP_PACKET_TCP;
}

/* Whether TCP of `length` bytes is a header without SYN, FIN or RST, and nothing behind it. */
HDRTAP_INLINE int hdrtap_tcp_empty(const __u8 *tcp, __u32 length)
{
	return (tcp[12] >> 4) * 4 == length && length >= 20 &&
	       !(tcp[13] & (HDRTAP_TCP_SYN | HDRTAP_TCP_FIN | HDRTAP_TCP_RST));
}

/*
 * Whether the packet is one without payload that needs no look, in the form nearly all have: no
 * VLAN tag in band, neither IP options nor extension headers, no fragment, all in the linear part.
 * Half of all packets are that, so it is asked first; hdrtap_parse_level() would say the same.
 */
HDRTAP_INLINE int hdrtap_plain_empty(const __u8 *data, const __u8 *end, __u16 ethertype)
{
	const __u8 *ip = ethertype ? data + 14 : data;
	__u32 length;

	if (ip + 40 > end)
		return 0;
	if (ip[0] == 0x45) {
		if (ethertype && hdrtap_be16(ip - 2) != HDRTAP_ETHERTYPE_IPV4)
			return 0;
		length = hdrtap_be16(ip + 2);
		return ip[9] == HDRTAP_IPPROTO_TCP && !(hdrtap_be16(ip + 6) & 0x3fff) &&
		       length <= end - ip && hdrtap_tcp_empty(ip + 20, length - 20);
	}
	if (ip[0] >> 4 != 6 || ip + 60 > end ||
	    (ethertype && hdrtap_be16(ip - 2) != HDRTAP_ETHERTYPE_IPV6))
		return 0;
	length = hdrtap_be16(ip + 4);
	return ip[6] == HDRTAP_IPPROTO_TCP && length + 40 <= end - ip &&
	       hdrtap_tcp_empty(ip + 40, length);
}

/* What IP carries. Tunnels are decoded as deep as their kinds are remembered. */
HDRTAP_INLINE int hdrtap_parse_transport(const __u8 *data, const __u8 *end,
					 const volatile struct hdrtap_config *config,
					 struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	HDRTAP_FORGET(layer->offset, layer->limit, 0x3fff);
	HDRTAP_MASK(layer->offset, 0x3fff);
	if (layer->protocol == HDRTAP_IPPROTO_TCP)
		return hdrtap_parse_tcp(data, end, layer, packet);
	if (!config->tunnels || packet->tunnel[HDRTAP_TUNNEL_LEVELS - 1])
		return HDRTAP_COUNTER_NOT_TCP;
	return hdrtap_tell_tunnel(data, end, config, layer);
}

HDRTAP_INLINE int hdrtap_parse_network(const __u8 *data, const __u8 *end,
				       struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	int result;

	if (!layer->protocol) {
		result = hdrtap_guess_network(data, end, layer);
		if (result != HDRTAP_PACKET_NEXT)
			return result;
	}
	if (layer->protocol == HDRTAP_ETHERTYPE_IPV4)
		return hdrtap_parse_ipv4(data, end, layer, packet);
	if (layer->protocol == HDRTAP_ETHERTYPE_IPV6)
		return hdrtap_parse_ipv6(data, end, layer, packet);
	return HDRTAP_PACKET_AGAIN;
}

/*
 * A packet's first level, as hdrtap_packet_begin() left it. Returns HDRTAP_PACKET_TCP,
 * HDRTAP_PACKET_AGAIN (hdrtap_parse_rest() goes on), HDRTAP_PACKET_SHORT (it has to start again),
 * or the packet's outcome.
 */
HDRTAP_INLINE int hdrtap_parse_level(const __u8 *data, const __u8 *end,
				     const volatile struct hdrtap_config *config,
				     struct hdrtap_packet *packet)
{
	struct hdrtap_layer layer = packet->layer;
	int result;

	HDRTAP_MASK(layer.offset, HDRTAP_LEVEL_AT_MAX);
	result = hdrtap_parse_link(data, end, &layer, packet);
	if (result == HDRTAP_PACKET_NEXT)
		result = hdrtap_parse_network(data, end, &layer, packet);
	if (result == HDRTAP_PACKET_NEXT)
		result = hdrtap_parse_transport(data, end, config, &layer, packet);
	if (result == HDRTAP_PACKET_AGAIN)
		packet->layer = layer;
	return result;
}

/* A rare header. */
HDRTAP_INLINE int hdrtap_parse_header(const __u8 *data, const __u8 *end,
				      const volatile struct hdrtap_config *config,
				      struct hdrtap_packet *packet)
{
	struct hdrtap_layer layer = packet->layer;
	int result;

	HDRTAP_MASK(layer.offset, HDRTAP_LEVEL_AT_MAX);
	result = hdrtap_parse_tunnel_header(data, end, config, &layer, packet);
	if (result != HDRTAP_PACKET_NEXT)
		return result;
	result = hdrtap_parse_link_header(data, end, config, &layer, packet);
	return result == HDRTAP_PACKET_NEXT ? hdrtap_again(&layer, layer.protocol, packet) : result;
}

/* Whether a level begins with it. */
HDRTAP_INLINE int hdrtap_is_level(__u32 protocol)
{
	return protocol == HDRTAP_ETHERTYPE_FRAME || protocol == HDRTAP_ETHERTYPE_IPV4 ||
	       protocol == HDRTAP_ETHERTYPE_IPV6 || !protocol;
}

/* The outcome of a packet whose next header is not known. */
HDRTAP_INLINE int hdrtap_parse_unknown(const struct hdrtap_packet *packet)
{
	return packet->tunnel[0] || packet->layer.protocol >= HDRTAP_LAYER_IP
		       ? HDRTAP_COUNTER_NOT_TCP
		       : HDRTAP_COUNTER_NOT_IP;
}

/*
 * What follows at packet->layer: a rare header, or another level. Returns as
 * hdrtap_parse_level(), but SHORT leaves the packet as it was.
 */
HDRTAP_INLINE int hdrtap_parse_rest(const __u8 *data, const __u8 *end,
				    const volatile struct hdrtap_config *config,
				    struct hdrtap_packet *packet)
{
	__u8 vlan_count = packet->vlan_count;
	int result;

	if (packet->layer.offset > HDRTAP_LEVEL_AT_MAX)
		return hdrtap_parse_unknown(packet);
	if (hdrtap_is_level(packet->layer.protocol))
		result = hdrtap_parse_level(data, end, config, packet);
	else
		result = hdrtap_parse_header(data, end, config, packet);
	if (result == HDRTAP_PACKET_SHORT)
		packet->vlan_count = vlan_count;
	return result == HDRTAP_COUNTER_NOT_IP ? hdrtap_parse_unknown(packet) : result;
}

/* The outcome of a packet that ended with `result`, which may be that its headers go on. */
HDRTAP_INLINE int hdrtap_parsed(int result, const struct hdrtap_packet *packet)
{
	if (result == HDRTAP_PACKET_SHORT)
		return HDRTAP_COUNTER_MALFORMED;
	return result == HDRTAP_PACKET_AGAIN ? hdrtap_parse_unknown(packet) : result;
}

/* All levels of a packet of which nothing can be pulled: SHORT is for good. Otherwise as above. */
HDRTAP_INLINE int hdrtap_parse_packet(const __u8 *data, const __u8 *end,
				      const volatile struct hdrtap_config *config,
				      struct hdrtap_packet *packet)
{
	int result = hdrtap_parse_level(data, end, config, packet), i;

	for (i = 0; i < HDRTAP_HEADERS_MAX && result == HDRTAP_PACKET_AGAIN; i++)
		result = hdrtap_parse_rest(data, end, config, packet);
	return result == HDRTAP_PACKET_SHORT ? result : hdrtap_parsed(result, packet);
}

#endif
