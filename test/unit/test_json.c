/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The JSON view, read back by a JSON parser: every line is valid, keys are there only when there is
 * something to say, and no byte of a value is lost. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <yajl/yajl_tree.h>

#include "made.h"
#include "run/elements.h"
#include "view/sink_clf.h"
#include "view/sink_csv.h"
#include "view/sink_json.h"
#include "view/sink_text.h"

static yajl_val line_of(const struct made *m)
{
	const char *lines = made_lines(m, sink_json_open, false);
	char why[256] = "";
	yajl_val line;

	cr_assert_eq(strchr(lines, '\n'), lines + strlen(lines) - 1, "one line");
	line = yajl_tree_parse(lines, why, sizeof(why));
	cr_assert(line, "%s: %s", why, lines);
	cr_assert(YAJL_IS_OBJECT(line));
	return line;
}

static yajl_val get(yajl_val line, const char *key)
{
	const char *path[] = { key, NULL };

	return yajl_tree_get(line, path, yajl_t_any);
}

/* NULL: absent. */
static const char *text_of(yajl_val line, const char *key)
{
	yajl_val value = get(line, key);

	cr_assert(!value || YAJL_IS_STRING(value), "%s is no string", key);
	return value ? YAJL_GET_STRING(value) : NULL;
}

static long long number_of(yajl_val line, const char *key)
{
	yajl_val value = get(line, key);

	cr_assert(value && YAJL_IS_INTEGER(value), "%s is no number", key);
	return YAJL_GET_INTEGER(value);
}

static yajl_val item_of(yajl_val line, const char *key, size_t count, size_t i)
{
	yajl_val value = get(line, key);

	cr_assert(value && YAJL_IS_ARRAY(value), "%s is no array", key);
	cr_assert_eq(value->u.array.len, count, "%s has %zu items", key, value->u.array.len);
	return value->u.array.values[i];
}

static const char *text_item(yajl_val line, const char *key, size_t count, size_t i)
{
	yajl_val item = item_of(line, key, count, i);

	cr_assert(YAJL_IS_STRING(item), "%s has no strings", key);
	return YAJL_GET_STRING(item);
}

static long long number_item(yajl_val line, const char *key, size_t count, size_t i)
{
	yajl_val item = item_of(line, key, count, i);

	cr_assert(YAJL_IS_INTEGER(item), "%s has no numbers", key);
	return YAJL_GET_INTEGER(item);
}

Test(json, request_to_the_byte)
{
	struct made m;

	made_request(&m, "/a?b=c");
	made_header(&m, "host", "example.com:80");
	made_header(&m, "user-agent", "curl/7.88.1");
	cr_assert_str_eq(
		made_lines(&m, sink_json_open, false),
		"{\"timestamp\":\"2023-11-14T22:13:20.123456789Z\",\"hdrtap.kind\":\"request\","
		"\"source.address\":\"192.0.2.1\",\"source.port\":40000,"
		"\"destination.address\":\"198.51.100.2\",\"destination.port\":80,"
		"\"network.type\":\"ipv4\",\"network.interface.name\":\"eth0\","
		"\"network.io.direction\":\"receive\",\"network.protocol.name\":\"http\","
		"\"network.protocol.version\":\"1.1\",\"http.request.method\":\"GET\","
		"\"url.original\":\"/a?b=c\",\"url.path\":\"/a\",\"url.query\":\"b=c\","
		"\"server.address\":\"example.com\",\"user_agent.original\":\"curl/7.88.1\","
		"\"http.request.header.host\":[\"example.com:80\"],"
		"\"http.request.header.user-agent\":[\"curl/7.88.1\"],"
		"\"hdrtap.head_length\":100,\"hdrtap.tcp_seq\":1000,\"hdrtap.hook\":\"tc\","
		"\"hdrtap.run\":\"000102030405060708090a0b0c0d0e0f\",\"hdrtap.cpu\":1,"
		"\"hdrtap.sequence\":5}\n");
}

Test(json, escapes_to_the_byte)
{
	static const char value[] = "a\"b\\c/\b\t\n\f\r\x01\x1f\x7f, and more that is plain; \"";
	struct made m;

	made_request(&m, "/");
	made_header(&m, "referer", value);
	cr_assert(
		strstr(made_lines(&m, sink_json_open, false),
		       ".referer\":[\"a\\\"b\\\\c/\\b\\t\\n\\f\\r\\u0001\\u001F\x7f, and more that "
		       "is plain; \\\"\"],"));
}

