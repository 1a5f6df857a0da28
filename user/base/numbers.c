/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A number is digits and one of a table of units.
 */
#include "base/numbers.h"

#include <stddef.h>
#include <string.h>

#define MS_PER_S 1000ULL

struct unit {
	const char *text;
	__u64 factor;
};

/* The digits at `*text`, which is set behind them. */
static bool parse_digits(const char **text, __u64 *number)
{
	const char *at = *text;
	__u64 sum = 0;

	if (*at < '0' || *at > '9')
		return false;
	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, (__u64)(*at - '0'), &sum))
			return false;
	*text = at;
	*number = sum;
	return true;
}

static bool parse_with_unit(const char *text, const struct unit *units, size_t count, __u64 *result)
{
	__u64 number;
	size_t i;

	if (!parse_digits(&text, &number))
		return false;
	for (i = 0; i < count; i++)
		if (!strcmp(units[i].text, text))
			return !__builtin_mul_overflow(number, units[i].factor, result);
	return false;
}

bool number_parse(const char *text, __u64 *number)
{
	static const struct unit units[] = { { "", 1 } };

	return parse_with_unit(text, units, 1, number);
}

bool size_parse(const char *text, __u64 *bytes)
{
	static const struct unit units[] = {
		{ "", 1 },           { "K", 1ULL << 10 }, { "M", 1ULL << 20 },
		{ "G", 1ULL << 30 }, { "T", 1ULL << 40 },
	};

	return parse_with_unit(text, units, sizeof(units) / sizeof(units[0]), bytes);
}

bool duration_parse(const char *text, __u64 *ms)
{
	static const struct unit units[] = {
		{ "", MS_PER_S },         { "ms", 1 },
		{ "s", MS_PER_S },        { "m", 60 * MS_PER_S },
		{ "h", 3600 * MS_PER_S }, { "d", 86400 * MS_PER_S },
	};

	return parse_with_unit(text, units, sizeof(units) / sizeof(units[0]), ms);
}
