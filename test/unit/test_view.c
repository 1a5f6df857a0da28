/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/view/view.h: values of records, sound and damaged; targets, hosts, addresses, times,
 * characters.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "made.h"
#include "run/words.h"

static struct view_bytes bytes_of(const char *text)
{
	return (struct view_bytes){ (const __u8 *)text, strlen(text) };
}

static bool equals(struct view_bytes got, const char *text)
{
	if (!text)
		return !got.bytes;
	return got.bytes && got.size == strlen(text) && !memcmp(got.bytes, text, got.size);
}

Test(view, values_are_found_in_wire_order)
{
	struct made m;
	struct view view;

	made_request(&m, "/a");
	made_header(&m, "x-one", "first");
	made_header(&m, "x-two", "");
	made_header(&m, "x-one", "second");
	view_init(&view, &m.rec, &m.meta, 11, NULL);
	cr_assert_eq(view.count, 4);
	cr_assert_eq(view.time, MADE_TIME + 11);
	cr_assert(equals(view_kept(&view, HDRTAP_SLOT_TARGET), "/a"));
	cr_assert(equals(view_kept(&view, view_slot(&m.meta, "x-one")), "first"));
	cr_assert(equals(view_kept(&view, view_slot(&m.meta, "x-two")), ""));
	cr_assert(equals(view_kept(&view, view_slot(&m.meta, "host")), NULL));
	cr_assert(equals(view_kept(&view, view_slot(&m.meta, "x-none")), NULL));
	cr_assert(equals(view.value[3].stored, "second"));
}

Test(view, what_was_not_kept_is_no_text)
{
	struct made m;
	struct view view;

	made_request(&m, "/");
	made_mode(&m, "authorization=scheme", "Bearer", 6, 30);
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	cr_assert(equals(view_kept(&view, view_slot(&m.meta, "authorization")), NULL));
}

Test(view, damaged_records_stay_inside)
{
	struct made m;
	struct view view;

	made_request(&m, "/a");
	m.rec.entry_count = 255;
	m.rec.arena_used = 100;
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	cr_assert_eq(view.count, HDRTAP_ENTRIES_MAX);
	m.rec.entry[3].stored = 100 - 1;
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	cr_assert_eq(view.count, 3);
	m.rec.entry[3].stored = 100 - 2;
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	cr_assert_eq(view.count, HDRTAP_ENTRIES_MAX);
}

Test(view, targets)
{
	static const struct {
		const char *target, *path, *query;
	} cases[] = {
		{ "/", "/", NULL },
		{ "/a/b?c=d?e", "/a/b", "c=d?e" },
		{ "/a?", "/a", "" },
		{ "//a", "//a", NULL },
		{ "http://h/p?q", "/p", "q" },
		{ "http://h:80", "", NULL },
		{ "http://h?q", "", "q" },
		{ "HTTP://h/", "/", NULL },
		{ "*", NULL, NULL },
		{ "example.com:443", NULL, NULL },
		{ "a:/", NULL, NULL },
		{ "", NULL, NULL },
		{ "?q", NULL, NULL },
	};
	struct view_bytes path, query;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view_split_target(bytes_of(cases[i].target), &path, &query);
		cr_assert(equals(path, cases[i].path), "path of %s", cases[i].target);
		cr_assert(equals(query, cases[i].query), "query of %s", cases[i].target);
	}
	view_split_target((struct view_bytes){ 0 }, &path, &query);
	cr_assert(!path.bytes && !query.bytes);
}