Test(json, response)
{
	struct made m;
	yajl_val line;

	made_response(&m, 301);
	made_header(&m, "location", "/b?c");
	made_header(&m, "user-agent", "odd in a response");
	m.rec.version = 0x10;
	m.rec.latency = 1234567890123ULL;
	m.rec.depth = 2;
	m.rec.vlan_count = 3;
	m.rec.vlan[0] = 200;
	m.rec.vlan[1] = 30;
	m.rec.vlan[2] = 4;
	m.rec.tunnel[0] = HDRTAP_TUNNEL_GRE;
	m.rec.tunnel_id[0] = 0xfedcba98;
	m.rec.tunnel[1] = HDRTAP_TUNNEL_VXLAN;
	m.rec.tunnel_id[1] = 77;
	m.rec.mpls = 1048575 | 3u << 20;
	m.rec.flags = HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(HTTP09);
	m.rec.direction = HDRTAP_DIRECTION_TRANSMIT;
	line = line_of(&m);
	cr_assert_eq(number_of(line, "http.response.status_code"), 301);
	cr_assert_str_eq(text_of(line, "hdrtap.kind"), "response");
	cr_assert_str_eq(text_of(line, "network.protocol.version"), "1.0");
	cr_assert_str_eq(text_of(line, "network.io.direction"), "transmit");
	cr_assert_str_eq(text_item(line, "http.response.header.location", 1, 0), "/b?c");
	cr_assert_eq(number_of(line, "hdrtap.latency_ns"), 1234567890123LL);
	cr_assert_eq(number_of(line, "hdrtap.depth"), 2);
	cr_assert_eq(number_item(line, "hdrtap.vlan", 3, 0), 200);
	cr_assert_eq(number_item(line, "hdrtap.vlan", 3, 1), 30);
	cr_assert_eq(number_item(line, "hdrtap.vlan", 3, 2), 4);
	cr_assert_str_eq(text_of(line, "hdrtap.tunnel"), "gre");
	cr_assert_eq(number_of(line, "hdrtap.tunnel_id"), 0xfedcba98LL);
	cr_assert_str_eq(text_of(line, "hdrtap.inner_tunnel"), "vxlan");
	cr_assert_eq(number_of(line, "hdrtap.inner_tunnel_id"), 77);
	cr_assert_eq(number_of(line, "hdrtap.mpls"), 1048575);
	cr_assert_str_eq(text_item(line, "hdrtap.flags", 2, 0), "incomplete");
	cr_assert_str_eq(text_item(line, "hdrtap.flags", 2, 1), "http09");
	cr_assert(!get(line, "http.request.method"));
	cr_assert(!get(line, "user_agent.original"));
	cr_assert(!get(line, "url.original"));
	yajl_tree_free(line);
}

Test(json, request_whose_response_was_logged_first)
{
	struct made m;
	yajl_val line;

	made_request(&m, "/");
	m.rec.flags = HDRTAP_FLAG(ANSWERED);
	m.rec.paired_cpu = 3;
	m.rec.paired_sequence = 4;
	line = line_of(&m);
	cr_assert_eq(number_of(line, "hdrtap.response.cpu"), 3);
	cr_assert_eq(number_of(line, "hdrtap.response.sequence"), 4);
	cr_assert(!get(line, "hdrtap.request.cpu"));
	cr_assert(!get(line, "hdrtap.request.method"));
	cr_assert(!get(line, "hdrtap.latency_ns"));
	yajl_tree_free(line);
	m.rec.flags = 0;
	line = line_of(&m);
	cr_assert(!get(line, "hdrtap.response.cpu"));
	cr_assert(!get(line, "hdrtap.response.sequence"));
	yajl_tree_free(line);
}

Test(json, absent_is_absent_and_empty_is_empty)
{
	struct made m;
	yajl_val line;

	made_request(&m, "*");
	made_header(&m, "user-agent", "");
	made_header(&m, "host", "");
	m.interface = NULL;
	m.rec.direction = HDRTAP_DIRECTION_NONE;
	line = line_of(&m);
	cr_assert_str_eq(text_of(line, "user_agent.original"), "");
	cr_assert_str_eq(text_of(line, "server.address"), "");
	cr_assert_str_eq(text_item(line, "http.request.header.host", 1, 0), "");
	cr_assert_str_eq(text_of(line, "url.original"), "*");
	cr_assert(!get(line, "url.path"));
	cr_assert(!get(line, "url.query"));
	cr_assert(!get(line, "network.interface.name"));
	cr_assert(!get(line, "network.io.direction"));
	cr_assert(!get(line, "http.request.header.referer"));
	cr_assert(!get(line, "http.request.method_original"));
	cr_assert(!get(line, "hdrtap.flags"));
	cr_assert(!get(line, "hdrtap.latin1"));
	cr_assert(!get(line, "hdrtap.vlan"));
	cr_assert(!get(line, "hdrtap.inner_tunnel"));
	cr_assert(!get(line, "hdrtap.mpls"));
	cr_assert(!get(line, "hdrtap.inner_tunnel_id"));
	cr_assert(!get(line, "hdrtap.depth"));
	cr_assert(!get(line, "hdrtap.latency_ns"));
	yajl_tree_free(line);
}

