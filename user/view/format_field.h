/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a format string can name of a head: nginx's variables where one means the same, the record's
 * own words otherwise.
 */
#ifndef HDRTAP_USER_FORMAT_FIELD_H
#define HDRTAP_USER_FORMAT_FIELD_H

#include "view/sink_view.h"

struct format_field {
	const char *name;
	/* Adds the value to sink->out; returns false, and adds nothing, when the head has none. */
	bool (*put)(struct view_sink *sink, const struct view *view);
};

/* The field of such a name, NULL: there is none. */
const struct format_field *format_field_named(const char *name, size_t size);

/* All names, with ", " between them. */
const char *format_field_names(void);

/* A value as format fields are written: printable ASCII, a backslash in front of '"' and '\'. */
void format_field_text(struct out *out, struct view_bytes text);

/* The value as its mode left it. */
void format_field_value(struct out *out, const struct view_value *value);

#endif
