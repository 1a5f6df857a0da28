/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error_out.h"
#include "base/message.h"

#define PROGRAM_MAX 32

static const char *program = "hdrtap";

void error_begin_with(const char *name)
{
	program = name;
}

const char *error_program(void)
{
	return program;
}

static void say(const char *format, va_list args)
{
	char line[PROGRAM_MAX + MESSAGE_SIZE + 3];
	struct message message;

	message_format(&message, format, args);
	error_out(line,
		  snprintf(line, sizeof(line), "%.*s: %s\n", PROGRAM_MAX, program, message.text));
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
