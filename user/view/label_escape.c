/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Both formats have an escape for line feeds alone. Other control characters would be in the page
 * as they are, and in the terminals and dashboards of those who read it.
 */
#include "view/label_escape.h"

#include <stdbool.h>

#include "view/view_format.h"

static char *put_control(char *to, __u8 byte)
{
	static const char digits[] = "0123456789abcdef";

	*to++ = '\\'; /* a backslash of the text */
	*to++ = '\\';
	*to++ = 'x';
	*to++ = digits[byte >> 4];
	*to++ = digits[byte & 15];
	return to;
}

/* U+0080 to U+00FF. */
static char *put_latin1(char *to, __u8 byte)
{
	*to++ = 0xc0 | byte >> 6;
	*to++ = 0x80 | (byte & 0x3f);
	return to;
}

char *label_escape(char *to, const __u8 *bytes, size_t size)
{
	bool utf8 = view_is_utf8((struct view_bytes){ bytes, size });

	for (const __u8 *end = bytes + size; bytes < end; bytes++) {
		if (*bytes < ' ' || *bytes == 0x7f) {
			to = put_control(to, *bytes);
		} else if (*bytes >= 0x80 && !utf8) {
			to = put_latin1(to, *bytes);
		} else {
			if (*bytes == '"' || *bytes == '\\')
				*to++ = '\\';
			*to++ = *bytes;
		}
	}
	return to;
}
