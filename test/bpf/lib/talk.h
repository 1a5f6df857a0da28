/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Connections that say who they are: every value in every head carries the number of its connection
 * and of its message, and both can be read from the packet's addresses and sequence number as well.
 * So any record tells whether all of it belongs together.
 *
 *	GET /c0000012/m007 ...      HTTP/1.1 200 OK
 *	Host: c0000012.test         Content-Type: c0000012/m007
 *	User-Agent: c0000012 m007   Server: c0000012 m007
 *
 * A connection's numbers may be used again ("lives"): same ports, far other sequence numbers.
 */
#ifndef HDRTAP_TEST_TALK_H
#define HDRTAP_TEST_TALK_H

#include <hdrtap/record.h>

#include "wire.h"

#define TALK_ELEMENTS    "host,user-agent,content-type,server" /* as in -e */
#define TALK_OTHERS      "none,host=length,content-type"       /* those of odd generations */
#define TALK_NUMBERS     10000000                              /* of connections */
#define TALK_MESSAGES    1000                                  /* of each connection */
#define TALK_MESSAGE_MAX 1024                                  /* bytes of a message */
#define TALK_WHY_MAX     256

/* Part of a connection: payload [from, to) of a side's stream, all of whose messages have the same
 * length. */
struct talk_segment {
	__u32 number;
	__u8 side;
	__u8 life;
	__u8 flags; /* HDRTAP_TCP_*; with SYN the stream begins behind it */
	__u32 from, to;
};

/* Bytes of each message of a side. */
__u32 talk_length(__u32 number, __u8 side);

/* Writes the frame; returns its length. */
__u32 talk_frame(__u8 *frame, const struct talk_segment *segment);

/* Whose record it is. */
__u32 talk_number(const struct hdrtap_record *rec);

/* Which message it says it is; TALK_MESSAGES: that is not in it. */
__u32 talk_message(const struct hdrtap_record *rec);

/* Whether all of a record belongs to one message of its connection: NULL, or what does not, in
 * `why`. */
const char *talk_foreign(const struct hdrtap_record *rec, char why[TALK_WHY_MAX]);

#endif
