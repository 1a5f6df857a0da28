/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Texts as they stand between the quotes of a label of Prometheus' formats: UTF-8 with a backslash
 * before quotes and backslashes, and nothing that ends a line or a text.
 */
#ifndef HDRTAP_USER_LABEL_ESCAPE_H
#define HDRTAP_USER_LABEL_ESCAPE_H

#include <stddef.h>

#include <hdrtap/types.h>

#define LABEL_ESCAPED_MAX 5 /* bytes that one byte of a text can become */

/*
 * Writes at most LABEL_ESCAPED_MAX * size bytes and returns their end. A control character becomes
 * \xHH as text; bytes that are not UTF-8 as a whole become U+0080 to U+00FF.
 */
char *label_escape(char *to, const __u8 *bytes, size_t size);

#endif
