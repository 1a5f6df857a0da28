/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 4096
#define DIGITS_MAX 20
#define BILLION    1000000000ULL

static bool make_room(struct text *text, size_t size)
{
	size_t room = text->room ? text->room : ROOM_FIRST;
	char *bytes;

	if (text->failed)
		return false;
	while (room - text->size < size)
		room *= 2;
	if (room == text->room)
		return true;
	bytes = realloc(text->bytes, room);
	text->failed = !bytes;
	if (!bytes)
		return false;
	text->bytes = bytes;
	text->room = room;
	return true;
}

void text_add(struct text *text, const char *bytes, size_t size)
{
	if (!make_room(text, size))
		return;
	memcpy(text->bytes + text->size, bytes, size);
	text->size += size;
}

void text_add_string(struct text *text, const char *string)
{
	text_add(text, string, strlen(string));
}

/* Puts digits in front of `end`. Returns the first one. */
static char *put_digits(char *end, __u64 number)
{
	do {
		*--end = '0' + number % 10;
		number /= 10;
	} while (number);
	return end;
}

void text_add_number(struct text *text, __u64 number)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *first = put_digits(end, number);

	text_add(text, first, end - first);
}

void text_add_billionths(struct text *text, __u64 billionths)
{
	char digits[11]; /* ".123456789" behind a 1 that makes its zeros stay */
	size_t size = sizeof(digits);

	put_digits(digits + size, BILLION + billionths % BILLION);
	memmove(digits + 1, digits + 2, 9);
	digits[0] = '.';
	size--;
	while (size > 2 && digits[size - 1] == '0')
		size--;
	text_add_number(text, billionths / BILLION);
	text_add(text, digits, size);
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}
