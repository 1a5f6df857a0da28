/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* include/hdrtap/packet/network.h, apart from tunnels. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "packets.h"
#include "parse_packet.h"

#include <hdrtap/packet/ports.h>

#define PAYLOAD "GET / HTTP/1.1\r\n\r\n"
#define SIZE    18 /* of it */
#define FRAME   HDRTAP_ETHERTYPE_FRAME
#define BARE    0 /* IPv4 or IPv6, without Ethernet header */

TestSuite(packet, .init = parse_packet_ready);

static const struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;

static int parse(__u16 begins, const struct packet *p, struct hdrtap_packet *out)
{
	return parse_packet(begins, p, &config, out);
}

/* As parse(), once. */
static int parse_cut(__u16 begins, const struct packet *p, __u32 captured, __u32 length,
		     struct hdrtap_packet *out)
{
	return parse_packet_cut(begins, p, captured, length, &config, out);
}

static void check_ports(const struct hdrtap_packet *out)
{
	cr_assert_eq(out->source_port, 40000);
	cr_assert_eq(out->destination_port, 80);
	cr_assert_eq(out->tcp_sequence, 0x01020304);
	cr_assert_eq(out->tcp_flags, 0x18);
}

static void check_ipv4(const struct hdrtap_packet *out, __u32 payload, __u32 length)
{
	cr_assert_arr_eq(out->source, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01", 16);
	cr_assert_arr_eq(out->destination, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x02", 16);
	check_ports(out);
	cr_assert_eq(out->payload, payload);
	cr_assert_eq(out->payload_length, length);
}

static void check_ipv6(const struct hdrtap_packet *out, __u32 payload, __u32 length)
{
	cr_assert_arr_eq(out->source, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
	cr_assert_arr_eq(out->destination, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02", 16);
	check_ports(out);
	cr_assert_eq(out->payload, payload);
	cr_assert_eq(out->payload_length, length);
}

Test(packet, plain)
{
	struct packet v4 = { .size = 0 }, v6 = { .size = 0 };
	struct hdrtap_packet out;

	packet_ethernet(&v4, 0x0800);
	packet_ipv4_tcp(&v4, PAYLOAD);
	cr_assert_eq(parse(FRAME, &v4, &out), HDRTAP_PACKET_TCP);
	check_ipv4(&out, 54, SIZE);
	cr_assert_eq(out.fragment, 0);
	cr_assert_eq(out.vlan_count, 0);

	packet_ethernet(&v6, 0x86dd);
	packet_ipv6_tcp(&v6, PAYLOAD);
	cr_assert_eq(parse(FRAME, &v6, &out), HDRTAP_PACKET_TCP);
	check_ipv6(&out, 74, SIZE);
}

Test(packet, without_ethernet)
{
	struct packet v4 = { .size = 0 }, v6 = { .size = 0 },
		      neither = { .bytes = { 0x55 }, .size = 60 };
	struct hdrtap_packet out;

	packet_ipv4_tcp(&v4, PAYLOAD);
	cr_assert_eq(parse(BARE, &v4, &out), HDRTAP_PACKET_TCP);
	check_ipv4(&out, 40, SIZE);
	packet_ipv6_tcp(&v6, PAYLOAD);
	cr_assert_eq(parse(BARE, &v6, &out), HDRTAP_PACKET_TCP);
	check_ipv6(&out, 60, SIZE);
	cr_assert_eq(parse(BARE, &neither, &out), HDRTAP_COUNTER_NOT_IP);
	cr_assert_eq(parse_cut(BARE, &v4, 0, 0, &out), HDRTAP_COUNTER_MALFORMED);
	cr_assert_eq(parse_cut(BARE, &v4, 0, 58, &out), HDRTAP_PACKET_SHORT);
}

/* A good Ethernet packet of 72 (IPv4) or 92 (IPv6) bytes, with bytes replaced. */
struct damage {
	const char *what;
	int version;
	int expected;
	struct {
		__u8 at, value;
	} byte[3];
};

static void make_good(struct packet *p, int version)
{
	p->size = 0;
	packet_ethernet(p, version == 4 ? 0x0800 : 0x86dd);
	if (version == 4)
		packet_ipv4_tcp(p, PAYLOAD);
	else
		packet_ipv6_tcp(p, PAYLOAD);
}

#define MALFORMED HDRTAP_COUNTER_MALFORMED
#define NOT_IP    HDRTAP_COUNTER_NOT_IP
#define NOT_TCP   HDRTAP_COUNTER_NOT_TCP
#define LATER     HDRTAP_COUNTER_FRAGMENT
#define NOTHING   HDRTAP_COUNTER_NO_PAYLOAD

/* Bytes at 0 are those of an address that does not matter. */
static const struct damage damages[] = {
	{ "ARP", 4, NOT_IP, { { 12, 0x08 }, { 13, 0x06 } } },
	{ "802.3 length", 4, NOT_IP, { { 12, 0x00 }, { 13, 58 } } },
	{ "802.3 length at its largest", 4, NOT_IP, { { 12, 0x05 }, { 13, 0xff } } },
	{ "IPv4 by Ethertype, 6 in the header", 4, MALFORMED, { { 14, 0x65 } } },
	{ "IPv6 by Ethertype, 4 in the header", 6, MALFORMED, { { 14, 0x45 } } },
	{ "ihl 0", 4, MALFORMED, { { 14, 0x40 } } },
	{ "ihl 4", 4, MALFORMED, { { 14, 0x44 } } },
	{ "ihl 15 leaves no room for TCP", 4, MALFORMED, { { 14, 0x4f } } },
	{ "total length below the header's", 4, MALFORMED, { { 16, 0 }, { 17, 19 } } },
	{ "total length without TCP", 4, MALFORMED, { { 16, 0 }, { 17, 20 } } },
	{ "total length a byte short of TCP", 4, MALFORMED, { { 16, 0 }, { 17, 39 } } },
	{ "total length a byte too much", 4, MALFORMED, { { 16, 0 }, { 17, 59 } } },
	{ "total length of 64 KiB", 4, MALFORMED, { { 16, 0xff }, { 17, 0xff } } },
	{ "total length ends with TCP", 4, NOTHING, { { 16, 0 }, { 17, 40 } } },
	{ "fragment at 8", 4, LATER, { { 20, 0x20 }, { 21, 1 } } },
	{ "last fragment", 4, LATER, { { 20, 0x1f }, { 21, 0xff } } },
	{ "later fragment of UDP", 4, LATER, { { 20, 0 }, { 21, 1 }, { 23, 17 } } },
	{ "UDP", 4, NOT_TCP, { { 23, 17 } } },
	{ "first fragment of UDP", 4, NOT_TCP, { { 20, 0x20 }, { 21, 0 }, { 23, 17 } } },
	{ "doff 0", 4, MALFORMED, { { 46, 0x00 } } },
	{ "doff 4", 4, MALFORMED, { { 46, 0x4f } } },
	{ "doff 15 beyond the packet", 4, MALFORMED, { { 46, 0xf0 } } },
	{ "doff a word too much", 4, MALFORMED, { { 46, 0xa0 } } },
	{ "IPv6 payload length a byte too much", 6, MALFORMED, { { 18, 0 }, { 19, 39 } } },
	{ "IPv6 payload length without TCP", 6, MALFORMED, { { 18, 0 }, { 19, 19 } } },
	{ "IPv6 payload length ends with TCP", 6, NOTHING, { { 18, 0 }, { 19, 20 } } },
	{ "IPv6 no next header", 6, NOT_TCP, { { 20, 59 } } },
	{ "ICMPv6", 6, NOT_TCP, { { 20, 58 } } },
	{ "IPv6 doff 4", 6, MALFORMED, { { 66, 0x40 } } },
	{ "IPv6 options that are TCP and too long",
	  6,
	  MALFORMED,
	  { { 20, 0 }, { 54, 6 }, { 55, 255 } } },
};

Test(packet, damaged)
{
	struct hdrtap_packet out;
	struct packet p;
	size_t i, j;

	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *d = &damages[i];

		make_good(&p, d->version);
		for (j = 0; j < 3; j++)
			if (d->byte[j].at)
				p.bytes[d->byte[j].at] = d->byte[j].value;
		cr_expect_eq(parse(FRAME, &p, &out), d->expected, "%s", d->what);
	}
}

Test(packet, options)
{
	struct hdrtap_packet out;
	struct packet p;
	__u32 ip, tcp;

	for (ip = 0; ip <= 40; ip += 4) {
		for (tcp = 0; tcp <= 40; tcp += 4) {
			p.size = 0;
			packet_ethernet(&p, 0x0800);
			packet_ipv4(&p, ip, 20 + tcp + SIZE);
			packet_tcp(&p, tcp, PAYLOAD);
			cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP);
			check_ipv4(&out, 54 + ip + tcp, SIZE);
		}
	}
}

Test(packet, padding_is_no_payload)
{
	struct packet empty = { .size = 0 }, full = { .size = 0 };
	struct hdrtap_packet out;

	packet_ethernet(&empty, 0x0800);
	packet_ipv4_tcp(&empty, "");
	packet_fill(&empty, 'G', 6);
	cr_assert_eq(parse(FRAME, &empty, &out), HDRTAP_COUNTER_NO_PAYLOAD);

	packet_ethernet(&full, 0x86dd);
	packet_ipv6_tcp(&full, PAYLOAD);
	packet_fill(&full, 'G', 100);
	cr_assert_eq(parse(FRAME, &full, &out), HDRTAP_PACKET_TCP);
	check_ipv6(&out, 74, SIZE);
}

Test(packet, length_zero_means_the_packets)
{
	struct hdrtap_packet out;
	struct packet p;

	make_good(&p, 4);
	p.bytes[16] = p.bytes[17] = 0;
	cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP);
	check_ipv4(&out, 54, SIZE);
	/* far more on the wire than was captured, as with BIG TCP */
	cr_assert_eq(parse_cut(FRAME, &p, p.size, 200000, &out), HDRTAP_PACKET_TCP);
	check_ipv4(&out, 54, 200000 - 54);

	make_good(&p, 6);
	p.bytes[18] = p.bytes[19] = 0;
	cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP);
	check_ipv6(&out, 74, SIZE);
	cr_assert_eq(parse_cut(FRAME, &p, p.size, 200000, &out), HDRTAP_PACKET_TCP);
	check_ipv6(&out, 74, 200000 - 74);
}

