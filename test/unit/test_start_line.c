/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/head/start_line.h: start lines that are not written as they should be, where a
 * head is expected and where one is only looked for; and status lines that are looked for.
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "feeder.h"
#include "run/elements.h"

#define FLAG(name) HDRTAP_FLAG(name)
#define START      HDRTAP_WINDOW_START

static struct feeder feeder;
static struct hdrtap_elements set;

static void setup(void)
{
	struct run_meta meta;

	feeder_init(&feeder);
	cr_assert_eq(run_meta_init(&meta), 0);
	cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
}

static void teardown(void)
{
	feeder_free(&feeder);
}

TestSuite(start_line, .init = setup, .fini = teardown);

struct line {
	const char *text;
	__u16 status; /* 0: a request */
	__u8 version;
	__u64 flags;
};

static const struct line loose[] = {
	{ "HTTP/1.1  200 OK", 200, 0x11, FLAG(BAD_STATUS) },
	{ "HTTP/1.1\t200 OK", 200, 0x11, FLAG(BAD_STATUS) },
	{ "HTTP/1.1 \t 404", 404, 0x11, FLAG(BAD_STATUS) },
	{ "HTTP/1.0                200 OK", 200, 0x10, FLAG(BAD_STATUS) },
	{ "HTTP/1.1 200\tOK", 200, 0x11, FLAG(BAD_STATUS) },
	{ "http/1.1 200 OK", 200, 0x11, FLAG(BAD_VERSION) },
	{ "hTtP/1.0 200 OK", 200, 0x10, FLAG(BAD_VERSION) },
	{ "HTTP/1 200 OK", 200, 0x10, FLAG(BAD_VERSION) },
	{ "HTTP/1 200", 200, 0x10, FLAG(BAD_VERSION) },
	{ "HTTP/2 200", 200, 0x20, FLAG(BAD_VERSION) },
	{ "HTTP/1\t200\tOK", 200, 0x10, FLAG(BAD_VERSION) | FLAG(BAD_STATUS) },
	{ "GET / http/1.1", 0, 0x11, FLAG(BAD_VERSION) },
	{ "GET / HTtp/1.0", 0, 0x10, FLAG(BAD_VERSION) },
	{ "GET / HTTP/1", 0, 0x10, FLAG(BAD_VERSION) },
	{ "GET / http/2", 0, 0x20, FLAG(BAD_VERSION) },
	{ "GET / HTTP/1 ", 0, 0x10, FLAG(BAD_VERSION) | FLAG(BAD_TARGET) },
	{ "GET /a b HTTP/1", 0, 0x10, FLAG(BAD_VERSION) | FLAG(BAD_TARGET) },
	{ "GET /a b http/1.1", 0, 0x11, FLAG(BAD_VERSION) | FLAG(BAD_TARGET) },
};

