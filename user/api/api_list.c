/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_list.h"

#include <errno.h>
#include <string.h>

struct line {
	const struct api_file *file;
	struct message *message;
	const char *text, *end; /* without the comment */
	size_t number;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int wrong_at(const struct line *line, const char *at, const char *text)
{
	return api_file_wrong(line->file, line->number, at - line->text + 1, line->message, text);
}

/* The next word at `*at`, which moves behind it; empty: there is none. */
static struct view_bytes next_word(const struct line *line, const char **at)
{
	const char *begin;

	while (*at < line->end && is_space(**at))
		++*at;
	begin = *at;
	while (*at < line->end && !is_space(**at))
		++*at;
	return (struct view_bytes){ (const __u8 *)begin, *at - begin };
}

static int add_template(const struct line *line, struct api_templates *t, __u32 methods,
			struct view_bytes word)
{
	const __u8 *slash = memchr(word.bytes, '/', word.size);
	size_t size = slash ? (size_t)(slash - word.bytes) : word.size;
	struct api_wrong wrong;
	int err;

	if (!slash)
		return wrong_at(line, (const char *)word.bytes,
				"no path; write [METHOD] [HOST]/path/{name}");
	if (size > API_HOST_MAX)
		return wrong_at(line, (const char *)word.bytes, "a host of more than 128 bytes");
	err = api_templates_add(t, methods, (struct view_bytes){ size ? word.bytes : NULL, size },
				(struct view_bytes){ slash, word.size - size }, &wrong);
	if (err == -EINVAL)
		return wrong_at(line, (const char *)slash + wrong.at, wrong.text);
	return err ? message_set(line->message, ENOMEM, "%s: out of memory; end other programs",
				 line->file->path)
		   : 0;
}

static int add_line(const struct line *line, struct api_templates *t)
{
	const char *at = line->text;
	struct view_bytes first = next_word(line, &at), second = next_word(line, &at), third;
	__u32 methods = API_ANY_METHOD;
	struct api_wrong wrong;

	if (!first.size)
		return 0;
	if (!second.size)
		return add_template(line, t, methods, first);
	third = next_word(line, &at);
	if (third.size)
		return wrong_at(line, (const char *)third.bytes,
				"more than a method and a path; write [METHOD] [HOST]/path/{name}");
	methods = api_method_add(&t->methods, first, &wrong);
	if (!methods)
		return wrong_at(line, (const char *)first.bytes, wrong.text);
	return add_template(line, t, methods, second);
}

/* Where a comment begins, or `end`. */
static const char *comment(const char *begin, const char *end)
{
	for (const char *at = begin; at < end; at++)
		if (*at == '#' && (at == begin || is_space(at[-1])))
			return at;
	return end;
}

int api_list_add(struct api_templates *t, const struct api_file *file, struct message *message)
{
	const char *at = file->bytes, *all = file->bytes + file->size;
	struct line line = { .file = file, .message = message };
	int err = 0;

	while (at < all && !err) {
		const char *end = memchr(at, '\n', all - at);

		end = end ? end : all;
		line.number++;
		line.text = at;
		line.end = comment(at, end);
		if (memchr(at, '\0', end - at))
			return wrong_at(&line, memchr(at, '\0', end - at),
					"a zero byte; a list is text");
		err = add_line(&line, t);
		at = end + 1;
	}
	return err;
}
