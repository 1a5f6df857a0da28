/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From text to a program.
 */
#ifndef HDRTAP_USER_WHERE_PARSE_H
#define HDRTAP_USER_WHERE_PARSE_H

#include "where/where_program.h"

/*
 * Appends a predicate's terms and steps, which leave one value. Returns 0, -EINVAL (with an error)
 * or -ENOMEM; then `where` has terms and steps that the caller takes back.
 */
int where_parse(struct where *where, const char *text, struct where_error *error);

#endif
