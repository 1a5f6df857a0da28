/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Scripts: lists of packets that carry flows. A piece says which bytes of which stream a packet
 * has, not the bytes themselves, so that a script can be cut, shuffled and shown.
 */
#ifndef HDRTAP_TEST_SCRIPT_H
#define HDRTAP_TEST_SCRIPT_H

#include "flow.h"
#include "random.h"

#define TCP_FIN 1
#define TCP_SYN 2
#define TCP_RST 4
#define TCP_PSH 8
#define TCP_ACK 16

/* One flow over one connection. */
struct instance {
	const struct flow *flow;
	__u32 address; /* number that its addresses and ports are made of */
	__u32 isn[2];  /* initial sequence numbers of both sides */
};

struct piece {
	__u32 instance;
	__u8 direction;      /* FROM_CLIENT, FROM_SERVER */
	__u8 flags;          /* TCP_* */
	__u8 hook;           /* enum hdrtap_direction; 0: RECEIVE what the client sent */
	__s64 from, to;      /* bytes of the stream; from -1: the byte before the first */
	size_t acknowledged; /* bytes of the other side's stream */
	__u32 skew;          /* added to its sequence number: it is not of this connection */
	__u32 cut;           /* bytes at its end that the capture does not have */
	__u32 garbled;       /* bytes at its start that are others than the stream's */
};

struct script {
	struct instance *instance;
	size_t instances;
	bool both_hooks; /* every packet passes both directions of the interface, transmit first */
	struct piece *list;
	size_t count, room;
};

/* An empty script of these flows: addresses as given and following, any sequence numbers. */
void script_begin(struct script *script, const struct flow *const *flows, size_t count,
		  struct rng *rng);
void script_free(struct script *script);

/* Adds packets: SYN both ways; FIN both ways. */
void script_handshake(struct script *script, __u32 instance);
void script_finish(struct script *script, __u32 instance);

/* How many bytes the next packet has: at least 1; what is more than `left` is cut off. */
typedef size_t (*script_size)(void *context, const struct flow *flow, __u8 direction, size_t from,
			      size_t left);

/* Adds all of an instance, in order, each packet as large as `size` says and its flow allows. */
void script_whole(struct script *script, __u32 instance, script_size size, void *context);

/* Packets as large as they may be. */
size_t script_largest(void *context, const struct flow *flow, __u8 direction, size_t from,
		      size_t left);

/* Puts a piece before number `at`; removes number `at`. */
void script_insert(struct script *script, size_t at, const struct piece *piece);
void script_remove(struct script *script, size_t at);

/* Whether it has payload. */
static inline bool piece_has_data(const struct piece *piece)
{
	return piece->to > piece->from;
}

/* Sequence number in its TCP header. */
__u32 piece_sequence(const struct script *script, const struct piece *piece);

/* Lists the packets, for people. */
void script_print(const struct script *script);

#endif
