// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "heads.h"

#include <errno.h>
#include <http_parser.h>
#include <stdio.h>

#include "../picohttpparser.h"
#include "bench.h"

#define HEAD_MAX 1024
#define CALLS    64 /* of a parser per look at the clock */

struct head {
	char text[HEAD_MAX];
	__u32 length;
};

static __u32 write_head(__u8 *to, __u32 number, const char *query)
{
	__u32 i = number % HEADS_DIFFERENT;

	return sprintf((char *)to,
		       "GET /articles/%u/%u/headers%s%04u HTTP/1.1\r\n"
		       "Host: www%u.example.com\r\n"
		       "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:%u.0) Gecko/20100101 "
		       "Firefox/%u.0\r\n"
		       "Accept: "
		       "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
		       "Accept-Language: en-US,en;q=0.5\r\n"
		       "Accept-Encoding: gzip, deflate\r\n"
		       "Referer: http://www%u.example.com/articles/%u/\r\n"
		       "Connection: keep-alive\r\n"
		       "Cookie: session=%08x89abcdef0123456789abcdef; theme=dark\r\n"
		       "Upgrade-Insecure-Requests: 1\r\n"
		       "If-Modified-Since: Sun, 22 Nov 2026 10:00:00 GMT\r\n"
		       "Cache-Control: max-age=0\r\n\r\n",
		       2000 + i % 27, i % 12, query, i, i % 50, 100 + i % 40, 100 + i % 40, i % 50,
		       i, i * 2654435761u);
}

__u32 head_ordinary(__u8 *to, __u32 number)
{
	return write_head(to, number, "?sort=date&page=");
}

__u32 head_plain(__u8 *to, __u32 number)
{
	return write_head(to, number, "/sort/date/page/");
}

__u32 head_secret(__u8 *to, __u32 number)
{
	return write_head(to, number, "?page=3&api_key=");
}

static void parse_pico(const struct head *head)
{
	size_t method_length, path_length, count = 64;
	const char *method, *path;
	struct phr_header headers[64];
	int minor;

	if (phr_parse_request(head->text, head->length, &method, &method_length, &path,
			      &path_length, &minor, headers, &count, 0) < 0)
		give_up("phr_parse_request refuses a head");
}

/* Where each name and value is: what the other one finds. */
struct found {
	unsigned int count;
	struct {
		const char *at;
		size_t length;
	} piece[2 * 64];
};

static int on_piece(http_parser *parser, const char *at, size_t length)
{
	struct found *found = parser->data;
	unsigned int i = found->count++ % 128;

	found->piece[i].at = at;
	found->piece[i].length = length;
	return 0;
}

static void parse_http_parser(const struct head *head)
{
	static const http_parser_settings settings = {
		.on_url = on_piece,
		.on_header_field = on_piece,
		.on_header_value = on_piece,
	};
	struct found found = { 0 };
	http_parser parser;

	http_parser_init(&parser, HTTP_REQUEST);
	parser.data = &found;
	if (http_parser_execute(&parser, &settings, head->text, head->length) != head->length)
		give_up("http_parser_execute refuses a head");
}

static void time_parser(void (*parse)(const struct head *), __u64 ns[PARSER_TIMES])
{
	static struct head heads[HEADS_DIFFERENT];
	__u64 begun;
	__u32 i, call;

	for (i = 0; i < HEADS_DIFFERENT; i++)
		heads[i].length = head_ordinary((__u8 *)heads[i].text, i);
	for (i = 0; i < PARSER_TIMES; i++) {
		begun = bench_now();
		for (call = 0; call < CALLS; call++)
			parse(&heads[(i + call) % HEADS_DIFFERENT]);
		ns[i] = (bench_now() - begun) / CALLS;
	}
}

void time_picohttpparser(__u64 ns[PARSER_TIMES])
{
	time_parser(parse_pico, ns);
}

void time_http_parser(__u64 ns[PARSER_TIMES])
{
	time_parser(parse_http_parser, ns);
}
