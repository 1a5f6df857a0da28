/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* hdrtap-top's table: numbers, trends, columns, order, and the pictures that are made of them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "top/top_draw.h"
#include "top/top_lines.h"
#include "view/escape.h"

#define NS_PER_S 1000000000ULL

/* --- numbers --- */

static const char *number(double value)
{
	static char text[TOP_TEXT_MAX];

	top_text_number(text, value);
	return text;
}

Test(top_text, numbers_have_three_digits)
{
	cr_assert_str_eq(number(0), "0");
	cr_assert_str_eq(number(0.0004), "<.001");
	cr_assert_str_eq(number(0.0251), "0.025");
	cr_assert_str_eq(number(0.9996), "1.00");
	cr_assert_str_eq(number(9.87), "9.87");
	cr_assert_str_eq(number(9.996), "10.0");
	cr_assert_str_eq(number(99.96), "100");
	cr_assert_str_eq(number(9999.4), "9999");
	cr_assert_str_eq(number(9999.6), "10.0k");
	cr_assert_str_eq(number(999499), "999k");
	cr_assert_str_eq(number(999501), "1.00M");
	cr_assert_str_eq(number(18446744073709551615.0), "18.4E");
}

/* No number is wider than its column. */
Test(top_text, numbers_fit)
{
	char text[TOP_TEXT_MAX];

	for (double value = 0.001; value < 1.9e19; value *= 1.0037) {
		cr_assert_leq(strlen(number(value)), 5, "%f is %s", value, number(value));
		top_text_time(text, value);
		cr_assert_leq(strlen(text), 6, "%f is %s", value, text);
		top_text_count(text, value);
		cr_assert_leq(strlen(text), 5, "%f is %s", value, text);
		top_text_share(text, value, UINT64_MAX);
		cr_assert_leq(strlen(text), 5, "%f is %s", value, text);
	}
}

static const char *span(__u64 ns)
{
	static char text[TOP_TEXT_MAX];

	top_text_time(text, ns);
	return text;
}

Test(top_text, times)
{
	cr_assert_str_eq(span(0), "0ns");
	cr_assert_str_eq(span(999), "999ns");
	cr_assert_str_eq(span(1000), "1.00us");
	cr_assert_str_eq(span(163000), "163us");
	cr_assert_str_eq(span(999600), "1.00ms");
	cr_assert_str_eq(span(12345678), "12.3ms");
	cr_assert_str_eq(span(1500 * 1000000ULL), "1.50s");
	cr_assert_str_eq(span(86400 * NS_PER_S), "86400s");
	cr_assert_str_eq(span(UINT64_MAX), ">99ks");
}

static const char *share(__u64 part, __u64 whole)
{
	static char text[TOP_TEXT_MAX];

	top_text_share(text, part, whole);
	return text;
}

/* Something is never shown as nothing, and not all never as all. */
Test(top_text, shares)
{
	cr_assert_str_eq(share(0, 0), "-");
	cr_assert_str_eq(share(0, 5), "0%");
	cr_assert_str_eq(share(5, 5), "100%");
	cr_assert_str_eq(share(1, 1000000), "<0.1%");
	cr_assert_str_eq(share(999999, 1000000), "99.9%");
	cr_assert_str_eq(share(1, 3), "33.3%");
}

Test(top_text, clock)
{
	char text[TOP_TEXT_MAX];

	top_text_clock(text, 0);
	cr_assert_str_eq(text, "-");
	top_text_clock(text, 1700000000 * NS_PER_S);
	cr_assert_str_eq(text, "22:13:20Z");
	top_text_clock(text, UINT64_MAX);
	cr_assert_leq(strlen(text), 12);
}

