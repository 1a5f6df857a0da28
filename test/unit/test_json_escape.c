/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/view/json_escape.h against a byte-by-byte writer, at all sizes around the pieces in which it
 * looks at texts; and the lines that are made of such values. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <yajl/yajl_tree.h>

#include "made.h"
#include "view/json_escape.h"
#include "view/sink_json.h"

#define SIZE_MAX_TRIED 50 /* three pieces and a bit */

/* What has to be escaped and what is next to it, ASCII and not. */
static const __u8 hostile[] = { 0x00, 0x01, 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x0e,
				0x1f, 0x20, '!',  '"',  '#',  '/',  '[',  '\\',
				']',  0x7f, 0x80, 0x9f, 0xa2, 0xc3, 0xdc, 0xff };

static size_t escaped(char *to, const __u8 *bytes, size_t size)
{
	static const char letters[] = "\bb\tt\nn\ff\rr\"\"\\\\";
	char *begin = to;

	for (size_t i = 0; i < size; i++) {
		const char *letter = NULL;

		for (size_t k = 0; k < sizeof(letters) - 1; k += 2)
			if (letters[k] == (char)bytes[i])
				letter = &letters[k + 1];
		if (letter)
			to += sprintf(to, "\\%c", *letter);
		else if (bytes[i] < 0x20)
			to += sprintf(to, "\\u%04X", bytes[i]);
		else
			*to++ = bytes[i];
	}
	return to - begin;
}

static bool is_ascii(const __u8 *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] > 0x7f)
			return false;
	return true;
}

/* Neither side has a byte more than it may take. */
static void compare(const __u8 *bytes, size_t size)
{
	char *expected = malloc(JSON_ESCAPED_MAX * size + 1);
	char *got = malloc(JSON_ESCAPED_MAX * size);
	__u8 *copy = malloc(size);
	size_t length = escaped(expected, bytes, size);
	char *end;

	memcpy(copy, bytes, size);
	end = json_escape(got, copy, size);
	cr_assert_eq(end - got, (ssize_t)length, "%zu bytes", size);
	cr_assert_eq(memcmp(got, expected, length), 0, "%zu bytes", size);
	memset(got, 'x', JSON_ESCAPED_MAX * size);
	end = json_escape_ascii(got, copy, size);
	cr_assert_eq(!!end, is_ascii(bytes, size), "%zu bytes", size);
	if (end) {
		cr_assert_eq(end - got, (ssize_t)length, "%zu bytes", size);
		cr_assert_eq(memcmp(got, expected, length), 0, "%zu bytes", size);
	}
	free(copy);
	free(got);
	free(expected);
}

Test(json_escape, one_hostile_byte_anywhere)
{
	__u8 bytes[SIZE_MAX_TRIED];

	for (size_t size = 1; size <= sizeof(bytes); size++)
		for (size_t at = 0; at < size; at++)
			for (size_t i = 0; i < sizeof(hostile); i++) {
				memset(bytes, 'a', size);
				bytes[at] = hostile[i];
				compare(bytes, size);
			}
}

Test(json_escape, hostile_bytes_only)
{
	__u8 bytes[SIZE_MAX_TRIED];

	for (size_t size = 1; size <= sizeof(bytes); size++)
		for (size_t first = 0; first < sizeof(hostile); first++) {
			for (size_t at = 0; at < size; at++)
				bytes[at] = hostile[(first + at) % sizeof(hostile)];
			compare(bytes, size);
			memset(bytes, hostile[first], size);
			compare(bytes, size);
		}
}

Test(json_escape, every_byte_value)
{
	__u8 bytes[17];

	for (int c = 0; c < 256; c++)
		for (size_t size = 1; size <= sizeof(bytes); size += 8) {
			memset(bytes, 'a', sizeof(bytes));
			bytes[size - 1] = c;
			compare(bytes, size);
		}
}

Test(json_escape, nothing)
{
	char to = 'x';

	cr_assert_eq(json_escape(&to, NULL, 0), &to);
	cr_assert_eq(json_escape_ascii(&to, NULL, 0), &to);
	cr_assert_eq(to, 'x');
}

/* The line must have the value of a header as `expected`, as UTF-8 or mapped. */
static void expect_value(const struct made *m, const char *expected, bool mapped)
{
	const char *path[] = { "http.request.header.referer", NULL };
	const char *latin1[] = { "hdrtap.latin1", NULL };
	yajl_val line = yajl_tree_parse(made_lines(m, sink_json_open, false), NULL, 0), list;

	cr_assert(line);
	list = yajl_tree_get(line, path, yajl_t_array);
	cr_assert(list && list->u.array.len);
	cr_assert_str_eq(YAJL_GET_STRING(list->u.array.values[0]), expected);
	cr_assert_eq(!!yajl_tree_get(line, latin1, yajl_t_array), mapped, "%s", expected);
	yajl_tree_free(line);
}

