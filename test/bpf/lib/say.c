/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mutate.h"
#include "wire.h"

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

enum body {
	NONE,
	LENGTH, /* as many bytes as %u in the head says */
	CHUNKED,
	PIECE, /* some bytes that belong to nothing */
};

struct form {
	const char *head; /* with %u, at most once: a number, or the body's length */
	enum body body;
};

static const struct form requests[] = {
	{ "GET /%u HTTP/1.1\r\nHost: a.example\r\nUser-Agent: b/1\r\n\r\n", NONE },
	{ "GET / HTTP/1.1\r\n\r\n", NONE },
	{ "HEAD /%u HTTP/1.1\r\nHost: a.example\r\n\r\n", NONE },
	{ "POST /a?token=secret&b=c HTTP/1.1\r\nContent-Length: %u\r\n\r\n", LENGTH },
	{ "PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a.example\r\n\r\n", CHUNKED },
	{ "CONNECT a.example:%u HTTP/1.1\r\nHost: a.example\r\n\r\n", NONE },
	{ "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", NONE },
	{ "GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", NONE },
	{ "INVENT http://u:p@a.example/%u HTTP/1.1\r\nHost: b\r\n\r\n", NONE },
	{ "GET /old\r\n", NONE },
	{ "\r\n\r\nGET /lf HTTP/1.1\nHost: a\nX-A: 1\n\n", NONE },
	{ "GET /%u HTTP/1.1\r\nHost : a\r\n: b\r\nX-Fold: c\r\n d\r\n\te\r\n\r\n", NONE },
	{ "POST /s HTTP/1.1\r\nContent-Length: %u\r\nTransfer-Encoding: chunked\r\n\r\n", CHUNKED },
	{ "POST /t HTTP/1.1\r\nContent-Length: 7\r\nContent-Length: %u\r\n\r\n", LENGTH },
	{ "GET /c HTTP/1.1\r\nCookie: a=b; c=d\r\nAuthorization: Basic YTpi\r\nX-Api-Key: k\r\n"
	  "Referer: http://r.example/?password=%u\r\nCookie: e=f\r\n\r\n",
	  NONE },
	{ "PROXY TCP4 198.51.100.1 192.0.2.80 %u 80\r\n", NONE },
	{ "PROXY UNKNOWN\r\n", NONE },
	{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", PIECE },
	{ "\x16\x03\x01\x02\x01\x01\xfc\x03\x03", PIECE },
	{ "", PIECE },
};

static const struct form responses[] = {
	{ "HTTP/1.1 200 OK\r\nServer: s/%u\r\nContent-Length: 0\r\n\r\n", NONE },
	{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %u\r\n\r\n", LENGTH },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", CHUNKED },
	{ "HTTP/1.1 204 No Content\r\n\r\n", NONE },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: %u\r\n\r\n", NONE },
	{ "HTTP/1.1 100 Continue\r\n\r\n", NONE },
	{ "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", PIECE },
	{ "HTTP/1.0 200 OK\r\n\r\n", PIECE },
	{ "HTTP/1.0 200\r\nConnection: keep-alive\r\nContent-Length: %u\r\n\r\n", LENGTH },
	{ "HTTP/1.1 302 Found\r\nLocation: http://u:p@l.example/?key=%u\r\nContent-Length: "
	  "0\r\n\r\n",
	  NONE },
	{ "HTTP/1.1 401 \xc3\xa4\nSet-Cookie: a=%u\nContent-Length: 0\n\n", NONE },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nTrailer: x\r\n\r\n", CHUNKED },
	{ "HTTP/1.1 999\r\nContent-Length: -1\r\n\r\n", PIECE },
	{ "HTTP/2 200\r\n\r\n", NONE },
	{ "\x15\x03\x01", PIECE },
	{ "", PIECE },
};

static const char *const sizes[] = {
	"%x\r\n", "%X;name=value\r\n", "%04x\r\n", "%x \r\n", "%x;a=\"\r\"\n", "%x\n",
};

/* Where it is written. */
struct text {
	__u8 *bytes;
	__u32 length, room;
};

static void put(struct text *text, const void *bytes, __u32 length)
{
	if (length > text->room - text->length)
		length = text->room - text->length;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

static void print(struct text *text, const char *format, __u32 number)
{
	char line[512];

	snprintf(line, sizeof(line), format, number);
	put(text, line, strlen(line));
}

/* Bytes that look like heads, or like nothing. */
static void put_body(struct text *text, __u32 length, struct rng *rng)
{
	static const char *const fills[] = {
		"GET /false HTTP/1.1\r\n\r\n",
		"HTTP/1.1 500 False\r\n\r\n",
		"xxxxxxxx",
		"0\r\n\r\n",
	};
	const char *fill = fills[rng_below(rng, COUNT(fills))];
	__u32 part;

	for (; length && text->length < text->room; length -= part) {
		part = length < strlen(fill) ? length : strlen(fill);
		put(text, fill, part);
	}
}

static void put_chunks(struct text *text, struct rng *rng)
{
	__u32 count = rng_below(rng, 6), size;

	while (count--) {
		size = 1 + rng_below(rng, rng_once_in(rng, 4) ? 1500 : 30);
		print(text, sizes[rng_below(rng, COUNT(sizes))], size);
		put_body(text, size, rng);
		print(text, "\r\n", 0);
	}
	print(text, rng_once_in(rng, 3) ? "0\r\nX-Trailer: %u\r\n\r\n" : "0\r\n\r\n", 1);
}

/* A head of many lines, or with a very long one. */
static void put_long(struct text *text, __u8 side, struct rng *rng)
{
	__u32 lines = rng_below(rng, 60), longest = rng_below(rng, 900);

	print(text, side == WIRE_CLIENT ? "GET /long HTTP/1.1\r\n" : "HTTP/1.1 200 OK\r\n", 0);
	while (lines--)
		print(text, "X-Line-%u: value\r\n", lines);
	print(text, "User-Agent: ", 0);
	put_body(text, longest, &(struct rng){ 2 });
	print(text, "\r\nContent-Length: 0\r\n\r\n", 0);
}

static void put_binary_proxy(struct text *text, struct rng *rng)
{
	__u8 header[16 + 36] = "\r\n\r\n\0\r\nQUIT\n\x21";
	__u16 length = rng_once_in(rng, 2) ? 12 : 36;

	header[13] = length == 12 ? 0x11 : 0x21;
	wire_put16(header + 14, length);
	put(text, header, 16 + length);
}

static void put_message(struct text *text, const struct form *form, struct rng *rng)
{
	__u32 number = rng_below(rng, rng_once_in(rng, 4) ? 4000 : 80);

	print(text, form->head, number);
	if (form->body == CHUNKED)
		put_chunks(text, rng);
	else if (form->body != NONE)
		put_body(text, number, rng);
}

/* The first two forms are what most messages are. */
static const struct form *choose(const struct form *forms, __u32 count, struct rng *rng)
{
	return &forms[rng_below(rng, rng_once_in(rng, 2) ? 2 : count)];
}

__u32 say(__u8 *to, __u32 room, __u32 wanted, __u8 side, struct rng *rng)
{
	struct text text = { to, 0, room };

	if (side == WIRE_CLIENT && rng_once_in(rng, 10))
		put_binary_proxy(&text, rng);
	while (text.length < wanted) {
		if (rng_once_in(rng, 12))
			put_long(&text, side, rng);
		else if (side == WIRE_CLIENT)
			put_message(&text, choose(requests, COUNT(requests), rng), rng);
		else
			put_message(&text, choose(responses, COUNT(responses), rng), rng);
	}
	if (rng_once_in(rng, 3))
		text.length = mutate_bytes(to, text.length, room, rng);
	return text.length;
}