Test(top_text, bytes_never_act_on_a_terminal)
{
	const char evil[] = "a\x1b]2;owned\x07\x9b"
			    "31m\xe2\x80\xae\r\n\\";
	char text[ESCAPE_ROOM(sizeof(evil)) + 1];

	top_text_bytes(text, evil, sizeof(evil) - 1, 0);
	cr_assert_str_eq(text, "a\\x1b]2;owned\\x07\\x9b31m\\xe2\\x80\\xae\\x0d\\x0a\\\\");
	for (size_t columns = 1; columns < 60; columns++) {
		size_t shown = top_text_bytes(text, evil, sizeof(evil) - 1, columns);

		cr_assert_eq(shown, strlen(text));
		cr_assert_leq(shown, columns);
		for (size_t i = 0; i < shown; i++)
			cr_assert(text[i] >= 0x20 && text[i] < 0x7f);
	}
}

Test(top_text, what_is_cut_says_so)
{
	char text[16];

	top_text_bytes(text, "abcdef", 6, 6);
	cr_assert_str_eq(text, "abcdef");
	top_text_bytes(text, "abcdef", 6, 5);
	cr_assert_str_eq(text, "abcd~");
	top_text_bytes(text, "ab\x01", 3, 5); /* an escape is shown whole or not at all */
	cr_assert_str_eq(text, "ab~");
}

/* --- trends --- */

static const char *trend(size_t columns, const __u32 *counts, __u64 hole, bool utf8)
{
	static char text[TOP_SPARK_SIZE(128)];

	top_spark(text, columns, counts, hole, utf8);
	return text;
}

Test(top_spark, heights)
{
	__u32 counts[TOP_SPARK_SLICES] = { 0 };

	cr_assert_str_eq(trend(10, counts, 0, false), "          ");
	for (unsigned int i = 0; i < 8; i++)
		counts[52 + i] = i + 1;
	cr_assert_str_eq(trend(60, counts, 0, false) + 52, ".:-=+*#@");
	cr_assert_str_eq(trend(60, counts, 0, true) + 52,
			 "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588");
}

Test(top_spark, columns_add_up_from_the_newest)
{
	__u32 counts[TOP_SPARK_SLICES] = { 0 };

	counts[59] = 1;
	counts[54] = 7;
	counts[53] = 4;
	cr_assert_str_eq(trend(10, counts, 0, false), "        =@");
	cr_assert_str_eq(trend(1, counts, 0, false), "@");
	cr_assert_str_eq(trend(62, counts, 0, false) + 55, "+@    :"); /* two spaces in front */
}

Test(top_spark, holes_are_marked)
{
	__u32 counts[TOP_SPARK_SLICES] = { 0 };

	counts[59] = 4000000000U;
	counts[58] = 1;
	cr_assert_str_eq(trend(60, counts, 1ULL << 58 | 1, false) + 57, " !@");
	cr_assert_eq(trend(60, counts, 1, false)[0], '!');
	cr_assert_str_eq(trend(10, counts, 1ULL << 55, false) + 9, "!");
}

/* --- columns --- */

/* Whatever the width: columns stand side by side, the rate is there, and nothing beyond the edge.
 */
Test(top_column, layouts_fit)
{
	for (size_t screen = 1; screen < 400; screen++) {
		struct top_layout layout = top_layout(screen);
		size_t at = 0;

		for (enum top_column_id id = 0; id < TOP_COLUMN_MAX; id++) {
			if (!layout.wide[id])
				continue;
			cr_assert_eq(layout.at[id], at, "column %d of %zu", id, screen);
			at += layout.wide[id] + 1;
		}
		cr_assert_gt(layout.wide[TOP_COLUMN_RATE], 0);
		if (screen >= 20)
			cr_assert_geq(layout.wide[TOP_COLUMN_KEY], 10, "at %zu", screen);
		if (screen > 10)
			cr_assert_eq(at - 1, screen);
		if (layout.wide[TOP_COLUMN_TREND])
			cr_assert_eq(TOP_SPARK_SLICES % layout.wide[TOP_COLUMN_TREND], 0);
	}
}

