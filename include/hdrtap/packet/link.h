/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Headers between Ethernet and IP that are rare: tags, MPLS (RFC 3032), PPPoE sessions (RFC 2516)
 * and LLC (IEEE 802.2). One at a time, because the verifier would multiply what may follow what.
 * What is not switched on is not passed.
 */
#ifndef HDRTAP_LINK_H
#define HDRTAP_LINK_H

#include <hdrtap/config.h>
#include <hdrtap/packet/tunnel.h>

#define HDRTAP_ETHERTYPE_8100_OLD  0x9100 /* VLAN tags before and beside 802.1ad */
#define HDRTAP_ETHERTYPE_9200      0x9200
#define HDRTAP_ETHERTYPE_8200      0x8200
#define HDRTAP_ETHERTYPE_MPLS      0x8847
#define HDRTAP_ETHERTYPE_MPLS_MANY 0x8848 /* multicast, or an upstream-assigned label */
#define HDRTAP_ETHERTYPE_PPPOE     0x8864
#define HDRTAP_ETHERTYPE_CMD       0x8909 /* Cisco MetaData: a security group tag */
#define HDRTAP_ETHERTYPE_VNTAG     0x8926
#define HDRTAP_ETHERTYPE_HSR       0x892f /* IEC 62439-3 */
#define HDRTAP_ETHERTYPE_ETAG      0x893f /* IEEE 802.1BR */
#define HDRTAP_ETHERTYPE_TTAG      0x8988 /* Cisco's timestamp */
#define HDRTAP_ETHERTYPE_RTAG      0xf1c1 /* IEEE 802.1CB */
#define HDRTAP_ETHERTYPE_MIN       0x0600 /* below: the length of an IEEE 802.3 frame */
#define HDRTAP_FRAME_LENGTH_MAX    1500

#define HDRTAP_VLAN_TAG 4 /* bytes, the Ethertype behind it among them */

#define HDRTAP_MPLS_BOTTOM 0x100 /* in a label stack entry */

HDRTAP_INLINE int hdrtap_link_on(const volatile struct hdrtap_config *config, enum hdrtap_link kind)
{
	return config->links >> kind & 1;
}

/* Bytes of a tag, the next Ethertype its last two; 0: it is none. Only VLAN tags have 4. */
HDRTAP_INLINE __u32 hdrtap_tag_size(__u32 protocol)
{
	switch (protocol) {
	case HDRTAP_ETHERTYPE_8021Q:
	case HDRTAP_ETHERTYPE_8021AD:
	case HDRTAP_ETHERTYPE_8100_OLD:
	case HDRTAP_ETHERTYPE_9200:
	case HDRTAP_ETHERTYPE_8200:
		return HDRTAP_VLAN_TAG;
	case HDRTAP_ETHERTYPE_VNTAG:
	case HDRTAP_ETHERTYPE_HSR:
	case HDRTAP_ETHERTYPE_RTAG:
		return 6;
	case HDRTAP_ETHERTYPE_CMD:
	case HDRTAP_ETHERTYPE_ETAG:
	case HDRTAP_ETHERTYPE_TTAG:
		return 8;
	}
	return 0;
}

