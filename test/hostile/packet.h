/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Pieces as IP packets: IPv4 for connections with even numbers, IPv6 for odd ones.
 */
#ifndef HDRTAP_TEST_PACKET_H
#define HDRTAP_TEST_PACKET_H

#include "capture/native.h"
#include "script.h"

#define PACKET_HEADERS_MAX 60
#define PACKET_MAX         (PACKET_HEADERS_MAX + SEGMENT_MAX)

/* What TCP and IP headers are made of. */
struct packet_place {
	__u32 address; /* number of the connection */
	__u8 direction;
	__u8 flags;
	__u32 sequence, acknowledged;
	__u32 length; /* of the payload */
};

/* Writes headers so that they end at bytes + PACKET_HEADERS_MAX; returns how long they are. */
__u32 packet_headers(__u8 *bytes, const struct packet_place *place);

/* The hook direction (enum hdrtap_direction) at which a server sees a side's packets. */
__u8 packet_hook(__u8 direction);

/* The packet of a piece, in a buffer that the next call writes to. */
void packet_of(const struct script *script, const struct piece *piece,
	       struct native_packet *packet);

/* The connection number and direction of a record. */
__u32 packet_address(const struct hdrtap_record *rec, __u8 *direction);

/* Writes a script as a capture file, and the streams of its first flow as PATH.client and
 * PATH.server. */
void packets_write(const struct script *script, const char *path);

#endif
