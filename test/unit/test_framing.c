/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/head/framing.h: what Content-Length says, however the head is cut and whether its
 * value is logged or not.
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "feeder.h"
#include "run/elements.h"

#define FLAG(name) HDRTAP_FLAG(name)
#define MOST       (~0ULL)

static struct feeder feeder;
static struct hdrtap_elements set;

static void setup(void)
{
	feeder_init(&feeder);
}

static void teardown(void)
{
	feeder_free(&feeder);
}

TestSuite(framing, .init = setup, .fini = teardown);

/* `element`: NULL for none. */
static void choose(const char *element)
{
	struct run_meta meta;

	cr_assert_eq(run_meta_init(&meta), 0);
	if (element)
		cr_assert_eq(elements_choose(&meta, element), 0);
	cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
}

static void expect_cut(const char *head, size_t piece, __u64 size, __u64 flags)
{
	struct pieces pieces = { piece, piece, '5' };
	struct feed_result result =
		feeder_run(&feeder, &set, (const __u8 *)head, strlen(head), pieces);
	__u8 framing = flags & FLAG(BAD_FRAMING) ? HDRTAP_FRAMING_INVALID : HDRTAP_FRAMING_LENGTH;

	cr_assert_eq(result.verdict, HDRTAP_DONE, "%s", head);
	cr_assert_eq(result.rec.framing, framing, "%s", head);
	cr_assert_eq(result.rec.body_size, size, "%s: %llu", head, result.rec.body_size);
	cr_assert_eq(result.rec.flags & HDRTAP_FLAGS_MALFORMED, flags, "%s: %#llx", head,
		     result.rec.flags);
}

/* `lines`: one value, or several lines' with the next name between them. */
static void expect(const char *lines, __u64 size, __u64 flags)
{
	static const char *const elements[] = { NULL, "content-length=keep",
						"content-length=length", "content-length=hash" };
	static const size_t pieces[] = { HDRTAP_WINDOW_SIZE, 1, 7, 64 };
	char head[512];

	snprintf(head, sizeof(head), "POST / HTTP/1.1\r\nContent-Length: %s\r\n\r\n", lines);
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++) {
		choose(elements[i]);
		for (size_t j = 0; j < sizeof(pieces) / sizeof(*pieces); j++)
			expect_cut(head, pieces[j], size, flags);
	}
}

static void expect_zeros(__u32 zeros, const char *digits, __u64 size, __u64 flags)
{
	char text[256];

	snprintf(text, sizeof(text), "%0*d%s", (int)zeros, 0, digits);
	expect(text, size, flags);
}

Test(framing, length_is_a_number)
{
	expect("0", 0, 0);
	expect("5", 5, 0);
	expect("4294967295", 4294967295, 0);
	expect("4294967296", 4294967296, 0);
	expect("576460752303423488", 1ULL << 59, 0);
	expect("9223372036854775807", (1ULL << 63) - 1, 0);
	expect("9999999999999999999", 9999999999999999999ULL, 0);
	expect("18446744073709551614", MOST - 1, 0);
	expect("18446744073709551615", MOST, 0);
}

Test(framing, what_fits_no_integer_has_no_end)
{
	expect("18446744073709551616", MOST, FLAG(SMUGGLING));
	expect("18446744073709551621", MOST, FLAG(SMUGGLING));
	expect("18446744073709551625", MOST, FLAG(SMUGGLING));
	expect("20000000000000000000", MOST, FLAG(SMUGGLING));
	expect("99999999999999999999", MOST, FLAG(SMUGGLING));
	expect("184467440737095516160", MOST, FLAG(SMUGGLING));
	expect("340282366920938463463374607431768211456", MOST, FLAG(SMUGGLING));
	expect("1000000000000000000000000000000000000000000000000000000000000005", MOST,
	       FLAG(SMUGGLING));
	expect("100000000000000000000000000000000000000000000000000000000000000000000005", MOST,
	       FLAG(SMUGGLING));
}

Test(framing, leading_zeros_say_nothing)
{
	expect_zeros(1, "5", 5, 0);
	expect_zeros(20, "5", 5, 0);
	expect_zeros(63, "5", 5, 0);
	expect_zeros(64, "", 0, 0);
	expect_zeros(44, "18446744073709551615", MOST, 0);
	expect_zeros(44, "18446744073709551616", MOST, FLAG(SMUGGLING));
	expect_zeros(64, "5", 0, FLAG(BAD_FRAMING));
	expect_zeros(200, "5", 0, FLAG(BAD_FRAMING));
}

Test(framing, other_text_is_no_number)
{
	expect("", 0, FLAG(BAD_FRAMING));
	expect("+5", 0, FLAG(BAD_FRAMING));
	expect("-5", 0, FLAG(BAD_FRAMING));
	expect("5x", 0, FLAG(BAD_FRAMING));
	expect("0x5", 0, FLAG(BAD_FRAMING));
	expect("5 5", 0, FLAG(BAD_FRAMING));
	expect("5;5", 0, FLAG(BAD_FRAMING));
	expect("5\xc2\xa0", 0, FLAG(BAD_FRAMING));
}

Test(framing, a_list_of_one_number_is_that_number)
{
	expect("2,2", 2, FLAG(SMUGGLING));
	expect("2, 2", 2, FLAG(SMUGGLING));
	expect("2 \t, \t2", 2, FLAG(SMUGGLING));
	expect("2, 02, 002", 2, FLAG(SMUGGLING));
	expect("2,\r\n 2", 2, FLAG(SMUGGLING) | FLAG(OBS_FOLD));
	expect("2\r\nContent-Length: 2", 2, FLAG(SMUGGLING));
	expect("2\r\nContent-Length: 2, 2", 2, FLAG(SMUGGLING));
	expect("18446744073709551615, 18446744073709551615", MOST, FLAG(SMUGGLING));
}

Test(framing, other_lists_are_not_valid)
{
	static const char *const lists[] = { "2, 3",
					     "2, 2, 3",
					     "2,",
					     ",2",
					     ",",
					     "2,,2",
					     "2, x",
					     "2, 2 2",
					     "0,",
					     "2\r\nContent-Length: 3",
					     "2\r\nContent-Length: 2, 3",
					     "2\r\nContent-Length: x",
					     "x\r\nContent-Length: 2",
					     "\r\nContent-Length: 0" };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		expect(lists[i], 0, FLAG(BAD_FRAMING) | FLAG(SMUGGLING));
}
