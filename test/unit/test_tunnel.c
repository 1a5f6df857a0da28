/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/packet/tunnel.h: packets in packets. The outer addresses end in 99 and the outer
 * ports are not the inner ones, so that nothing of the outside is taken for the inside.
 */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "parse_packet.h"

#include <hdrtap/packet/ports.h>

#define PAYLOAD "GET / HTTP/1.1\r\n\r\n"
#define SIZE    18 /* of it */
#define FRAME   HDRTAP_ETHERTYPE_FRAME
#define BARE    0
#define VXLAN   4789
#define GENEVE  6081
#define UDP     17
#define GRE     47

#define NOT_TCP   HDRTAP_COUNTER_NOT_TCP
#define MALFORMED HDRTAP_COUNTER_MALFORMED

static struct hdrtap_config config;

static void ready(void)
{
	parse_packet_ready();
	config = (struct hdrtap_config)HDRTAP_CONFIG_DEFAULT;
	config.tunnels = HDRTAP_TUNNELS_ALL;
}

TestSuite(tunnel, .init = ready);

static const __u16 network_types[] = { 0x0800, 0x86dd };

/* TCP over IPv4 or IPv6, as `ethertype` says. */
static void put_inner(struct packet *p, __u16 ethertype)
{
	if (ethertype == 0x0800)
		packet_ipv4_tcp(p, PAYLOAD);
	else
		packet_ipv6_tcp(p, PAYLOAD);
}

static __u32 inner_size(__u16 ethertype)
{
	return (ethertype == 0x0800 ? 40 : 60) + SIZE;
}

/* The outer IP header. */
static void put_outer(struct packet *p, __u16 ethertype, __u8 protocol, __u32 body)
{
	__u32 at = p->size;

	if (ethertype == 0x0800) {
		packet_ipv4(p, 0, body);
		p->bytes[at + 9] = protocol;
		p->bytes[at + 15] = p->bytes[at + 19] = 99;
	} else {
		packet_ipv6(p, protocol, body);
		p->bytes[at + 23] = p->bytes[at + 39] = 99;
	}
}

static void put_udp(struct packet *p, __u16 port, __u32 body)
{
	packet_put16(p, 55555);
	packet_put16(p, port);
	packet_put16(p, 8 + body);
	packet_put16(p, 0);
}

/* VXLAN of VNI 0x123456 with an inner frame, or Geneve of the same with `words` of options. */
static void put_vxlan(struct packet *p, __u16 outer, __u16 inner)
{
	__u32 body = 8 + 14 + inner_size(inner);

	p->size = 0;
	put_outer(p, outer, UDP, 8 + body);
	put_udp(p, VXLAN, body);
	packet_put32(p, 0x08000000);
	packet_put32(p, 0x12345600);
	packet_ethernet(p, inner);
	put_inner(p, inner);
}

static void put_geneve(struct packet *p, __u16 outer, __u16 type, __u16 inner, __u32 words)
{
	__u32 body = 8 + 4 * words + (type == FRAME ? 14 : 0) + inner_size(inner);

	p->size = 0;
	put_outer(p, outer, UDP, 8 + body);
	put_udp(p, GENEVE, body);
	packet_put8(p, words);
	packet_put8(p, 0x40); /* critical options: none of our business */
	packet_put16(p, type);
	packet_put32(p, 0x12345600);
	packet_fill(p, 0xff, 4 * words);
	if (type == FRAME)
		packet_ethernet(p, inner);
	put_inner(p, inner);
}

/* GRE with the fields its flags say; key 0xfedcba98. */
static void put_gre(struct packet *p, __u16 outer, __u16 flags, __u16 type, __u16 inner)
{
	__u32 words = 1 + !!(flags & 0x8000) + !!(flags & 0x2000) + !!(flags & 0x1000);

	p->size = 0;
	put_outer(p, outer, GRE, 4 * words + (type == FRAME ? 14 : 0) + inner_size(inner));
	packet_put16(p, flags);
	packet_put16(p, type);
	if (flags & 0x8000)
		packet_put32(p, 0x77770000);
	if (flags & 0x2000)
		packet_put32(p, 0xfedcba98);
	if (flags & 0x1000)
		packet_put32(p, 0x55555555);
	if (type == FRAME)
		packet_ethernet(p, inner);
	put_inner(p, inner);
}