Test(view, server_addresses)
{
	static const char *const cases[][2] = {
		{ "example.com", "example.com" },
		{ "example.com:80", "example.com" },
		{ "[::1]:80", "::1" },
		{ "[::1]", "::1" },
		{ "[::1", "::1" },
		{ "", "" },
		{ ":80", "" },
		{ "[]", "" },
		{ "2001:db8::2", "2001:db8::2" },
		{ "::1", "::1" },
		{ "::", "::" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "fe80::1%eth0", "fe80::1%eth0" },
		{ "[2001:db8::2]", "2001:db8::2" },
		{ "192.0.2.1:80", "192.0.2.1" },
		{ "a:80:90", NULL },
		{ "2001:db8::2::3", NULL },
		{ "2001:db8:0:0:0:0:0:0:2:80", NULL },
		{ "::ffff:255.255.255.255:ffff:ffff:ffff:ffff:ffff", NULL },
		{ "u:p@example.com:80", "example.com" },
		{ "u@[::1]:80", "::1" },
		{ "u:p@::1", "::1" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_assert(equals(view_server_address(bytes_of(cases[i][0])), cases[i][1]), "%s",
			  cases[i][0]);
	cr_assert(equals(view_server_address((struct view_bytes){ 0 }), NULL));
}

/* Of a request with this target and Host, NULL: none. */
static struct view_bytes server_of(struct made *m, const char *target, const char *host)
{
	struct view view;

	made_request(m, target);
	if (host)
		made_header(m, "host", host);
	view_init(&view, &m->rec, &m->meta, 0, NULL);
	return view_server(&view, view_slot(&m->meta, "host"));
}

/* RFC 9112 sections 3.2.2 and 3.3: the target's authority counts, where it has one. */
Test(view, servers)
{
	static const char *const cases[][3] = {
		{ "/a", "host.example:80", "host.example" },
		{ "/a", NULL, NULL },
		{ "/http://other.example/", "host.example", "host.example" },
		{ "*", "host.example", "host.example" },
		{ "http://target.example/a", "host.example", "target.example" },
		{ "http://target.example:8080", NULL, "target.example" },
		{ "http://target.example?q", "", "target.example" },
		{ "http://[2001:db8::2]:80/", "host.example", "2001:db8::2" },
		{ "http://2001:db8::2/", "host.example", "2001:db8::2" },
		{ "http:///a", "host.example", "" },
		{ "target.example:80", "host.example", "host.example" }, /* no CONNECT */
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made m;

		cr_assert(equals(server_of(&m, cases[i][0], cases[i][1]), cases[i][2]), "%s, %s",
			  cases[i][0], cases[i][1]);
	}
}

Test(view, server_of_connect)
{
	struct made m;
	struct view view;

	made_request(&m, "target.example:443");
	made_header(&m, "host", "host.example");
	m.rec.method = HDRTAP_METHOD_CONNECT;
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	cr_assert(equals(view_server(&view, view_slot(&m.meta, "host")), "target.example"));
}

/* Half a name would be another server. */
Test(view, servers_that_were_cut)
{
	struct made m;
	struct view view;
	__u8 host;

	made_request(&m, "http://target.exam");
	m.rec.entry[0].original = 30;
	made_header(&m, "host", "host.exam");
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	host = view_slot(&m.meta, "host");
	cr_assert(equals(view_server(&view, host), NULL));

	made_request(&m, "http://target.example/long");
	m.rec.entry[0].original = 300;
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	cr_assert(equals(view_server(&view, host), "target.example"));

	made_request(&m, "/");
	made_header(&m, "host", "host.exam");
	m.rec.entry[1].original = 12;
	view_init(&view, &m.rec, &m.meta, 0, NULL);
	cr_assert(equals(view_server(&view, host), NULL));
}

Test(view, addresses)
{
	static const char *const cases[][2] = {
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "::ffff:255.255.255.255", "255.255.255.255" },
		{ "::ffff:0.0.0.0", "0.0.0.0" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:DB8::ABCD", "2001:db8::abcd" },
		{ "::1", "::1" },
		{ "::", "::" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};
	char text[VIEW_ADDRESS_MAX];
	__u8 address[16];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_assert_eq(inet_pton(AF_INET6, cases[i][0], address), 1);
		cr_assert_eq(view_address(text, address), strlen(cases[i][1]));
		cr_assert_str_eq(text, cases[i][1]);
	}
}

Test(view, times)
{
	static const struct {
		__u64 ns;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000000000Z" },
		{ MADE_TIME, "2023-11-14T22:13:20.123456789Z" },
		{ MADE_TIME + 1, "2023-11-14T22:13:20.123456790Z" },
		{ 1709164799999999999ULL, "2024-02-28T23:59:59.999999999Z" },
		{ 1709164800000000000ULL, "2024-02-29T00:00:00.000000000Z" },
		{ 0, "1970-01-01T00:00:00.000000000Z" },
		{ ~0ULL, "2554-07-21T23:34:33.709551615Z" },
	};
	char text[VIEW_TIME_SIZE + 1] = "";
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view_time(text, cases[i].ns);
		cr_assert_str_eq(text, cases[i].text);
	}
}

Test(view, numbers)
{
	char text[VIEW_NUMBER_MAX + 1] = "";

	cr_assert_eq(view_number(text, 0), 1);
	cr_assert_str_eq(text, "0");
	cr_assert_eq(view_number(text, ~0ULL), VIEW_NUMBER_MAX);
	cr_assert_str_eq(text, "18446744073709551615");
}

Test(view, numbers_around_powers_of_ten)
{
	char text[VIEW_NUMBER_MAX + 1], expected[VIEW_NUMBER_MAX + 1];
	__u64 power = 10;

	for (int i = 0; i < VIEW_NUMBER_MAX - 1; i++, power *= 10) {
		for (__u64 number = power - 1; number <= power + 1; number++) {
			text[view_number(text, number)] = '\0';
			snprintf(expected, sizeof(expected), "%llu", number);
			cr_assert_str_eq(text, expected);
		}
	}
}

Test(view, utf8)
{
	static const char *const good[] = {
		"",
		"abc",
		"\xc2\x80",
		"\xdf\xbf",
		"\xe0\xa0\x80",
		"\xed\x9f\xbf",
		"\xee\x80\x80",
		"\xef\xbf\xbf",
		"\xf0\x90\x80\x80",
		"\xf4\x8f\xbf\xbf",
		"a\xc3\xa9z",
	};
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc3",
		"\xc3(",
		"\xe0\x9f\xbf",
		"\xe2\x82",
		"\xe2(\xac",
		"\xed\xa0\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf0\x9f\x98",
		"\xff",
		"\xfe",
		"ok\xe9",
	};
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_assert(view_is_utf8(bytes_of(good[i])), "good %zu", i);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert(!view_is_utf8(bytes_of(bad[i])), "bad %zu", i);
}

