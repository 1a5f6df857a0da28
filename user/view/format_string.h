/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * `--format-string`: nginx's log_format with widths and defaults.
 *
 *	$NAME ${NAME}            a field: format_field.h, http_NAME, sent_http_NAME
 *	${NAME%10} ${NAME%-10}   at least 10 bytes, on the right or on the left
 *	${NAME%.20} ${NAME%-10.20}   at most 20 bytes
 *	${NAME|none}             what stands there when the head has no such field, otherwise "-"
 *	$$ \\ \t \n              a dollar, a backslash, a tab, a line feed
 */
#ifndef HDRTAP_USER_FORMAT_STRING_H
#define HDRTAP_USER_FORMAT_STRING_H

#include "view/format_field.h"

struct format_string;

/* Returns 0, -EINVAL (reported with the column, and with `place`, where it was given) or -ENOMEM
 * (reported). To be released by format_string_free(). */
int format_string_parse(struct format_string **format, const char *text, const char *place);

/* NULL is allowed. */
void format_string_free(struct format_string *format);

/* Whether the header fields that it names are chosen in `meta`. Returns 0 or -EINVAL (reported). */
int format_string_check(const struct format_string *format, const struct run_meta *meta,
			const char *place);

/* The slots are now those of sink->meta. */
void format_string_describe(struct format_string *format, const struct run_meta *meta);

/* Adds what the line of a head says, or of a transaction: what `view` has not is taken from
 * `other`, which may be NULL. */
void format_string_put(const struct format_string *format, struct view_sink *sink,
		       const struct view *view, const struct view *other);

#endif
