/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The parts of a line of text behind the start line.
 */
#ifndef HDRTAP_USER_TEXT_FIELDS_H
#define HDRTAP_USER_TEXT_FIELDS_H

#include "view/text_line.h"

/* The header fields in one line but for `host`, which may be NULL; or each on a line of its own,
 * behind `mark`. */
void text_add_fields(struct text_sink *text, const struct view *view,
		     const struct view_value *host);
void text_add_field_lines(struct text_sink *text, const struct view *view, const char *mark);

/* What is notable of the head, in square brackets; with `all`, what is not. */
void text_add_flags(struct text_sink *text, const struct view *view, bool all);

/* A line of what else the record has. */
void text_add_details(struct text_sink *text, const struct view *view);

#endif
