// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Captures to measure with: connections that are opened, carry requests and responses, and are
 * closed.
 *
 *	hdrtap-bench-traffic dense|mixed|bulk REQUESTS [FIRST] >FILE
 *	hdrtap-bench-traffic crowd REQUESTS CONNECTIONS >FILE
 *
 * dense: small answers to browser-like requests, a hundred on each connection. mixed: between them
 * connections that carry something else, 95 of a hundred packets. bulk: each answer is 256 KiB in
 * segments of 1448 bytes. crowd: so many connections are open at one time and take turns. FIRST:
 * number of the first connection; others are other connections.
 */
#include <arpa/inet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PER_CONNECTION 100
#define SEGMENT        1448
#define SMALL          120 /* bytes of a body */
#define HEADERS        (14 + 20 + 20)

enum {
	FIN = 1,
	SYN = 2,
	ACK = 16
};

struct side {
	unsigned int address, sequence;
	unsigned short port;
};

struct connection {
	struct side side[2]; /* client, server */
};

static pcap_dumper_t *out;
static unsigned long long now; /* us */
static unsigned int connections;

static void put16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put32(unsigned char *at, unsigned int value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static void segment(struct connection *c, int from, int flags, const char *payload,
		    unsigned int length)
{
	struct pcap_pkthdr header = { .caplen = HEADERS + length, .len = HEADERS + length };
	struct side *source = &c->side[from], *destination = &c->side[!from];
	unsigned char frame[HEADERS + SEGMENT] = { 0 };

	now += 3;
	header.ts.tv_sec = now / 1000000;
	header.ts.tv_usec = now % 1000000;
	frame[5] = 2 - from;
	frame[11] = 1 + from;
	put16(frame + 12, 0x0800);
	frame[14] = 0x45;
	put16(frame + 16, 40 + length);
	frame[22] = 64;
	frame[23] = 6;
	put32(frame + 26, source->address);
	put32(frame + 30, destination->address);
	put16(frame + 34, source->port);
	put16(frame + 36, destination->port);
	put32(frame + 38, source->sequence);
	put32(frame + 42, flags == SYN ? 0 : destination->sequence);
	frame[46] = 0x50;
	frame[47] = flags;
	put16(frame + 48, 64000);
	memcpy(frame + HEADERS, payload, length);
	pcap_dump((unsigned char *)out, &header, frame);
	source->sequence += length + !!(flags & (SYN | FIN));
}

static struct connection connection_open(void)
{
	unsigned int n = connections++;
	struct connection c = { { { 0x0a000000 + n / 50000, n * 7919, 10000 + n % 50000 },
				  { 0x0a090002, n * 104729, 80 } } };

	segment(&c, 0, SYN, "", 0);
	segment(&c, 1, SYN | ACK, "", 0);
	segment(&c, 0, ACK, "", 0);
	return c;
}

static void connection_close(struct connection *c)
{
	segment(c, 0, FIN | ACK, "", 0);
	segment(c, 1, FIN | ACK, "", 0);
	segment(c, 0, ACK, "", 0);
}

static void request(struct connection *c, unsigned long number)
{
	char text[SEGMENT];
	int length = snprintf(
		text, sizeof(text),
		"GET /shop/items/%lu?page=%lu&sort=price HTTP/1.1\r\nHost: www.example.com\r\n"
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like "
		"Gecko) "
		"Chrome/126.0.0.0 Safari/537.36\r\n"
		"Accept: "
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n"
		"Accept-Language: en-GB,en;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n"
		"Referer: https://www.example.com/shop/items/%lu\r\nX-Request-Id: "
		"%08lx-%04lx-4000\r\n"
		"Cookie: session=%016lx; theme=light; consent=1\r\nConnection: keep-alive\r\n"
		"Cache-Control: max-age=0\r\n\r\n",
		number % 5000, number % 7, number % 4999, number * 2654435761UL & 0xffffffff,
		number & 0xffff, number * 0x9e3779b97f4a7c15UL);

	segment(c, 0, ACK, text, length);
}

static void response(struct connection *c, unsigned long body)
{
	static const char filling[SEGMENT] = "body";
	char text[SEGMENT];
	int length =
		snprintf(text, sizeof(text),
			 "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\n"
			 "Content-Length: %lu\r\nConnection: keep-alive\r\n\r\n",
			 body);
	unsigned long first = body < (unsigned long)(SEGMENT - length) ? body : 0;

	memset(text + length, 'x', first);
	segment(c, 1, ACK, text, length + first);
	for (body -= first; body; body -= first) {
		first = body < SEGMENT ? body : SEGMENT;
		segment(c, 1, ACK, filling, first);
		if (body / SEGMENT % 2)
			segment(c, 0, ACK, "", 0);
	}
}

/* `packets` of a connection that is not HTTP: TLS records in both directions. */
static void other(struct connection *c, int packets)
{
	static const char record[SEGMENT] = { 23, 3, 3, 5, 0x78 };

	for (int i = 0; i < packets; i++)
		segment(c, i % 3 != 0, ACK, i % 3 ? record : "", i % 3 ? SEGMENT : 0);
}

static void exchange(struct connection *c, unsigned long number, unsigned long body)
{
	request(c, number);
	response(c, body);
}

static void crowd(unsigned long requests, unsigned long count)
{
	struct connection *c = calloc(count, sizeof(*c));

	if (!c)
		exit(1);
	for (unsigned long i = 0; i < count; i++)
		c[i] = connection_open();
	for (unsigned long i = 0; i < requests; i++)
		exchange(&c[i % count], i, SMALL);
	for (unsigned long i = 0; i < count; i++)
		connection_close(&c[i]);
	free(c);
}

static void one_by_one(unsigned long requests, int mixed, unsigned long body)
{
	struct connection c, tls = connection_open();

	for (unsigned long i = 0; i < requests; i++) {
		if (i % PER_CONNECTION == 0)
			c = connection_open();
		exchange(&c, i, body);
		if (mixed)
			other(&tls, 40);
		if (i % PER_CONNECTION == PER_CONNECTION - 1)
			connection_close(&c);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: hdrtap-bench-traffic dense|mixed|bulk REQUESTS [FIRST] >FILE\n"
			"       hdrtap-bench-traffic crowd REQUESTS CONNECTIONS >FILE\n");
	return 2;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 2 ? argv[1] : "";
	unsigned long requests = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long count = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
	int mixed = !strcmp(kind, "mixed"), bulk = !strcmp(kind, "bulk");
	int many = !strcmp(kind, "crowd");
	pcap_t *pcap;

	if (!requests || !(many ? count > 0 : mixed || bulk || !strcmp(kind, "dense")))
		return usage();
	pcap = pcap_open_dead(DLT_EN10MB, 65535);
	out = pcap_dump_fopen(pcap, stdout);
	if (!out)
		return 1;
	connections = many ? 0 : count;
	if (many)
		crowd(requests, count);
	else
		one_by_one(requests, mixed, bulk ? 256 << 10 : SMALL);
	pcap_dump_close(out);
	pcap_close(pcap);
	return 0;
}