Test(packet, first_fragments)
{
	struct hdrtap_packet out;
	struct packet p;

	make_good(&p, 4);
	p.bytes[20] = 0x20; /* more follow */
	cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP);
	check_ipv4(&out, 54, SIZE);
	cr_assert_eq(out.fragment, 1);
	p.bytes[20] = 0x80; /* the reserved bit is none of our business */
	cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.fragment, 0);
}

static void put_tags(struct packet *p, __u32 count)
{
	__u32 i;

	packet_put(p, "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01", 12);
	for (i = 0; i < count; i++) {
		packet_put16(p, i & 1 ? 0x8100 : 0x88a8);
		packet_put16(p, 0xe000 | (100 + i)); /* priority 7 */
	}
	packet_put16(p, 0x0800);
	packet_ipv4_tcp(p, PAYLOAD);
}

Test(packet, vlan_tags)
{
	struct hdrtap_packet out;
	struct packet p;
	__u32 count;

	for (count = 1; count <= 4; count++) {
		p.size = 0;
		put_tags(&p, count);
		cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP, "%u", count);
		check_ipv4(&out, 54 + 4 * count, SIZE);
		cr_assert_eq(out.vlan_count, count < 3 ? count : 3);
		cr_assert_eq(out.vlan[0], 100);
		cr_assert_eq(out.vlan[1], count < 2 ? 0 : 101);
		cr_assert_eq(out.vlan[2], count < 3 ? 0 : 102);
	}
	p.size = 0;
	put_tags(&p, HDRTAP_VLAN_TAGS_MAX + HDRTAP_HEADERS_MAX);
	cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_COUNTER_NOT_IP);
	p.size = 0;
	put_tags(&p, HDRTAP_VLAN_TAGS_MAX + 1);
	cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP);
}

