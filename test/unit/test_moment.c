/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/base/moment.h: moments as users write them. */
#include <criterion/criterion.h>

#include "base/moment.h"

#define NOW 1795961045123456789ULL /* 2026-11-29T14:04:05.123456789Z */
#define DAY 1795910400000000000ULL /* 2026-11-29T00:00:00Z */
#define S   1000000000ULL

static void expect(const char *text, __u64 utc)
{
	__u64 got = 0;

	cr_expect(moment_parse(text, NOW, &got), "%s", text);
	cr_expect_eq(got, utc, "%s: %llu, not %llu", text, got, utc);
}

Test(moment, today)
{
	expect("00:00", DAY);
	expect("14:05", DAY + (14 * 3600 + 5 * 60) * S);
	expect("23:59:59", DAY + 86399 * S);
}

Test(moment, dates)
{
	expect("2026-11-29T00:00:00Z", DAY);
	expect("2026-11-29 00:00:00z", DAY);
	expect("2026-11-29", DAY);
	expect("2026-11-29t02:00+02:00", DAY);
	expect("2026-11-28T22:30:00-01:30", DAY);
	expect("2026-11-29T00:00:00.25Z", DAY + S / 4);
	expect("2026-11-29T00:00:00.1234567891Z", DAY + 123456789);
	expect("1970-01-01T00:00:01Z", S);
	expect("2024-02-29T00:00:00Z", 1709164800 * S);
}

Test(moment, ages)
{
	expect("10m", NOW - 600 * S);
	expect("2h", NOW - 7200 * S);
	expect("1d", NOW - 86400 * S);
	expect("500ms", NOW - S / 2);
	expect("3", NOW - 3 * S);
}

Test(moment, anything_else_is_none)
{
	static const char *const bad[] = {
		"",
		"now",
		"1 4:05",
		"14:5",
		"24:00",
		"14:60",
		"14:05:60",
		"14:05 ",
		"14:05Z",
		"-10m",
		"10 m",
		"10w",
		"99999d",
		"2026-11-29T14:05",
		"2026-13-01T00:00Z",
		"2026-02-29T00:00Z",
		"2026-11-31T00:00Z",
		"2026-11-29T14:05:00.Z",
		"2026-11-29T14:05:00+2",
		"2026-11-29T14:05:00ZZ",
		"1969-12-31T23:59:59Z",
		"1970-01-01T00:00:00+01:00",
		"2300-01-01T00:00:00Z",
	};
	__u64 utc = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)

		cr_expect(!moment_parse(bad[i], NOW, &utc), "'%s'", bad[i]);
	cr_expect_eq(utc, 7);
}
