/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Date and time of day are computed once per second seen.
 */
#include "view/text_time.h"

#include "view/text_put.h"

#define NS_PER_S 1000000000ULL

void text_time_open(struct text_time *time, const struct text_options *options)
{
	time->kind = options->times;
	time->local = options->local_time;
	time->second = -1;
	if (time->local)
		tzset();
}

/* "Z", or what the zone is ahead of UTC. */
static void set_zone(struct text_time *time, const struct tm *tm)
{
	long minutes = tm->tm_gmtoff / 60, size = minutes < 0 ? -minutes : minutes;
	char *to = time->zone;

	if (time->local) {
		*to++ = minutes < 0 ? '-' : '+';
		to = text_put_digits(to, size / 60, 2);
		*to++ = ':';
		to = text_put_digits(to, size % 60, 2);
	} else {
		*to++ = 'Z';
	}
	time->zone_size = to - time->zone;
}

static void set_clock(struct text_time *time, time_t second)
{
	char *to = time->clock;
	struct tm tm = { 0 };

	time->second = second;
	if (time->local)
		localtime_r(&second, &tm);
	else
		gmtime_r(&second, &tm);
	to = text_put_digits(to, tm.tm_year + 1900, 4);
	*to++ = '-';
	to = text_put_digits(to, tm.tm_mon + 1, 2);
	*to++ = '-';
	to = text_put_digits(to, tm.tm_mday, 2);
	*to++ = ' ';
	to = text_put_digits(to, tm.tm_hour, 2);
	*to++ = ':';
	to = text_put_digits(to, tm.tm_min, 2);
	*to++ = ':';
	text_put_digits(to, tm.tm_sec, 2);
	set_zone(time, &tm);
}

static char *put_fraction(char *to, __u64 ns)
{
	*to++ = '.';
	return text_put_digits(to, ns % NS_PER_S / 1000, 6);
}

static char *put_clock(struct text_time *time, char *to, __u64 ns)
{
	time_t second = ns / NS_PER_S;

	if (second != time->second)
		set_clock(time, second);
	if (time->kind == TEXT_TIMES_DATE)
		to = text_put(to, time->clock, 19);
	else
		to = text_put(to, time->clock + 11, 8);
	to = put_fraction(to, ns);
	return text_put(to, time->zone, time->zone_size);
}

/* Heads that were long in coming, and captures merged badly, go back in time. */
static char *put_since(char *to, __u64 then, __u64 ns)
{
	__u64 since = ns < then ? then - ns : ns - then, s = since / NS_PER_S;

	*to++ = ns < then ? '-' : ' ';
	if (s / 3600 < 10)
		*to++ = '0';
	to = text_put_number(to, s / 3600);
	*to++ = ':';
	to = text_put_digits(to, s / 60 % 60, 2);
	*to++ = ':';
	to = text_put_digits(to, s % 60, 2);
	return put_fraction(to, since);
}

static char *put(struct text_time *time, char *to, __u64 ns)
{
	switch (time->kind) {
	case TEXT_TIMES_EPOCH:
		return put_fraction(text_put_number(to, ns / NS_PER_S), ns);
	case TEXT_TIMES_DELTA:
		return put_since(to, time->before, ns);
	case TEXT_TIMES_FIRST:
		return put_since(to, time->first, ns);
	default:
		return put_clock(time, to, ns);
	}
}

char *text_time_put(struct text_time *time, char *to, const __u64 *ns)
{
	if (time->kind == TEXT_TIMES_NONE)
		return to;
	if (!ns) {
		*to++ = '-';
	} else {
		if (!time->begun)
			time->first = time->before = *ns;
		time->begun = true;
		to = put(time, to, *ns);
		time->before = *ns;
	}
	*to++ = ' ';
	return to;
}
