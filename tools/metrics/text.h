/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Text that grows.
 */
#ifndef HDRTAP_TOOLS_METRICS_TEXT_H
#define HDRTAP_TOOLS_METRICS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

/* All zero: empty. */
struct text {
	char *bytes; /* owned */
	size_t size, room;
	bool failed; /* there was no memory: it is not all there */
};

void text_add(struct text *text, const char *bytes, size_t size);
void text_add_string(struct text *text, const char *string);
void text_add_number(struct text *text, __u64 number);

/* Billionths as a decimal number with a point: 0.0, 0.005, 10.0. */
void text_add_billionths(struct text *text, __u64 billionths);

void text_free(struct text *text);

#endif