static int parse(const struct packet *p, struct hdrtap_packet *out)
{
	return parse_packet(BARE, p, &config, out);
}

/* What put_inner() made was found, at the end of the packet. */
static void check_inner(const struct packet *p, const struct hdrtap_packet *out, __u16 ethertype)
{
	if (ethertype == 0x0800) {
		cr_assert_arr_eq(out->source, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01", 16);
		cr_assert_arr_eq(out->destination, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x02",
				 16);
	} else {
		cr_assert_arr_eq(out->source, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
		cr_assert_arr_eq(out->destination, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02",
				 16);
	}
	cr_assert_eq(out->source_port, 40000);
	cr_assert_eq(out->destination_port, 80);
	cr_assert_eq(out->tcp_sequence, 0x01020304);
	cr_assert_eq(out->tcp_flags, 0x18);
	cr_assert_eq(out->payload, p->size - SIZE);
	cr_assert_eq(out->payload_length, SIZE);
	cr_assert_eq(out->fragment, 0);
}

static void check_found(const struct packet *p, __u16 inner, enum hdrtap_tunnel kind, __u32 id)
{
	struct hdrtap_packet out;

	cr_assert_eq(parse(p, &out), HDRTAP_PACKET_TCP);
	check_inner(p, &out, inner);
	cr_assert_eq(out.tunnel[0], kind);
	cr_assert_eq(out.tunnel_id[0], id);
	config.tunnels &= ~(1u << kind);
	cr_assert_eq(parse(p, &out), NOT_TCP, "switched off");
	cr_assert_neq(out.tunnel[0], kind);
	config.tunnels |= 1u << kind;
}

Test(tunnel, vxlan)
{
	struct hdrtap_packet out;
	struct packet p;
	int i;

	for (i = 0; i < 4; i++) {
		put_vxlan(&p, network_types[i & 1], network_types[i >> 1]);
		check_found(&p, network_types[i >> 1], HDRTAP_TUNNEL_VXLAN, 0x123456);
	}
	config.vxlan_port = 8472;
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	p.bytes[40 + 2] = 8472 >> 8;
	p.bytes[40 + 3] = 8472 & 0xff;
	check_found(&p, 0x86dd, HDRTAP_TUNNEL_VXLAN, 0x123456);
}

Test(tunnel, vxlan_flags)
{
	struct hdrtap_packet out;
	struct packet p;
	int flags;

	put_vxlan(&p, 0x0800, 0x0800);
	for (flags = 0; flags < 256; flags++) {
		p.bytes[28] = flags;
		cr_assert_eq(parse(&p, &out), flags & 8 ? HDRTAP_PACKET_TCP : NOT_TCP, "%02x",
			     flags);
	}
}

/* `length` in the UDP header of IPv4, `expected` of a VXLAN packet of 8 + 8 + 14 + 58 bytes. */
static void check_udp_length(__u16 length, int expected)
{
	struct hdrtap_packet out;
	struct packet p;

	put_vxlan(&p, 0x0800, 0x0800);
	p.bytes[24] = length >> 8;
	p.bytes[25] = length & 0xff;
	cr_assert_eq(parse(&p, &out), expected, "%u", length);
}

Test(tunnel, udp_lengths)
{
	check_udp_length(88, HDRTAP_PACKET_TCP);
	check_udp_length(0, HDRTAP_PACKET_TCP);
	check_udp_length(89, MALFORMED);
	check_udp_length(65535, MALFORMED);
	check_udp_length(7, MALFORMED);
	check_udp_length(8, MALFORMED);
	check_udp_length(16, MALFORMED);
	check_udp_length(87, MALFORMED); /* the inner IP header says more */
}

/* Bytes behind what the UDP header has are padding, as behind IP. */
Test(tunnel, padding_inside)
{
	struct hdrtap_packet out;
	struct packet p;

	put_vxlan(&p, 0x0800, 0x0800);
	packet_put(&p, PAYLOAD, SIZE);
	p.bytes[3] += SIZE;
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.payload_length, SIZE);
	p.bytes[25] += SIZE;
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.payload_length, SIZE);
	p.bytes[3] -= SIZE; /* UDP beyond IP */
	cr_assert_eq(parse(&p, &out), MALFORMED);
}