/* A text of `before` letters, then `middle`, then `after` letters; as it is, or mapped. */
static void letters_around(char *to, const char *middle, size_t before, size_t after)
{
	memset(to, 'a', before);
	strcpy(to + before, middle);
	memset(to + before + strlen(middle), 'b', after);
	to[before + strlen(middle) + after] = '\0';
}

Test(json_escape, utf8_and_what_is_none_at_the_borders_of_pieces)
{
	static const char *const texts[][2] = {
		{ "\xc3\xa9", NULL },
		{ "\xe2\x82\xac", NULL },
		{ "\xf0\x9f\x98\x80", NULL },
		{ "\xc3", "\xc3\x83" },
		{ "\xe2\x82", "\xc3\xa2\xc2\x82" },
		{ "\xa9", "\xc2\xa9" },
		{ "\xc0\xaf", "\xc3\x80\xc2\xaf" },
		{ "\xed\xa0\x80", "\xc3\xad\xc2\xa0\xc2\x80" },
	};
	char value[64], expected[96];
	struct made m;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t before = 0; before < 34; before++)
			for (size_t after = 0; after<18; after += before % 16> 11 ? 1 : 8) {
				letters_around(value, texts[i][0], before, after);
				letters_around(expected, texts[i][!!texts[i][1]], before, after);
				made_request(&m, "/");
				made_header(&m, "referer", value);
				expect_value(&m, expected, texts[i][1]);
			}
}

/* Of several values of a header one decides for all, wherever it stands. */
Test(json_escape, repeated_values_are_written_alike)
{
	static const char *const value[] = { "plain", "\xc3\xa9", "\xe9" };
	static const char *const as_utf8[] = { "plain", "\xc3\xa9" };
	static const char *const as_latin1[] = { "plain", "\xc3\x83\xc2\xa9", "\xc3\xa9" };
	struct made m;

	for (int first = 0; first < 3; first++)
		for (int second = 0; second < 3; second++) {
			bool mapped = first == 2 || second == 2;

			made_request(&m, "/");
			made_header(&m, "referer", value[first]);
			made_header(&m, "host", "between");
			made_header(&m, "referer", value[second]);
			expect_value(&m, mapped ? as_latin1[first] : as_utf8[first], mapped);
		}
}

static void write_record(struct sink *sink, const struct made *m)
{
	cr_assert_eq(sink->ops->write(sink, &m->rec, 0, m->interface), 0);
}

/* Keys are kept from line to line: not beyond another kind of head, another mode or another run. */
Test(json_escape, keys_follow_the_head_and_the_run)
{
	struct view_options options = { .name = "memory",
					.fd = memfd_create("lines", MFD_CLOEXEC) };
	static const char *const keys[] = {
		"\"http.request.header.referer\":[\"a\"]",
		"\"http.response.header.referer\":[\"a\"]",
		"\"hdrtap.request.header.referer.scheme\":[\"a\"]",
		"\"http.unknown.header.referer\":[\"a\"]",
		"\"http.request.header.renamed\":[\"a\"]",
	};
	char lines[8192] = "", *line = lines;
	struct sink *sink;
	struct made m;

	made_request(&m, "/");
	made_header(&m, "referer", "a");
	cr_assert_eq(sink_json_open(&sink, &options), 0);
	cr_assert_eq(sink->ops->describe(sink, &m.meta), 0);
	write_record(sink, &m);
	m.rec.kind = HDRTAP_KIND_RESPONSE;
	write_record(sink, &m);
	m.rec.kind = HDRTAP_KIND_REQUEST;
	m.rec.entry[m.rec.entry_count - 1].mode = HDRTAP_MODE_SCHEME;
	write_record(sink, &m);
	m.rec.entry[m.rec.entry_count - 1].mode = HDRTAP_MODE_KEEP;
	m.rec.kind = 77;
	write_record(sink, &m);
	m.rec.kind = HDRTAP_KIND_REQUEST;
	strcpy(m.meta.slot[view_slot(&m.meta, "referer")].name, "renamed");
	cr_assert_eq(sink->ops->describe(sink, &m.meta), 0);
	write_record(sink, &m);
	cr_assert_eq(sink->ops->close(sink), 0);
	cr_assert_gt(pread(options.fd, lines, sizeof(lines) - 1, 0), 0);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char *text = strsep(&line, "\n");

		cr_assert(strstr(text, keys[i]), "%s in %s", keys[i], text);
	}
	close(options.fd);
}
