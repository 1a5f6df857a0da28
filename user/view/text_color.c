/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/text_color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RED     "\x1b[31m"
#define GREEN   "\x1b[32m"
#define YELLOW  "\x1b[33m"
#define MAGENTA "\x1b[35m"
#define CYAN    "\x1b[36m"
#define ALARM   "\x1b[1;31m"

#define SLOW_NS      100000000ULL  /* a person begins to notice */
#define VERY_SLOW_NS 1000000000ULL /* a person waits */

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* See no-color.org for NO_COLOR. */
bool text_color_wanted(enum text_color color, int fd)
{
	if (color != TEXT_COLOR_AUTO)
		return color == TEXT_COLOR_ALWAYS;
	return isatty(fd) && !is_set("NO_COLOR") && is_set("TERM") &&
	       strcmp(getenv("TERM"), "dumb") != 0;
}

const char *text_color_status(__u16 status)
{
	static const char *const colors[] = { MAGENTA, GREEN, GREEN, CYAN, YELLOW, ALARM };

	return status < 600 ? colors[status / 100] : MAGENTA;
}

const char *text_color_latency(__u64 ns)
{
	return ns >= VERY_SLOW_NS ? RED : ns >= SLOW_NS ? YELLOW : NULL;
}
