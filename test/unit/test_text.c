/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The parts of lines of text: times, colors, width, escapes, and the requests that are remembered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "made.h"
#include "view/escape.h"
#include "view/sink_text.h"
#include "view/text_address.h"
#include "view/text_color.h"
#include "view/text_requests.h"
#include "view/text_time.h"
#include "view/text_width.h"

#define SECOND 1000000000ULL
#define HOUR   (3600 * SECOND)

/* What a time is written as, with a line before it. */
static const char *shown(struct text_options options, __u64 first, __u64 ns)
{
	static char text[TEXT_TIME_MAX + 1];
	struct text_time time = { 0 };

	text_time_open(&time, &options);
	text_time_put(&time, text, &first);
	*text_time_put(&time, text, &ns) = '\0';
	return text;
}

static const char *shown_as(enum text_times times, __u64 first, __u64 ns)
{
	return shown((struct text_options){ .times = times }, first, ns);
}

Test(text_time, as_tcpdump_has_it)
{
	const __u64 now = MADE_TIME, later = now + HOUR + 61 * SECOND + 999;

	cr_assert_str_eq(shown_as(TEXT_TIMES_DAY, now, later), "23:14:21.123457Z ");
	cr_assert_str_eq(shown_as(TEXT_TIMES_NONE, now, later), "");
	cr_assert_str_eq(shown_as(TEXT_TIMES_EPOCH, now, later), "1700003661.123457 ");
	cr_assert_str_eq(shown_as(TEXT_TIMES_DATE, now, later), "2023-11-14 23:14:21.123457Z ");
	cr_assert_str_eq(shown_as(TEXT_TIMES_DELTA, now, now + 61 * SECOND), " 00:01:01.000000 ");
	cr_assert_str_eq(shown_as(TEXT_TIMES_FIRST, now, later), " 01:01:01.000000 ");
	cr_assert_str_eq(shown_as(TEXT_TIMES_DELTA, later, now), "-01:01:01.000000 ");
	cr_assert_str_eq(shown_as(TEXT_TIMES_FIRST, now, now + 1000 * HOUR), " 1000:00:00.000000 ");
}

Test(text_time, since_the_line_before_or_the_first)
{
	const __u64 at[] = { 10 * SECOND, 12 * SECOND, 13 * SECOND };
	struct text_time delta = { 0 }, first = { 0 };
	char text[TEXT_TIME_MAX + 1];

	text_time_open(&delta, &(struct text_options){ .times = TEXT_TIMES_DELTA });
	text_time_open(&first, &(struct text_options){ .times = TEXT_TIMES_FIRST });
	for (int i = 0; i < 2; i++) {
		text_time_put(&delta, text, &at[i]);
		text_time_put(&first, text, &at[i]);
	}
	*text_time_put(&delta, text, NULL) = '\0';
	cr_assert_str_eq(text, "- ");
	*text_time_put(&delta, text, &at[2]) = '\0';
	cr_assert_str_eq(text, " 00:00:01.000000 ");
	*text_time_put(&first, text, &at[2]) = '\0';
	cr_assert_str_eq(text, " 00:00:03.000000 ");
}

Test(text_time, local)
{
	const struct text_options local = { .local_time = true };
	const struct text_options dated = { .local_time = true, .times = TEXT_TIMES_DATE };
	const struct text_options epoch = { .local_time = true, .times = TEXT_TIMES_EPOCH };

	setenv("TZ", "XXX-05:30", 1);
	cr_assert_str_eq(shown(local, 0, MADE_TIME), "03:43:20.123456+05:30 ");
	cr_assert_str_eq(shown(dated, 0, MADE_TIME), "2023-11-15 03:43:20.123456+05:30 ");
	cr_assert_str_eq(shown(epoch, 0, MADE_TIME), "1700000000.123456 ");
	setenv("TZ", "XXX3", 1);
	cr_assert_str_eq(shown(dated, 0, MADE_TIME), "2023-11-14 19:13:20.123456-03:00 ");
}

