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
	format_string_put(((struct string_sink *)v)->format, v, view, NULL);
}

static void string_transaction(struct view_sink *v, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;

	format_string_put(((struct string_sink *)v)->format, v, request ? request : response,
			  request ? response : NULL);
}

static int string_open(struct view_sink *v, const struct view_options *options)
{
	return format_string_parse(&((struct string_sink *)v)->format, options->format_string, "");
}

static void string_release(struct view_sink *v)
{
	format_string_free(((struct string_sink *)v)->format);
}

static const struct view_format string_format = {
	.size = sizeof(struct string_sink),
	.open = string_open,
	.describe = string_describe,
	.line = string_line,
	.transaction = string_transaction,
	.release = string_release,
};

int sink_string_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &string_format, options);
}
