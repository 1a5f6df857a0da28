/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "check/check_report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/printable.h"

#define TEXT_SIZE 1024 /* bytes of a line; what is longer is cut */

static const char *const levels[] = {
	[CHECK_OK] = "ok",
	[CHECK_NOTE] = "note",
	[CHECK_STOP] = "STOP",
};

void check_say(struct check *check, enum check_level level, const char *topic, const char *format,
	       ...)
{
	char text[TEXT_SIZE], shown[PRINTABLE_SIZE(TEXT_SIZE)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	printf("%-5s %-13s %s\n", levels[level], topic, printable(shown, sizeof(shown), text));
	check->stopped |= level == CHECK_STOP;
}