/* Every character the cut can go through, at every place in it. */
Test(view, a_cut_takes_the_whole_character)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
	static const size_t whole[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10 };
	size_t size;

	for (size = 0; size < sizeof(whole) / sizeof(whole[0]); size++) {
		struct view_value value = {
			.stored = { (const __u8 *)text, size },
			.original = sizeof(text),
			.mode = HDRTAP_MODE_KEEP,
		};

		cr_assert_eq(view_whole(&value).size, whole[size], "%zu bytes", size);
		value.original = size;
		cr_assert_eq(view_whole(&value).size, size, "not truncated");
	}
}

Test(view, a_cut_in_no_utf8_takes_nothing)
{
	struct view_value value = {
		.stored = bytes_of("\xe9t\xe9\xe9"),
		.original = 100,
		.mode = HDRTAP_MODE_KEEP,
	};

	cr_assert_eq(view_whole(&value).size, 4);
}

Test(view, latin1)
{
	__u8 to[6];

	cr_assert_eq(view_latin1(to, bytes_of("A\x80\xff")), 5);
	cr_assert_eq(memcmp(to, "A\xc2\x80\xc3\xbf", 5), 0);
}

Test(view, words)
{
	cr_assert_str_eq(word_method(HDRTAP_METHOD_QUERY), "QUERY");
	cr_assert_str_eq(word_method(HDRTAP_METHOD_MAX), "unknown");
	cr_assert_str_eq(word_flag(HDRTAP_FLAG_MAX - 1), "urgent");
	cr_assert_str_eq(word_flag(63), "unknown");
	cr_assert_str_eq(word_mode(255), "unknown");
	cr_assert_str_eq(word_kind(HDRTAP_KIND_RESPONSE), "response");
	cr_assert_str_eq(word_hook(HDRTAP_HOOK_PCAP), "pcap");
	cr_assert_str_eq(word_framing(HDRTAP_FRAMING_CHUNKED), "chunked");
	cr_assert_str_eq(word_direction(HDRTAP_DIRECTION_TRANSMIT), "transmit");
	cr_assert_str_eq(word_tunnel(HDRTAP_TUNNEL_GENEVE), "geneve");
}
