/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Flows: what was said over one TCP connection, apart from how packets carried it. Two streams of
 * bytes, the order in which the two sides took turns, and the truth: the records that the simplest
 * packets give.
 */
#ifndef HDRTAP_TEST_FLOW_H
#define HDRTAP_TEST_FLOW_H

#include <stdbool.h>

#include <hdrtap/record.h>

#include "record_room.h"
#include "vector.h"

#define SEGMENT_MAX 60000 /* bytes of payload: what fits in an IP packet, and a little less */

/* Which side's bytes. The client sent SYN, or (when that was not captured) is who does not answer
 * "HTTP/". */
enum {
	FROM_CLIENT,
	FROM_SERVER,
};

struct stream {
	__u8 *list;
	size_t count, room;
};

/* Bytes [from, to) of one stream, sent before the next turn's. */
struct turn {
	__u8 direction;
	size_t from, to;
};

struct turns {
	struct turn *list;
	size_t count, room;
};

#define SEEN_NOT_PAIRED (~0u)

/* A record and where its head begins in its stream. */
struct seen {
	__u32 instance; /* in the script that was run */
	__u8 direction;
	__u32 offset;
	__u32 paired; /* response: `offset` of its request, or SEEN_NOT_PAIRED */
	union {       /* normalised; addresses and sequence number zeroed, too */
		struct hdrtap_record rec;
		union record_room room;
	};
};

struct sightings {
	struct seen *list;
	size_t count, room;
};

struct flow {
	char *name; /* FOLDER/CAPTURE#NUMBER */
	struct stream stream[2];
	struct turns turns;
	struct sightings truth; /* in the order they were emitted */
	size_t segment; /* payload bytes per packet at most; more at once is over the budget */
};

struct flows {
	struct flow *list;
	size_t count, room;
};

/* The flow that was just added to `flows`, named so. */
struct flow *flow_add(struct flows *flows, const char *folder, const char *capture, size_t number);

/* Appends to a stream, in turn. */
void flow_say(struct flow *flow, __u8 direction, const void *bytes, size_t size);
void flow_text(struct flow *flow, __u8 direction, const char *text);

/* Removes flows in which nothing is said, or nothing that another one does not say, too. */
void flows_drop_idle(struct flows *flows);

/* Removes the flows that `unwanted` says yes to. */
void flows_drop(struct flows *flows, bool (*unwanted)(const struct flow *flow));
void flows_free(struct flows *flows);

/* Each TCP connection of a capture file, in the order of their first packets. */
void flows_of_capture(struct flows *flows, const char *folder, const char *path);

/* Each capture in a directory. Returns how many there were. */
size_t flows_of_directory(struct flows *flows, const char *folder, const char *directory);

/* The inputs of llhttp's test cases; `script` is test/llhttp_cases.py. */
void flows_of_llhttp(struct flows *flows, const char *script, const char *directory);

/* What no capture has: very long heads, bodies full of heads, long pipelines. */
void flows_made(struct flows *flows);

#endif
