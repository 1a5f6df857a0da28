/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Names of APIs by rule: what of a request becomes what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "api/api_names.h"
#include "made.h"

static struct view_bytes bytes(const char *text)
{
	return (struct view_bytes){ (const __u8 *)text, text ? strlen(text) : 0 };
}

static const char *name_of(const char *method, const char *host, const char *target, bool cut)
{
	static char text[API_NAME_MAX + 1];
	const struct api_request request = { bytes(method), bytes(host), bytes(target), cut };
	struct api_name name;

	api_name(&name, NULL, &request);
	cr_assert_eq(name.source, API_RULE);
	cr_assert(name.size <= API_NAME_MAX);
	cr_assert_eq(name.size, name.method_size + 1 + name.host_size + name.path_size);
	memcpy(text, name.text, name.size);
	text[name.size] = '\0';
	return text;
}

/* The path of a name, its one segment without the '/'. */
static const char *path(const char *target)
{
	return name_of("GET", "h", target, false) + 5;
}

static const char *segment(const char *text)
{
	char target[2048];

	snprintf(target, sizeof(target), "/%s", text);
	return path(target) + 1;
}

#define BECOMES(from, to) cr_expect_str_eq(segment(from), to, "%s becomes %s", from, segment(from))
#define STAYS(text)       BECOMES(text, text)

Test(api_rule, names_stay)
{
	STAYS("users");
	STAYS("v1");
	STAYS("v2.0");
	STAYS("getUserByEmail");
	STAYS("list-all-users");
	STAYS("user_profile");
	STAYS("index.html");
	STAYS("jquery.min.js");
	STAYS("com.example.Service");
	STAYS("facade");
	STAYS("deadbeef");
	STAYS("mp3");
	STAYS("utf-8");
	STAYS("oauth2");
	STAYS("GetCustomerOrders2");
	STAYS("WindowsServer2019");
	STAYS("@alice");
	STAYS("Main(args)");
	STAYS("~home");
}

Test(api_rule, numbers)
{
	BECOMES("0", "{n}");
	BECOMES("42", "{n}");
	BECOMES("12345678901234567890", "{n}");
	BECOMES("-12", "{n}");
	BECOMES("3.14", "{n}");
	BECOMES("-3.14", "{n}");
	STAYS("-");
	STAYS("a.1");
}

Test(api_rule, dates)
{
	BECOMES("2026-11-30", "{date}");
	BECOMES("20261130", "{date}");
	BECOMES("2026-11", "{date}");
	BECOMES("2026-11-30T14:05:00Z", "{date}");
	BECOMES("2026-11-30t14:05:00.123+02:00", "{date}");
	BECOMES("20261330", "{n}");
	BECOMES("99999999", "{n}");
	BECOMES("2026-13-01", "{n}-{n}-{n}");
}

