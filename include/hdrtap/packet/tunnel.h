/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets in packets: VXLAN (RFC 7348), Geneve (RFC 8926), GRE (RFC 2784, RFC 2890; NVGRE, RFC
 * 7637, is GRE with a key), IP in IP (RFC 2003, RFC 2473, RFC 4213), ERSPAN
 * (draft-foschiano-erspan-03) and GTP-U (3GPP TS 29.281). What is not switched on is not decoded;
 * what says by its flags or version that it is something else is none. Checksums and sequence
 * numbers are not looked at.
 *
 * What may be a tunnel is told with the level that carries it; its headers are parsed one by one,
 * off the way of every packet.
 */
#ifndef HDRTAP_TUNNEL_H
#define HDRTAP_TUNNEL_H

#include <hdrtap/config.h>
#include <hdrtap/packet/packet.h>

/* IP protocols. */
#define HDRTAP_IPPROTO_IPV4 4
#define HDRTAP_IPPROTO_TCP  6
#define HDRTAP_IPPROTO_UDP  17
#define HDRTAP_IPPROTO_IPV6 41
#define HDRTAP_IPPROTO_GRE  47

#define HDRTAP_GRE_CHECKSUM 0x8000
#define HDRTAP_GRE_KEY      0x2000
#define HDRTAP_GRE_SEQUENCE 0x1000
#define HDRTAP_GRE_REFUSED  0x4c07 /* bits 1, 4 and 5, and the version: RFC 2784 section 2.3 */
#define HDRTAP_VXLAN_VNI    0x08   /* flag: the VNI is valid */
#define HDRTAP_GENEVE_OAM   0x80   /* flag: not payload */
#define HDRTAP_GRE_ERSPAN   0x88be /* protocol types: I and II */
#define HDRTAP_GRE_ERSPAN3  0x22eb
#define HDRTAP_ERSPAN_IP    2 /* frame type: no Ethernet header */

#define HDRTAP_GTP_VERSION  0xf0 /* version 1, and not GTP' */
#define HDRTAP_GTP_V1       0x30
#define HDRTAP_GTP_OPTIONS  0x07 /* flags: four bytes more, all three */
#define HDRTAP_GTP_EXTENDED 0x04 /* one of them: extension headers follow */
#define HDRTAP_GTP_PACKET   0xff /* message type: a packet is inside */

HDRTAP_INLINE int hdrtap_tunnel_on(const volatile struct hdrtap_config *config,
				   enum hdrtap_tunnel kind)
{
	return config->tunnels >> kind & 1;
}

/* What is at layer->offset is parsed next, as `protocol`. */
HDRTAP_INLINE int hdrtap_again(const struct hdrtap_layer *layer, __u32 protocol,
			       struct hdrtap_packet *packet)
{
	packet->layer.offset = layer->offset;
	packet->layer.limit = layer->limit;
	packet->layer.protocol = protocol;
	return HDRTAP_PACKET_AGAIN;
}

/* The packet inside begins at layer->offset. */
HDRTAP_INLINE int hdrtap_tunnel_found(const struct hdrtap_layer *layer, enum hdrtap_tunnel kind,
				      __u32 id, __u32 protocol, struct hdrtap_packet *packet)
{
	if (packet->tunnel[0]) {
		packet->tunnel[1] = kind;
		packet->tunnel_id[1] = id;
	} else {
		packet->tunnel[0] = kind;
		packet->tunnel_id[0] = id;
	}
	packet->fragment = packet->fragment ? HDRTAP_FRAGMENT_OUTER : 0;
	return hdrtap_again(layer, protocol, packet);
}

/* The same, with the Ethertype that the tunnel's header has: 0 is none. */
HDRTAP_INLINE int hdrtap_tunnel_typed(const struct hdrtap_layer *layer, enum hdrtap_tunnel kind,
				      __u32 id, __u16 ethertype, struct hdrtap_packet *packet)
{
	if (!ethertype)
		return HDRTAP_COUNTER_NOT_TCP;
	return hdrtap_tunnel_found(layer, kind, id, ethertype, packet);
}

