/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is remembered of a connection.
 *
 * A connection is a pair of addresses and ports, in an order that both directions share, and what
 * its packets prove to belong together: see table.h. It has two streams, one per TCP direction. A
 * stream knows where it is seen (interface, VLANs, tunnel), which byte comes next and what that
 * byte is: the start of a message, inside a head, inside a body of known or chunked length, of a
 * body that lasts until the connection ends, or not known.
 *
 * This is all that most connections ever need. A head in progress, a PROXY protocol header in
 * progress and segments that came early are in pools of their own (pools.h).
 */
#ifndef HDRTAP_FLOW_H
#define HDRTAP_FLOW_H

#include <hdrtap/head/chunked.h>
#include <hdrtap/packet/packet.h>

#define HDRTAP_PENDING_MAX 30 /* unanswered requests remembered per connection */
#define HDRTAP_EARLY_MAX   2  /* early segments held per stream */

enum hdrtap_stream_state {
	HDRTAP_STREAM_NEW,     /* nothing seen yet */
	HDRTAP_STREAM_START,   /* a message begins */
	HDRTAP_STREAM_PROXY,   /* inside a PROXY protocol header; it is in `slot` */
	HDRTAP_STREAM_HEAD,    /* inside a head; it is in `slot` */
	HDRTAP_STREAM_LENGTH,  /* inside a body with chunked.left bytes to go */
	HDRTAP_STREAM_CHUNKED, /* inside a chunked body */
	HDRTAP_STREAM_OPAQUE,  /* body until the connection ends */
	HDRTAP_STREAM_LOST,    /* not known where the next message begins */
};

enum hdrtap_protocol {
	HDRTAP_PROTOCOL_HTTP1, /* or not known to be another */
	HDRTAP_PROTOCOL_TLS,
	HDRTAP_PROTOCOL_HTTP2,
};

/* Why the bytes of a body may be something else. */
enum hdrtap_doubt {
	HDRTAP_DOUBT_NONE,
	HDRTAP_DOUBT_EXPECTED,   /* the request expects 100 (Continue) before it is sent */
	HDRTAP_DOUBT_REFUSED,    /* and got a final response instead: it may never be sent */
	HDRTAP_DOUBT_TRIED,      /* a head is tried where it would begin */
	HDRTAP_DOUBT_SUPERFLUOUS /* behind a response that has none: bytes of its Content-Length */
};

struct hdrtap_stream {
	__u32 start;                   /* sequence number of its first byte, when SYN was seen */
	__u32 next;                    /* sequence number of the next byte */
	__u32 depth;                   /* messages so far, when `counted` */
	__u32 slot;                    /* head in progress: number in the pool + 1; 0: none */
	__u32 early[HDRTAP_EARLY_MAX]; /* segments held: number in the pool + 1; 0: none */
	struct hdrtap_chunked chunked; /* body in progress */
	__u8 state;                    /* enum hdrtap_stream_state */
	__u8 direction;                /* hook direction that saw its last new byte */
	__u8 counted;                  /* 1: its messages are known since its first byte */
	__u8 syn;                      /* 1: `start` is known */
	__u8 gap;                      /* 1: the next head begins behind missing segments */
	__u8 ended;                    /* 1: FIN or RST was seen */
	__u8 payload;                  /* 1: has carried some */
	__u8 sought;                   /* 1: the next head is looked for, not expected */
	__u64 place;                   /* of its last new byte, hdrtap_place_of() */
	__u8 unsure;                   /* 1: heads were looked for, and nothing proved them since */
	__u8 protocol;                 /* enum hdrtap_protocol it began with */
	__u8 tunneled;                 /* 1: what began as HTTP carries something else */
	__u8 doubt;                    /* enum hdrtap_doubt */
	__u8 unread;                   /* 1: bytes behind its last head were not read */
	__u8 padding[3];
};

struct hdrtap_flow_key {
	__u8 address[2][16]; /* the smaller one, read as two little-endian words, first */
	__u16 port[2];
	__u32 zero;
} __attribute__((aligned(8)));
#define HDRTAP_KEY_WORDS (sizeof(struct hdrtap_flow_key) / 8)
HDRTAP_STATIC_ASSERT(hdrtap_offsetof(struct hdrtap_flow_key, port) == 32 &&
			     sizeof(struct hdrtap_flow_key) == 40,
		     "hdrtap_flow_key() writes whole words");

