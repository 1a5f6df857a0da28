/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "invent.h"

#include <stdlib.h>
#include <string.h>

#include <hdrtap/packet/tunnel.h>

#include "kernel.h"
#include "say.h"
#include "wire.h"

#define CONNECTIONS 4
#define STREAM_MAX  8192 /* bytes said by one side */
#define OUTER_MAX   80   /* bytes in front of the inner IP header */
#define SEGMENT_MAX (KERNEL_FRAME_MAX - OUTER_MAX - WIRE_HEADERS_MAX)

/* What a connection's packets are in. */
enum outer {
	PLAIN, /* in nothing; most are */
	VLAN,
	QINQ,
	VXLAN,
	GENEVE,
	GRE_PLAIN,
	GRE_KEY,
	IP_IN_IP,
	OUTERS
};

struct side {
	__u32 first; /* sequence number of its first byte */
	__u32 at;    /* offset of what was not yet sent */
	__u32 length;
	__u8 bytes[STREAM_MAX];
};

struct connection {
	__u32 client;
	__u16 port;
	bool ipv6;
	__u8 outer; /* enum outer */
	__u32 id;   /* of the VLAN, or tunnel */
	struct side side[2];
};

/* --- frames --- */

/* Ethernet header with `tags` VLAN ids. */
static __u32 put_link(__u8 *to, const struct connection *connection, __u32 tags, __u16 ethertype)
{
	__u32 length = wire_ethernet(to, tags > 1    ? HDRTAP_ETHERTYPE_8021AD
					 : tags == 1 ? HDRTAP_ETHERTYPE_8021Q
						     : ethertype);

	for (; tags; tags--, length += 4) {
		wire_put16(to + length, connection->id + tags);
		wire_put16(to + length + 2, tags > 1 ? HDRTAP_ETHERTYPE_8021Q : ethertype);
	}
	return length;
}

/* UDP header, and behind it one of 8 bytes that VXLAN and Geneve both have, and an Ethernet one. */
static __u32 put_udp(__u8 *to, const struct connection *connection, __u16 ethertype, __u32 inner)
{
	__u32 length = 8 + 8 + WIRE_ETHERNET,
	      ip = wire_ipv4(to, HDRTAP_IPPROTO_UDP, length + inner);
	__u8 *udp = to + ip, *tunnel = udp + 8;

	memset(udp, 0, 16);
	wire_put16(udp + 2, connection->outer == VXLAN ? HDRTAP_VXLAN_PORT : HDRTAP_GENEVE_PORT);
	wire_put16(udp + 4, length + inner);
	wire_put32(tunnel + 4, connection->id << 8);
	if (connection->outer == VXLAN)
		tunnel[0] = HDRTAP_VXLAN_VNI;
	else
		wire_put16(tunnel + 2, HDRTAP_ETHERTYPE_FRAME);
	wire_ethernet(tunnel + 8, ethertype);
	return ip + length;
}

static __u32 put_gre(__u8 *to, const struct connection *connection, __u16 ethertype, __u32 inner)
{
	__u32 length = connection->outer == GRE_KEY ? 8 : 4,
	      ip = wire_ipv4(to, HDRTAP_IPPROTO_GRE, length + inner);

	memset(to + ip, 0, length);
	wire_put16(to + ip + 2, ethertype);
	if (connection->outer == GRE_KEY) {
		wire_put16(to + ip, HDRTAP_GRE_KEY);
		wire_put32(to + ip + 4, connection->id);
	}
	return ip + length;
}

/* Writes what stands in front of `inner` bytes of an IP packet. Returns how long it is. */
static __u32 put_outer(__u8 *to, const struct connection *connection, __u32 inner)
{
	__u16 ethertype = connection->ipv6 ? HDRTAP_ETHERTYPE_IPV6 : HDRTAP_ETHERTYPE_IPV4;
	__u32 link;

	if (connection->outer <= QINQ)
		return put_link(to, connection, connection->outer, ethertype);
	link = put_link(to, connection, 0, HDRTAP_ETHERTYPE_IPV4);
	to += link;
	if (connection->outer == VXLAN || connection->outer == GENEVE)
		return link + put_udp(to, connection, ethertype, inner);
	if (connection->outer == IP_IN_IP)
		return link +
		       wire_ipv4(to, connection->ipv6 ? HDRTAP_IPPROTO_IPV6 : HDRTAP_IPPROTO_IPV4,
				 inner);
	return link + put_gre(to, connection, ethertype, inner);
}

