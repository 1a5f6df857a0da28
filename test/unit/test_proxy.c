/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/head/proxy.h: both versions of the PROXY protocol header, whole, cut at every byte
 * and byte by byte; addresses as inet_pton() reads them; and what is no such header.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/head/head.h>
#include <hdrtap/head/proxy.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BEHIND    "GET / HTTP/1.1\r\n\r\n"
#define LONG      "00000000001111111111222222222233333333334"

struct bytes {
	size_t size;
	__u8 at[1024];
};

struct read {
	int verdict;
	size_t used; /* bytes before the end of the header */
	struct hdrtap_proxy proxy;
};

static struct bytes bytes_of(const void *from, size_t size)
{
	struct bytes b = { .size = size };

	memcpy(b.at, from, size);
	return b;
}

static struct bytes text_of(const char *text)
{
	return bytes_of(text, strlen(text));
}

static void append(struct bytes *b, const void *from, size_t size)
{
	memcpy(b->at + b->size, from, size);
	b->size += size;
}

/* A version 2 header whose length counts `size` bytes at `block`. */
static struct bytes binary(__u8 command, __u8 family, const void *block, size_t size)
{
	struct bytes b = bytes_of(SIGNATURE, 12);
	__u8 fixed[4] = { command, family, size >> 8, size };

	append(&b, fixed, sizeof(fixed));
	append(&b, block, size);
	return b;
}

/* Feeds pieces of which the first ends at `cut`, the others are of `piece` bytes. */
static struct read feed(const struct bytes *b, size_t cut, size_t piece)
{
	struct read read = { .verdict = HDRTAP_MORE };
	static struct hdrtap_window window;
	size_t length;

	while (read.verdict == HDRTAP_MORE && read.used < b->size) {
		length = read.used < cut ? cut - read.used : piece;
		length = length < b->size - read.used ? length : b->size - read.used;
		memcpy(window.bytes + HDRTAP_WINDOW_START, b->at + read.used, length);
		hdrtap_window_ready(&window, length);
		do
			read.verdict = hdrtap_proxy_step(&read.proxy, &window);
		while (read.verdict == HDRTAP_AGAIN);
		read.used += window.position - HDRTAP_WINDOW_START;
	}
	return read;
}

/* The header ends where it ends and gives this client (NULL: none), however it is cut; no start of
 * it is the whole. */
static void gives(const struct bytes *header, const char *client, __u16 port)
{
	struct bytes b = *header;
	struct read read;
	__u8 address[16];
	size_t cut, piece;

	if (client)
		cr_assert_eq(inet_pton(AF_INET6, client, address), 1, "%s", client);
	append(&b, BEHIND, strlen(BEHIND));
	for (cut = 0; cut <= header->size; cut++)
		for (piece = 1; piece <= HDRTAP_WINDOW_SIZE; piece *= 4) {
			read = feed(&b, cut, piece);
			cr_assert_eq(read.verdict, HDRTAP_DONE, "cut at %zu: %d", cut,
				     read.verdict);
			cr_assert_eq(read.used, header->size, "cut at %zu: ended at %zu", cut,
				     read.used);
			cr_assert_eq(read.proxy.known, client != NULL);
			if (!client)
				continue;
			cr_assert_arr_eq(read.proxy.client, address, sizeof(address));
			cr_assert_eq(read.proxy.client_port, port);
		}
	for (b.size = 1; b.size < header->size; b.size++)
		cr_assert_eq(feed(&b, 0, 1024).verdict, HDRTAP_MORE, "%zu bytes", b.size);
}

static void text_gives(const char *line, const char *client, __u16 port)
{
	struct bytes b = text_of(line);

	gives(&b, client, port);
}

static void refused(const struct bytes *b)
{
	size_t cut;

	for (cut = 0; cut <= b->size; cut++)
		cr_assert_eq(feed(b, cut, 3).verdict, HDRTAP_NOT_HTTP, "%.*s, cut at %zu",
			     (int)b->size, b->at, cut);
}

