/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/message.h"

static void say(const char *format, va_list args)
{
	struct message message;

	message_format(&message, format, args);
	fprintf(stderr, "hdrtap: %s\n", message.text);
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