/* No time a record can claim is longer than there is room for. */
Test(text_time, whatever_it_is)
{
	const __u64 odd[] = { 0, 1, ~0ULL, 1ULL << 63 };
	char text[TEXT_TIME_MAX];

	for (int times = 0; times <= TEXT_TIMES_MAX; times++)
		for (size_t i = 0; i < 16; i++) {
			struct text_time time = { 0 };

			text_time_open(&time, &(struct text_options){ .times = times,
								      .local_time = i % 2 });
			text_time_put(&time, text, &odd[i / 4]);
			cr_assert_leq(text_time_put(&time, text, &odd[i % 4]), text + sizeof(text));
		}
}

static void expect_cut_before(unsigned int behind, unsigned int columns, const char *line,
			      const char *cut)
{
	static struct out out;
	struct text_width width = { .columns = columns,
				    .ellipsis = "\xe2\x80\xa6",
				    .ellipsis_columns = 1 };

	out.used = out.line = 0;
	out_text(&out, line);
	text_width_cut(&width, &out, behind);
	cr_assert_eq(out.used, strlen(cut));
	cr_assert_eq(memcmp(out.bytes, cut, out.used), 0, "%.*s", (int)out.used, out.bytes);
}

static void expect_cut(unsigned int columns, const char *line, const char *cut)
{
	expect_cut_before(0, columns, line, cut);
}

Test(text_width, cut)
{
	expect_cut(0, "12345678", "12345678");
	expect_cut(8, "12345678", "12345678");
	expect_cut(7, "12345678", "123456\xe2\x80\xa6");
	expect_cut(1, "12345678", "\xe2\x80\xa6");
	expect_cut(9, "", "");
}

/* A character takes one column, whatever its bytes, and is never cut. */
Test(text_width, cut_characters)
{
	expect_cut(5, "12" TEXT_ARROW "45", "12" TEXT_ARROW "45");
	expect_cut(4, "12" TEXT_ARROW "45", "12" TEXT_ARROW "\xe2\x80\xa6");
	expect_cut(3, "12" TEXT_ARROW "45", "12\xe2\x80\xa6");
}

/* Room for what is to come, unless that alone is too much. */
Test(text_width, cut_before)
{
	expect_cut_before(3, 11, "12345678", "12345678");
	expect_cut_before(3, 10, "12345678", "123456\xe2\x80\xa6");
	expect_cut_before(9, 10, "12345678", "\xe2\x80\xa6");
	expect_cut_before(10, 10, "12345678", "12345678");
	expect_cut_before(11, 10, "12345678", "12345678");
}

/* Sequences take no column, and colors end with the line. */
Test(text_width, cut_in_colors)
{
	expect_cut(6, "12" TEXT_COLOR_REQUEST "34" TEXT_COLOR_OFF "56",
		   "12" TEXT_COLOR_REQUEST "34" TEXT_COLOR_OFF "56");
	expect_cut(5, "123" TEXT_COLOR_REQUEST "456" TEXT_COLOR_OFF,
		   "123" TEXT_COLOR_REQUEST "4" TEXT_COLOR_OFF "\xe2\x80\xa6");
	expect_cut(6, "123" TEXT_COLOR_REQUEST "456" TEXT_COLOR_OFF,
		   "123" TEXT_COLOR_REQUEST "456" TEXT_COLOR_OFF);
	expect_cut(3, "123" TEXT_COLOR_REQUEST "456" TEXT_COLOR_OFF, "12\xe2\x80\xa6");
}