static void text_refused(const char *line)
{
	struct bytes b = text_of(line);

	append(&b, BEHIND, strlen(BEHIND));
	refused(&b);
}

Test(proxy, lines_give_the_source)
{
	text_gives("PROXY TCP4 192.0.2.1 192.0.2.80 40000 80\r\n", "::ffff:192.0.2.1", 40000);
	text_gives("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "::ffff:0.0.0.0", 0);
	text_gives("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
		   "::ffff:255.255.255.255", 65535);
	text_gives("PROXY TCP6 2001:db8::1 2001:db8::80 1 2\r\n", "2001:db8::1", 1);
	text_gives("PROXY TCP6 :: ::1 10 20\r\n", "::", 10);
	text_gives("PROXY TCP6 2001:DB8:: ::ffff:192.0.2.80 9 8\r\n", "2001:db8::", 9);
	text_gives("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:192.0.2.80 9 8\r\n", "::ffff:192.0.2.1", 9);
	text_gives("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
		   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
		   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535);
}

Test(proxy, unknown_gives_none)
{
	char longest[HDRTAP_PROXY_LINE_MAX + 1];

	text_gives("PROXY UNKNOWN\r\n", NULL, 0);
	text_gives("PROXY UNKNOWN anything, \r or \n or GET / HTTP/1.1 \r\r\n", NULL, 0);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "PROXY UNKNOWN ", 14);
	memcpy(longest + HDRTAP_PROXY_LINE_MAX - 2, "\r\n", 3);
	text_gives(longest, NULL, 0);
}

/* What the standard library reads as an IPv6 address of at most 39 characters is one here, too. */
Test(proxy, addresses_are_those_of_inet_pton)
{
	const char *const parts[] = { "0",    "1:",  ":2",  "::",   "ffff",  ":",    "abcd:",
				      "1.2.", "3.4", "256", "01.2", "12345", ":0:0", "192.0.2.1" };
	char address[64], line[160];
	unsigned accepted = 0, i, n, tries;
	struct bytes b;
	__u8 expected[16];
	struct read read;

	srand(1);
	for (tries = 0; tries < 200000; tries++) {
		address[0] = '\0';
		n = 1 + rand() % 6;
		for (i = 0; i < n; i++)
			strcat(address, parts[rand() % (sizeof(parts) / sizeof(parts[0]))]);
		snprintf(line, sizeof(line), "PROXY TCP6 %s ::1 1 2\r\n", address);
		b = text_of(line);
		read = feed(&b, 0, 1024);
		if (inet_pton(AF_INET6, address, expected) != 1) {
			cr_assert_eq(read.verdict, HDRTAP_NOT_HTTP, "%s", address);
			continue;
		}
		cr_assert_eq(read.verdict, HDRTAP_DONE, "%s", address);
		cr_assert_arr_eq(read.proxy.client, expected, sizeof(expected), "%s", address);
		accepted++;
	}
	cr_assert_gt(accepted, 1000);
}

