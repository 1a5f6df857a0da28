/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "check/check_report.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const levels[] = {
	[CHECK_OK] = "ok",
	[CHECK_NOTE] = "note",
	[CHECK_STOP] = "STOP",
};

void check_say(struct check *check, enum check_level level, const char *topic, const char *format,
	       ...)
{
	va_list arguments;

	printf("%-5s %-13s ", levels[level], topic);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	check->stopped |= level == CHECK_STOP;
}