/* Behind the UDP header, `port` being its destination port. */
HDRTAP_INLINE int hdrtap_parse_vxlan(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				     struct hdrtap_packet *packet)
{
	const __u8 *vxlan = data + layer->offset;

	if (layer->offset + 8 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (vxlan + 8 > end)
		return HDRTAP_PACKET_SHORT;
	if (!(vxlan[0] & HDRTAP_VXLAN_VNI))
		return HDRTAP_COUNTER_NOT_TCP;
	layer->offset += 8;
	return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_VXLAN, hdrtap_be32(vxlan + 4) >> 8,
				   HDRTAP_ETHERTYPE_FRAME, packet);
}

HDRTAP_INLINE int hdrtap_parse_geneve(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				      struct hdrtap_packet *packet)
{
	const __u8 *geneve = data + layer->offset;
	__u32 header;

	if (layer->offset + 8 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (geneve + 8 > end)
		return HDRTAP_PACKET_SHORT;
	if (geneve[0] >> 6 || geneve[1] & HDRTAP_GENEVE_OAM)
		return HDRTAP_COUNTER_NOT_TCP;
	header = 8 + (geneve[0] & 0x3f) * 4;
	if (layer->offset + header > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	layer->offset += header;
	return hdrtap_tunnel_typed(layer, HDRTAP_TUNNEL_GENEVE, hdrtap_be32(geneve + 4) >> 8,
				   hdrtap_be16(geneve + 2), packet);
}

/* The kind of tunnel that a UDP destination port is of, HDRTAP_TUNNEL_NONE: of none. */
HDRTAP_INLINE enum hdrtap_tunnel hdrtap_udp_tunnel(const volatile struct hdrtap_config *config,
						   __u16 port)
{
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_VXLAN) && port == config->vxlan_port)
		return HDRTAP_TUNNEL_VXLAN;
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_GENEVE) && port == config->geneve_port)
		return HDRTAP_TUNNEL_GENEVE;
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_GTP) && port == HDRTAP_GTP_PORT)
		return HDRTAP_TUNNEL_GTP;
	return HDRTAP_TUNNEL_NONE;
}

/* UDP: a tunnel if its destination port is one of theirs. */
HDRTAP_INLINE int hdrtap_parse_udp(const __u8 *data, const __u8 *end,
				   const volatile struct hdrtap_config *config,
				   struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	const __u8 *udp = data + layer->offset;
	__u32 length, room = layer->limit - layer->offset;
	enum hdrtap_tunnel kind;

	if (layer->offset + 8 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (udp + 8 > end)
		return HDRTAP_PACKET_SHORT;
	kind = hdrtap_udp_tunnel(config, hdrtap_be16(udp + 2));
	length = hdrtap_be16(udp + 4);
	if (!length || (packet->fragment && length > room))
		length = room; /* as with IP's: BIG TCP; or the rest is in later fragments */
	if (length < 8 || length > room)
		return HDRTAP_COUNTER_MALFORMED;
	layer->limit = layer->offset + length;
	layer->offset += 8;
	if (kind == HDRTAP_TUNNEL_GTP)
		return hdrtap_again(layer, HDRTAP_LAYER_GTP, packet);
	return kind == HDRTAP_TUNNEL_VXLAN ? hdrtap_parse_vxlan(data, end, layer, packet)
					   : hdrtap_parse_geneve(data, end, layer, packet);
}

/* Bytes of a GRE header with these flags. */
HDRTAP_INLINE __u32 hdrtap_gre_size(__u16 flags)
{
	return 4 + !!(flags & HDRTAP_GRE_CHECKSUM) * 4 + !!(flags & HDRTAP_GRE_KEY) * 4 +
	       !!(flags & HDRTAP_GRE_SEQUENCE) * 4;
}

/* Type I is the frame alone, without the sequence number that the others have. */
HDRTAP_INLINE int hdrtap_erspan_found(const struct hdrtap_layer *layer, __u16 flags, __u16 type,
				      struct hdrtap_packet *packet)
{
	if (type == HDRTAP_GRE_ERSPAN && !(flags & HDRTAP_GRE_SEQUENCE))
		return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_ERSPAN, 0, HDRTAP_ETHERTYPE_FRAME,
					   packet);
	return hdrtap_again(layer, HDRTAP_LAYER_ERSPAN, packet);
}

