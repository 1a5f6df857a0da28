/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The record: what one HTTP message head becomes. The kernel programs (or the same parser natively)
 * write it; it passes unchanged through the ring buffer, the record log and the record stream, and
 * every sink and companion reads it.
 *
 * All records of a run have one size, chosen when the capture starts. Little-endian, naturally
 * aligned, padding explicit. Values stand in wire order in an arena, which takes what the size
 * leaves; each has an entry that says which header element it is, how many bytes are here and how
 * many were on the wire. Bytes that carry nothing are zero.
 */
#ifndef HDRTAP_RECORD_H
#define HDRTAP_RECORD_H

#include <hdrtap/types.h>

#define HDRTAP_SCHEMA              2    /* raised when the meaning of any byte below changes */
#define HDRTAP_RECORD_SIZE_DEFAULT 768  /* bytes; also the least */
#define HDRTAP_RECORD_SIZE_MAX     8192 /* bytes */
#define HDRTAP_RECORD_SIZE_STEP    64   /* a record's size is a multiple of this */
#define HDRTAP_RECORD_HEAD         384  /* bytes before the arena */
#define HDRTAP_ENTRIES_MAX         24   /* values in one record */
#define HDRTAP_VLANS_MAX           3
#define HDRTAP_TUNNEL_LEVELS       2
#define HDRTAP_HASH_SIZE           8 /* bytes of a value of mode HASH */

/*
 * Slots name the element a value belongs to. 0 and 1 are fixed, the rest are given to header names
 * in the order they were first chosen and keep their meaning for a whole run (the run's slot table
 * is in the log's segment head).
 */
#define HDRTAP_SLOT_TARGET 0   /* request target as sent, RFC 9112 section 3.2 */
#define HDRTAP_SLOT_METHOD 1   /* request method token when it is not in the table below */
#define HDRTAP_SLOT_NAMES  2   /* first slot of a header name */
#define HDRTAP_SLOT_NONE   255 /* no slot */

/* X(symbol, text): what of a value is kept. */
#define HDRTAP_MODES(X)                                                                 \
	X(KEEP, "keep")         /* the bytes */                                         \
	X(LENGTH, "length")     /* only how many bytes it had */                        \
	X(HASH, "hash")         /* 8 bytes, keyed; none of a value that was cut off */  \
	X(SCHEME, "scheme")     /* the first word, as in `Authorization: Bearer ...` */ \
	X(NAMES, "names")       /* of cookies, "; " between them */                     \
	X(REDACTED, "redacted") /* never chosen: kept bytes, from which secrets were removed */

/*
 * X(symbol, text): what the record is of. Numbers from 3 on are for heads of other protocols; a
 * reader passes over a kind that it does not know.
 */
#define HDRTAP_KINDS(X)       \
	X(NONE, "none")       \
	X(REQUEST, "request") \
	X(RESPONSE, "response")

/*
 * X(symbol, text): the request methods OpenTelemetry calls known (RFC 9110, PATCH of RFC 5789,
 * QUERY). Any other token is OTHER and stands in slot METHOD.
 */
#define HDRTAP_METHODS(X)     \
	X(OTHER, "_OTHER")    \
	X(GET, "GET")         \
	X(HEAD, "HEAD")       \
	X(POST, "POST")       \
	X(PUT, "PUT")         \
	X(DELETE, "DELETE")   \
	X(CONNECT, "CONNECT") \
	X(OPTIONS, "OPTIONS") \
	X(TRACE, "TRACE")     \
	X(PATCH, "PATCH")     \
	X(QUERY, "QUERY")

/* X(symbol, text): how the end of the body is known, RFC 9112 section 6. */
#define HDRTAP_FRAMINGS(X)                                                 \
	X(NONE, "none")       /* no body */                                \
	X(LENGTH, "length")   /* Content-Length: body_size bytes */        \
	X(CHUNKED, "chunked") /* Transfer-Encoding ends in chunked */      \
	X(CLOSE, "close")     /* until the connection closes */            \
	X(TUNNEL, "tunnel")   /* no longer HTTP: 101, or 2xx to CONNECT */ \
	X(INVALID, "invalid") /* the head contradicts itself */

#define HDRTAP_DIRECTIONS(X)  \
	X(NONE, "none")       \
	X(RECEIVE, "receive") \
	X(TRANSMIT, "transmit")

/* X(symbol, text): the program that saw the packet. */
#define HDRTAP_HOOKS(X) \
	X(PCAP, "pcap") \
	X(TC, "tc")     \
	X(XDP, "xdp")