Test(top_column, usual_screens_have_what_matters)
{
	struct top_layout layout = top_layout(80);

	cr_assert(layout.wide[TOP_COLUMN_SHARE] && layout.wide[TOP_COLUMN_ERRORS] &&
		  layout.wide[TOP_COLUMN_P50] && layout.wide[TOP_COLUMN_P90] &&
		  layout.wide[TOP_COLUMN_P99] && layout.wide[TOP_COLUMN_TREND]);
	cr_assert_geq(layout.wide[TOP_COLUMN_KEY], 24);
	cr_assert_eq(top_layout(300).wide[TOP_COLUMN_TREND], 60);
}

static struct top_table table;

static struct top_row *row(const char *key, __u64 requests, __u64 errors, __u64 p50)
{
	struct top_row *made = top_table_add(&table, key, strlen(key), key, strlen(key));

	made->requests = made->ended = requests;
	made->errors = errors;
	made->timed = p50 ? requests : 0;
	made->quantile[0] = made->quantile[1] = made->quantile[2] = p50;
	table.sum.requests += requests;
	table.sum.ended += requests;
	table.sum.errors += errors;
	return made;
}

static void some_rows(void)
{
	row("b", 10, 5, 2000000);
	row("a", 10, 0, 0);
	row("rest", 100, 100, 0)->kind = TOP_ROW_OTHER;
	row("c", 30, 3, 1000000);
	table.span = 10 * NS_PER_S;
	table.end = 1700000000 * NS_PER_S;
	table.exact = true;
}

static const char *order(enum top_column_id id, bool reverse)
{
	static char text[64];

	text[0] = '\0';
	top_sort(&table, id, reverse);
	for (size_t i = 0; i < table.count; i++)
		strncat(text, table.row[i].key, table.row[i].key_size);
	return text;
}

Test(top_sort, by_each_column)
{
	some_rows();
	cr_assert_str_eq(order(TOP_COLUMN_RATE, false), "cabrest");
	cr_assert_str_eq(order(TOP_COLUMN_RATE, true), "abcrest");
	cr_assert_str_eq(order(TOP_COLUMN_ERRORS, false), "bcarest");
	cr_assert_str_eq(order(TOP_COLUMN_P50, false), "bcarest");
	cr_assert_str_eq(order(TOP_COLUMN_P50, true), "cbarest"); /* what has none stays behind */
	cr_assert_str_eq(order(TOP_COLUMN_KEY, false), "abcrest");
	cr_assert_str_eq(order(TOP_COLUMN_KEY, true), "cbarest");
	top_table_free(&table);
	cr_assert_str_eq(order(TOP_COLUMN_RATE, false), "");
}

/* --- pictures --- */

static char *drawn;
static size_t drawn_size;

/* What a screen of that size shows. */
static const char *picture(const struct top_state *state, size_t rows, size_t columns, bool plain)
{
	struct top_picture of = {
		.table = &table, .state = state, .source = "eth0", .note = "", .since = 0
	};
	struct top_lines lines;
	FILE *out;

	free(drawn);
	out = open_memstream(&drawn, &drawn_size);
	top_lines_open(&lines, out, rows, columns);
	cr_assert_eq(plain ? top_draw_plain(&lines.screen, &of) : top_draw(&lines.screen, &of), 0);
	fclose(out);
	return drawn;
}

static struct top_state state;

static void state_of(size_t rows)
{
	top_state_init(&state, "api", TOP_WINDOW_10S);
	state.page = top_draw_page(rows);
	top_sort(&table, state.sort, false);
}

static bool shows(const char *text)
{
	return strstr(drawn, text);
}

Test(top_draw, of_80_columns)
{
	some_rows();
	state_of(24);
	picture(&state, 24, 80, false);
	cr_assert(shows("hdrtap-top  lost 0  by api  window 10s  22:13:20Z  eth0\n"), "%s", drawn);
	cr_assert(shows("150 requests  15.0/s  5xx 72.0%  4xx 0%"), "%s", drawn);
	cr_assert(shows("all requests"));
	cr_assert(shows("REQ/S"));
	cr_assert(shows(" 3.00 20.0% 10.0% 1.00ms 1.00ms 1.00ms            c"), "%s", drawn);
	cr_assert(shows(" 10.0 66.7%  100%      -      -      -            (other)"), "%s", drawn);
	cr_assert(shows("h help  q quit"));
	top_table_free(&table);
}