/*
 * A head that waits for its other half: a request for its response, or, where a response was seen
 * before its request, that one for the request.
 */
struct hdrtap_pending {
	__u64 time;         /* ns: of the last byte of a request's head; response: its body_size */
	__u64 reference;    /* record sequence << 18 | CPU << 6 | HDRTAP_PENDING bits | method */
	__u32 begin;        /* sequence number of its first byte */
	__u32 acknowledged; /* what the packet with that byte acknowledges, if it does */
};
#define HDRTAP_REFERENCE_CPUS 4096
#define HDRTAP_NO_SEQUENCE    0x3fffffffffffULL /* of a head without a record */
#define HDRTAP_EXCLUDED       0x3ffffffffffeULL /* of one whose other half is not wanted either */
#define HDRTAP_METHOD_UNSEEN  15 /* no head, but any number of requests that were not seen */

#define HDRTAP_PENDING_ACKNOWLEDGES 16 /* `acknowledged` is known */
#define HDRTAP_PENDING_RESYNC       32 /* its start was searched for */

/* Bits of `marks`: what is notable about a connection's pairs, see pair.h. */
#define HDRTAP_MARK_ANSWERS   1  /* `pending` are responses that wait for their requests */
#define HDRTAP_MARK_PIPELINED 2  /* requests were sent before the response to one before */
#define HDRTAP_MARK_MISSED    4  /* a response to a pending request may not have been read */
#define HDRTAP_MARK_ANSWERED  8  /* since requests were not read, a response came to none */
#define HDRTAP_MARK_LOCKSTEP  16 /* the last request was sent when all before it were answered */
#define HDRTAP_MARK_COUNTED   32 /* those pending are counted as unanswered */

/*
 * A connection's directions are often seen by two CPUs in turn, and each line of memory that one
 * has written the other waits for. So what both write is in the first 64 bytes, with the unanswered
 * requests as long as there are few; the key, which nobody writes, and the streams have lines of
 * their own. (The map begins at a page.)
 */
struct hdrtap_flow {
	__u32 owner;    /* 0: free, otherwise who works on it */
	__u32 overflow; /* requests not remembered because too many were unanswered */
	__u16 client_port;
	__u8 proxied;       /* 1: `client` is known */
	__u8 requester;     /* stream that sends requests + 1; 0: not known */
	__u8 pending_first; /* oldest of `pending` */
	__u8 pending_count;
	__u8 marks;            /* HDRTAP_MARK bits */
	__u8 exchanges;        /* in lock-step, while a stream is unsure */
	__u32 acknowledged[2]; /* of each stream, by the other: number of the byte behind; 0: not
				  known */
	__u32 expected;        /* first byte of the response to the last request, in lock-step */
	__u8 unseen;           /* of `pending`, those that stand for requests that were not seen */
	__u8 unused[3];
	struct hdrtap_pending pending[HDRTAP_PENDING_MAX];
	__u8 padding[16];
	struct hdrtap_flow_key key;
	__u8 client[16]; /* from a PROXY protocol header */
	__u8 padding_key[8];
	struct hdrtap_stream stream[2]; /* from key.address[0], from key.address[1] */
};
HDRTAP_STATIC_ASSERT(sizeof(struct hdrtap_flow) == 960, "bytes per connection, see README.md");
HDRTAP_STATIC_ASSERT(hdrtap_offsetof(struct hdrtap_flow, pending) == 32 &&
			     hdrtap_offsetof(struct hdrtap_flow, key) % 64 == 0 &&
			     hdrtap_offsetof(struct hdrtap_flow, stream) % 64 == 0 &&
			     sizeof(struct hdrtap_stream) == 64,
		     "lines of 64 bytes");

/* Whether address a comes before b in keys. */
HDRTAP_INLINE int hdrtap_address_before(const __u8 *a, const __u8 *b)
{
	__u64 high = hdrtap_load64(a + 8), other = hdrtap_load64(b + 8);

	if (high != other)
		return high < other;
	return hdrtap_load64(a) < hdrtap_load64(b);
}

