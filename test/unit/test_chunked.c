/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/head/chunked.h: where a chunked body ends, with the body cut into windows at every
 * byte, and what is not chunked coding.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/head/chunked.h>
#include <hdrtap/head/head.h>

static struct hdrtap_window window;
static __u8 loose; /* of the body last fed */

static int in_window(struct hdrtap_chunked *c)
{
	int verdict;

	do {
		verdict = hdrtap_chunked_step(c, &window);
	} while (verdict == HDRTAP_AGAIN);
	return verdict;
}

/* Feeds `text` in pieces that end at `cut` and then every `piece` bytes. Sets the number of bytes
 * before the end. */
static int feed(const char *text, size_t cut, size_t piece, size_t *used)
{
	struct hdrtap_chunked c = { 0 };
	size_t size = strlen(text), at = 0, length;
	int verdict = HDRTAP_MORE;

	while (at < size && verdict == HDRTAP_MORE) {
		length = at < cut ? cut - at : piece;
		length = length < size - at ? length : size - at;
		memcpy(window.bytes + HDRTAP_WINDOW_START, text + at, length);
		hdrtap_window_ready(&window, length);
		verdict = in_window(&c);
		at += window.position - HDRTAP_WINDOW_START;
	}
	*used = at;
	loose = c.loose;
	return verdict;
}

/* Whether others may see the end of the body elsewhere, however it is cut. */
static void is_loose(const char *body, bool expected)
{
	size_t cut, used;

	for (cut = 0; cut <= strlen(body); cut++) {
		cr_assert_eq(feed(body, cut, 2, &used), HDRTAP_DONE, "%s, cut at %zu", body, cut);
		cr_assert_eq(loose, expected, "%s, cut at %zu", body, cut);
	}
}

static void ends_before(const char *body, const char *behind)
{
	char text[512];
	size_t cut, piece, used;

	snprintf(text, sizeof(text), "%s%s", body, behind);
	for (cut = 0; cut <= strlen(text); cut++)
		for (piece = 1; piece < 20; piece += 6) {
			cr_assert_eq(feed(text, cut, piece, &used), HDRTAP_DONE, "%s, cut at %zu",
				     body, cut);
			cr_assert_eq(used, strlen(body), "%s, cut at %zu: ended at %zu", body, cut,
				     used);
		}
}

static void refused(const char *body)
{
	size_t cut, used;

	for (cut = 0; cut <= strlen(body); cut++)
		cr_assert_eq(feed(body, cut, 3, &used), HDRTAP_NOT_HTTP, "%s, cut at %zu", body,
			     cut);
}

Test(chunked, ends_where_the_trailer_ends)
{
	ends_before("0\r\n\r\n", "HTTP/1.1 200 OK\r\n");
	ends_before("5\r\nhello\r\n0\r\n\r\n", "GET / HTTP/1.1\r\n");
	ends_before("1E\r\n0\r\n\r\nGET /inside HTTP/1.1\r\n\r\n\r\n0\r\n\r\n", "G");
	ends_before("00003;name=\"GET / HTTP/1.1\"\r\nabc\r\n000\r\n\r\n", "x");
	ends_before("0000000000000000000000000000000003\r\nabc\r\n00000000000000000000\r\n\r\n",
		    "x");
	ends_before("3\r\nabc\r\n0\r\nDigest: x\r\nEmpty:\r\n\r\n", "\r\n\r\n");
	ends_before("3\nabc\n0\nDigest: x\n\n", "next");
	ends_before("0\n\r\r\n\r\n", "a CR alone in a trailer line is text");
	ends_before("a\r\n0123456789\r\nA\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", "0");
}

Test(chunked, what_is_not_chunked_is_refused)
{
	refused("\r\nabc");
	refused("g\r\n");
	refused(";x\r\n");
	refused("3\r\nabcd\r\n0\r\n\r\n");
	refused("10000000000000000\r\n");
	refused("00000000000000001ffffffffffffffff\r\n");
	refused("-1\r\nx\r\n");
	refused(" 1\r\nx\r\n0\r\n\r\n");
	refused("1 0\r\nx\r\n0\r\n\r\n");
	refused("1 x\r\nx\r\n0\r\n\r\n");
	refused("3\r\nabc\r\r\n0\r\n\r\n");
}

/* Nothing is lost of a size of 64 bits, and the data of such a chunk has no end. */
Test(chunked, sizes_have_64_bits)
{
	static const char text[] = "000ffffffffffffffff;x\r\n";
	struct hdrtap_chunked c = { 0 };
	__u64 left = ~0ULL;

	memcpy(window.bytes + HDRTAP_WINDOW_START, text, strlen(text));
	hdrtap_window_ready(&window, strlen(text));
	cr_assert_eq(in_window(&c), HDRTAP_MORE);
	cr_assert_eq(c.left, left);
	for (int i = 0; i < 5; i++) {
		hdrtap_window_ready(&window, HDRTAP_WINDOW_SIZE);
		cr_assert_eq(in_window(&c), HDRTAP_MORE);
		left -= HDRTAP_WINDOW_SIZE;
		cr_assert_eq(c.left, left);
		cr_assert_eq(c.phase, HDRTAP_CHUNK_DATA);
	}
}

Test(chunked, loose_line_ends_are_noted)
{
	is_loose("3\r\nabc\r\n0\r\n\r\n", false);
	is_loose("3 ;x=\"y\" \t\r\nabc\r\n0;\r\nX: y\r\nZ:\r\n\r\n", false);
	is_loose("3  \r\nabc\r\n0\r\n\r\n", false);
	is_loose("3\nabc\r\n0\r\n\r\n", true);
	is_loose("3;x\nabc\r\n0\r\n\r\n", true);
	is_loose("3\rx\r\nabc\r\n0\r\n\r\n", true);
	is_loose("3;x\ry\r\nabc\r\n0\r\n\r\n", true);
	is_loose("3\r\nabc\n0\r\n\r\n", true);
	is_loose("3\r\nabc\r\n0\n\r\n", true);
	is_loose("3\r\nabc\r\n0\r\n\n", true);
	is_loose("3\r\nabc\r\n0\r\nX: y\n\r\n", true);
	is_loose("3\r\nabc\r\n0\r\nX: y\r\r\n\r\n", true);
	is_loose("3\r\nabc\r\n0\r\n\r\r\n\r\n", true);
}

Test(chunked, is_not_over_before_its_end)
{
	const char *body = "5\r\nhello\r\n0\r\nX: y\r\n\r\n";
	char start[64];
	size_t length, used;

	for (length = 1; length < strlen(body); length++) {
		snprintf(start, sizeof(start), "%.*s", (int)length, body);
		cr_assert_eq(feed(start, length, 1, &used), HDRTAP_MORE, "%zu bytes", length);
	}
}