Test(packet, a_vlan_tag_from_metadata_is_the_outer_one)
{
	struct packet p = { .size = 0 };
	struct hdrtap_packet out;

	put_tags(&p, 2);
	hdrtap_packet_begin(&out, HDRTAP_ETHERTYPE_FRAME, p.size);
	hdrtap_packet_vlan(&out, 7);
	cr_assert_eq(hdrtap_parse_packet(p.bytes, p.bytes + p.size, &config, &out),
		     HDRTAP_PACKET_TCP);
	cr_assert_eq(out.vlan_count, 3);
	cr_assert_eq(out.vlan[0], 7);
	cr_assert_eq(out.vlan[1], 100);
	cr_assert_eq(out.vlan[2], 101);
}

/* An extension header of `words` times 8 bytes; fragment and authentication headers have their own
 * rules. */
static void put_extension(struct packet *p, __u8 next, __u32 words)
{
	packet_put8(p, next);
	packet_put8(p, words - 1);
	packet_fill(p, 0, 8 * words - 2);
}

static void put_authentication(struct packet *p, __u8 next, __u32 quads)
{
	packet_put8(p, next);
	packet_put8(p, quads - 2);
	packet_fill(p, 0xff, 4 * quads - 2);
}

static void put_fragment(struct packet *p, __u8 next, __u16 offset)
{
	packet_put8(p, next);
	packet_put8(p, 0xff); /* reserved: it must not be taken for a length */
	packet_put16(p, offset);
	packet_put32(p, 0xabcdef01);
}

