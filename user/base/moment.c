/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Strict, as numbers are: what a part may not be is not carried over into the next one.
 */
#include "base/moment.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "base/numbers.h"

#define NS_PER_S  1000000000ULL
#define NS_PER_MS 1000000ULL
#define DAY_S     86400

/* Takes `digits` digits. Returns whether they are there, and at most `most`. */
static bool take_number(const char **at, int digits, int most, int *number)
{
	*number = 0;
	for (; digits; digits--, (*at)++) {
		if (!isdigit((unsigned char)**at))
			return false;
		*number = *number * 10 + **at - '0';
	}
	return *number <= most;
}

static bool take_char(const char **at, const char *any)
{
	if (!**at || !strchr(any, **at))
		return false;
	(*at)++;
	return true;
}

/* "14:05" or "14:05:30", in seconds. */
static bool take_clock(const char **at, __u64 *s)
{
	int hour, minute, second = 0;

	if (!take_number(at, 2, 23, &hour) || !take_char(at, ":") ||
	    !take_number(at, 2, 59, &minute))
		return false;
	if (**at == ':' && (++*at, !take_number(at, 2, 59, &second)))
		return false;
	*s = hour * 3600 + minute * 60 + second;
	return true;
}

/* "2026-11-29", in seconds. */
static bool take_date(const char **at, __u64 *s)
{
	int year, month, day;
	struct tm tm;
	time_t begin;

	if (!take_number(at, 4, 2261, &year) || !take_char(at, "-") ||
	    !take_number(at, 2, 12, &month) || !take_char(at, "-") ||
	    !take_number(at, 2, 31, &day) || year < 1970)
		return false;
	tm = (struct tm){ .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
	begin = timegm(&tm);
	*s = begin;
	return tm.tm_mday == day && tm.tm_mon == month - 1;
}

/* A fraction of a second, if there is one. */
static bool take_fraction(const char **at, __u64 *ns)
{
	__u64 unit = NS_PER_S / 10;

	*ns = 0;
	if (**at != '.')
		return true;
	if (!isdigit((unsigned char)*++*at))
		return false;
	for (; isdigit((unsigned char)**at); (*at)++, unit /= 10)
		*ns += (**at - '0') * unit;
	return true;
}

/* "Z", "+02:00" or "-05:30": seconds that the time is ahead of UTC. */
static bool take_zone(const char **at, __s64 *ahead)
{
	char sign = **at;
	int hour, minute;

	*ahead = 0;
	if (take_char(at, "Zz"))
		return true;
	if (!take_char(at, "+-") || !take_number(at, 2, 23, &hour) || !take_char(at, ":") ||
	    !take_number(at, 2, 59, &minute))
		return false;
	*ahead = (hour * 3600 + minute * 60) * (sign == '-' ? -1 : 1);
	return true;
}

static bool parse_date(const char *text, __u64 *utc)
{
	__u64 date, clock = 0, ns = 0;
	__s64 ahead = 0;

	if (!take_date(&text, &date))
		return false;
	if (*text && (!take_char(&text, "Tt ") || !take_clock(&text, &clock) ||
		      !take_fraction(&text, &ns) || !take_zone(&text, &ahead) || *text))
		return false;
	if ((__s64)(date + clock) < ahead)
		return false;
	*utc = (date + clock - ahead) * NS_PER_S + ns;
	return true;
}

static bool parse_today(const char *text, __u64 now, __u64 *utc)
{
	__u64 today = now / NS_PER_S / DAY_S * DAY_S, clock;

	if (!take_clock(&text, &clock) || *text)
		return false;
	*utc = (today + clock) * NS_PER_S;
	return true;
}

static bool parse_age(const char *text, __u64 now, __u64 *utc)
{
	__u64 ms;

	if (!duration_parse(text, &ms) || ms > now / NS_PER_MS)
		return false;
	*utc = now - ms * NS_PER_MS;
	return true;
}

bool moment_parse(const char *text, __u64 now, __u64 *utc)
{
	return parse_date(text, utc) || parse_today(text, now, utc) || parse_age(text, now, utc);
}
