/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Packets built byte by byte, in network order, without the headers under test. */
#ifndef HDRTAP_TEST_PACKETS_H
#define HDRTAP_TEST_PACKETS_H

#include <linux/types.h>
#include <stddef.h>

struct packet {
	__u8 bytes[4096];
	__u32 size;
};

void packet_put(struct packet *p, const void *bytes, size_t size);
void packet_put8(struct packet *p, __u8 value);
void packet_put16(struct packet *p, __u16 value);
void packet_put32(struct packet *p, __u32 value);
void packet_fill(struct packet *p, __u8 value, size_t count);

void packet_ethernet(struct packet *p, __u16 ethertype);

/* 192.0.2.1 to 198.51.100.2, `options` (a multiple of 4) bytes of options, `body` bytes to follow.
 */
void packet_ipv4(struct packet *p, __u32 options, __u32 body);

/* 2001:db8::1 to 2001:db8::2, `body` bytes to follow. */
void packet_ipv6(struct packet *p, __u8 next, __u32 body);

/* Port 40000 to 80, sequence number 0x01020304, PSH and ACK, `options` bytes of options, then the
 * text. */
void packet_tcp(struct packet *p, __u32 options, const char *payload);

/* packet_ipv4() and packet_tcp() without options. */
void packet_ipv4_tcp(struct packet *p, const char *payload);
void packet_ipv6_tcp(struct packet *p, const char *payload);

#endif
