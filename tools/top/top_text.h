/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Numbers as a narrow column has them: three digits that matter, and a unit. All texts are ASCII.
 */
#ifndef HDRTAP_TOP_TEXT_H
#define HDRTAP_TOP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

#define TOP_TEXT_MAX 32 /* bytes of any number below, the zero byte included */

/* A number of 0 or more: "0", "0.987", "9.87", "98.7", "9876", "98.8k", "988k", "9.88M". 5 columns
 * at most.
 */
void top_text_number(char text[TOP_TEXT_MAX], double number);

/* Whole, up to 99999. 5 columns at most. */
void top_text_count(char text[TOP_TEXT_MAX], __u64 count);

/* `part` of `whole`: "0%", "<0.1%", "12.3%", "100%"; "-" of nothing. 5 columns at most. */
void top_text_share(char text[TOP_TEXT_MAX], __u64 part, __u64 whole);

/* A time in ns: "987ns", "9.87us", "98.7ms", "987s". 6 columns at most. */
void top_text_time(char text[TOP_TEXT_MAX], __u64 ns);

/* UTC ns since 1970 as the time of day: "12:31:05Z". "-" when it is 0. */
void top_text_clock(char text[TOP_TEXT_MAX], __u64 utc);

/* Bytes that somebody else chose, shown in `columns` at most (1 or more): no byte acts on a
 * terminal (view/escape.h), and what does not fit ends with '~'. `text` has room for columns + 1.
 * `columns` of 0: whole, `text` has room for ESCAPE_ROOM(size) + 1. Returns the columns taken. */
size_t top_text_bytes(char *text, const void *bytes, size_t size, size_t columns);

#endif