#define HDRTAP_TUNNELS(X)   \
	X(NONE, "none")     \
	X(VXLAN, "vxlan")   \
	X(GRE, "gre")       \
	X(IPIP, "ipip")     \
	X(6IN4, "6in4")     \
	X(GENEVE, "geneve") \
	X(ERSPAN, "erspan") \
	X(GTP, "gtp")

/*
 * X(symbol, text, help): bits of `flags`. A MALFORMED bit marks syntax that RFC 9112 tells a
 * recipient to reject; the head is logged all the same.
 */
#define HDRTAP_FLAGS(X)                                                                      \
	X(INCOMPLETE, "incomplete", "the head is unfinished")                                \
	X(TRUNCATED, "truncated", "a value is truncated")                                    \
	X(OMITTED, "omitted", "more values than a record has entries")                       \
	X(SNAPLEN, "snaplen", "the capture truncated the packet")                            \
	X(NON_LINEAR, "non_linear", "the payload was outside the packet's linear part")      \
	X(MERGED, "merged", "the packet stands for several segments (GRO, GSO)")             \
	X(FRAGMENT, "fragment", "first fragment of an IP datagram")                          \
	X(RESYNC, "resync", "the start of the head, or of its request, was searched for")    \
	X(GAP, "gap", "TCP segments before or inside the head are missing")                  \
	X(EVICTED, "evicted", "evicted for another connection")                              \
	X(TIMEOUT, "timeout", "the rest of the head did not arrive in time")                 \
	X(OVER_BUDGET, "over_budget", "the packet needed more work than the limit")          \
	X(UNPAIRED, "unpaired", "which request this answers is not known")                   \
	X(UNSOLICITED, "unsolicited", "a response without a preceding request")              \
	X(REDACTED, "redacted", "secrets were removed from a value")                         \
	X(PROXIED, "proxied", "client address taken from a PROXY protocol header")           \
	X(BARE_LF, "bare_lf", "a line ends in LF without CR")                                \
	X(BARE_CR, "bare_cr", "a CR is not followed by LF")                                  \
	X(OBS_FOLD, "obs_fold", "a field value continues on the next line")                  \
	X(BAD_NAME, "bad_name", "a field name is missing or has invalid characters")         \
	X(NAME_SPACE, "name_space", "white space between field name and colon")              \
	X(BAD_VALUE, "bad_value", "control characters in a line")                            \
	X(BAD_TARGET, "bad_target", "invalid white space in the request line")               \
	X(BAD_VERSION, "bad_version", "the version is neither HTTP/1.0 nor HTTP/1.1")        \
	X(BAD_STATUS, "bad_status", "the status line violates RFC 9112")                     \
	X(BAD_FRAMING, "bad_framing", "Content-Length or Transfer-Encoding is not valid")    \
	X(SMUGGLING, "smuggling", "framing that two recipients could interpret differently") \
	X(HTTP09, "http09", "a request without a version")                                   \
	X(NO_TIME, "no_time", "the capture has no time for this packet")                     \
	X(LATE, "late", "logged after later heads because it took longer to finish")         \
	X(ANSWERED, "answered", "request whose response was logged first")                   \
	X(NO_BODY, "no_body",                                                                \
	  "starts where the body after a refused Expect: 100-continue would start")          \
	X(EARLY, "early", "a final response before the end of its request's head")           \
	X(TUNNELED, "tunneled", "inside a CONNECT tunnel or an upgraded connection")         \
	X(URGENT, "urgent", "the packet had TCP urgent data, of which receivers drop a byte")

#define HDRTAP_X_KIND(s, ...)      HDRTAP_KIND_##s,
#define HDRTAP_X_MODE(s, ...)      HDRTAP_MODE_##s,
#define HDRTAP_X_METHOD(s, ...)    HDRTAP_METHOD_##s,
#define HDRTAP_X_FRAMING(s, ...)   HDRTAP_FRAMING_##s,
#define HDRTAP_X_DIRECTION(s, ...) HDRTAP_DIRECTION_##s,
#define HDRTAP_X_HOOK(s, ...)      HDRTAP_HOOK_##s,
#define HDRTAP_X_TUNNEL(s, ...)    HDRTAP_TUNNEL_##s,
#define HDRTAP_X_FLAG(s, ...)      HDRTAP_FLAG_BIT_##s,

