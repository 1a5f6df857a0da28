/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A line of text that is typed in. Only printable ASCII: predicates and names of fields need no
 * more.
 */
#ifndef HDRTAP_TOP_PROMPT_H
#define HDRTAP_TOP_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "top_key.h"

#define TOP_PROMPT_MAX 4097 /* bytes, the zero byte included: as long as predicates may be */

struct top_prompt {
	char text[TOP_PROMPT_MAX];
	size_t size;
	size_t at; /* where the next character goes */
};

enum top_prompt_result {
	TOP_PROMPT_GOES_ON,
	TOP_PROMPT_DONE,
	TOP_PROMPT_LEFT
};

/* Begins with that text, with the cursor behind it. What is too long is cut. */
void top_prompt_begin(struct top_prompt *prompt, const char *text);

/* One key (top_key.h); those that mean nothing in a line are passed over. */
enum top_prompt_result top_prompt_key(struct top_prompt *prompt, int key);

/* Where to begin so that the cursor is among so many columns (1 or more). */
size_t top_prompt_first(const struct top_prompt *prompt, size_t columns);

#endif
