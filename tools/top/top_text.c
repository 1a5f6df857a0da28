/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_text.h"

#include <stdio.h>
#include <string.h>

#include "view/escape.h"
#include "view/view_format.h"

#define TIME_OF_DAY 11 /* where it begins in a time */

/* Digits behind the point, so that three matter in all: what would be rounded up to one more digit
 * before it counts as that. */
static int decimals(double number)
{
	return number < 0.9995 ? 3 : number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
}

void top_text_number(char text[TOP_TEXT_MAX], double number)
{
	static const char *const units[] = { "k", "M", "G", "T", "P", "E" };
	size_t unit = 0;

	if (!(number > 0)) {
		snprintf(text, TOP_TEXT_MAX, "0");
		return;
	}
	if (number < 0.0005) {
		snprintf(text, TOP_TEXT_MAX, "<.001");
		return;
	}
	if (number < 9999.5) {
		snprintf(text, TOP_TEXT_MAX, "%.*f", decimals(number), number);
		return;
	}
	for (number /= 1000; number >= 999.5 && unit + 1 < sizeof(units) / sizeof(*units); unit++)
		number /= 1000;
	snprintf(text, TOP_TEXT_MAX, "%.*f%s", decimals(number), number, units[unit]);
}

void top_text_count(char text[TOP_TEXT_MAX], __u64 count)
{
	if (count <= 99999)
		snprintf(text, TOP_TEXT_MAX, "%llu", count);
	else
		top_text_number(text, count);
}

void top_text_share(char text[TOP_TEXT_MAX], __u64 part, __u64 whole)
{
	double percent = whole ? 100.0 * part / whole : 0;

	if (!whole)
		snprintf(text, TOP_TEXT_MAX, "-");
	else if (!part || part == whole)
		snprintf(text, TOP_TEXT_MAX, "%.0f%%", percent);
	else if (percent < 0.05)
		snprintf(text, TOP_TEXT_MAX, "<0.1%%");
	else
		snprintf(text, TOP_TEXT_MAX, "%.1f%%", percent > 99.9 ? 99.9 : percent);
}

void top_text_time(char text[TOP_TEXT_MAX], __u64 ns)
{
	static const char *const units[] = { "us", "ms", "s" };
	double time = ns;
	size_t unit = 0;

	if (ns < 1000) {
		snprintf(text, TOP_TEXT_MAX, "%lluns", ns);
		return;
	}
	for (time /= 1000; time >= 999.5 && unit + 1 < sizeof(units) / sizeof(*units); unit++)
		time /= 1000;
	if (time >= 99999.5)
		snprintf(text, TOP_TEXT_MAX, ">99ks");
	else
		snprintf(text, TOP_TEXT_MAX, "%.*f%s", decimals(time), time, units[unit]);
}

void top_text_clock(char text[TOP_TEXT_MAX], __u64 utc)
{
	char time[VIEW_TIME_SIZE];

	if (!utc) {
		snprintf(text, TOP_TEXT_MAX, "-");
		return;
	}
	view_time(time, utc);
	snprintf(text, TOP_TEXT_MAX, "%.8sZ", time + TIME_OF_DAY);
}

size_t top_text_bytes(char *text, const void *bytes, size_t size, size_t columns)
{
	const __u8 *from = bytes;
	size_t used = 0;

	if (!columns) {
		used = escape_put(text, from, size, '\\') - text;
		text[used] = '\0';
		return used;
	}
	for (size_t i = 0; i < size; i++) {
		char one[ESCAPE_ROOM(1)];
		size_t wide = escape_put(one, from + i, 1, '\\') - one;

		if (used + wide > columns - (i + 1 < size)) {
			text[used++] = '~';
			break;
		}
		memcpy(text + used, one, wide);
		used += wide;
	}
	text[used] = '\0';
	return used;
}