Test(json, unknown_method)
{
	struct made m;
	yajl_val line;

	made_request(&m, "/");
	m.rec.method = HDRTAP_METHOD_OTHER;
	made_value(&m, HDRTAP_SLOT_METHOD, HDRTAP_MODE_KEEP, "BREW", 4, 0);
	line = line_of(&m);
	cr_assert_str_eq(text_of(line, "http.request.method"), "_OTHER");
	cr_assert_str_eq(text_of(line, "http.request.method_original"), "BREW");
	yajl_tree_free(line);
}

Test(json, repeated_headers_are_one_array)
{
	struct made m;
	yajl_val line;

	made_request(&m, "/");
	made_header(&m, "x-forwarded-for", "a");
	made_header(&m, "referer", "r");
	made_header(&m, "x-forwarded-for", "");
	made_header(&m, "x-forwarded-for", "b, c");
	line = line_of(&m);
	cr_assert_str_eq(text_item(line, "http.request.header.x-forwarded-for", 3, 0), "a");
	cr_assert_str_eq(text_item(line, "http.request.header.x-forwarded-for", 3, 1), "");
	cr_assert_str_eq(text_item(line, "http.request.header.x-forwarded-for", 3, 2), "b, c");
	cr_assert_str_eq(text_item(line, "http.request.header.referer", 1, 0), "r");
	yajl_tree_free(line);
}

Test(json, modes)
{
	struct made m;
	yajl_val line;

	made_request(&m, "/");
	made_mode(&m, "cookie=length", NULL, 0, 143);
	made_mode(&m, "cookie=length", NULL, 0, 7);
	made_mode(&m, "authorization=scheme", "Bearer", 6, 40);
	made_mode(&m, "x-key", "\x01\x23\x45\x67\x89\xab\xcd\xef", 8, 20);
	m.rec.entry[m.rec.entry_count - 1].mode = HDRTAP_MODE_HASH;
	line = line_of(&m);
	cr_assert_eq(number_item(line, "hdrtap.request.header.cookie.length", 2, 0), 143);
	cr_assert_eq(number_item(line, "hdrtap.request.header.cookie.length", 2, 1), 7);
	cr_assert_str_eq(text_item(line, "hdrtap.request.header.authorization.scheme", 1, 0),
			 "Bearer");
	cr_assert_str_eq(text_item(line, "hdrtap.request.header.x-key.hash", 1, 0),
			 "0123456789abcdef");
	cr_assert(!get(line, "http.request.header.cookie"));
	cr_assert(!get(line, "hdrtap.original_length.cookie"));
	cr_assert(!get(line, "hdrtap.latin1"));
	yajl_tree_free(line);
}

Test(json, truncated_values_tell_their_length)
{
	struct made m;
	yajl_val line;

	made_request(&m, "");
	m.rec.entry_count = 0;
	made_value(&m, HDRTAP_SLOT_TARGET, HDRTAP_MODE_KEEP, "/caf\xc3", 5, 300);
	made_mode(&m, "referer", "http://e", 8, 0);
	made_mode(&m, "referer", "http://e\xe2\x82", 10, 70);
	line = line_of(&m);
	cr_assert_str_eq(text_of(line, "url.original"), "/caf");
	cr_assert_str_eq(text_of(line, "url.path"), "/caf");
	cr_assert_eq(number_item(line, "hdrtap.original_length.url.original", 1, 0), 300);
	cr_assert_str_eq(text_item(line, "http.request.header.referer", 2, 1), "http://e");
	cr_assert_eq(number_item(line, "hdrtap.original_length.referer", 2, 0), 8);
	cr_assert_eq(number_item(line, "hdrtap.original_length.referer", 2, 1), 70);
	cr_assert(!get(line, "hdrtap.latin1"));
	yajl_tree_free(line);
}