Test(tunnel, geneve)
{
	static const __u16 types[] = { FRAME, 0x0800, 0x86dd };
	struct packet p;
	__u32 words, i;

	for (words = 0; words < 64; words++) {
		for (i = 0; i < 3; i++) {
			__u16 inner = types[i] == FRAME ? 0x0800 : types[i];

			put_geneve(&p, network_types[words & 1], types[i], inner, words);
			check_found(&p, inner, HDRTAP_TUNNEL_GENEVE, 0x123456);
		}
	}
}

Test(tunnel, geneve_that_is_none)
{
	struct hdrtap_packet out;
	struct packet p;

	put_geneve(&p, 0x0800, FRAME, 0x0800, 2);
	p.bytes[28] |= 0x40; /* version 1 */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	p.bytes[28] &= 0x3f;
	p.bytes[29] = 0x80; /* a control packet */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	p.bytes[29] = 0;
	p.bytes[28] = 63; /* options beyond the packet */
	cr_assert_eq(parse(&p, &out), MALFORMED);
	put_geneve(&p, 0x0800, 0x0806, 0x0800, 0); /* ARP */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	put_geneve(&p, 0x0800, 0, 0x0800, 0);
	cr_assert_eq(parse(&p, &out), NOT_TCP);
}

Test(tunnel, gre)
{
	static const __u16 types[] = { 0x0800, 0x86dd, FRAME };
	struct packet p;
	__u32 flags, i;

	for (flags = 0; flags < 16; flags++) {
		for (i = 0; i < 6; i++) {
			__u16 type = types[i % 3], inner = type == FRAME ? 0x86dd : type;

			if (flags & 4)
				continue;
			put_gre(&p, network_types[i / 3], flags << 12, type, inner);
			check_found(&p, inner, HDRTAP_TUNNEL_GRE, flags & 2 ? 0xfedcba98 : 0);
		}
	}
}

Test(tunnel, gre_that_is_none)
{
	static const __u16 refused[] = { 0x4000, 0x0800, 0x0400, 0x0001, 0x0007, 0x3001 };
	static const __u16 ignored[] = { 0x0200, 0x0080, 0x0008, 0x03f8 };
	static const __u16 types[] = { 0x22eb, 0x880b, 0x0000, 0x0806 };
	struct hdrtap_packet out;
	struct packet p;
	__u32 i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		put_gre(&p, 0x0800, refused[i], 0x0800, 0x0800);
		cr_assert_eq(parse(&p, &out), NOT_TCP, "%04x", refused[i]);
	}
	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		put_gre(&p, 0x0800, ignored[i], 0x0800, 0x0800);
		cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP, "%04x", ignored[i]);
	}
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		put_gre(&p, 0x0800, 0x2000, types[i], 0x0800);
		cr_assert_eq(parse(&p, &out), NOT_TCP, "%04x", types[i]);
	}
}

Test(tunnel, ip_in_ip)
{
	struct packet p;
	int i;

	for (i = 0; i < 4; i++) {
		__u16 outer = network_types[i & 1], inner = network_types[i >> 1];

		p.size = 0;
		put_outer(&p, outer, inner == 0x0800 ? 4 : 41, inner_size(inner));
		put_inner(&p, inner);
		check_found(&p, inner, inner == 0x0800 ? HDRTAP_TUNNEL_IPIP : HDRTAP_TUNNEL_6IN4,
			    0);
	}
}