Test(packet, ipv6_extension_headers)
{
	struct hdrtap_packet out;
	struct packet p;
	__u32 words;

	for (words = 1; words < 40; words++) {
		p.size = 0;
		packet_ipv6(&p, 0, 8 * words + 8 + 16 + 24 + 8 + 8 + 20 + SIZE);
		put_extension(&p, 60, words); /* hop-by-hop */
		put_extension(&p, 43, 1);
		put_extension(&p, 51, 2);
		put_authentication(&p, 44, 6);
		put_fragment(&p, 135, 0);
		put_extension(&p, 6, 1);
		packet_tcp(&p, 0, PAYLOAD);
		cr_assert_eq(parse(BARE, &p, &out), HDRTAP_PACKET_TCP);
		check_ipv6(&out, 40 + 8 * words + 64 + 20, SIZE);
		cr_assert_eq(out.fragment, 0);
	}
}

Test(packet, ipv6_fragments)
{
	static const struct {
		__u16 offset;
		int expected, fragment;
	} rows[] = {
		{ 0x0000, HDRTAP_PACKET_TCP, 0 },
		{ 0x0001, HDRTAP_PACKET_TCP, 1 },
		{ 0x0006, HDRTAP_PACKET_TCP, 0 },
		{ 0x0008, LATER, 0 },
		{ 0x0009, LATER, 0 },
		{ 0xfff8, LATER, 0 },
	};
	struct hdrtap_packet out;
	struct packet p;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p.size = 0;
		packet_ipv6(&p, 44, 8 + 20 + SIZE);
		put_fragment(&p, 6, rows[i].offset);
		packet_tcp(&p, 0, PAYLOAD);
		cr_assert_eq(parse(BARE, &p, &out), rows[i].expected, "%04x", rows[i].offset);
		cr_assert_eq(out.fragment, rows[i].fragment, "%04x", rows[i].offset);
	}
}

