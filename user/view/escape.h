/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes that a terminal, an editor or a line-oriented tool cannot be harmed by, and that can be
 * turned back: printable ASCII as it is, except that a backslash is doubled and the quote gets one
 * before it; anything else as \xHH.
 */
#ifndef HDRTAP_USER_ESCAPE_H
#define HDRTAP_USER_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

/* Bytes that escaped ones may take. */
#define ESCAPE_ROOM(size) (4 * (size))

/* Writes them escaped, with `quote` (printable; '\\': none), into ESCAPE_ROOM(size). Returns their
 * end. */
char *escape_put(char *to, const __u8 *bytes, size_t size, char quote);

/*
 * Writes them into ESCAPE_ROOM(size) as they are if they are as clear without quotes: of all that
 * can be seen they have none of "<>[\]. Returns their end, or NULL when they are not, or are none.
 */
char *escape_put_word(char *to, const __u8 *bytes, size_t size);

#endif