Test(tunnel, defaults)
{
	struct hdrtap_packet out;
	struct packet p = { .size = 0 };

	config = (struct hdrtap_config)HDRTAP_CONFIG_DEFAULT;
	put_outer(&p, 0x0800, 4, inner_size(0x0800));
	put_inner(&p, 0x0800);
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	put_geneve(&p, 0x0800, FRAME, 0x0800, 0);
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	put_vxlan(&p, 0x0800, 0x0800);
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	put_gre(&p, 0x0800, 0, 0x0800, 0x0800);
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
}

/* Puts the packet into GRE. */
static void wrap(struct packet *p)
{
	struct packet inner = *p;

	p->size = 0;
	put_outer(p, 0x0800, GRE, 4 + inner.size);
	packet_put32(p, inner.bytes[0] >> 4 == 4 ? 0x0800 : 0x86dd);
	packet_put(p, inner.bytes, inner.size);
}

Test(tunnel, in_a_tunnel)
{
	struct hdrtap_packet out;
	struct packet p;

	put_vxlan(&p, 0x86dd, 0x0800);
	wrap(&p);
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	check_inner(&p, &out, 0x0800);
	cr_assert_eq(out.tunnel[0], HDRTAP_TUNNEL_GRE);
	cr_assert_eq(out.tunnel[1], HDRTAP_TUNNEL_VXLAN);
	cr_assert_eq(out.tunnel_id[0], 0);
	cr_assert_eq(out.tunnel_id[1], 0x123456);
	wrap(&p);
	cr_assert_eq(parse(&p, &out), NOT_TCP, "three are too many");
	p.size = 0;
	put_outer(&p, 0x0800, 4, inner_size(0x0800));
	put_inner(&p, 0x0800);
	wrap(&p);
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.tunnel[1], HDRTAP_TUNNEL_IPIP);
	config.tunnels = 1u << HDRTAP_TUNNEL_GRE;
	cr_assert_eq(parse(&p, &out), NOT_TCP, "the inner one is switched off");
}

/* GRE without a key, of a protocol type, around `header` and a frame. */
static void put_erspan(struct packet *p, __u16 flags, __u16 type, const char *header, __u32 size)
{
	p->size = 0;
	put_outer(p, 0x0800, GRE, 4 + (flags ? 4 : 0) + size + 14 + inner_size(0x0800));
	packet_put16(p, flags);
	packet_put16(p, type);
	if (flags)
		packet_put32(p, 1);
	packet_put(p, header, size);
	packet_ethernet(p, 0x0800);
	put_inner(p, 0x0800);
}

Test(tunnel, erspan)
{
	struct hdrtap_packet out;
	struct packet p;
	int version;

	put_erspan(&p, 0, 0x88be, "", 0);
	check_found(&p, 0x0800, HDRTAP_TUNNEL_ERSPAN, 0);
	put_erspan(&p, 0x1000, 0x88be, "\x10\x64\x0b\xff\0\0\0\0", 8);
	check_found(&p, 0x0800, HDRTAP_TUNNEL_ERSPAN, 0x3ff);
	for (version = 0; version < 16; version++) {
		p.bytes[28] = version << 4;
		cr_assert_eq(parse(&p, &out), version == 1 ? HDRTAP_PACKET_TCP : NOT_TCP, "%d",
			     version);
		if (version == 1)
			version++; /* III, whose header would be longer */
	}
	put_erspan(&p, 0x1000, 0x22eb, "\x20\x64\0\x07\0\0\0\0\0\0\0\0", 12);
	check_found(&p, 0x0800, HDRTAP_TUNNEL_ERSPAN, 7);
	put_erspan(&p, 0x1000, 0x22eb, "\x20\x64\0\x07\0\0\0\0\0\0\0\x01 subhead", 20);
	check_found(&p, 0x0800, HDRTAP_TUNNEL_ERSPAN, 7);
	p.bytes[28 + 10] = 1 << 2; /* a frame of another type */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
}