static const char *const refused[] = {
	"HTTP/1.1 20 OK",
	"HTTP/1.1  20",
	"HTTP/1.1  2000 OK",
	"HTTP/1.1 abc",
	"HTTP/1.1",
	"HTTP/1",
	"HTTP/1 ",
	"HTTP/1.1200 OK",
	"HTTP/1. 200 OK",
	"HTTP/11 200 OK",
	"HTTP/x 200 OK",
	"HTTP/1.1                 200 OK",
	"(null) 400 Bad Request",
	"ICY 200 OK",
	"RTSP/1.0 200 OK",
	"SIP/2.0 200 OK",
	"SOURCE /x ICE/1.0",
	"OPTIONS rtsp://a/b RTSP/1.0",
	"INVITE sip:a@b SIP/2.0",
	"GET / http/11",
	"GET / HTTP/1.",
	"GET / HTTP/",
	"GET / xHTTP/1",
	"GET /\thttp/1.1",
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static struct feed_result feed(const char *text, size_t piece, __u8 poison)
{
	struct pieces pieces = { piece, piece, poison };
	char head[256];
	int size = snprintf(head, sizeof(head), "%s\r\nHost: a\r\n\r\n", text);

	return feeder_run(&feeder, &set, (const __u8 *)head, size, pieces);
}

static void expect_line(const struct line *line, const struct feed_result *result)
{
	cr_assert_eq(result->verdict, HDRTAP_DONE, "%s", line->text);
	cr_assert_eq(result->rec.kind, line->status ? HDRTAP_KIND_RESPONSE : HDRTAP_KIND_REQUEST);
	cr_assert_eq(result->rec.status, line->status, "%s", line->text);
	cr_assert_eq(result->rec.version, line->version, "%s: %#x", line->text,
		     result->rec.version);
	cr_assert_eq(result->rec.flags, line->flags, "%s: %#llx", line->text, result->rec.flags);
}

Test(start_line, loose_ones_are_flagged)
{
	static const __u8 poison[] = { 0, '.', '2', ' ', '\n' };
	struct feed_result result;

	for (size_t i = 0; i < COUNT(loose); i++)
		for (size_t piece = 1; piece <= strlen(loose[i].text) + 2; piece++) {
			result = feed(loose[i].text, piece, poison[piece % COUNT(poison)]);
			expect_line(&loose[i], &result);
		}
}

Test(start_line, others_are_refused)
{
	for (size_t i = 0; i < COUNT(refused); i++)
		for (size_t piece = 1; piece <= strlen(refused[i]) + 2; piece++)
			cr_assert_eq(feed(refused[i], piece, '2').verdict, HDRTAP_NOT_HTTP, "%s",
				     refused[i]);
}

/* Reads `text` where a head is only looked for. */
static int guess(const char *text)
{
	struct hdrtap_window *w = feeder.window;
	int size = snprintf((char *)w->bytes + START, 256, "%s\r\nHost: a\r\n\r\n", text);
	int verdict;

	hdrtap_window_ready(w, size);
	feeder.head->size = feeder.size;
	hdrtap_head_begin(feeder.head, w, &set);
	feeder.head->guess = 1;
	do
		verdict = hdrtap_head_step(feeder.head, w, &set);
	while (verdict == HDRTAP_AGAIN);
	return verdict;
}

Test(start_line, loose_ones_are_not_found_by_looking)
{
	cr_assert_eq(guess("GET / HTTP/1.1"), HDRTAP_DONE);
	cr_assert_eq(guess("HTTP/1.1 200 OK"), HDRTAP_DONE);
	for (size_t i = 0; i < COUNT(loose); i++)
		cr_assert_eq(guess(loose[i].text), HDRTAP_NOT_HTTP, "%s", loose[i].text);
	for (size_t i = 0; i < COUNT(refused); i++)
		cr_assert_eq(guess(refused[i]), HDRTAP_NOT_HTTP, "%s", refused[i]);
}

static int may_begin(const char *text)
{
	char word[8] = { 0 };

	memcpy(word, text, strnlen(text, sizeof(word)));
	return hdrtap_may_begin(hdrtap_load64(word));
}

Test(start_line, what_may_begin_one_is_looked_at)
{
	for (size_t i = 0; i < COUNT(loose); i++)
		cr_assert(may_begin(loose[i].text), "%s", loose[i].text);
	cr_assert(!may_begin("(null) 400 Bad Request"));
	cr_assert(!may_begin("200 OK"));
	cr_assert(!may_begin(" HTTP/1.1 200 OK"));
}

/* --- status lines that are looked for --- */

/* Puts `text` so that it ends the window's bytes, behind them what would go on with it. */
static int find(const char *text, const char *behind)
{
	struct hdrtap_window *w = feeder.window;
	__u32 length = strlen(text);

	memset(w->bytes, 'H', sizeof(w->bytes));
	memcpy(w->bytes + START, text, length);
	memcpy(w->bytes + START + length, behind, strlen(behind));
	return hdrtap_find_status_line(w, START, START + length);
}

Test(start_line, status_lines_are_found)
{
	cr_assert_eq(find("HTTP/1.1 200", ""), 0);
	cr_assert_eq(find("HTTP/1.0 404 Not Found\r\n", ""), 0);
	cr_assert_eq(find("xHTTP/1.1 200 OK\r\n", ""), 1);
	cr_assert_eq(find("<html></html>HTTP/1.1 200 OK\r\n", ""), 13);
	cr_assert_eq(find("HTTP/1.HTTP/1.1 20 HTTP/1.1 200 HTTP/1.1 200", ""), 19);
	cr_assert_eq(find("HHHHTTP/1.1 200 OK", ""), 3);
}

Test(start_line, other_lines_are_not_found)
{
	static const char *const others[] = {
		"",
		"HTTP/1.1",
		"HTTP/1.1 20x",
		"HTTP/1.1  200",
		"HTTP/1.1\t200",
		"HTTP/1 200 OK",
		"http/1.1 200",
		"HTTP/2.0 200",
		"HTTP/1.x 200",
		"HTTP/1.11 200",
		"HTTP/1.1 -20",
		"GET / HTTP/1.1\r\n",
	};

	for (size_t i = 0; i < COUNT(others); i++)
		cr_assert_eq(find(others[i], ""), -1, "%s", others[i]);
}

Test(start_line, status_lines_are_whole)
{
	const char *line = "HTTP/1.1 200";
	char text[32];

	for (int length = 0; length < 12; length++) {
		snprintf(text, sizeof(text), "ab%.*s", length, line);
		cr_assert_eq(find(text, line + length), -1, "%d bytes", length);
	}
}

Test(start_line, status_lines_are_found_within_bounds)
{
	char text[HDRTAP_WINDOW_SIZE + 1];

	for (int before = 0; before < 200; before++) {
		memset(text, 'b', before);
		memcpy(text + before, "HTTP/1.1 200", 13);
		cr_assert_eq(find(text, ""), before < HDRTAP_STRAY_MAX ? before : -1, "%d", before);
	}
	/* at the window's end */
	memset(text, 'b', HDRTAP_WINDOW_SIZE);
	text[HDRTAP_WINDOW_SIZE] = '\0';
	memcpy(text + HDRTAP_WINDOW_SIZE - 12, "HTTP/1.1 200", 12);
	cr_assert_eq(find(text, ""), -1);
	cr_assert_eq(hdrtap_find_status_line(feeder.window, START + HDRTAP_WINDOW_SIZE - 40,
					     START + HDRTAP_WINDOW_SIZE),
		     28);
}