Test(packet, ipv6_headers_are_counted)
{
	struct hdrtap_packet out;
	struct packet p;
	__u32 count, i;

	for (count = 1; count <= HDRTAP_IPV6_HEADERS_MAX + 1; count++) {
		p.size = 0;
		packet_ipv6(&p, 60, 8 * count + 20 + SIZE);
		for (i = 1; i <= count; i++)
			put_extension(&p, i == count ? 6 : 60, 1);
		packet_tcp(&p, 0, PAYLOAD);
		cr_assert_eq(parse(BARE, &p, &out),
			     count > HDRTAP_IPV6_HEADERS_MAX ? NOT_TCP : HDRTAP_PACKET_TCP);
	}
}

Test(packet, without_payload)
{
	struct hdrtap_packet out;
	struct packet p = { .size = 0 };
	__u32 flags;

	packet_ipv4_tcp(&p, "");
	for (flags = 0; flags < 256; flags++) {
		p.bytes[33] = flags;
		if (!(flags & (HDRTAP_TCP_SYN | HDRTAP_TCP_FIN | HDRTAP_TCP_RST))) {
			cr_assert_eq(parse(BARE, &p, &out), NOTHING, "%02x", flags);
			continue;
		}
		cr_assert_eq(parse(BARE, &p, &out), HDRTAP_PACKET_TCP, "%02x", flags);
		cr_assert_eq(out.tcp_flags, flags);
		out.tcp_flags = 0x18;
		check_ipv4(&out, 40, 0);
	}
}

Test(packet, chosen_ports)
{
	static struct hdrtap_ports ports;
	struct hdrtap_packet out;
	struct packet p;

	make_good(&p, 4);
	cr_assert_eq(parse(FRAME, &p, &out), HDRTAP_PACKET_TCP);
	cr_assert(hdrtap_ports_wanted(&ports, &out));
	ports.chosen = 1;
	cr_assert(!hdrtap_ports_wanted(&ports, &out));
	ports.bit[80 / 8] = 1 << 80 % 8;
	cr_assert(hdrtap_ports_wanted(&ports, &out));
	ports.bit[80 / 8] = (__u8) ~(1 << 80 % 8);
	cr_assert(!hdrtap_ports_wanted(&ports, &out));
	ports.bit[40000 / 8] = 1 << 40000 % 8;
	cr_assert(hdrtap_ports_wanted(&ports, &out));
}

/* Whatever the bytes: no read outside, and what is found lies inside. */
Test(packet, random_bytes)
{
	struct packet good[4], p;
	struct hdrtap_packet out;
	__u32 i, j, flips, length;

	srand(6);
	make_good(&good[0], 4);
	make_good(&good[1], 6);
	good[2].size = 0;
	put_tags(&good[2], 3);
	good[3].size = 0;
	packet_ethernet(&good[3], 0x86dd);
	packet_ipv6(&good[3], 0, 24 + 20 + SIZE);
	put_extension(&good[3], 60, 1);
	put_extension(&good[3], 6, 2);
	packet_tcp(&good[3], 0, PAYLOAD);
	for (i = 0; i < 200000; i++) {
		p = good[i & 3];
		flips = rand() % 6;
		for (j = 0; j < flips; j++)
			p.bytes[rand() % p.size] = rand();
		length = rand() % (p.size + 1);
		parse_cut(FRAME, &p, length, p.size, &out);
		parse_cut(FRAME, &p, length, length, &out);
		p.size -= 14;
		memmove(p.bytes, p.bytes + 14, p.size);
		length = rand() % (p.size + 1);
		parse_cut(BARE, &p, length, length, &out);
	}
}