/* GTP-U with `size` bytes behind its first eight. */
static void put_gtp(struct packet *p, __u8 flags, const char *more, __u32 size)
{
	__u32 body = size + inner_size(0x86dd);

	p->size = 0;
	put_outer(p, 0x0800, UDP, 8 + 8 + body);
	put_udp(p, 2152, 8 + body);
	packet_put8(p, 0x30 | flags);
	packet_put8(p, 0xff);
	packet_put16(p, body);
	packet_put32(p, 0xfedcba98);
	packet_put(p, more, size);
	put_inner(p, 0x86dd);
}

Test(tunnel, gtp)
{
	struct hdrtap_packet out;
	struct packet p;
	int type;

	put_gtp(&p, 0, "", 0);
	check_found(&p, 0x86dd, HDRTAP_TUNNEL_GTP, 0xfedcba98);
	put_gtp(&p, 1, "\0\0\0\x85", 4); /* no extension, whatever its type says */
	check_found(&p, 0x86dd, HDRTAP_TUNNEL_GTP, 0xfedcba98);
	put_gtp(&p, 4, "\0\0\0\x85\x01\0\x09\xc0\x02\0\0\0\0\0\0\0", 16);
	check_found(&p, 0x86dd, HDRTAP_TUNNEL_GTP, 0xfedcba98);
	p.bytes[40] = 0; /* an extension header of nothing */
	cr_assert_eq(parse(&p, &out), MALFORMED);
	p.bytes[40] = 255; /* beyond the packet */
	cr_assert_eq(parse(&p, &out), MALFORMED);
	put_gtp(&p, 0, "", 0);
	for (type = 0; type < 256; type++) {
		p.bytes[29] = type;
		cr_assert_eq(parse(&p, &out), type == 255 ? HDRTAP_PACKET_TCP : NOT_TCP);
	}
	p.bytes[29] = 255;
	p.bytes[28] = 0x20; /* GTP' */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	p.bytes[28] = 0x50; /* version 2 */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
}

/* A packet in a tunnel has the outcomes of any other. */
Test(tunnel, outcomes_of_the_inner)
{
	struct hdrtap_ports ports = { 0 };
	struct hdrtap_packet out;
	struct packet p;

	put_gre(&p, 0x0800, 0, 0x0800, 0x0800);
	p.bytes[24] = 0x44; /* ihl */
	cr_assert_eq(parse(&p, &out), MALFORMED);
	p.bytes[24] = 0x45;
	p.bytes[24 + 9] = UDP;
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	p.bytes[24 + 9] = 6;
	p.bytes[24 + 7] = 1;
	cr_assert_eq(parse(&p, &out), HDRTAP_COUNTER_FRAGMENT);
	p.bytes[24 + 6] = 0x20;
	p.bytes[24 + 7] = 0;
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.fragment, HDRTAP_FRAGMENT_FIRST);
	p.bytes[24 + 3] = 40;
	cr_assert_eq(parse(&p, &out), HDRTAP_COUNTER_NO_PAYLOAD);
	put_vxlan(&p, 0x0800, 0x0806); /* ARP: the packet is IP, so it is not "not IP" */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	put_vxlan(&p, 0x0800, 58); /* IEEE 802.3 */
	cr_assert_eq(parse(&p, &out), NOT_TCP);
	put_vxlan(&p, 0x0800, 0x0800);
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	ports.chosen = 1;
	ports.bit[VXLAN / 8] = 1 << VXLAN % 8;
	cr_assert(!hdrtap_ports_wanted(&ports, &out), "the tunnel's own ports are no TCP ports");
}

