/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A spreadsheet takes a field for a formula when it begins with one of these, whether it stands in
 * quotes or not, and whatever looks like a number behind them. A field that begins with "'" gets
 * one more, so that taking one away gives every value back.
 */
#include "view/csv_safe.h"

#include <string.h>

static bool is_guarded(char c)
{
	return c && strchr("=+-@\t\r'", c);
}

/* Behind the field at `at`: its comma, or `end`. */
static const char *field_end(const char *at, const char *end)
{
	bool quoted = false;

	for (; at < end && (quoted || *at != ','); at++)
		quoted ^= *at == '"';
	return at;
}

void csv_safe(struct out *out)
{
	const char *at = out->bytes + out->line, *end = out->bytes + out->used, *next;

	for (; at <= end; at = next + 1) {
		next = field_end(at, end);
		if (at < next && *at == '"')
			out_char(out, *at++);
		if (at < next && is_guarded(*at))
			out_char(out, '\'');
		out_bytes(out, at, next - at);
		if (next < end)
			out_char(out, ',');
	}
}
