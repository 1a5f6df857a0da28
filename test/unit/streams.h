/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * TCP segments of made-up connections through the native build, and the records that come of them.
 * A connection is between a port of the client and port 80 of the server.
 */
#ifndef HDRTAP_TEST_STREAMS_H
#define HDRTAP_TEST_STREAMS_H

#include <stdbool.h>

#include "capture/native.h"
#include "record_room.h"

#define STREAMS_RECORDS_MAX 256

#define STREAMS_FIN 0x01
#define STREAMS_SYN 0x02
#define STREAMS_RST 0x04

struct streams {
	struct native *native;
	__u64 time;  /* ns: of the last packet; a millisecond more with each */
	__u32 count; /* records since streams_begin() */
	union record_room record[STREAMS_RECORDS_MAX];
};
extern struct streams streams;

/* A new parser of 8 connections, and places for this many heads, one of which is always in use, and
 * early segments (powers of two). */
void streams_begin(__u32 heads, __u32 early);

/* As streams_begin(4, 4), with records of one kind alone. */
void streams_begin_kind(enum hdrtap_kind kind);

/* No more packets come. The accounts must close. What was found and counted can still be asked. */
void streams_finish(void);

/* As streams_finish(), then frees the parser. */
void streams_end(void);

__u64 streams_counted(enum hdrtap_counter counter);

struct segment {
	const void *payload;
	__u32 size; /* of the payload */
	__u32 cut;  /* bytes at the end of the packet that were not captured */
	__u32 sequence;
	__u32 acknowledged; /* byte of the other side that is expected next; 0: not known */
	__u32 ifindex;
	__u16 port;     /* the client's */
	bool answer;    /* from the server */
	bool no_time;   /* the capture has none for it */
	__u8 flags;     /* STREAMS_*; ACK is set except in a SYN that is no answer */
	__u8 direction; /* enum hdrtap_direction */
};

void streams_segment(const struct segment *segment);

/* A connection; the next bytes of the client and of the server have these numbers. */
struct connection {
	__u16 port;
	__u32 client, server;
};

/* Its handshake; the client's first byte has this number, the server's is 5000. */
struct connection connection_open(__u16 port, __u32 sequence);

/* The next segment, which is text and acknowledges all that the other side has said, whether it was
 * seen or not. */
void client_says(struct connection *c, const char *text);
void server_says(struct connection *c, const char *text);

/* A segment with these flags and nothing else. */
void client_flags(const struct connection *c, __u8 flags);
void server_flags(const struct connection *c, __u8 flags);

#endif
