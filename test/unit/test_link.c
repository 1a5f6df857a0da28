/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* include/hdrtap/packet/link.h and unread.h: what stands between Ethernet and IP. */
#include <string.h>

#include <criterion/criterion.h>

#include "parse_packet.h"

#include <hdrtap/packet/unread.h>

#define PAYLOAD "GET / HTTP/1.1\r\n\r\n"
#define SIZE    18 /* of it */
#define FRAME   HDRTAP_ETHERTYPE_FRAME
#define NOT_IP  HDRTAP_COUNTER_NOT_IP

static struct hdrtap_config config;

static void ready(void)
{
	parse_packet_ready();
	config = (struct hdrtap_config)HDRTAP_CONFIG_DEFAULT;
}

TestSuite(link, .init = ready);

static int parse(const struct packet *p, struct hdrtap_packet *out)
{
	return parse_packet(FRAME, p, &config, out);
}

/* A frame of a type, bytes, and TCP over IPv4. */
static struct packet made(__u16 type, const char *head, __u32 size)
{
	struct packet p = { .size = 0 };

	packet_ethernet(&p, type);
	packet_put(&p, head, size);
	packet_ipv4_tcp(&p, PAYLOAD);
	return p;
}

/* It is found, and not when its kind is switched off. */
static struct hdrtap_packet check_found(const struct packet *p, enum hdrtap_link kind)
{
	struct hdrtap_packet out, off;

	cr_assert_eq(parse(p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.source_port, 40000);
	cr_assert_eq(out.payload, p->size - SIZE);
	cr_assert_eq(out.payload_length, SIZE);
	config.links &= ~(1 << kind);
	cr_assert_eq(parse(p, &off), NOT_IP);
	config.links |= 1 << kind;
	return out;
}

Test(link, tags)
{
	static const struct {
		__u16 type;
		const char *bytes;
		__u32 size;
	} tags[] = {
		{ 0x8926, "\xc0\x01\0\x02\x08\0", 6 }, { 0x892f, "\0\x50\0\1\x08\0", 6 },
		{ 0xf1c1, "\0\0\0\1\x08\0", 6 },       { 0x8909, "\1\1\0\1\0\7\x08\0", 8 },
		{ 0x893f, "\0\1\0\7\0\0\x08\0", 8 },   { 0x8988, "\0\0\1\2\3\4\x08\0", 8 },
	};
	struct packet p;

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		p = made(tags[i].type, tags[i].bytes, tags[i].size);
		cr_assert_eq(check_found(&p, HDRTAP_LINK_TAGS).vlan_count, 0);
	}
}

Test(link, vlan_tags_of_other_types)
{
	static const __u16 types[] = { 0x9100, 0x9200, 0x8200 };
	struct hdrtap_packet out;
	struct packet p;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		p = made(types[i], "\xe0\x01\x81\0\0\x02\x88\xa8\0\x03\x08\0", 12);
		out = check_found(&p, HDRTAP_LINK_TAGS);
		cr_assert_eq(out.vlan_count, 3);
		cr_assert_eq(out.vlan[0], 1);
		cr_assert_eq(out.vlan[1], 2);
		cr_assert_eq(out.vlan[2], 3);
	}
}

Test(link, label_stacks)
{
	struct packet p = made(0x8847, "\0\x01\x01\x40", 4);
	struct hdrtap_packet out;

	cr_assert_eq(check_found(&p, HDRTAP_LINK_MPLS).mpls, 16 | 1 << 20);
	p = made(0x8848, "\0\x01\0\x40\xff\xff\xf1\x40", 8);
	cr_assert_eq(check_found(&p, HDRTAP_LINK_MPLS).mpls, 0xfffff | 2 << 20);
	p.bytes[14 + 6] = 0xf0; /* no end */
	cr_assert_neq(parse(&p, &out), HDRTAP_PACKET_TCP);
	p = made(0x8847, "\0\x01\x01\x40\x10\0\0\x07", 8); /* an associated channel */
	cr_assert_eq(parse(&p, &out), NOT_IP);
}