HDRTAP_INLINE int hdrtap_parse_gre(const __u8 *data, const __u8 *end,
				   const volatile struct hdrtap_config *config,
				   struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	const __u8 *gre = data + layer->offset;
	__u32 header, id = 0;
	__u16 flags, type;

	if (layer->offset + 4 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (gre + 4 > end)
		return HDRTAP_PACKET_SHORT;
	flags = hdrtap_be16(gre);
	type = hdrtap_be16(gre + 2);
	if (flags & HDRTAP_GRE_REFUSED)
		return HDRTAP_COUNTER_NOT_TCP;
	header = hdrtap_gre_size(flags);
	if (layer->offset + header > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (flags & HDRTAP_GRE_KEY) {
		if (gre + 12 > end)
			return HDRTAP_PACKET_SHORT;
		id = hdrtap_be32(flags & HDRTAP_GRE_CHECKSUM ? gre + 8 : gre + 4);
	}
	layer->offset += header;
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_ERSPAN) &&
	    (type == HDRTAP_GRE_ERSPAN || type == HDRTAP_GRE_ERSPAN3))
		return hdrtap_erspan_found(layer, flags, type, packet);
	if (!hdrtap_tunnel_on(config, HDRTAP_TUNNEL_GRE))
		return HDRTAP_COUNTER_NOT_TCP;
	return hdrtap_tunnel_typed(layer, HDRTAP_TUNNEL_GRE, id, type, packet);
}

/* Whether UDP is that of a tunnel: HDRTAP_PACKET_NEXT, or how the packet ends. */
HDRTAP_INLINE int hdrtap_tell_udp(const __u8 *data, const __u8 *end,
				  const volatile struct hdrtap_config *config,
				  const struct hdrtap_layer *layer)
{
	const __u8 *udp = data + layer->offset;

	if (layer->offset + 8 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (udp + 8 > end)
		return HDRTAP_PACKET_SHORT;
	return hdrtap_udp_tunnel(config, hdrtap_be16(udp + 2)) ? HDRTAP_PACKET_NEXT
							       : HDRTAP_COUNTER_NOT_TCP;
}

#define HDRTAP_TUNNELS_UDP \
	(1u << HDRTAP_TUNNEL_VXLAN | 1u << HDRTAP_TUNNEL_GENEVE | 1u << HDRTAP_TUNNEL_GTP)
#define HDRTAP_TUNNELS_GRE (1u << HDRTAP_TUNNEL_GRE | 1u << HDRTAP_TUNNEL_ERSPAN)

/* What an IP packet carries that is not TCP: handed over if it may be a tunnel. */
HDRTAP_INLINE int hdrtap_tell_tunnel(const __u8 *data, const __u8 *end,
				     const volatile struct hdrtap_config *config,
				     struct hdrtap_layer *layer)
{
	__u32 protocol = layer->protocol;
	int result = HDRTAP_COUNTER_NOT_TCP;

	if (config->tunnels & HDRTAP_TUNNELS_UDP && protocol == HDRTAP_IPPROTO_UDP)
		result = hdrtap_tell_udp(data, end, config, layer);
	else if ((config->tunnels & HDRTAP_TUNNELS_GRE && protocol == HDRTAP_IPPROTO_GRE) ||
		 (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_IPIP) &&
		  protocol == HDRTAP_IPPROTO_IPV4) ||
		 (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_6IN4) && protocol == HDRTAP_IPPROTO_IPV6))
		result = HDRTAP_PACKET_NEXT;
	if (result != HDRTAP_PACKET_NEXT)
		return result;
	layer->protocol = HDRTAP_LAYER_CARRIED | protocol;
	return HDRTAP_PACKET_AGAIN;
}

/* What was handed over. */
HDRTAP_INLINE int hdrtap_parse_carried(const __u8 *data, const __u8 *end,
				       const volatile struct hdrtap_config *config,
				       struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	switch (layer->protocol & 0xff) {
	case HDRTAP_IPPROTO_UDP:
		return hdrtap_parse_udp(data, end, config, layer, packet);
	case HDRTAP_IPPROTO_GRE:
		return hdrtap_parse_gre(data, end, config, layer, packet);
	case HDRTAP_IPPROTO_IPV4:
		return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_IPIP, 0, HDRTAP_ETHERTYPE_IPV4,
					   packet);
	}
	return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_6IN4, 0, HDRTAP_ETHERTYPE_IPV6, packet);
}