HDRTAP_INLINE int hdrtap_parse_tag(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				   __u32 size, struct hdrtap_packet *packet)
{
	const __u8 *tag = data + layer->offset, *type = tag + (size - 2);

	if (layer->offset + size > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (tag + 2 > end || type + 2 > end)
		return HDRTAP_PACKET_SHORT;
	if (size == HDRTAP_VLAN_TAG && !packet->tunnel[0])
		hdrtap_packet_vlan(packet, hdrtap_be16(tag));
	layer->offset += size;
	layer->protocol = hdrtap_be16(type);
	return layer->protocol ? HDRTAP_PACKET_NEXT : HDRTAP_COUNTER_NOT_IP;
}

/* One label stack entry. */
HDRTAP_INLINE int hdrtap_parse_mpls(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer,
				    struct hdrtap_packet *packet)
{
	const __u8 *mpls = data + layer->offset;
	__u32 entry;

	if (layer->offset + 4 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (mpls + 4 > end)
		return HDRTAP_PACKET_SHORT;
	entry = hdrtap_be32(mpls);
	packet->mpls = entry >> 12 | (HDRTAP_MPLS_LABELS(packet->mpls) + 1) << 20;
	layer->offset += 4;
	if (entry & HDRTAP_MPLS_BOTTOM)
		layer->protocol = HDRTAP_LAYER_LABELLED;
	return HDRTAP_PACKET_NEXT;
}

/* Whether 15 bytes can be an Ethernet header and the first byte of IP, or a VLAN tag's. */
HDRTAP_INLINE int hdrtap_frame_likely(const __u8 *at)
{
	__u16 type = hdrtap_be16(at + 12);

	return (type == HDRTAP_ETHERTYPE_IPV4 && at[14] >> 4 == 4) ||
	       (type == HDRTAP_ETHERTYPE_IPV6 && at[14] >> 4 == 6) ||
	       hdrtap_tag_size(type) == HDRTAP_VLAN_TAG;
}

/* Whether it is IP by its first four bits, and of just the length that there is room for, unless it
 * can be nothing else. */
HDRTAP_INLINE int hdrtap_network_likely(const __u8 *at, __u32 room)
{
	__u8 version = at[0] >> 4;

	if (version != 4 && version != 6)
		return 0;
	return !hdrtap_frame_likely(at) ||
	       (version == 4 ? hdrtap_be16(at + 2) : 40u + hdrtap_be16(at + 4)) == room;
}

/*
 * Labels do not say what they carry. It is IP if it looks like that; otherwise the frame of a
 * pseudowire (RFC 4448), behind a control word, whose first four bits are 0, or without one.
 */
HDRTAP_INLINE int hdrtap_parse_labelled(const __u8 *data, const __u8 *end,
					struct hdrtap_layer *layer)
{
	const __u8 *at = data + layer->offset;
	int version;

	if (layer->offset + 20 > layer->limit)
		return HDRTAP_COUNTER_NOT_IP;
	if (at + 20 > end)
		return HDRTAP_PACKET_SHORT;
	version = at[0] >> 4;
	if (hdrtap_network_likely(at, layer->limit - layer->offset)) {
		layer->protocol = version == 4 ? HDRTAP_ETHERTYPE_IPV4 : HDRTAP_ETHERTYPE_IPV6;
		return HDRTAP_PACKET_NEXT;
	}
	layer->protocol = HDRTAP_ETHERTYPE_FRAME;
	if (!version && hdrtap_frame_likely(at + 4))
		layer->offset += 4;
	else if (!hdrtap_frame_likely(at))
		return HDRTAP_COUNTER_NOT_IP;
	return HDRTAP_PACKET_NEXT;
}

HDRTAP_INLINE int hdrtap_parse_pppoe(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer)
{
	const __u8 *pppoe = data + layer->offset;
	__u32 limit;

	if (layer->offset + 6 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (pppoe + 6 > end)
		return HDRTAP_PACKET_SHORT;
	if (pppoe[0] != 0x11 || pppoe[1]) /* version 1, type 1, code 0 */
		return HDRTAP_COUNTER_NOT_IP;
	layer->offset += 6;
	limit = layer->offset + hdrtap_be16(pppoe + 4);
	if (limit < layer->limit)
		layer->limit = limit;
	layer->protocol = HDRTAP_LAYER_PPP;
	return HDRTAP_PACKET_NEXT;
}

/* A PPP protocol number (RFC 1661); a leading zero byte may be left out. */
HDRTAP_INLINE int hdrtap_parse_ppp(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer)
{
	const __u8 *ppp = data + layer->offset;
	__u32 number;

	if (layer->offset + 2 > layer->limit)
		return HDRTAP_COUNTER_MALFORMED;
	if (ppp + 2 > end)
		return HDRTAP_PACKET_SHORT;
	number = ppp[0] & 1 ? ppp[0] : hdrtap_be16(ppp);
	layer->offset += ppp[0] & 1 ? 1 : 2;
	switch (number) {
	case 0x0021:
		layer->protocol = HDRTAP_ETHERTYPE_IPV4;
		return HDRTAP_PACKET_NEXT;
	case 0x0057:
		layer->protocol = HDRTAP_ETHERTYPE_IPV6;
		return HDRTAP_PACKET_NEXT;
	case 0x0281:
		layer->protocol = HDRTAP_ETHERTYPE_MPLS;
		return HDRTAP_PACKET_NEXT;
	}
	return HDRTAP_COUNTER_NOT_IP;
}

/* LLC in a frame whose length is layer->protocol: IP, or SNAP with an Ethertype. */
HDRTAP_INLINE int hdrtap_parse_llc(const __u8 *data, const __u8 *end, struct hdrtap_layer *layer)
{
	const __u8 *llc = data + layer->offset;
	__u32 limit = layer->offset + layer->protocol, organisation;

	if (layer->protocol > HDRTAP_FRAME_LENGTH_MAX)
		return HDRTAP_COUNTER_NOT_IP;
	if (limit < layer->limit)
		layer->limit = limit;
	if (layer->offset + 8 > layer->limit)
		return HDRTAP_COUNTER_NOT_IP;
	if (llc + 8 > end)
		return HDRTAP_PACKET_SHORT;
	if (hdrtap_be32(llc) >> 8 == 0x060603) {
		layer->offset += 3;
		layer->protocol = HDRTAP_ETHERTYPE_IPV4;
		return HDRTAP_PACKET_NEXT;
	}
	organisation = hdrtap_be32(llc + 2) & 0xffffff; /* 0, or of bridged 802.11: Ethertypes */
	layer->protocol = hdrtap_be16(llc + 6);
	if (hdrtap_be32(llc) >> 8 != 0xaaaa03 || (organisation && organisation != 0xf8) ||
	    layer->protocol < HDRTAP_ETHERTYPE_MIN)
		return HDRTAP_COUNTER_NOT_IP;
	layer->offset += 8;
	return HDRTAP_PACKET_NEXT;
}

/* The header that `layer` is at. */
HDRTAP_INLINE int hdrtap_parse_link_header(const __u8 *data, const __u8 *end,
					   const volatile struct hdrtap_config *config,
					   struct hdrtap_layer *layer, struct hdrtap_packet *packet)
{
	__u32 size = hdrtap_tag_size(layer->protocol);

	if (hdrtap_link_on(config, HDRTAP_LINK_TAGS) && size)
		return hdrtap_parse_tag(data, end, layer, size, packet);
	if (hdrtap_link_on(config, HDRTAP_LINK_MPLS)) {
		if (layer->protocol == HDRTAP_ETHERTYPE_MPLS ||
		    layer->protocol == HDRTAP_ETHERTYPE_MPLS_MANY)
			return hdrtap_parse_mpls(data, end, layer, packet);
		if (layer->protocol == HDRTAP_LAYER_LABELLED)
			return hdrtap_parse_labelled(data, end, layer);
	}
	if (hdrtap_link_on(config, HDRTAP_LINK_PPPOE)) {
		if (layer->protocol == HDRTAP_ETHERTYPE_PPPOE)
			return hdrtap_parse_pppoe(data, end, layer);
		if (layer->protocol == HDRTAP_LAYER_PPP)
			return hdrtap_parse_ppp(data, end, layer);
	}
	if (hdrtap_link_on(config, HDRTAP_LINK_LLC) && layer->protocol < HDRTAP_ETHERTYPE_MIN)
		return hdrtap_parse_llc(data, end, layer);
	return HDRTAP_COUNTER_NOT_IP;
}

#endif