enum hdrtap_kind {
	HDRTAP_KINDS(HDRTAP_X_KIND) HDRTAP_KIND_MAX
};
enum hdrtap_mode {
	HDRTAP_MODES(HDRTAP_X_MODE) HDRTAP_MODE_MAX
};
enum hdrtap_method {
	HDRTAP_METHODS(HDRTAP_X_METHOD) HDRTAP_METHOD_MAX
};
enum hdrtap_framing {
	HDRTAP_FRAMINGS(HDRTAP_X_FRAMING) HDRTAP_FRAMING_MAX
};
enum hdrtap_direction {
	HDRTAP_DIRECTIONS(HDRTAP_X_DIRECTION) HDRTAP_DIRECTION_MAX
};
enum hdrtap_hook {
	HDRTAP_HOOKS(HDRTAP_X_HOOK) HDRTAP_HOOK_MAX
};
enum hdrtap_tunnel {
	HDRTAP_TUNNELS(HDRTAP_X_TUNNEL) HDRTAP_TUNNEL_MAX
};
enum hdrtap_flag_bit {
	HDRTAP_FLAGS(HDRTAP_X_FLAG) HDRTAP_FLAG_MAX
};

#define HDRTAP_FLAG(s) (1ULL << HDRTAP_FLAG_BIT_##s)

#define HDRTAP_FLAGS_MALFORMED                                                          \
	(HDRTAP_FLAG(BARE_LF) | HDRTAP_FLAG(BARE_CR) | HDRTAP_FLAG(OBS_FOLD) |          \
	 HDRTAP_FLAG(BAD_NAME) | HDRTAP_FLAG(NAME_SPACE) | HDRTAP_FLAG(BAD_VALUE) |     \
	 HDRTAP_FLAG(BAD_TARGET) | HDRTAP_FLAG(BAD_VERSION) | HDRTAP_FLAG(BAD_STATUS) | \
	 HDRTAP_FLAG(BAD_FRAMING) | HDRTAP_FLAG(SMUGGLING))

/* One value. Values stand in the arena in entry order without gaps: the first at 0, each next
 * behind the last. */
struct hdrtap_entry {
	__u8 slot;      /* HDRTAP_SLOT_* or a header name's */
	__u8 mode;      /* enum hdrtap_mode: what `stored` bytes are */
	__u16 stored;   /* bytes in the arena */
	__u16 original; /* bytes on the wire, 65535: that many or more */
};

/* The request has no record: it was not wanted (--heads), or its head has not ended yet (EARLY). */
#define HDRTAP_SEQUENCE_NONE (~0ULL)

struct hdrtap_record {
	__u64 time;      /* ns: when the last byte of the head came, or of what there is of it;
			    CLOCK_BOOTTIME when live, UTC since the epoch from captures */
	__u64 sequence;  /* number of this record on this CPU, from 0, taken before output */
	__u64 flags;     /* HDRTAP_FLAG() bits */
	__u64 names;     /* well-known header names in this head: bit n is line n of names.h */
	__u64 body_size; /* bytes, with HDRTAP_FRAMING_LENGTH; 2^64 - 1: that many or more */
	__u64 latency;   /* ns, response: last byte of the request's head to this first byte */
	__u64 paired_sequence; /* the other half's `sequence`. Response: HDRTAP_SEQUENCE_NONE when
				  its request has no record. Request: with flag ANSWERED */
	__u64 service;         /* id of the local socket's cgroup; 0: not known, as yet always */
	__u8 source[16];       /* IPv6, or IPv4-mapped (::ffff:a.b.c.d) */
	__u8 destination[16];
	__u8 client[16];   /* source in a PROXY protocol header */
	__u16 source_port; /* host order, as all numbers here */
	__u16 destination_port;
	__u16 client_port;
	__u16 cpu;
	__u16 paired_cpu;             /* the other half's `cpu`, as paired_sequence */
	__u16 status;                 /* response: 0-999 */
	__u16 vlan[HDRTAP_VLANS_MAX]; /* VLAN ids, outer first */
	__u16 header_count;           /* header lines */
	__u32 ifindex;
	__u32 tcp_sequence;                    /* of the head's first byte */
	__u32 tunnel_id[HDRTAP_TUNNEL_LEVELS]; /* VXLAN and Geneve VNI, GRE key, ERSPAN session,
						  GTP TEID; outer first */
	__u32 mpls;         /* label at the bottom of the stack | number of labels << 20; 0: none */
	__u32 head_length;  /* bytes from the start line to the empty line, both included */
	__u32 depth;        /* number of this message in its stream, from 1, interim (1xx) responses
			       apart; 0: not known */
	__u16 element_set;  /* generation of the header elements this head was read with */
	__u16 arena_used;   /* bytes */
	__u8 omitted;       /* chosen values that found no entry; 255: that many or more */
	__u8 kind;          /* enum hdrtap_kind */
	__u8 method;        /* request: enum hdrtap_method */
	__u8 paired_method; /* response: the request's method */
	__u8 version;       /* major << 4 | minor; 0x09: HTTP/0.9; 0x10 also: HTTP/1 */
	__u8 framing;       /* enum hdrtap_framing */
	__u8 direction;     /* enum hdrtap_direction */
	__u8 hook;          /* enum hdrtap_hook */
	__u8 tunnel[HDRTAP_TUNNEL_LEVELS]; /* enum hdrtap_tunnel, outer first */
	__u8 vlan_count;                   /* 0-3 */
	__u8 entry_count;                  /* 0-24 */
	__u8 reserved[64];                 /* 0 */
	struct hdrtap_entry entry[HDRTAP_ENTRIES_MAX];
	__u8 arena[]; /* what the record's size leaves */
};

