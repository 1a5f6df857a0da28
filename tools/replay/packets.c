/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Links without an Ethernet header get one, for the kernel engine's sake. The addresses are looked
 * for from the payload on towards the front, so that behind a tunnel they are the inner ones: what
 * connections are told apart by.
 */
#include "packets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/packet/network.h>

#include "base/error.h"
#include "capture/pcap_file.h"

#define ETHERNET   14
#define LENGTH_MAX (65535 + ETHERNET)
#define MIX        0x9e3779b1u /* odd: every round has another product */

#define X_NAME(symbol, name) name,
const char *const replay_class_names[] = { REPLAY_CLASSES(X_NAME) };

static const struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;

static __u16 ethertype(const struct native_packet *from)
{
	if (from->protocol)
		return from->protocol;
	return from->captured && from->data[0] >> 4 == 6 ? HDRTAP_ETHERTYPE_IPV6
							 : HDRTAP_ETHERTYPE_IPV4;
}

static int copy(struct replay_packet *to, const struct native_packet *from)
{
	__u32 room = from->link == NATIVE_ETHERNET ? 0 : ETHERNET;
	__u32 length = from->length + room;

	length = length < ETHERNET ? ETHERNET : length > LENGTH_MAX ? LENGTH_MAX : length;
	to->length = length;
	to->captured = from->captured + room < length ? from->captured + room : length;
	to->frame = calloc(1, length);
	if (!to->frame)
		return -ENOMEM;
	if (room) {
		to->frame[12] = ethertype(from) >> 8;
		to->frame[13] = ethertype(from);
	}
	memcpy(to->frame + room, from->data, to->captured - room);
	to->direction = from->direction;
	to->ifindex = from->ifindex;
	return 0;
}

/* Finds what replay_packets_rewrite() changes. */
static void find_addresses(struct replay_packet *packet)
{
	struct hdrtap_packet found;
	__u32 skip, at;

	hdrtap_packet_begin(&found, HDRTAP_ETHERTYPE_FRAME, packet->length);
	hdrtap_parse_packet(packet->frame, packet->frame + packet->captured, &config, &found);
	if (!found.payload || found.payload > packet->captured)
		return;
	skip = hdrtap_be32(found.source + 8) == 0xffff && !hdrtap_be32(found.source) ? 12 : 0;
	packet->address = 16 - skip;
	for (at = found.payload - 2 * packet->address; at >= ETHERNET; at--) {
		const __u8 *source = packet->frame + at;

		if (memcmp(source, found.source + skip, packet->address) ||
		    memcmp(source + packet->address, found.destination + skip, packet->address))
			continue;
		packet->addresses = at;
		return;
	}
}

static int add(struct replay_packets *packets, size_t *room, const struct native_packet *from)
{
	size_t wanted = *room ? 2 * *room : 1024;
	struct replay_packet *more;

	if (packets->count == *room) {
		more = reallocarray(packets->packet, wanted, sizeof(*more));
		if (!more)
			return -ENOMEM;
		packets->packet = more;
		*room = wanted;
	}
	more = &packets->packet[packets->count++];
	*more = (struct replay_packet){ .time = from->time };
	if (copy(more, from))
		return -ENOMEM;
	packets->bytes += more->length;
	find_addresses(more);
	return 0;
}

static int read_all(struct replay_packets *packets, struct pcap_file *file, const char *path)
{
	struct native_packet packet;
	size_t room = 0;
	int got;

	while ((got = pcap_file_next(file, &packet)) == 1)
		if (add(packets, &room, &packet))
			return fail(ENOMEM, "cannot replay %s: out of memory; use a smaller file",
				    path);
	if (got < 0)
		return got;
	if (!packets->count)
		return fail(ENODATA, "cannot replay %s: it has no packets; give another file",
			    path);
	packets->elapsed = packets->packet[packets->count - 1].time - packets->packet[0].time +
			   1000; /* the next round begins later */
	return 0;
}

int replay_packets_read(struct replay_packets *packets, const char *path)
{
	const struct pcap_file_options options = { .path = path, .input.signal_fd = -1 };
	struct pcap_file *file;
	int err;

	*packets = (struct replay_packets){ 0 };
	err = pcap_file_open(&file, &options);
	if (!err)
		err = read_all(packets, file, path);
	pcap_file_close(file);
	return err;
}

void replay_packets_free(struct replay_packets *packets)
{
	for (size_t i = 0; i < packets->count; i++)
		free(packets->packet[i].frame);
	free(packets->packet);
}

static void change(__u8 *address, __u32 bits)
{
	for (int i = 0; i < 4; i++)
		address[i] ^= bits >> 8 * i;
}

void replay_packets_rewrite(struct replay_packets *packets, __u32 round)
{
	__u32 bits = round * MIX ^ packets->round * MIX;

	packets->round = round;
	for (size_t i = 0; i < packets->count; i++) {
		struct replay_packet *packet = &packets->packet[i];
		__u8 *end = packet->frame + packet->addresses + packet->address;

		if (!packet->addresses)
			continue;
		change(end - 4, bits);
		change(end + packet->address - 4, bits);
	}
}

struct native_packet replay_packet_native(const struct replay_packets *packets, size_t number)
{
	const struct replay_packet *packet = &packets->packet[number];

	return (struct native_packet){
		.data = packet->frame,
		.captured = packet->captured,
		.length = packet->length,
		.time = packet->time + packets->round * packets->elapsed,
		.link = NATIVE_ETHERNET,
		.direction = packet->direction,
		.ifindex = packet->ifindex,
	};
}

static __u8 class_of(const struct hdrtap_counters *now, const struct hdrtap_counters *before)
{
#define IS(symbol) (now->count[HDRTAP_COUNTER_##symbol] != before->count[HDRTAP_COUNTER_##symbol])
	if (IS(HEAD))
		return IS(EMITTED) ? REPLAY_HEAD : REPLAY_CONTINUATION;
	if (IS(NO_PAYLOAD))
		return REPLAY_NO_PAYLOAD;
	if (IS(BODY))
		return REPLAY_BODY;
	return IS(NOT_HTTP) || IS(TLS) || IS(HTTP2) ? REPLAY_NOT_HTTP : REPLAY_OTHER;
#undef IS
}

static int ignore(void *context, const struct hdrtap_record *rec)
{
	(void)context;
	(void)rec;
	return 0;
}

int replay_packets_classify(struct replay_packets *packets, const struct native_options *options)
{
	struct native_options quiet = *options;
	struct hdrtap_counters before;
	struct native *native;

	quiet.emit = ignore;
	native = native_new(&quiet);
	if (!native)
		return fail(ENOMEM, "cannot replay: out of memory; free some memory");
	for (size_t i = 0; i < packets->count; i++) {
		struct native_packet packet = replay_packet_native(packets, i);

		before = *native_counters(native);
		native_packet(native, &packet);
		packets->packet[i].class = class_of(native_counters(native), &before);
	}
	native_free(native);
	return 0;
}