Test(text_color, by_status_and_latency)
{
	const struct text_options colored = { .color = TEXT_COLOR_ALWAYS };
	const char *text;
	struct made m;

	made_response(&m, 503);
	m.rec.latency = 2 * SECOND;
	m.rec.flags = HDRTAP_FLAG(BARE_LF);
	text = made_text(&m, sink_text_open, &colored);
	cr_assert(strstr(text, "HTTP/1.1 \x1b[1;31m503\x1b[0m in \x1b[31m2.000 s\x1b[0m"), "%s",
		  text);
	cr_assert(strstr(text, " \x1b[35m[bare_lf]\x1b[0m\n"), "%s", text);
	made_request(&m, "/a");
	text = made_text(&m, sink_text_open, &colored);
	cr_assert(strstr(text, "\x1b[1mGET /a\x1b[0m HTTP/1.1\n"), "%s", text);
	cr_assert(!strchr(made_lines(&m, sink_text_open, 2), '\x1b'));
	for (unsigned int status = 0; status <= 65535; status++)
		cr_assert(text_color_status(status));
	cr_assert(!text_color_latency(SECOND / 10 - 1));
	cr_assert(text_color_latency(SECOND / 10));
}

/* A file is no terminal, and has colors only when they are asked for. */
Test(text_color, wanted)
{
	FILE *file = tmpfile();

	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	cr_assert(!text_color_wanted(TEXT_COLOR_AUTO, fileno(file)));
	cr_assert(!text_color_wanted(TEXT_COLOR_NEVER, fileno(file)));
	setenv("NO_COLOR", "1", 1);
	cr_assert(text_color_wanted(TEXT_COLOR_ALWAYS, fileno(file)));
	fclose(file);
}

static struct view_bytes bytes_of(const char *text)
{
	return (struct view_bytes){ (const __u8 *)text, strlen(text) };
}

static bool is_known(struct text_requests *requests, struct text_reference of, const char *text)
{
	struct view_bytes found = text_requests_find(requests, of);

	return found.size == strlen(text) && !memcmp(found.bytes, text, found.size);
}

Test(text_requests, known_by_all_of_the_reference)
{
	const struct text_reference of = { .run = 1, .sequence = 2, .cpu = 3 };
	struct text_requests *requests = text_requests_new();

	text_requests_add(requests, of, bytes_of("GET /"));
	cr_assert(is_known(requests, of, "GET /"));
	cr_assert(!text_requests_find(requests, (struct text_reference){ 2, 2, 3 }).bytes);
	cr_assert(!text_requests_find(requests, (struct text_reference){ 1, 3, 3 }).bytes);
	cr_assert(!text_requests_find(requests, (struct text_reference){ 1, 2, 4 }).bytes);
	text_requests_add(requests, of, bytes_of("PUT /"));
	cr_assert(is_known(requests, of, "PUT /"));
	text_requests_free(requests);
}

/* Far more than there is room for: what is found is right, the last thousand are found. */
Test(text_requests, forgets_the_oldest)
{
	struct text_requests *requests = text_requests_new();
	static char text[3000];
	__u64 last, known = 0;

	memset(text, 'x', sizeof(text) - 1);
	for (last = 0; last < 100000; last++) {
		const struct text_reference of = { 7, last, last % 4 };

		text[last % 100 + 20] = '\0';
		sprintf(text, "%llu ", last);
		text[strlen(text)] = 'x';
		text_requests_add(requests, of, bytes_of(text));
		text[last % 100 + 20] = 'x';
	}
	for (__u64 i = 0; i < last; i++) {
		const struct text_reference of = { 7, i, i % 4 };
		struct view_bytes found = text_requests_find(requests, of);

		if (!found.bytes)
			continue;
		known++;
		cr_assert_eq(strtoull((const char *)found.bytes, NULL, 10), i);
		cr_assert_eq(found.size, i % 100 + 20);
	}
	cr_assert_gt(known, 1000);
	cr_assert_lt(known, 20000);
	for (__u64 i = last - 1000; i < last; i++)
		cr_assert(
			text_requests_find(requests, (struct text_reference){ 7, i, i % 4 }).bytes);
	text_requests_free(requests);
}

