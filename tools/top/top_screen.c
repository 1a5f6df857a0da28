/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_screen.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4096 /* columns of one piece: wider ones are cut */

static size_t room(const struct top_screen *screen, size_t column, size_t columns)
{
	size_t left = column < screen->columns ? screen->columns - column : 0;

	return columns < left ? columns : left;
}

size_t top_screen_put(struct top_screen *screen, size_t row, size_t column, size_t columns,
		      enum top_style style, const char *text)
{
	char cut[TEXT_MAX];
	size_t size = strnlen(text, room(screen, column, columns));

	if (row >= screen->rows || !size)
		return column;
	if (size >= sizeof(cut))
		size = sizeof(cut) - 1;
	memcpy(cut, text, size);
	cut[size] = '\0';
	screen->ops->put(screen, row, column, style, cut);
	return column + size;
}

size_t top_screen_right(struct top_screen *screen, size_t row, size_t column, size_t columns,
			enum top_style style, const char *text)
{
	size_t size = strlen(text), in_front = size < columns ? columns - size : 0;

	return top_screen_put(screen, row, column + in_front, columns - in_front, style, text);
}