/* Fills in the packet's key, in the words that are read of it next: one that was written in parts
 * has to be waited for. Returns the number of the packet's stream: 0 or 1. */
HDRTAP_INLINE __u32 hdrtap_flow_key(struct hdrtap_flow_key *key, const struct hdrtap_packet *packet)
{
	__u32 stream = hdrtap_address_before(packet->destination, packet->source);
	__u32 other, ports;

	if (!stream && !hdrtap_address_before(packet->source, packet->destination))
		stream = packet->destination_port < packet->source_port;
	other = stream ^ 1;
	HDRTAP_MASK(stream, 1);
	HDRTAP_MASK(other, 1);
	hdrtap_copy_address(key->address[stream], packet->source);
	hdrtap_copy_address(key->address[other], packet->destination);
	ports = stream ? packet->destination_port | (__u32)packet->source_port << 16
		       : packet->source_port | (__u32)packet->destination_port << 16;
	hdrtap_store64(key->port, ports);
	return stream;
}

HDRTAP_INLINE int hdrtap_key_equal(const struct hdrtap_flow_key *a, const struct hdrtap_flow_key *b)
{
	const __u8 *left = (const __u8 *)a, *right = (const __u8 *)b;
	__u64 different = 0;
	__u32 i;

	for (i = 0; i < HDRTAP_KEY_WORDS; i++)
		different |= hdrtap_load64(left + 8 * i) ^ hdrtap_load64(right + 8 * i);
	return !different;
}

HDRTAP_INLINE __u64 hdrtap_mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

HDRTAP_INLINE __u64 hdrtap_key_hash(const struct hdrtap_flow_key *key, __u64 seed)
{
	const __u8 *at = (const __u8 *)key;
	__u64 hash = seed;
	__u32 i;

	for (i = 0; i < HDRTAP_KEY_WORDS; i++)
		hash = hdrtap_mix(hash, hdrtap_load64(at + 8 * i));
	return hash;
}

/* The packet's VLANs: priority tags (IEEE 802.1Q: VLAN 0) are none. */
HDRTAP_INLINE __u64 hdrtap_place_vlans(const struct hdrtap_packet *packet)
{
	__u64 vlans = 0;
	__u32 i;

	for (i = 0; i < sizeof(packet->vlan) / sizeof(packet->vlan[0]); i++)
		if (packet->vlan[i])
			vlans = vlans << 16 | packet->vlan[i];
	return vlans;
}

/* Where a packet is seen, as a number that nobody can make another place have who does not know
 * `seed`: interface, VLANs, tunnels. */
HDRTAP_INLINE __u64 hdrtap_place_of(const struct hdrtap_packet *packet, __u32 ifindex, __u64 seed)
{
	__u64 place = hdrtap_mix(seed, ifindex), vlans = 0;

	if (packet->vlan_count)
		vlans = hdrtap_place_vlans(packet);
	if (vlans)
		place = hdrtap_mix(place, vlans);
	if (packet->tunnel[0]) {
		place = hdrtap_mix(place, packet->tunnel[0] | packet->tunnel[1] << 8);
		place = hdrtap_mix(place, packet->tunnel_id[0] | (__u64)packet->tunnel_id[1] << 32);
	}
	return place;
}

HDRTAP_INLINE struct hdrtap_stream *hdrtap_stream_at(struct hdrtap_flow *flow, __u32 which)
{
	HDRTAP_MASK(which, 1);
	return &flow->stream[which];
}

/* Whether the stream's slot holds something in progress. */
HDRTAP_INLINE int hdrtap_stream_in_slot(const struct hdrtap_stream *stream)
{
	return stream->state == HDRTAP_STREAM_HEAD || stream->state == HDRTAP_STREAM_PROXY;
}

/* Whether the bytes that come next are a body's, and how many are known to be. */
HDRTAP_INLINE __u64 hdrtap_body_left(const struct hdrtap_stream *stream)
{
	if (stream->state == HDRTAP_STREAM_LENGTH ||
	    (stream->state == HDRTAP_STREAM_CHUNKED && stream->chunked.phase == HDRTAP_CHUNK_DATA))
		return stream->chunked.left;
	return 0;
}

#endif