/* A response's line has its request's, whatever was shown in between. */
Test(text_requests, in_lines)
{
	struct view_options options = { .name = "memory", .fd = fileno(tmpfile()) };
	char text[1000] = "";
	struct made m, answer;
	struct sink *sink;

	cr_assert_eq(sink_text_open(&sink, &options), 0);
	made_request(&m, "/a\x1b[31m");
	made_header(&m, "host", "h");
	made_response(&answer, 200);
	answer.rec.paired_cpu = m.rec.cpu;
	answer.rec.paired_sequence = m.rec.sequence;
	answer.rec.paired_method = HDRTAP_METHOD_GET;
	cr_assert_eq(sink->ops->describe(sink, &m.meta), 0);
	cr_assert_eq(sink->ops->write(sink, &m.rec, 0, m.interface), 0);
	m.rec.sequence++;
	cr_assert_eq(sink->ops->write(sink, &m.rec, 0, m.interface), 0);
	cr_assert_eq(sink->ops->write(sink, &answer.rec, 0, m.interface), 0);
	cr_assert_eq(sink->ops->close(sink), 0);
	cr_assert_gt(pread(options.fd, text, sizeof(text) - 1, 0), 0);
	cr_assert(strstr(text, "HTTP/1.1 200 for GET h/a\\x1b[31m\n"), "%s", text);
}

/* Two that share a place, in turns, and one of each family. */
Test(text_address, remembered)
{
	static const struct {
		__u8 address[16];
		const char *text;
	} rows[] = {
		{ { [10] = 0xff, 0xff, 10, 0, 0, 1 }, "10.0.0.1:" },
		{ { [10] = 0xff, 0xff, 10, 0, 0, 65 }, "10.0.0.65:" },
		{ { [15] = 1 }, "[::1]:" },
		{ { 0x20, 1, 0xd, 0xb8, 1, 1, 1, 1, 1, 1, 1, 1, 0x12, 0x34, 0x56, 0x78 },
		  "[2001:db8:101:101:101:101:1234:5678]:" },
	};
	static struct text_addresses addresses;
	char text[TEXT_ADDRESS_MAX + 1], bare[VIEW_ADDRESS_MAX];

	for (int i = 0; i < 40; i++) {
		*text_address_put(&addresses, text, rows[i % 4].address) = '\0';
		cr_assert_str_eq(text, rows[i % 4].text);
		view_address(bare, rows[i % 4].address);
		*text_address_put_bare(&addresses, text, rows[i % 4].address) = '\0';
		cr_assert_str_eq(text, bare);
	}
}

/* One odd byte anywhere in values of any length, as pieces of sixteen and less have it. */
Test(escape, odd_bytes_anywhere)
{
	static const __u8 odd[] = { '\0', '\x1b', '\x1f', '\x7f', 0x80, 0x9b, 0xff, '\\', ' ' };
	__u8 bytes[70];
	char text[ESCAPE_ROOM(sizeof(bytes)) + 1];

	for (size_t size = 1; size <= sizeof(bytes); size++)
		for (size_t at = 0; at < size; at++)
			for (size_t i = 0; i < sizeof(odd); i++) {
				memset(bytes, 'v', sizeof(bytes));
				bytes[at] = odd[i];
				*escape_put(text, bytes, size, ' ') = '\0';
				cr_assert_eq(strlen(text),
					     size + (odd[i] > ' ' && odd[i] < 0x7f ? 1
						     : odd[i] == ' '               ? 1
										   : 3),
					     "%zu of %zu: %02x", at, size, odd[i]);
				cr_assert_eq(text[at], '\\');
				cr_assert(!escape_put_word(text, bytes, size));
			}
}

Test(escape, words)
{
	char text[ESCAPE_ROOM(70) + 1];
	__u8 bytes[70];

	for (size_t size = 1; size <= sizeof(bytes); size++)
		for (unsigned int c = 0; c < 256; c++) {
			bool word = c > ' ' && c < 0x7f && !strchr("\"<>[\\]", c);

			memset(bytes, 'v', sizeof(bytes));
			bytes[c % size] = c;
			cr_assert_eq(escape_put_word(text, bytes, size), word ? text + size : NULL,
				     "%u in %zu", c, size);
			cr_assert(!word || !memcmp(text, bytes, size));
		}
	cr_assert(!escape_put_word(text, bytes, 0));
}
