/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Arrays that grow: any struct with members `list`, `count` and `room`, zeroed at first. Nothing is
 * left to do without memory: the program ends.
 */
#ifndef HDRTAP_TEST_VECTOR_H
#define HDRTAP_TEST_VECTOR_H

#include <stddef.h>

/* `list` of `*room` elements of `size` bytes, grown so that one more than `count` fit. */
void *vector_grow(void *list, size_t *room, size_t count, size_t size);

/* The new last element; its bytes are undefined. */
#define VECTOR_ADD(v)                                                                    \
	((v)->list = vector_grow((v)->list, &(v)->room, (v)->count, sizeof(*(v)->list)), \
	 &(v)->list[(v)->count++])

/* Says what failed and ends the program: without its inputs a test proves nothing. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
