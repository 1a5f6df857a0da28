/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lines as the user writes them.
 */
#include "view/sink_string.h"

#include "view/format_string.h"

struct string_sink {
	struct view_sink view;
	struct format_string *format;
};

static int string_describe(struct view_sink *v)
{
	format_string_describe(((struct string_sink *)v)->format, v->meta);
	return 0;
}

static void string_line(struct view_sink *v, const struct view *view)
{
	format_string_put(((struct string_sink *)v)->format, v, view);
}

static void string_release(struct view_sink *v)
{
	format_string_free(((struct string_sink *)v)->format);
}

static const struct view_format string_format = {
	.size = sizeof(struct string_sink),
	.describe = string_describe,
	.line = string_line,
	.release = string_release,
};

int sink_string_open(struct sink **sink, const struct view_options *options, const char *format)
{
	struct format_string *parsed;
	int err = format_string_parse(&parsed, format, "");

	if (!err)
		err = view_sink_open(sink, &string_format, options);
	if (err)
		format_string_free(parsed);
	else
		((struct string_sink *)*sink)->format = parsed;
	return err;
}