Test(top_draw, losses_are_in_the_first_row)
{
	some_rows();
	table.lost = 12;
	table.lost_ever = 34;
	state_of(24);
	picture(&state, 24, 80, false);
	cr_assert_eq(strncmp(drawn, "hdrtap-top  ! lost 12 in this window, 34 in all", 47), 0, "%s",
		     drawn);
	table.lost = 0;
	picture(&state, 24, 80, false);
	cr_assert_eq(strncmp(drawn, "hdrtap-top  lost 0 in this window, 34 in all", 44), 0, "%s",
		     drawn);
	top_table_free(&table);
}

/* Screens of any size: nothing stands outside. */
Test(top_draw, fits_on_every_screen)
{
	static const enum top_mode modes[] = { TOP_MODE_TABLE, TOP_MODE_HELP, TOP_MODE_WHERE,
					       TOP_MODE_BY };

	some_rows();
	for (size_t rows = 1; rows<30; rows += rows> 10 ? 7 : 1)
		for (size_t columns = 1; columns<200; columns += columns> 40 ? 13 : 1)
			for (size_t i = 0; i < 4; i++) {
				size_t row = 0;

				state_of(rows);
				state.mode = modes[i];
				snprintf(state.message, sizeof(state.message), "a message");
				for (int c = 'a'; c < 'z'; c++)
					top_prompt_key(&state.prompt, c);
				top_state_settle(&state, &table);
				picture(&state, rows, columns, false);
				for (char *line = strtok(drawn, "\n"); line;
				     line = strtok(NULL, "\n")) {
					cr_assert_leq(strlen(line), columns, "%zux%zu: %s", columns,
						      rows, line);
					row++;
				}
				cr_assert_leq(row, rows);
			}
	top_table_free(&table);
}

Test(top_draw, hostile_keys_and_texts)
{
	row("\x1b[2J\x9b\r\n", 5, 0, 0);
	table.span = NS_PER_S;
	state_of(24);
	strcpy(state.where, "path == \"\x1b[2J\"");
	for (int plain = 0; plain < 2; plain++) {
		picture(&state, 24, plain ? SIZE_MAX : 120, plain);
		for (const char *at = drawn; *at; at++)
			cr_assert(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
		cr_assert(shows("\\x1b[2J\\x9b\\x0d\\x0a"), "%s", drawn);
	}
	top_table_free(&table);
}

Test(top_draw, plain_tables_have_exact_numbers)
{
	some_rows();
	row("slow", 1, 0, 400000 * NS_PER_S)->missed = 3;
	table.lost = 1;
	table.lost_ever = 2;
	table.excluded = 5;
	state_of(24);
	strcpy(state.where, "status == 5xx");
	picture(&state, SIZE_MAX, SIZE_MAX, true);
	cr_assert_str_eq(
		drawn,
		"time=2023-11-14T22:13:20.000Z window=10s seconds=10.000 lost=1 lost_ever=2 "
		"excluded=5 exact=yes by=api where=status == 5xx\n"
		"    REQUESTS         RATE        SHARE          5XX          4XX   UNANSWERED     "
		"  "
		"MISSED       P50_MS       P90_MS       P99_MS KEY\n"
		"          30        3.000        19.87            3            0            0     "
		"  "
		"     0        1.000        1.000        1.000 c\n"
		"          10        1.000         6.62            0            0            0     "
		"  "
		"     0            -            -            - a\n"
		"          10        1.000         6.62            5            0            0     "
		"  "
		"     0        2.000        2.000        2.000 b\n"
		"           1        0.100         0.66            0            0            0     "
		"  "
		"     3 400000000.000 400000000.000 400000000.000 slow\n"
		"         100       10.000        66.23          100            0            0     "
		"  "
		"     0            -            -            - (other)\n"
		"         151       15.100       100.00          108            0            0     "
		"  "
		"     0            -            -            - (all)\n"
		"\n",
		"%s", drawn);
	top_table_free(&table);
}
