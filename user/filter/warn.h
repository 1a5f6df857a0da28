/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Expressions that can take a part of a connection: heads need all its segments, in both
 * directions.
 */
#ifndef HDRTAP_USER_FILTER_WARN_H
#define HDRTAP_USER_FILTER_WARN_H

#include <stddef.h>

/*
 * The first word of an expression that can be true for some packets of a connection and not for
 * others, such as `src` or `len`; its length is in `*length`. NULL: there is none. `*direction`: it
 * takes packets by their direction, not by what they are.
 */
const char *filter_part(const char *expression, size_t *length, int *direction);

/* Says so, in one line. */
void filter_warn(const char *expression);

#endif
