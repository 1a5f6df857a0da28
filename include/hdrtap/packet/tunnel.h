/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets in packets: VXLAN (RFC 7348), Geneve (RFC 8926), GRE (RFC 2784, RFC 2890; NVGRE, RFC
 * 7637, is GRE with a key) and IP in IP (RFC 2003, RFC 2473, RFC 4213). What is not switched on is
 * not decoded; what says by its flags or version that it is something else is none. Checksums
 * and GRE sequence numbers are not looked at.
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

/* Where the packet inside may begin at the latest: offsets of all its headers stay below 16 KiB. */
#define HDRTAP_TUNNEL_AT_MAX 2047

#define HDRTAP_GRE_CHECKSUM 0x8000
#define HDRTAP_GRE_KEY      0x2000
#define HDRTAP_GRE_SEQUENCE 0x1000
#define HDRTAP_GRE_REFUSED  0x4c07 /* bits 1, 4 and 5, and the version: RFC 2784 section 2.3 */
#define HDRTAP_VXLAN_VNI    0x08   /* flag: the VNI is valid */
#define HDRTAP_GENEVE_OAM   0x80   /* flag: not payload */

HDRTAP_INLINE int hdrtap_tunnel_on(const volatile struct hdrtap_config *config,
				   enum hdrtap_tunnel kind)
{
	return config->tunnels >> kind & 1;
}

/* The packet inside begins at layer->offset. */
HDRTAP_INLINE int hdrtap_tunnel_found(const struct hdrtap_layer *layer, enum hdrtap_tunnel kind,
				      __u32 id, __u16 ethertype, struct hdrtap_packet *packet)
{
	if (ethertype != HDRTAP_ETHERTYPE_FRAME && ethertype != HDRTAP_ETHERTYPE_IPV4 &&
	    ethertype != HDRTAP_ETHERTYPE_IPV6)
		return HDRTAP_COUNTER_NOT_TCP;
	if (layer->offset > HDRTAP_TUNNEL_AT_MAX)
		return HDRTAP_COUNTER_NOT_TCP;
	packet->layer = *layer;
	packet->layer.protocol = ethertype;
	packet->tunnel = kind;
	packet->tunnel_id = id;
	packet->fragment = packet->fragment ? HDRTAP_FRAGMENT_OUTER : 0;
	return HDRTAP_PACKET_TUNNEL;
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
	return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_GENEVE, hdrtap_be32(geneve + 4) >> 8,
				   hdrtap_be16(geneve + 2), packet);
}

/* UDP: a tunnel if its destination port is one of theirs. */
HDRTAP_INLINE int hdrtap_parse_udp(const __u8 *data, const __u8 *end,
				   const volatile struct hdrtap_config *config,
				   struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	const __u8 *udp = data + layer->offset;
	__u32 length, room = layer->limit - layer->offset;
	int vxlan, geneve;
	__u16 port;

	if (layer->offset + 8 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (udp + 8 > end)
		return HDRTAP_PACKET_SHORT;
	port = hdrtap_be16(udp + 2);
	vxlan = hdrtap_tunnel_on(config, HDRTAP_TUNNEL_VXLAN) && port == config->vxlan_port;
	geneve = hdrtap_tunnel_on(config, HDRTAP_TUNNEL_GENEVE) && port == config->geneve_port;
	if (!vxlan && !geneve)
		return HDRTAP_COUNTER_NOT_TCP;
	length = hdrtap_be16(udp + 4);
	if (!length || (packet->fragment && length > room))
		length = room; /* as with IP's: BIG TCP; or the rest is in later fragments */
	if (length < 8 || length > room)
		return HDRTAP_COUNTER_MALFORMED;
	layer->limit = layer->offset + length;
	layer->offset += 8;
	return vxlan ? hdrtap_parse_vxlan(data, end, layer, packet)
		     : hdrtap_parse_geneve(data, end, layer, packet);
}

/* Bytes of a GRE header with these flags. */
HDRTAP_INLINE __u32 hdrtap_gre_size(__u16 flags)
{
	return 4 + !!(flags & HDRTAP_GRE_CHECKSUM) * 4 + !!(flags & HDRTAP_GRE_KEY) * 4 +
	       !!(flags & HDRTAP_GRE_SEQUENCE) * 4;
}

HDRTAP_INLINE int hdrtap_parse_gre(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				   struct hdrtap_packet *packet)
{
	const __u8 *gre = data + layer->offset;
	__u32 header, id = 0;
	__u16 flags;

	if (layer->offset + 4 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (gre + 4 > end)
		return HDRTAP_PACKET_SHORT;
	flags = hdrtap_be16(gre);
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
	return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_GRE, id, hdrtap_be16(gre + 2), packet);
}

/* What an IP packet carries that is not TCP. */
HDRTAP_INLINE int hdrtap_parse_tunnel(const __u8 *data, const __u8 *end,
				      const volatile struct hdrtap_config *config,
				      struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	__u32 udp = 1u << HDRTAP_TUNNEL_VXLAN | 1u << HDRTAP_TUNNEL_GENEVE;
	__u32 protocol = layer->protocol;

	if (config->tunnels & udp && protocol == HDRTAP_IPPROTO_UDP)
		return hdrtap_parse_udp(data, end, config, layer, packet);
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_GRE) && protocol == HDRTAP_IPPROTO_GRE)
		return hdrtap_parse_gre(data, end, layer, packet);
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_IPIP) && protocol == HDRTAP_IPPROTO_IPV4)
		return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_IPIP, 0, HDRTAP_ETHERTYPE_IPV4,
					   packet);
	if (hdrtap_tunnel_on(config, HDRTAP_TUNNEL_6IN4) && protocol == HDRTAP_IPPROTO_IPV6)
		return hdrtap_tunnel_found(layer, HDRTAP_TUNNEL_6IN4, 0, HDRTAP_ETHERTYPE_IPV6,
					   packet);
	return HDRTAP_COUNTER_NOT_TCP;
}

#endif