/* The outer datagram's first fragment: lengths inside go beyond it. */
Test(tunnel, first_fragments)
{
	struct hdrtap_packet out;
	struct packet p;

	put_vxlan(&p, 0x0800, 0x0800);
	p.bytes[6] = 0x20;
	p.bytes[24] = 0x05; /* UDP and inner IP: 1400 and 1370 bytes */
	p.bytes[25] = 0x78;
	p.bytes[20 + 8 + 8 + 14 + 2] = 0x05;
	p.bytes[20 + 8 + 8 + 14 + 3] = 0x5a;
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.fragment, HDRTAP_FRAGMENT_OUTER);
	cr_assert_eq(out.payload_length, SIZE);
	p.bytes[6] = 0;
	cr_assert_eq(parse(&p, &out), MALFORMED);
	p.bytes[7] = 1;
	cr_assert_eq(parse(&p, &out), HDRTAP_COUNTER_FRAGMENT);

	p.size = 0;
	put_outer(&p, 0x0800, 41, inner_size(0x86dd));
	put_inner(&p, 0x86dd);
	p.bytes[6] = 0x20;
	p.bytes[24] = 0x05;
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.fragment, HDRTAP_FRAGMENT_OUTER);
	cr_assert_eq(out.payload_length, SIZE);
	p.bytes[6] = 0;
	cr_assert_eq(parse(&p, &out), MALFORMED);
}

Test(tunnel, vlan_of_the_frame)
{
	struct packet p = { .size = 0 }, tagged = { .size = 0 };
	struct hdrtap_packet out;

	packet_ethernet(&p, 0x8100);
	packet_put32(&p, 0x00070800);
	put_outer(&p, 0x0800, UDP, 8 + 8 + 14 + 4 + 58);
	put_udp(&p, VXLAN, 8 + 14 + 4 + 58);
	packet_put32(&p, 0x08000000);
	packet_put32(&p, 0xffffff00);
	packet_ethernet(&p, 0x8100);
	packet_put32(&p, 0x00090800);
	put_inner(&p, 0x0800);
	cr_assert_eq(parse_packet(FRAME, &p, &config, &out), HDRTAP_PACKET_TCP);
	check_inner(&p, &out, 0x0800);
	cr_assert_eq(out.tunnel_id[0], 0xffffff);
	cr_assert_eq(out.vlan_count, 1);
	cr_assert_eq(out.vlan[0], 7);

	/* only inside */
	packet_put(&tagged, p.bytes, 12);
	packet_put(&tagged, p.bytes + 16, p.size - 16);
	cr_assert_eq(parse_packet(FRAME, &tagged, &config, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.vlan_count, 0);
}

/* A hop-by-hop header of `bytes` in the outer packet. */
static int parse_far(__u32 bytes, struct hdrtap_packet *out)
{
	struct packet p = { .size = 0 };

	packet_ipv6(&p, 0, bytes + 4 + inner_size(0x0800));
	packet_put8(&p, GRE);
	packet_put8(&p, bytes / 8 - 1);
	packet_fill(&p, 0, bytes - 2);
	packet_put32(&p, 0x00000800);
	put_inner(&p, 0x0800);
	return parse_packet_cut(BARE, &p, p.size, p.size, &config, out);
}

Test(tunnel, far_into_the_packet)
{
	struct hdrtap_packet out;

	cr_assert_eq(parse_far(2000, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.payload, 40 + 2000 + 4 + 40);
	cr_assert_eq(parse_far(2008, &out), NOT_TCP);
}

/* Whatever the bytes: no read outside, and what is found lies inside. */
Test(tunnel, random_bytes)
{
	struct packet good[6] = { 0 }, p;
	struct hdrtap_packet out;
	__u32 i, flips, length;

	srand(7);
	put_vxlan(&good[0], 0x0800, 0x86dd);
	put_vxlan(&good[1], 0x86dd, 0x0800);
	put_geneve(&good[2], 0x0800, FRAME, 0x0800, 3);
	put_gre(&good[3], 0x0800, 0xb000, FRAME, 0x0800);
	put_gre(&good[4], 0x86dd, 0x2000, 0x86dd, 0x86dd);
	put_outer(&good[5], 0x0800, 4, inner_size(0x0800));
	put_inner(&good[5], 0x0800);
	for (i = 0; i < 200000; i++) {
		p = good[i % 6];
		for (flips = rand() % 6; flips; flips--)
			p.bytes[rand() % p.size] = rand();
		length = rand() % (p.size + 1);
		parse_packet_cut(BARE, &p, length, p.size, &config, &out);
		parse_packet_cut(BARE, &p, length, length, &config, &out);
	}
}
