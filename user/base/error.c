/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Messages are one line whatever they quote: a control character in a file name or an argument
 * becomes a question mark.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_BYTES 1024

static void say(const char *format, va_list args)
{
	char line[LINE_MAX_BYTES];
	char *c;

	vsnprintf(line, sizeof(line), format, args);
	for (c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	fprintf(stderr, "hdrtap: %s\n", line);
}

int fail(int errnum, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	return -errnum;
}

void warn_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}
