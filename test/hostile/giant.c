/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A POST and its response, each with a body of 5 GiB, and a second exchange behind them. No byte of
 * the bodies is kept: packets of 60,000 bytes are counted through, or 1 GiB of them at a time is
 * lost.
 */
#include "giant.h"

#include <stdio.h>
#include <string.h>

#include "packet.h"

#define BODY    (5ULL << 30)
#define LOST    (1ULL << 30)
#define TEXT(d) ((d) == FROM_CLIENT ? "POST /giant HTTP/1.1" : "HTTP/1.1 200 OK")

struct giant {
	struct run *run;
	__u64 next[2]; /* byte of the stream */
	__u8 packet[PACKET_MAX];
};

static void send(struct giant *giant, __u8 direction, __u8 flags, const char *payload, __u32 length)
{
	struct packet_place place = {
		.direction = direction,
		.flags = flags,
		.sequence = giant->next[direction],
		.length = length,
	};
	__u32 headers = packet_headers(giant->packet, &place);
	struct native_packet packet = {
		.data = giant->packet + PACKET_HEADERS_MAX - headers,
		.captured = headers + length,
		.length = headers + length,
		.link = NATIVE_NETWORK,
		.direction = packet_hook(direction),
		.ifindex = 1,
	};

	if (payload)
		memcpy(giant->packet + PACKET_HEADERS_MAX, payload, length);
	run_packet(giant->run, &packet);
	giant->next[direction] += length + !!(flags & TCP_SYN);
}

static void message(struct giant *giant, __u8 direction, __u64 body, int lossy)
{
	char head[128];
	__u64 left = body;

	snprintf(head, sizeof(head), "%s\r\nContent-Length: %llu\r\n\r\n", TEXT(direction), body);
	send(giant, direction, TCP_PSH | TCP_ACK, head, strlen(head));
	for (__u32 length; left; left -= length) {
		length = left < SEGMENT_MAX ? left : SEGMENT_MAX;
		if (lossy && left > 2 * LOST) {
			giant->next[direction] += LOST;
			left -= LOST;
		}
		/* whatever is there: it begins with a head that is none */
		send(giant, direction, TCP_ACK, NULL, length);
	}
}

static const char *check(const struct run *run)
{
	static char why[128];
	const __u64 *count = run->counters.count;

	if (run->seen.count == 4 && run->seen.list[0].rec.body_size == BODY &&
	    run->seen.list[1].rec.body_size == BODY && !run->seen.list[2].rec.body_size &&
	    !run->seen.list[2].rec.flags && !run->seen.list[3].rec.flags)
		return NULL;
	snprintf(why, sizeof(why), "%zu records, not 4; %llu packets are body", run->seen.count,
		 count[HDRTAP_COUNTER_BODY]);
	return why;
}

static const char *exchange(struct run *run, int lossy)
{
	static struct giant giant;
	const struct script nothing = { 0 };

	giant.run = run;
	giant.next[FROM_CLIENT] = 0xfffffff0; /* the head is where numbers wrap */
	giant.next[FROM_SERVER] = 12345;
	run_begin(run, &nothing);
	send(&giant, FROM_CLIENT, TCP_SYN, NULL, 0);
	send(&giant, FROM_SERVER, TCP_SYN | TCP_ACK, NULL, 0);
	message(&giant, FROM_CLIENT, BODY, lossy);
	message(&giant, FROM_SERVER, BODY, lossy);
	message(&giant, FROM_CLIENT, 0, lossy);
	message(&giant, FROM_SERVER, 0, lossy);
	run_end(run);
	return check(run);
}

const char *giant_bodies(struct run *run)
{
	const char *why = exchange(run, 0);

	return why ? why : exchange(run, 1);
}
