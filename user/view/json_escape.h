/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Texts as they stand between quotes in JSON (RFC 8259). Inside the room.
 */
#ifndef HDRTAP_USER_JSON_ESCAPE_H
#define HDRTAP_USER_JSON_ESCAPE_H

#include <stddef.h>

#include <hdrtap/types.h>

#define JSON_ESCAPED_MAX 6 /* bytes that one byte of a text can become */

/* Both write at most JSON_ESCAPED_MAX * size bytes and return their end: UTF-8, or ASCII, for which
 * NULL is returned when it is none. */
char *json_escape(char *to, const __u8 *bytes, size_t size);
char *json_escape_ascii(char *to, const __u8 *bytes, size_t size);

#endif
