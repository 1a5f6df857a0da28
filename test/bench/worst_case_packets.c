/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "worst_case_packets.h"

#include <string.h>

#define SEGMENT 1448 /* bytes of payload on an ordinary line */

/* Appends a text as often as it fits, at most `times`. Returns the new length. */
static __u32 put(char *to, __u32 at, __u32 room, const char *text, __u32 times)
{
	__u32 size = strlen(text);

	for (; times && at + size <= room; times--, at += size)
		memcpy(to + at, text, size);
	return at;
}

#define AS_OFTEN_AS_FITS (~0u)

__u32 packet_ordinary(char *to, __u32 room)
{
	return put(to, 0, room,
		   "GET /articles/2026/11/headers?page=2&sort=date HTTP/1.1\r\n"
		   "Host: www.example.com\r\n"
		   "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
		   "Firefox/128.0\r\n"
		   "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
		   "Accept-Language: en-US,en;q=0.5\r\n"
		   "Accept-Encoding: gzip, deflate\r\n"
		   "Referer: http://www.example.com/articles/2026/11/\r\n"
		   "Connection: keep-alive\r\n"
		   "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
		   "Upgrade-Insecure-Requests: 1\r\n"
		   "If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\r\n"
		   "Cache-Control: max-age=0\r\n\r\n",
		   1);
}

__u32 packet_body(char *to, __u32 room)
{
	return put(to, 0, room, "x", SEGMENT);
}

__u32 packet_binary(char *to, __u32 room)
{
	return put(to, 0, room, "\x80", SEGMENT);
}

__u32 packet_upload(char *to, __u32 room)
{
	return put(to, 0, room, "PUT /upload HTTP/1.1\r\nContent-Length: 1000000000000\r\n\r\n", 1);
}

__u32 packet_part(char *to, __u32 room)
{
	return put(to, 0, room, "GET /part HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: ", 1);
}

__u32 packet_pipelined(char *to, __u32 room)
{
	return put(to, 0, room, "GET / HTTP/1.1\r\n\r\n", AS_OFTEN_AS_FITS);
}

__u32 packet_chunks(char *to, __u32 room)
{
	__u32 at = put(to, 0, room, "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 1);

	return put(to, at, room, "1\r\nx\r\n", AS_OFTEN_AS_FITS);
}

__u32 packet_thousand(char *to, __u32 room)
{
	__u32 at = 0, end;

	for (;; at = end) {
		end = put(to, at, room, "GET / HTTP/1.1\r\n", 1);
		end = put(to, end, room, "a: b\r\n", 1000);
		if (end + 2 > room)
			return at;
		end = put(to, end, room, "\r\n", 1);
	}
}

/* A head that begins so and goes on with such lines as long as there is room. */
static __u32 lines(char *to, __u32 room, const char *line)
{
	__u32 at = put(to, 0, room, "GET / HTTP/1.1\r\n", 1);

	at = put(to, at, room - 2, line, AS_OFTEN_AS_FITS);
	return put(to, at, room, "\r\n", 1);
}

__u32 packet_short_lines(char *to, __u32 room)
{
	return lines(to, room, "a\n");
}

__u32 packet_chosen(char *to, __u32 room)
{
	return lines(to, room, "Host:a\r\n");
}

__u32 packet_value(char *to, __u32 room)
{
	__u32 at = put(to, 0, room, "GET / HTTP/1.1\r\nUser-Agent: ", 1);

	at = put(to, at, room - 4, "0123456789abcdef", AS_OFTEN_AS_FITS);
	return put(to, at, room, "\r\n\r\n", 1);
}

__u32 packet_cr(char *to, __u32 room)
{
	return lines(to, room,
		     "User-Agent: \r \r \r \r \r \r \r \r \r \r \r \r \r \r \r \r \r \r\n");
}

__u32 packet_head(char *to, __u32 room)
{
	return lines(to, room, "X-Line: some words that nobody reads\r\n");
}
