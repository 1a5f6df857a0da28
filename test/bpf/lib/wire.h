/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Headers of TCP segments between a client, 10.x.y.z or 2001:db8::x:y:z by its number, and the
 * server 192.0.2.80 or 2001:db8::c000:250. Checksums are 0: nothing here looks at them.
 */
#ifndef HDRTAP_TEST_WIRE_H
#define HDRTAP_TEST_WIRE_H

#include <stdbool.h>

#include <hdrtap/packet/packet.h>

#define WIRE_ETHERNET    14
#define WIRE_HEADERS_MAX (40 + 20)

/* Who sends: streams and arrays of two are in this order. */
enum {
	WIRE_CLIENT,
	WIRE_SERVER,
};

struct wire_segment {
	__u32 client; /* number, 24 bits */
	__u16 client_port;
	__u8 side;
	__u8 flags; /* HDRTAP_TCP_* */
	bool ipv6;
	__u32 sequence;
	__u32 length; /* of the payload */
};

void wire_put16(__u8 *at, __u16 value);
void wire_put32(__u8 *at, __u32 value);

/* Writes addresses, 0, and the type. Returns WIRE_ETHERNET. */
__u32 wire_ethernet(__u8 *to, __u16 ethertype);

/* Writes IP and TCP header; returns how long they are: 40 or 60. */
__u32 wire_headers(__u8 *to, const struct wire_segment *segment);

/* Writes an IPv4 header without options in front of `length` bytes of a protocol; returns 20. */
__u32 wire_ipv4(__u8 *to, __u8 protocol, __u32 length);

#endif
