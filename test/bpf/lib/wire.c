/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "wire.h"

#include <string.h>

#define SERVER_PORT 80
#define SERVER      0xc0000250 /* 192.0.2.80 */
#define TCP         6

void wire_put16(__u8 *at, __u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

void wire_put32(__u8 *at, __u32 value)
{
	wire_put16(at, value >> 16);
	wire_put16(at + 2, value);
}

__u32 wire_ethernet(__u8 *to, __u16 ethertype)
{
	memset(to, 0, WIRE_ETHERNET);
	wire_put16(to + 12, ethertype);
	return WIRE_ETHERNET;
}

__u32 wire_ipv4(__u8 *to, __u8 protocol, __u32 length)
{
	memset(to, 0, 20);
	to[0] = 0x45;
	wire_put16(to + 2, 20 + length);
	to[8] = 64;
	to[9] = protocol;
	return 20;
}

static __u32 put_ip(__u8 *to, const struct wire_segment *segment)
{
	__u8 *v4[2] = { to + 12, to + 16 }, *v6[2] = { to + 8, to + 24 };
	__u8 side = segment->side;

	if (!segment->ipv6) {
		wire_ipv4(to, TCP, 20 + segment->length);
		wire_put32(v4[side], 10u << 24 | segment->client);
		wire_put32(v4[!side], SERVER);
		return 20;
	}
	memset(to, 0, 40);
	to[0] = 0x60;
	wire_put16(to + 4, 20 + segment->length);
	to[6] = TCP;
	to[7] = 64;
	for (int i = 0; i < 2; i++)
		wire_put32(v6[i], 0x20010db8);
	wire_put32(v6[side] + 12, segment->client);
	wire_put32(v6[!side] + 12, SERVER);
	return 40;
}

__u32 wire_headers(__u8 *to, const struct wire_segment *segment)
{
	__u16 port[2] = { segment->client_port, SERVER_PORT };
	__u32 ip = put_ip(to, segment);

	to += ip;
	memset(to, 0, 20);
	wire_put16(to, port[segment->side]);
	wire_put16(to + 2, port[!segment->side]);
	wire_put32(to + 4, segment->sequence);
	to[12] = 5 << 4;
	to[13] = segment->flags;
	return ip + 20;
}