/* Appends bytes [from, to) of a side. */
static void send_part(struct frames *frames, const struct connection *connection, __u8 which,
		      __u8 flags, __u32 from, __u32 to)
{
	const struct side *side = &connection->side[which];
	struct wire_segment segment = {
		.client = connection->client,
		.client_port = connection->port,
		.side = which,
		.flags = flags,
		.ipv6 = connection->ipv6,
		.sequence = side->first + from - !!(flags & HDRTAP_TCP_SYN),
		.length = to - from,
	};
	__u8 frame[KERNEL_FRAME_MAX];
	__u32 ip = connection->ipv6 ? 60 : 40;
	__u32 headers = put_outer(frame, connection, ip + segment.length);

	headers += wire_headers(frame + headers, &segment);
	memcpy(frame + headers, side->bytes + from, segment.length);
	frames_add(frames, frame, headers + segment.length,
		   which == WIRE_CLIENT ? HDRTAP_DIRECTION_RECEIVE : HDRTAP_DIRECTION_TRANSMIT);
}

/* --- connections --- */

static void begin_side(struct side *side, __u8 which, struct rng *rng)
{
	side->first = rng_once_in(rng, 4) ? 0U - (__u32)rng_below(rng, 3000) : (__u32)rng_next(rng);
	side->at = 0;
	side->length = say(side->bytes, STREAM_MAX, rng_below(rng, 3000), which, rng);
}

static void begin(struct connection *connection, struct rng *rng)
{
	connection->client = rng_below(rng, 1 << 24);
	connection->port = rng_next(rng);
	connection->ipv6 = rng_once_in(rng, 3);
	connection->outer = rng_once_in(rng, 2) ? PLAIN : rng_below(rng, OUTERS);
	connection->id = rng_below(rng, 4000);
	begin_side(&connection->side[WIRE_CLIENT], WIRE_CLIENT, rng);
	begin_side(&connection->side[WIRE_SERVER], WIRE_SERVER, rng);
}

static __u32 random_size(struct rng *rng)
{
	static const __u32 sizes[] = { 3, 60, 600, SEGMENT_MAX };

	return 1 + rng_below(rng, sizes[rng_below(rng, 4)]);
}

static __u32 at_most(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

/* What is next, in order. */
static void send_next(struct frames *frames, struct connection *connection, __u8 which, __u8 flags,
		      struct rng *rng)
{
	struct side *side = &connection->side[which];
	__u32 to = at_most(side->at + random_size(rng), side->length);

	send_part(frames, connection, which, HDRTAP_TCP_ACK | flags, side->at, to);
	side->at = to;
}

/* Something before or behind what is next. */
static void send_elsewhere(struct frames *frames, struct connection *connection, __u8 which,
			   struct rng *rng)
{
	struct side *side = &connection->side[which];
	__u32 from = rng_below(rng, at_most(side->at + random_size(rng), side->length) + 1);

	send_part(frames, connection, which, HDRTAP_TCP_ACK, from,
		  at_most(from + random_size(rng), side->length));
}

/* SYN again, or of the next connection with these ports; some carry payload. */
static void send_syn(struct frames *frames, struct connection *connection, __u8 which,
		     struct rng *rng)
{
	__u8 flags = HDRTAP_TCP_SYN | (which == WIRE_SERVER ? HDRTAP_TCP_ACK : 0);

	if (rng_once_in(rng, 2))
		begin_side(&connection->side[which], which, rng);
	send_part(frames, connection, which, flags, 0,
		  rng_once_in(rng, 6) ? at_most(random_size(rng), connection->side[which].length)
				      : 0);
}

static void send_any(struct frames *frames, struct connection *connection, struct rng *rng)
{
	__u8 which = rng_below(rng, 2);
	struct side *side = &connection->side[which];

	switch (rng_below(rng, 24)) {
	case 0:
		send_syn(frames, connection, which, rng);
		break;
	case 1:
		send_next(frames, connection, which, HDRTAP_TCP_FIN, rng);
		break;
	case 2:
		send_part(frames, connection, which, HDRTAP_TCP_RST, side->at, side->at);
		break;
	case 3:
		side->first += rng_next(rng) >> rng_below(rng, 32);
		send_next(frames, connection, which, 0, rng);
		break;
	case 4:
		side->at = at_most(side->at + random_size(rng), side->length); /* lost */
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		send_elsewhere(frames, connection, which, rng);
		break;
	case 9:
		send_part(frames, connection, which, HDRTAP_TCP_ACK, side->at, side->at);
		break;
	default:
		send_next(frames, connection, which, 0, rng);
	}
}

void invent_frames(struct frames *frames, size_t count, struct rng *rng)
{
	struct connection *connections = calloc(CONNECTIONS, sizeof(*connections));
	__u32 used = 1 + rng_below(rng, CONNECTIONS);

	if (!connections)
		abort();
	for (__u32 i = 0; i < used; i++) {
		begin(&connections[i], rng);
		if (!rng_once_in(rng, 4)) {
			send_part(frames, &connections[i], WIRE_CLIENT, HDRTAP_TCP_SYN, 0, 0);
			send_part(frames, &connections[i], WIRE_SERVER,
				  HDRTAP_TCP_SYN | HDRTAP_TCP_ACK, 0, 0);
		}
	}
	while (frames->count < count)
		send_any(frames, &connections[rng_below(rng, used)], rng);
	free(connections);
}