/* Types II and III: a header of 8 or 12 bytes, and in III 8 more where its last bit says so. */
HDRTAP_INLINE int hdrtap_parse_erspan(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				      struct hdrtap_packet *packet)
{
	const __u8 *erspan = data + layer->offset;
	__u32 header = 8, id, frame_type;

	if (layer->offset + 12 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (erspan + 12 > end)
		return HDRTAP_PACKET_SHORT;
	id = hdrtap_be16(erspan + 2) & 0x3ff;
	frame_type = 0;
	if (erspan[0] >> 4 == 2) {
		header = 12 + (erspan[11] & 1) * 8;
		frame_type = erspan[10] >> 2 & 0x1f;
	} else if (erspan[0] >> 4 != 1) {
		return HDRTAP_COUNTER_NOT_TCP;
	}
	if (frame_type && frame_type != HDRTAP_ERSPAN_IP)
		return HDRTAP_COUNTER_NOT_TCP;
	layer->offset += header;
	return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_ERSPAN, id,
				   frame_type ? 0 : HDRTAP_ETHERTYPE_FRAME, packet);
}

/* What follows a GTP header that says so: an extension header of that type, or 0: the packet. */
HDRTAP_INLINE __u32 hdrtap_gtp_next(__u8 type)
{
	return type ? HDRTAP_LAYER_GTP_MORE | type : 0;
}

HDRTAP_INLINE int hdrtap_parse_gtp(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				   struct hdrtap_packet *packet)
{
	const __u8 *gtp = data + layer->offset;
	__u32 limit, header = 8;
	__u8 next = 0;

	if (layer->offset + 12 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (gtp + 12 > end)
		return HDRTAP_PACKET_SHORT;
	if ((gtp[0] & HDRTAP_GTP_VERSION) != HDRTAP_GTP_V1 || gtp[1] != HDRTAP_GTP_PACKET)
		return HDRTAP_COUNTER_NOT_TCP;
	if (gtp[0] & HDRTAP_GTP_OPTIONS)
		header = 12;
	if (gtp[0] & HDRTAP_GTP_EXTENDED)
		next = gtp[11];
	limit = layer->offset + 8 + hdrtap_be16(gtp + 2);
	if (limit < layer->limit)
		layer->limit = limit;
	layer->offset += header;
	return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_GTP, hdrtap_be32(gtp + 4),
				   hdrtap_gtp_next(next), packet);
}

/* An extension header: its length in units of 4 bytes, and in its last byte the next one's type. */
HDRTAP_INLINE int hdrtap_parse_gtp_more(const __u8 *data, const __u8 *end,
					struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	const __u8 *header = data + layer->offset, *last;
	__u32 length, at;

	if (layer->offset + 4 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (header + 4 > end)
		return HDRTAP_PACKET_SHORT;
	length = header[0] * 4;
	if (!length || layer->offset + length > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	at = length - 4;
	HDRTAP_MASK(at, 0x3ff); /* Linux 6.1 does not follow what is read before a proven end */
	last = header + at;
	if (last + 4 > end)
		return HDRTAP_PACKET_SHORT;
	layer->offset += length;
	return hdrtap_again(layer, hdrtap_gtp_next(last[3]), packet);
}

/* A header that is told by HDRTAP_LAYER_*. HDRTAP_PACKET_NEXT: it is none of a tunnel. */
HDRTAP_INLINE int hdrtap_parse_tunnel_header(const __u8 *data, const __u8 *end,
					     const volatile struct hdrtap_config *config,
					     struct hdrtap_layer *layer,
					     struct hdrtap_packet *packet)
{
	if (config->tunnels && layer->protocol >> 8 == HDRTAP_LAYER_CARRIED >> 8)
		return hdrtap_parse_carried(data, end, config, layer, packet);
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_ERSPAN) &&
	    layer->protocol == HDRTAP_LAYER_ERSPAN)
		return hdrtap_parse_erspan(data, end, layer, packet);
	if (!hdrtap_tunnel_on(config, HDRTAP_TUNNEL_GTP))
		return HDRTAP_PACKET_NEXT;
	if (layer->protocol == HDRTAP_LAYER_GTP)
		return hdrtap_parse_gtp(data, end, layer, packet);
	if (layer->protocol >> 8 == HDRTAP_LAYER_GTP_MORE >> 8)
		return hdrtap_parse_gtp_more(data, end, layer, packet);
	return HDRTAP_PACKET_NEXT;
}

#endif