/* A frame behind a label and `control`, to a MAC address that begins with `first`. */
static struct packet wire(const char *control, __u32 size, __u8 first)
{
	struct packet p = { .size = 0 };

	packet_ethernet(&p, 0x8847);
	packet_put32(&p, 0x00010140);
	packet_put(&p, control, size);
	packet_ethernet(&p, 0x0800);
	packet_ipv4_tcp(&p, PAYLOAD);
	p.bytes[18 + size] = first;
	return p;
}

Test(link, pseudowires)
{
	struct packet p = wire("\0\0\0\x07", 4, 2);
	int first;

	check_found(&p, HDRTAP_LINK_MPLS);
	for (first = 0; first < 256; first++) {
		p = wire("", 0, first);
		check_found(&p, HDRTAP_LINK_MPLS);
	}
}

Test(link, pppoe)
{
	struct packet p = made(0x8864, "\x11\0\0\1\0\x3c\0\x21", 8);
	struct hdrtap_packet out;

	check_found(&p, HDRTAP_LINK_PPPOE);
	packet_put(&p, "trailer", 7);
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(out.payload_length, SIZE);
	p.bytes[14 + 5] = 0x3b; /* IP is longer */
	cr_assert_eq(parse(&p, &out), HDRTAP_COUNTER_MALFORMED);
	p.bytes[14 + 5] = 0x3c;
	p.bytes[14 + 6] = 0xc0; /* LCP */
	cr_assert_eq(parse(&p, &out), NOT_IP);
	p.bytes[14 + 6] = 0;
	p.bytes[14 + 1] = 0xa7; /* the session's end */
	cr_assert_eq(parse(&p, &out), NOT_IP);
	p = made(0x8864, "\x11\0\0\1\0\x3b\x21", 7);
	check_found(&p, HDRTAP_LINK_PPPOE);
}

Test(link, llc)
{
	struct packet p = made(66, "\xaa\xaa\x03\0\0\0\x08\0", 8);
	struct hdrtap_packet out;
	__u32 length;

	check_found(&p, HDRTAP_LINK_LLC);
	p.bytes[14 + 5] = 0xf8;
	check_found(&p, HDRTAP_LINK_LLC);
	p.bytes[14 + 5] = 0x0c; /* Cisco's own */
	cr_assert_eq(parse(&p, &out), NOT_IP);
	p.bytes[14 + 5] = 0;
	for (length = 0; length < 66; length++) {
		p.bytes[13] = length;
		cr_assert_neq(parse(&p, &out), HDRTAP_PACKET_TCP, "%u", length);
	}
	p = made(61, "\x06\x06\x03", 3);
	check_found(&p, HDRTAP_LINK_LLC);
	p = made(0x42, "\x42\x42\x03", 3); /* spanning tree */
	cr_assert_eq(parse(&p, &out), NOT_IP);
}

Test(link, urgent)
{
	struct packet p = made(0x0800, "", 0);
	struct hdrtap_packet out;

	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(hdrtap_packet_flags(&out), 0);
	p.bytes[34 + 13] |= HDRTAP_TCP_URG;
	cr_assert_eq(parse(&p, &out), HDRTAP_PACKET_TCP);
	cr_assert_eq(hdrtap_packet_flags(&out), HDRTAP_FLAG(URGENT));
}

Test(link, unread)
{
	struct hdrtap_counters counters = { 0 };
	int i;

	hdrtap_count_unread(&counters, 0x0806);
	hdrtap_count_unread(&counters, 38);
	cr_assert_eq(counters.unread[0].packets, 0);
	for (i = 0; i < 20; i++)
		hdrtap_count_unread(&counters, 0x1000 + i % 10);
	hdrtap_count_unread(&counters, HDRTAP_LAYER_LABELLED);
	for (i = 0; i < HDRTAP_UNREAD_MAX - 1; i++) {
		cr_assert_eq(counters.unread[i].ethertype, 0x1000 + i);
		cr_assert_eq(counters.unread[i].packets, 2);
	}
	cr_assert_eq(counters.unread[i].ethertype, 0);
	cr_assert_eq(counters.unread[i].packets, 7);
}