Test(proxy, wrong_lines_are_refused)
{
	const char *const lines[] = {
		"proxy TCP4 192.0.2.1 192.0.2.80 1 2\r\n",
		"PROXY TCP5 192.0.2.1 192.0.2.80 1 2\r\n",
		"PROXY  TCP4 192.0.2.1 192.0.2.80 1 2\r\n",
		"PROXY TCP4  192.0.2.1 192.0.2.80 1 2\r\n",
		"PROXY TCP4\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 1\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 1 2 3\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 1 2 \r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 1 2\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 1 2\rG",
		"PROXY TCP4 192.0.2 192.0.2.80 1 2\r\n",
		"PROXY TCP4 192.0.2.1.1 192.0.2.80 1 2\r\n",
		"PROXY TCP4 192.0.2. 192.0.2.80 1 2\r\n",
		"PROXY TCP4 192..2.1 192.0.2.80 1 2\r\n",
		"PROXY TCP4 192.0.02.1 192.0.2.80 1 2\r\n",
		"PROXY TCP4 192.0.2.256 192.0.2.80 1 2\r\n",
		"PROXY TCP4 192.0.2.a 192.0.2.80 1 2\r\n",
		"PROXY TCP4 +92.0.2.1 192.0.2.80 1 2\r\n",
		"PROXY TCP4 ::1 ::2 1 2\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.256 1 2\r\n",
		"PROXY TCP6 192.0.2.1 192.0.2.80 1 2\r\n",
		"PROXY TCP6 ::1%eth0 ::2 1 2\r\n",
		"PROXY TCP6 [::1] ::2 1 2\r\n",
		"PROXY TCP6 ::1 1:2:3:4:5:6:7 1 2\r\n",
		"PROXY TCP6 ::1 1:2:3:4:5:6:7:8:9 1 2\r\n",
		"PROXY TCP6 ::1 1:2::3:4::5 1 2\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 65536 2\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 01 2\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 1 99999\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 1 100000\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 f 2\r\n",
		"PROXY TCP4 192.0.2.1 192.0.2.80 -1 2\r\n",
		"PROXY UNKNOWNS\r\n",
		"PROXY UNKNOWN\nGET / HTTP/1.1\r\n",
		"PROXY TCP4 " LONG " 192.0.2.80 1 2\r\n",
		"PROXY UNKNOWN " LONG LONG LONG "\r\n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		text_refused(lines[i]);
}

/* TCP over IPv4: 192.0.2.1:40000 to 192.0.2.80:80. */
static const __u8 block4[] = { 192, 0, 2, 1, 192, 0, 2, 80, 0x9c, 0x40, 0, 80 };

Test(proxy, binary_headers_give_the_source)
{
	__u8 block[600] = { 0 };
	struct bytes b;

	b = binary(0x21, 0x11, block4, sizeof(block4));
	gives(&b, "::ffff:192.0.2.1", 40000);
	memset(block, 0x0a, sizeof(block)); /* TLVs, or what else follows the addresses */
	memcpy(block, block4, sizeof(block4));
	b = binary(0x21, 0x11, block, sizeof(block4) + 1);
	gives(&b, "::ffff:192.0.2.1", 40000);
	b = binary(0x21, 0x12, block, sizeof(block));
	gives(&b, "::ffff:192.0.2.1", 40000);
	inet_pton(AF_INET6, "2001:db8::1", block);
	inet_pton(AF_INET6, "2001:db8::80", block + 16);
	memcpy(block + 32, "\xff\xff\x00\x50", 4);
	b = binary(0x21, 0x21, block, 36);
	gives(&b, "2001:db8::1", 65535);
	b = binary(0x21, 0x21, block, 300);
	gives(&b, "2001:db8::1", 65535);
}

Test(proxy, binary_headers_without_a_source)
{
	__u8 block[300] = "GET / HTTP/1.1\r\n\r\n";
	struct bytes b;

	b = binary(0x20, 0x00, block, 0); /* LOCAL */
	gives(&b, NULL, 0);
	b = binary(0x20, 0xff, block, 3);
	gives(&b, NULL, 0);
	b = binary(0x21, 0x00, block, 0); /* AF_UNSPEC */
	gives(&b, NULL, 0);
	b = binary(0x21, 0x00, block, sizeof(block));
	gives(&b, NULL, 0);
	b = binary(0x21, 0x31, block, HDRTAP_PROXY_UNIX);
	gives(&b, NULL, 0);
}

Test(proxy, wrong_binary_headers_are_refused)
{
	struct bytes b;

	b = binary(0x11, 0x11, block4, sizeof(block4)); /* version */
	refused(&b);
	b = binary(0x22, 0x11, block4, sizeof(block4)); /* command */
	refused(&b);
	b = binary(0x21, 0x41, block4, sizeof(block4)); /* family */
	refused(&b);
	b = binary(0x21, 0x13, block4, sizeof(block4)); /* transport */
	refused(&b);
	b = binary(0x21, 0x11, block4, sizeof(block4) - 1);
	refused(&b);
	b = binary(0x21, 0x21, block4, sizeof(block4));
	refused(&b);
	b = binary(0x21, 0x31, block4, sizeof(block4));
	refused(&b);
	b = binary(0x21, 0x11, block4, sizeof(block4));
	b.at[11] = '\r'; /* signature */
	refused(&b);
}

/* The longest there is: nothing of it has to be loaded that is not in the window. */
Test(proxy, what_is_left_is_said)
{
	struct bytes b = binary(0x21, 0x11, block4, sizeof(block4));
	struct read read;

	b.at[14] = b.at[15] = 0xff;
	read = feed(&b, 0, 1024);
	cr_assert_eq(read.verdict, HDRTAP_MORE);
	cr_assert_eq(read.proxy.stage, HDRTAP_PROXY_SKIP);
	cr_assert_eq(read.proxy.left, 65535 - sizeof(block4));
	cr_assert_eq(read.proxy.known, 1);
}

static int may_begin(const char *bytes, size_t size)
{
	__u8 word[8] = { 0 };

	memcpy(word, bytes, size < sizeof(word) ? size : sizeof(word));
	return hdrtap_proxy_may_begin(hdrtap_load64(word));
}

Test(proxy, is_told_by_its_first_bytes)
{
	size_t size;

	for (size = 1; size <= 8; size++) {
		cr_assert(may_begin("PROXY TCP4", size), "%zu bytes", size);
		cr_assert(may_begin("PROXY UNKNOWN", size), "%zu bytes", size);
		cr_assert(may_begin(SIGNATURE, size), "%zu bytes", size);
	}
	cr_assert(!may_begin("PROXY / HTTP/1.1", 16));
	cr_assert(!may_begin("PROXYTCP", 8));
	cr_assert(!may_begin("PROPFIND / HTTP/1.1", 19));
	cr_assert(!may_begin("POST", 4));
	cr_assert(!may_begin("\r\n\r\nGET /", 9));
	cr_assert(!may_begin("\n", 1));
	cr_assert(!may_begin("GET / HTTP/1.1", 14));
}

/* Bytes that only began like a header are all in the window again, those of earlier ones, too. */
static void is_given_back(const char *bytes, size_t size)
{
	static struct hdrtap_window window;
	struct hdrtap_proxy proxy;
	int verdict = HDRTAP_AGAIN;
	size_t cut;

	for (cut = 1; cut < size; cut++) {
		memset(&proxy, 0, sizeof(proxy));
		memset(&window, 0, sizeof(window));
		memcpy(window.bytes + HDRTAP_WINDOW_START, bytes, cut);
		hdrtap_window_ready(&window, cut);
		verdict = hdrtap_proxy_step(&proxy, &window);
		if (verdict == HDRTAP_NOT_HTTP)
			break;
		cr_assert_eq(verdict, HDRTAP_MORE);
		memcpy(window.bytes + HDRTAP_WINDOW_START, bytes + cut, size - cut);
		hdrtap_window_ready(&window, size - cut);
		cr_assert_eq(hdrtap_proxy_step(&proxy, &window), HDRTAP_NOT_HTTP);
		cr_assert(hdrtap_proxy_give_back(&proxy, &window));
		cr_assert_eq(window.end - window.position, size, "%s, cut at %zu", bytes, cut);
		cr_assert_arr_eq(window.bytes + window.position, bytes, size);
	}
	cr_assert(hdrtap_proxy_give_back(&proxy, &window));
	cr_assert_arr_eq(window.bytes + window.position, bytes, cut);
}

Test(proxy, what_only_begins_like_one_is_given_back)
{
	static struct hdrtap_window window;
	struct hdrtap_proxy proxy = { .stage = HDRTAP_PROXY_SOURCE };

	is_given_back("POST / HTTP/1.1\r\n", 17);
	is_given_back("PROXY / HTTP/1.1\r\n", 18);
	is_given_back("PROXY TCP5 ", 11);
	is_given_back("PROXY UNKNOWABLE ", 17);
	is_given_back("\r\nGET / HTTP/1.1\r\n", 18);
	is_given_back("\r\n\r\n\0\r\nQUIET", 13);
	cr_assert(!hdrtap_proxy_give_back(&proxy, &window));
}
