/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values that options have: functions of type option_parse for rows of any table.
 */
#ifndef HDRTAP_USER_OPTION_VALUE_H
#define HDRTAP_USER_OPTION_VALUE_H

#include "option/option_row.h"

/* The texts belong to the list of what was given (option_given.h); the array is freed by
 * option_free(). */
struct option_list {
	const char **item;
	size_t count;
};

/* No argument; the field is a bool. */
int option_parse_flag(const struct option_row *row, void *field, const char *argument);

/* No argument; counts, to `row->most` at most; the field is a __u32. */
int option_parse_more(const struct option_row *row, void *field, const char *argument);

/* The field is a struct option_list. */
int option_parse_list(const struct option_row *row, void *field, const char *argument);

/* Given once, not empty; the field is a const char *. */
int option_parse_text(const struct option_row *row, void *field, const char *argument);

/* One of `row->words`; the field is a __u32. */
int option_parse_word(const struct option_row *row, void *field, const char *argument);

/* Bytes, as in 64M, 1 or more; the field is a __u64. */
int option_parse_size(const struct option_row *row, void *field, const char *argument);

/* As in 500ms, 10m; the field is a __u64, ms. */
int option_parse_duration(const struct option_row *row, void *field, const char *argument);

/* How long a request waits for its response, 1ms to 24h; the field is a __u64, ms. */
int option_parse_timeout(const struct option_row *row, void *field, const char *argument);

/* A time or an age; the field is a __u64, UTC, ns. */
int option_parse_moment(const struct option_row *row, void *field, const char *argument);

/* A predicate (hdrtap-where(7)), one more each time; the field is a struct where *, which
 * option_free() frees. */
int option_parse_where(const struct option_row *row, void *field, const char *argument);

#endif
