/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "packet.h"

#include <pcap/pcap.h>
#include <string.h>

#define CLIENT_PORT 40000
#define SERVER_PORT 80
#define GARBAGE     '#'

static __u8 buffer[PACKET_MAX];

static void put16(__u8 *at, __u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put32(__u8 *at, __u32 value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static void put_tcp(__u8 *tcp, const struct packet_place *place)
{
	__u16 port[2] = { CLIENT_PORT, SERVER_PORT };

	memset(tcp, 0, 20);
	put16(tcp, port[place->direction]);
	put16(tcp + 2, port[!place->direction]);
	put32(tcp + 4, place->sequence);
	put32(tcp + 8, place->acknowledged);
	tcp[12] = 5 << 4;
	tcp[13] = place->flags;
	put16(tcp + 14, 65535);
}

/* 10.0.0.0/8: the client's has the number; 192.0.2.80: the server's. */
static void put_ipv4(__u8 *ip, const struct packet_place *place)
{
	__u8 *address[2] = { ip + 12, ip + 16 };

	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, 40 + place->length);
	ip[8] = 64;
	ip[9] = 6;
	put32(address[place->direction], 10u << 24 | place->address);
	put32(address[!place->direction], 0xc0000250);
}

/* 2001:db8::NUMBER and 2001:db8:1::50. */
static void put_ipv6(__u8 *ip, const struct packet_place *place)
{
	__u8 *address[2] = { ip + 8, ip + 24 };

	memset(ip, 0, 40);
	ip[0] = 0x60;
	put16(ip + 4, 20 + place->length);
	ip[6] = 6;
	ip[7] = 64;
	put32(address[0], 0x20010db8);
	put32(address[1], 0x20010db8);
	put32(address[place->direction] + 12, place->address);
	put32(address[!place->direction] + 4, 0x00010000);
	put32(address[!place->direction] + 12, 0x50);
}

__u32 packet_headers(__u8 *bytes, const struct packet_place *place)
{
	__u32 ip = place->address & 1 ? 40 : 20;

	put_tcp(bytes + PACKET_HEADERS_MAX - 20, place);
	if (place->address & 1)
		put_ipv6(bytes + PACKET_HEADERS_MAX - 20 - ip, place);
	else
		put_ipv4(bytes + PACKET_HEADERS_MAX - 20 - ip, place);
	return ip + 20;
}

static void put_payload(__u8 *to, const struct script *script, const struct piece *piece)
{
	const struct stream *stream =
		&script->instance[piece->instance].flow->stream[piece->direction];
	__u32 length = piece->to - piece->from, garbled = piece->garbled;

	if (piece->from < 0 || piece->skew)
		garbled = length;
	memset(to, GARBAGE, garbled);
	if (length > garbled)
		memcpy(to + garbled, stream->list + piece->from + garbled, length - garbled);
}

__u8 packet_hook(__u8 direction)
{
	return direction == FROM_CLIENT ? HDRTAP_DIRECTION_RECEIVE : HDRTAP_DIRECTION_TRANSMIT;
}

void packet_of(const struct script *script, const struct piece *piece, struct native_packet *packet)
{
	const struct instance *instance = &script->instance[piece->instance];
	struct packet_place place = {
		.address = instance->address,
		.direction = piece->direction,
		.flags = piece->flags,
		.sequence = piece_sequence(script, piece),
		.acknowledged = instance->isn[!piece->direction] + 1 + (__u32)piece->acknowledged,
		.length = piece->to - piece->from,
	};
	__u32 headers = packet_headers(buffer, &place);

	put_payload(buffer + PACKET_HEADERS_MAX, script, piece);
	*packet = (struct native_packet){
		.data = buffer + PACKET_HEADERS_MAX - headers,
		.captured = headers + place.length - piece->cut,
		.length = headers + place.length,
		.link = NATIVE_NETWORK,
		.direction = piece->hook ? piece->hook : packet_hook(piece->direction),
		.ifindex = 1,
	};
}

__u32 packet_address(const struct hdrtap_record *rec, __u8 *direction)
{
	const __u8 *client = rec->source;

	*direction = rec->source_port == CLIENT_PORT ? FROM_CLIENT : FROM_SERVER;
	if (*direction == FROM_SERVER)
		client = rec->destination;
	return client[13] << 16 | client[14] << 8 | client[15];
}

static void write_stream(const struct stream *stream, const char *path, const char *suffix)
{
	char name[2048];
	FILE *file;

	snprintf(name, sizeof(name), "%s.%s", path, suffix);
	file = fopen(name, "w");
	if (!file || (stream->count && fwrite(stream->list, stream->count, 1, file) != 1) ||
	    fclose(file))
		die("cannot write %s", name);
}

void packets_write(const struct script *script, const char *path)
{
	pcap_t *pcap = pcap_open_dead(DLT_RAW, 1 << 18);
	pcap_dumper_t *file = pcap ? pcap_dump_open(pcap, path) : NULL;
	struct native_packet packet;
	struct pcap_pkthdr header = { 0 };

	if (!file)
		die("cannot write %s: %s", path, pcap ? pcap_geterr(pcap) : "out of memory");
	header.ts.tv_sec = 1700000000;
	for (size_t i = 0; i < script->count; i++) {
		packet_of(script, &script->list[i], &packet);
		header.caplen = packet.captured;
		header.len = packet.length;
		header.ts.tv_usec = i % 1000000;
		pcap_dump((u_char *)file, &header, packet.data);
	}
	pcap_dump_close(file);
	pcap_close(pcap);
	write_stream(&script->instance[0].flow->stream[FROM_CLIENT], path, "client");
	write_stream(&script->instance[0].flow->stream[FROM_SERVER], path, "server");
}
