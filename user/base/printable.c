/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/printable.h"

#include <stdio.h>
#include <string.h>

char *printable(char *to, size_t size, const char *text)
{
	size_t used = 0;

	for (; *text; text++) {
		unsigned char c = *text;
		char one[sizeof("\\xff")];
		int length;

		if (c == '\\')
			length = snprintf(one, sizeof(one), "\\\\");
		else if (c >= ' ' && c < 0x7f)
			length = snprintf(one, sizeof(one), "%c", c);
		else
			length = snprintf(one, sizeof(one), "\\x%02x", c);
		if (used + length >= size)
			break;
		memcpy(to + used, one, length);
		used += length;
	}
	to[used] = '\0';
	return to;
}
