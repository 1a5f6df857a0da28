/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "packets.h"

#include <string.h>

#include <criterion/criterion.h>

void packet_put(struct packet *p, const void *bytes, size_t size)
{
	cr_assert_leq(p->size + size, sizeof(p->bytes));
	memcpy(p->bytes + p->size, bytes, size);
	p->size += size;
}

void packet_put8(struct packet *p, __u8 value)
{
	packet_put(p, &value, 1);
}

void packet_put16(struct packet *p, __u16 value)
{
	packet_put8(p, value >> 8);
	packet_put8(p, value & 0xff);
}

void packet_put32(struct packet *p, __u32 value)
{
	packet_put16(p, value >> 16);
	packet_put16(p, value & 0xffff);
}

void packet_fill(struct packet *p, __u8 value, size_t count)
{
	while (count--)
		packet_put8(p, value);
}

void packet_ethernet(struct packet *p, __u16 ethertype)
{
	packet_put(p, "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01", 12);
	packet_put16(p, ethertype);
}

void packet_ipv4(struct packet *p, __u32 options, __u32 body)
{
	packet_put8(p, 0x45 + options / 4);
	packet_put8(p, 0);
	packet_put16(p, 20 + options + body);
	packet_put16(p, 0x1234);
	packet_put16(p, 0x4000); /* do not fragment */
	packet_put8(p, 64);
	packet_put8(p, 6);
	packet_put16(p, 0);
	packet_put(p, "\xc0\x00\x02\x01\xc6\x33\x64\x02", 8);
	packet_fill(p, 1, options); /* no operation */
}

void packet_ipv6(struct packet *p, __u8 next, __u32 body)
{
	packet_put32(p, 0x60000000);
	packet_put16(p, body);
	packet_put8(p, next);
	packet_put8(p, 64);
	packet_put(p, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
	packet_put(p, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02", 16);
}

void packet_tcp(struct packet *p, __u32 options, const char *payload)
{
	packet_put16(p, 40000);
	packet_put16(p, 80);
	packet_put32(p, 0x01020304);
	packet_put32(p, 0x05060708);
	packet_put8(p, (5 + options / 4) << 4);
	packet_put8(p, 0x18);
	packet_put16(p, 1024);
	packet_put32(p, 0);
	packet_fill(p, 1, options);
	packet_put(p, payload, strlen(payload));
}

void packet_ipv4_tcp(struct packet *p, const char *payload)
{
	packet_ipv4(p, 0, 20 + strlen(payload));
	packet_tcp(p, 0, payload);
}

void packet_ipv6_tcp(struct packet *p, const char *payload)
{
	packet_ipv6(p, 6, 20 + strlen(payload));
	packet_tcp(p, 0, payload);
}
