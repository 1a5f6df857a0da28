/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Small texts put one behind the other where there is room for them. Each function returns where
 * its text ends.
 */
#ifndef HDRTAP_USER_TEXT_PUT_H
#define HDRTAP_USER_TEXT_PUT_H

#include <string.h>

#include "view/view_format.h"

static inline char *text_put(char *to, const void *text, size_t size)
{
	memcpy(to, text, size);
	return to + size;
}

/* A text whose room, and the room for it, is a multiple of sixteen bytes and so is written to. */
static inline char *text_put_padded(char *to, const char *text, size_t size)
{
	for (size_t at = 0; at < size; at += 16)
		memcpy(to + at, text + at, 16);
	return to + size;
}

/* A string constant. */
#define TEXT_PUT(to, text) text_put(to, text, sizeof(text) - 1)

static inline char *text_put_digits(char *to, __u64 number, unsigned int digits)
{
	view_digits(to, number, digits);
	return to + digits;
}

static inline char *text_put_number(char *to, __u64 number)
{
	if (number >= 10)
		return to + view_number(to, number);
	*to = '0' + number;
	return to + 1;
}

#define TEXT_PORT_MAX 5 /* bytes */

static inline char *text_put_port(char *to, __u16 port)
{
	unsigned int digits = 1 + (port >= 10) + (port >= 100) + (port >= 1000) + (port >= 10000);

	return text_put_digits(to, port, digits);
}

#endif