#define HDRTAP_AT(member, offset) \
	HDRTAP_STATIC_ASSERT(hdrtap_offsetof(struct hdrtap_record, member) == (offset), #member)
HDRTAP_AT(time, 0);
HDRTAP_AT(sequence, 8);
HDRTAP_AT(flags, 16);
HDRTAP_AT(names, 24);
HDRTAP_AT(body_size, 32);
HDRTAP_AT(latency, 40);
HDRTAP_AT(paired_sequence, 48);
HDRTAP_AT(service, 56);
HDRTAP_AT(source, 64);
HDRTAP_AT(destination, 80);
HDRTAP_AT(client, 96);
HDRTAP_AT(source_port, 112);
HDRTAP_AT(destination_port, 114);
HDRTAP_AT(client_port, 116);
HDRTAP_AT(cpu, 118);
HDRTAP_AT(paired_cpu, 120);
HDRTAP_AT(status, 122);
HDRTAP_AT(vlan, 124);
HDRTAP_AT(header_count, 130);
HDRTAP_AT(ifindex, 132);
HDRTAP_AT(tcp_sequence, 136);
HDRTAP_AT(tunnel_id, 140);
HDRTAP_AT(mpls, 148);
HDRTAP_AT(head_length, 152);
HDRTAP_AT(depth, 156);
HDRTAP_AT(element_set, 160);
HDRTAP_AT(arena_used, 162);
HDRTAP_AT(omitted, 164);
HDRTAP_AT(kind, 165);
HDRTAP_AT(method, 166);
HDRTAP_AT(paired_method, 167);
HDRTAP_AT(version, 168);
HDRTAP_AT(framing, 169);
HDRTAP_AT(direction, 170);
HDRTAP_AT(hook, 171);
HDRTAP_AT(tunnel, 172);
HDRTAP_AT(vlan_count, 174);
HDRTAP_AT(entry_count, 175);
HDRTAP_AT(reserved, 176);
HDRTAP_AT(entry, 240);
HDRTAP_AT(arena, 384);
HDRTAP_STATIC_ASSERT(sizeof(struct hdrtap_entry) == 6, "entry size");
HDRTAP_STATIC_ASSERT(sizeof(struct hdrtap_record) == HDRTAP_RECORD_HEAD, "record head");
#undef HDRTAP_AT

/* Parts of `mpls`. */
#define HDRTAP_MPLS_LABEL(mpls)  ((mpls)&0xfffff)
#define HDRTAP_MPLS_LABELS(mpls) ((mpls) >> 20)

/* Whether the record is of a response whose request is known. */
HDRTAP_INLINE int hdrtap_record_paired(const struct hdrtap_record *rec)
{
	return rec->kind == HDRTAP_KIND_RESPONSE &&
	       !(rec->flags & (HDRTAP_FLAG(UNPAIRED) | HDRTAP_FLAG(UNSOLICITED)));
}

/* Whether the record names that of the other half: a response its request's, a request only that of
 * a response which was logged first. */
HDRTAP_INLINE int hdrtap_record_refers(const struct hdrtap_record *rec)
{
	if (rec->kind == HDRTAP_KIND_REQUEST)
		return !!(rec->flags & HDRTAP_FLAG(ANSWERED));
	return hdrtap_record_paired(rec) && rec->paired_sequence != HDRTAP_SEQUENCE_NONE;
}

/*
 * Takes out of a record what depends on where and when it was made, not on the packet: two records
 * of the same packet from different builds of the parser are equal after this.
 */
HDRTAP_INLINE void hdrtap_record_normalise(struct hdrtap_record *rec)
{
	rec->time = 0;
	rec->sequence = 0;
	rec->latency = 0;
	rec->paired_sequence = 0;
	rec->cpu = 0;
	rec->paired_cpu = 0;
	rec->ifindex = 0;
	rec->hook = 0;
	rec->element_set = 0;
	rec->flags &= ~(HDRTAP_FLAG(NON_LINEAR) | HDRTAP_FLAG(MERGED));
}

#endif