Test(json, what_is_not_utf8_is_mapped_and_named)
{
	struct made m;
	yajl_val line;

	made_request(&m, "/caf\xe9?x=\xc3\xa9");
	made_header(&m, "referer", "\xc3\xa9");
	made_header(&m, "referer", "\xe9");
	made_header(&m, "user-agent", "\xe2\x82\xac");
	line = line_of(&m);
	cr_assert_str_eq(text_of(line, "url.original"), "/caf\xc3\xa9?x=\xc3\x83\xc2\xa9");
	cr_assert_str_eq(text_of(line, "url.path"), "/caf\xc3\xa9");
	cr_assert_str_eq(text_of(line, "url.query"), "x=\xc3\xa9");
	cr_assert_str_eq(text_item(line, "http.request.header.referer", 2, 0), "\xc3\x83\xc2\xa9");
	cr_assert_str_eq(text_item(line, "http.request.header.referer", 2, 1), "\xc3\xa9");
	cr_assert_str_eq(text_of(line, "user_agent.original"), "\xe2\x82\xac");
	cr_assert_str_eq(text_item(line, "hdrtap.latin1", 3, 0), "url.original");
	cr_assert_str_eq(text_item(line, "hdrtap.latin1", 3, 1), "url.path");
	cr_assert_str_eq(text_item(line, "hdrtap.latin1", 3, 2), "http.request.header.referer");
	yajl_tree_free(line);
}

/* Every byte value, all at once: the characters U+0000 to U+00FF come back in order. */
Test(json, all_256_bytes_in_a_header)
{
	__u8 all[256], mapped[512];
	struct made m;
	yajl_val line, value;
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(all); i++)
		all[i] = i;
	made_request(&m, "/");
	made_value(&m, view_slot(&m.meta, "referer"), HDRTAP_MODE_KEEP, all, sizeof(all), 0);
	line = line_of(&m);
	value = item_of(line, "http.request.header.referer", 1, 0);
	text = YAJL_GET_STRING(value);
	cr_assert_eq(view_latin1(mapped, (struct view_bytes){ all, 256 }), 384);
	cr_assert_eq(memcmp(text, mapped, 384), 0); /* U+0000 is a zero byte in the parser's text */
	cr_assert_eq(text[384], '\0');
	cr_assert_str_eq(text_item(line, "hdrtap.latin1", 1, 0), "http.request.header.referer");
	yajl_tree_free(line);
}

Test(json, each_byte_alone)
{
	struct made m;
	yajl_val line;
	int c;

	for (c = 0; c < 256; c++) {
		__u8 mapped[3] = { 0 }, byte = c;

		made_request(&m, "/");
		made_value(&m, view_slot(&m.meta, "user-agent"), HDRTAP_MODE_KEEP, &byte, 1, 0);
		view_latin1(mapped, (struct view_bytes){ &byte, 1 });
		line = line_of(&m);
		cr_assert_str_eq(text_of(line, "user_agent.original"), (char *)mapped, "byte %d",
				 c);
		cr_assert_eq(!!get(line, "hdrtap.latin1"), c > 127, "byte %d", c);
		yajl_tree_free(line);
	}
}

static __u32 next_random(__u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Records out of a damaged file: any bytes at all. */
Test(json, random_records_are_valid)
{
	struct made m;
	__u32 state = 1, round;
	size_t i;

	made_request(&m, "/");
	strcpy(m.meta.slot[3].name, "\xff\"\n\\");
	for (round = 0; round < 3000; round++) {
		__u8 *bytes = m.room.bytes;

		for (i = 0; i < sizeof(m.room); i++)
			bytes[i] = next_random(&state);
		m.rec.entry_count = next_random(&state) % 32;
		m.rec.arena_used %= ROOM_ARENA + 1;
		for (i = 0; i < HDRTAP_ENTRIES_MAX; i++) {
			m.rec.entry[i].slot %= m.meta.slot_count + 2;
			m.rec.entry[i].mode %= HDRTAP_MODE_MAX + 1;
			m.rec.entry[i].stored %= round % 2 ? 40 : 500;
		}
		if (round % 3)
			m.rec.kind = HDRTAP_KIND_REQUEST;
		yajl_tree_free(line_of(&m));
		made_lines(&m, sink_text_open, true);
		made_lines(&m, sink_csv_open, false);
		if (m.rec.kind == HDRTAP_KIND_REQUEST || m.rec.kind == HDRTAP_KIND_RESPONSE)
			made_lines(&m, sink_combined_open, false);
	}
}
