/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names that somebody else chose, for a terminal.
 */
#ifndef HDRTAP_USER_PRINTABLE_H
#define HDRTAP_USER_PRINTABLE_H

#include <stddef.h>

#define PRINTABLE_SIZE(bytes) (4 * (bytes) + 1) /* room for any text of so many bytes */

/*
 * Copies `text`, with \xHH for every byte that is not printable ASCII and a second backslash for
 * every backslash. What does not fit in `size` bytes (1 or more) is left out. Returns `to`.
 */
char *printable(char *to, size_t size, const char *text);

#endif