Test(api_rule, uuids_hashes_and_hexadecimal)
{
	BECOMES("550e8400-e29b-41d4-a716-446655440000", "{uuid}");
	BECOMES("550E8400-E29B-41D4-A716-446655440000", "{uuid}");
	BECOMES("d41d8cd98f00b204e9800998ecf8427e", "{hash}");
	BECOMES("da39a3ee5e6b4b0d3255bfef95601890afd80709", "{hash}");
	BECOMES("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "{hash}");
	BECOMES("deadbee1", "{hex}");
	BECOMES("507f1f77bcf86cd799439011", "{hex}");
	BECOMES("0x1f", "{hex}");
	STAYS("0xyz");
	STAYS("abc123");
}

Test(api_rule, addresses_of_all_kinds)
{
	BECOMES("10.1.2.3", "{ip}");
	BECOMES("2001:db8::1", "{ip}");
	BECOMES("alice@example.com", "{email}");
	BECOMES("alice@localhost", "alice@localhost");
	BECOMES("10.1.2.300", "{n}.{n}.{n}.{n}");
}

Test(api_rule, tokens)
{
	BECOMES("VGhpc0lzQVRlc3Q5", "{b64}");
	BECOMES("VGhpcyBpcyBhIHRlc3Q1MQ==", "{b64}");
	BECOMES("cjld2cjxh0000qzrmn831i7rn", "{b64}");
	BECOMES("01ARZ3NDEKTSV4RRFFQ69G5FAV", "{b64}");
	BECOMES("aB3_xY7-kL9mN2pQ4r", "{b64}");
	BECOMES("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "{jwt}");
	STAYS("Top-10-Things-To-Do-This-Year");
}

Test(api_rule, parts_of_segments)
{
	BECOMES("app.3f2a1b9c.js", "app.{hex}.js");
	BECOMES("order-12345", "order-{n}");
	BECOMES("5:cancel", "{n}:cancel");
	BECOMES("report-2026-11-30.pdf", "report-{n}-{n}-{n}.pdf");
	BECOMES("img_001.png", "img_{n}.png");
	BECOMES("1.1.x", "{n}.{n}.x");
	BECOMES("3f2a1b9c-41d4-a7", "{hex}-{hex}-{hex}");
	STAYS("page-2");
	BECOMES("id=42000,b=7", "id={n},b={n}");
}

Test(api_rule, what_is_long_or_no_text_of_a_path)
{
	BECOMES("this-is-how-people-write-titles-of-articles", "{long}");
	BECOMES("hello%20world", "{text}");
	BECOMES("caf\xc3\xa9", "{text}");
	BECOMES("<script>", "{text}");
	BECOMES("a\"b", "{text}");
	BECOMES("a\\b", "{text}");
	BECOMES("{id}", "{text}");
	BECOMES("\x1b[2J", "{text}");
	BECOMES("100%", "{text}");
}

Test(api_rule, paths_are_normalised)
{
	cr_expect_str_eq(path("/a/b?x=/c/d"), "/a/b");
	cr_expect_str_eq(path("/a/b#c"), "/a/b");
	cr_expect_str_eq(path("/a/./b/../c"), "/a/c");
	cr_expect_str_eq(path("/a/%2e%2E/c"), "/c");
	cr_expect_str_eq(path("/../../a"), "/a");
	cr_expect_str_eq(path("/a/.."), "/");
	cr_expect_str_eq(path("/a/."), "/a/");
	cr_expect_str_eq(path("/%41%62c"), "/Abc");
	cr_expect_str_eq(path("/a%2fb"), "/{text}");
	cr_expect_str_eq(path("/Users"), "/Users");
	cr_expect_str_eq(path("/a//b/"), "/a//b/");
	cr_expect_str_eq(path("/a;v=1/b;jsessionid=17"), "/a/b");
	cr_expect_str_eq(path("/..;/a"), "/../a");
	cr_expect_str_eq(path("http://x/a"), "/a");
	cr_expect_str_eq(path("http://x"), "/");
	cr_expect_str_eq(path("http://x?q"), "/");
}

Test(api_rule, targets_without_a_path)
{
	cr_expect_str_eq(name_of("OPTIONS", "h", "*", false), "OPTIONS h *");
	cr_expect_str_eq(name_of("CONNECT", "h", "h:443", false), "CONNECT h");
	cr_expect_str_eq(name_of("GET", "h", NULL, false), "GET h unknown");
	cr_expect_str_eq(name_of("GET", "h", "", false), "GET h unknown");
	cr_expect_str_eq(name_of("GET", "h", "foo", false), "GET h unknown");
}

Test(api_rule, hosts_and_methods)
{
	cr_expect_str_eq(name_of("GET", "Shop.Example.COM.", "/", false), "GET shop.example.com/");
	cr_expect_str_eq(name_of("GET", "2001:DB8::1", "/", false), "GET 2001:db8::1/");
	cr_expect_str_eq(name_of("GET", NULL, "/", false), "GET -/");
	cr_expect_str_eq(name_of("GET", "a<b", "/", false), "GET {host}/");
	cr_expect_str_eq(name_of("GET", "a b", "/", false), "GET {host}/");
	cr_expect_str_eq(name_of("get", "h", "/", false), "_OTHER h/");
	cr_expect_str_eq(name_of("X\x01Y", "h", "/", false), "_OTHER h/");
	cr_expect_str_eq(name_of("PATCH", "h", "/", false), "PATCH h/");
}

Test(api_rule, cut_targets)
{
	cr_expect_str_eq(name_of("GET", "h", "/a/b", true), "GET h/a/{cut}");
	cr_expect_str_eq(name_of("GET", "h", "/a/", true), "GET h/a/{cut}");
	cr_expect_str_eq(name_of("GET", "h", "/a/b?x=1", true), "GET h/a/b");
}

Test(api_rule, lengths_are_bounded)
{
	char target[4096], host[1000];
	const char *name;

	for (int i = 0; i < 2000; i++)
		memcpy(target + 2 * i, "/a", 2);
	target[4000] = '\0';
	cr_expect_str_eq(path(target), "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/{more}");
	for (size_t i = 0; i < sizeof(target) - 1; i++)
		target[i] = i % 40 ? 'a' + i % 7 : '/';
	target[sizeof(target) - 1] = '\0';
	name = path(target);
	cr_expect(strlen(name) <= API_PATH_MAX);
	cr_expect_str_eq(name + strlen(name) - 7, "/{more}");
	memset(host, 'h', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	cr_expect_str_eq(name_of("GET", host, "/", false), "GET {host}/");
	memset(target, 'x', sizeof(target) - 1);
	target[0] = '/';
	cr_expect_str_eq(path(target), "/{cut}", "more than API_PATH_BYTES are not looked at");
}

/* Every byte at every place of short targets: names have harmless bytes alone. */
Test(api_rule, names_are_harmless)
{
	char text[8] = "/ab/cd/";

	for (int at = 0; at < 7; at++)
		for (int byte = 1; byte < 256; byte++) {
			char target[8];
			const char *name;

			memcpy(target, text, sizeof(text));
			target[at] = byte;
			name = name_of(target, target, target, false);
			for (size_t i = 0; name[i]; i++)
				cr_assert(name[i] >= ' ' && name[i] <= '~' &&
						  !strchr("\"'\\<>&`", name[i]),
					  "%s of %s", name, target);
		}
}

/* Values that strangers make up have the same few names. */
Test(api_rule, strangers_make_few_names)
{
	static char seen[64][API_NAME_MAX + 1];
	unsigned int count = 0, found;

	srand(1);
	for (int i = 0; i < 100000; i++) {
		char target[128];
		const char *name;

		snprintf(target, sizeof(target), "/users/%d/%08x%08x-%04x/%d.html", rand(), rand(),
			 rand(), rand() % 65536, 1000 + rand());
		name = name_of("GET", "h", target, false);
		for (found = 0; found < count && strcmp(seen[found], name); found++)
			;
		cr_assert(found < 63, "%s", name);
		if (found == count)
			strcpy(seen[count++], name);
	}
	cr_expect(count <= 8, "%u", count);
}

/* --- of records --- */

static const char *name_of_record(const struct made *m)
{
	static char text[API_NAME_MAX + 1];
	struct api_request request;
	struct api_name name;
	struct view view;

	view_init(&view, &m->rec, &m->meta, 0, NULL);
	request = api_request_of(&view, view_slot(&m->meta, "host"));
	api_name(&name, NULL, &request);
	memcpy(text, name.text, name.size);
	text[name.size] = '\0';
	return text;
}

Test(api_rule, of_records)
{
	struct made m;

	made_request(&m, "/users/17?token=REDACTED");
	made_header(&m, "host", "Shop.example.com:8080");
	m.rec.entry[0].mode = HDRTAP_MODE_REDACTED;
	m.rec.flags = HDRTAP_FLAG(REDACTED);
	cr_expect_str_eq(name_of_record(&m), "GET shop.example.com/users/{n}");
	made_request(&m, "http://other.example.com/users/17");
	made_header(&m, "host", "shop.example.com");
	cr_expect_str_eq(name_of_record(&m), "GET other.example.com/users/{n}");
	made_request(&m, "/users/17");
	m.rec.method = HDRTAP_METHOD_OTHER;
	made_value(&m, HDRTAP_SLOT_METHOD, HDRTAP_MODE_KEEP, "PURGE", 5, 0);
	cr_expect_str_eq(name_of_record(&m), "_OTHER -/users/{n}");
}

Test(api_rule, of_records_that_are_not_whole)
{
	struct made m;

	made_request(&m, "/users/17");
	m.rec.entry[0].original = 300;
	m.rec.flags = HDRTAP_FLAG(TRUNCATED);
	cr_expect_str_eq(name_of_record(&m), "GET -/users/{cut}");
	made_request(&m, "/users/17?q=12345");
	m.rec.entry[0].original = 300;
	cr_expect_str_eq(name_of_record(&m), "GET -/users/{n}");
	made_request(&m, "/users/17");
	m.rec.entry[0].mode = HDRTAP_MODE_HASH;
	cr_expect_str_eq(name_of_record(&m), "GET - unknown");
	made_request(&m, "/users/17");
	m.rec.entry_count = 0;
	cr_expect_str_eq(name_of_record(&m), "GET - unknown");
}
