/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The terminal is asked when there is something to show after a pause, or after a block: a hundred
 * times a second at most when live. So a new size takes neither a signal nor a handler to be known.
 */
#include "view/text_width.h"

#include <stdlib.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "view/text_color.h"

/* Whether the terminal takes UTF-8, as far as the environment tells. */
static bool is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *value = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && (!value || !*value); i++)
		value = getenv(names[i]);
	return value && (strcasestr(value, "utf-8") || strcasestr(value, "utf8"));
}

void text_width_open(struct text_width *width, int fd)
{
	bool utf8 = is_utf8();

	width->terminal = isatty(fd);
	width->ellipsis = utf8 ? "\xe2\x80\xa6" : "...";
	width->ellipsis_columns = utf8 ? 1 : 3;
	width->arrow = utf8 || !width->terminal ? TEXT_ARROW : "->";
	text_width_update(width, fd);
}

void text_width_update(struct text_width *width, int fd)
{
	struct winsize size;

	if (width->terminal && !ioctl(fd, TIOCGWINSZ, &size))
		width->columns = size.ws_col;
}

/* Behind the escape sequence that begins there. */
static size_t skip_sequence(const struct out *out, size_t at)
{
	while (at < out->used && out->bytes[at++] != 'm')
		;
	return at;
}

/* Of a UTF-8 character of one column, a byte that is not its first. */
static bool is_continuation(char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Where the part of the line ends that takes `columns`; `*colored`: a sequence is in it. */
static size_t end_of(const struct out *out, unsigned int columns, bool *colored)
{
	size_t at = out->line;

	*colored = false;
	while (at < out->used) {
		if (out->bytes[at] == TEXT_ESCAPE) {
			*colored = true;
			at = skip_sequence(out, at);
		} else if (is_continuation(out->bytes[at])) {
			at++;
		} else if (columns) {
			columns--;
			at++;
		} else {
			break;
		}
	}
	return at;
}

unsigned int text_width_columns(const struct out *out, size_t from)
{
	unsigned int columns = 0;

	for (size_t at = from; at < out->used;) {
		if (out->bytes[at] == TEXT_ESCAPE)
			at = skip_sequence(out, at);
		else
			columns += !is_continuation(out->bytes[at++]);
	}
	return columns;
}

void text_width_cut(const struct text_width *width, struct out *out, unsigned int behind)
{
	unsigned int columns = width->columns - behind;
	bool colored;

	if (width->columns <= behind || out->used - out->line <= columns ||
	    end_of(out, columns, &colored) == out->used)
		return;
	if (columns >= width->ellipsis_columns)
		columns -= width->ellipsis_columns;
	out->used = end_of(out, columns, &colored);
	if (colored)
		out_text(out, TEXT_COLOR_OFF);
	if (columns < width->columns - behind)
		out_text(out, width->ellipsis);
}
