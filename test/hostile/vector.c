/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "vector.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void *vector_grow(void *list, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? *room * 2 : 16;
	list = realloc(list, *room * size);
	if (!list)
		die("out of memory");
	return list;
}

void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("FAIL hostile: ");
	vprintf(format, arguments);
	printf("\n");
	va_end(arguments);
	exit(1);
}
