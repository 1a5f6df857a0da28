/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A capture in memory, as Ethernet frames, and its repetition as traffic of other connections.
 */
#ifndef HDRTAP_REPLAY_PACKETS_H
#define HDRTAP_REPLAY_PACKETS_H

#include <stddef.h>

#include "capture/native.h"

/* What a packet costs depends on what it is to the parser. */
#define REPLAY_CLASSES(X)               \
	X(NO_PAYLOAD, "no payload")     \
	X(NOT_HTTP, "not HTTP")         \
	X(BODY, "body")                 \
	X(CONTINUATION, "continuation") \
	X(HEAD, "head")                 \
	X(OTHER, "other")

#define REPLAY_X_CLASS(symbol, name) REPLAY_##symbol,
enum replay_class {
	REPLAY_CLASSES(REPLAY_X_CLASS) REPLAY_CLASS_MAX
};

extern const char *const replay_class_names[];

struct replay_packet {
	__u8 *frame;    /* `length` bytes: what the capture has not is 0 */
	__u32 captured; /* bytes that the capture has, with the Ethernet header */
	__u32 length;   /* bytes on the wire, with the Ethernet header */
	__u64 time;     /* ns */
	__u32 ifindex;
	__u32 addresses; /* offset of source and destination address, 0: none found */
	__u8 address;    /* bytes of each, 4 or 16 */
	__u8 direction;  /* enum hdrtap_direction */
	__u8 class;      /* enum replay_class, in the first round */
};

struct replay_packets {
	struct replay_packet *packet;
	size_t count;
	__u32 round;   /* whose addresses are in the frames */
	__u64 bytes;   /* of all frames */
	__u64 elapsed; /* ns from the first packet to the last one */
};

/* Reads a capture. Returns 0 or -errno (reported). To be freed in any case. */
int replay_packets_read(struct replay_packets *packets, const char *path);
void replay_packets_free(struct replay_packets *packets);

/*
 * Makes the packets those of round `round`, 0 being the capture's own: both addresses are changed
 * alike, so that a round's connections are new ones and nothing is taken for a retransmission.
 * Checksums stay what they were.
 */
void replay_packets_rewrite(struct replay_packets *packets, __u32 round);

/* The packet as the native parser wants it, in round `round`. */
struct native_packet replay_packet_native(const struct replay_packets *packets, size_t number);

/* Lets the native parser say what each packet is. Returns 0 or -ENOMEM (reported). */
int replay_packets_classify(struct replay_packets *packets, const struct native_options *options);

#endif
