/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "buffer.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/json_escape.h"
#include "view/view_format.h"

/* Room for so many bytes more; NULL: there is none. */
static char *make_room(struct buffer *buffer, size_t size)
{
	size_t room = buffer->room ? buffer->room : 256;
	char *grown;

	while (room - buffer->size < size)
		room *= 2;
	if (room != buffer->room) {
		grown = realloc(buffer->bytes, room);
		if (!grown) {
			buffer->failed = true;
			return NULL;
		}
		buffer->bytes = grown;
		buffer->room = room;
	}
	return buffer->bytes + buffer->size;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
	char *to = size ? make_room(buffer, size) : NULL;

	if (!to)
		return;
	memcpy(to, bytes, size);
	buffer->size += size;
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list args;
	char *text;
	int size;

	va_start(args, format);
	size = vasprintf(&text, format, args);
	va_end(args);
	if (size < 0) {
		buffer->failed = true;
		return;
	}
	buffer_add(buffer, text, size);
	free(text);
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){ 0 };
}

static void add_escaped(struct buffer *buffer, const __u8 *bytes, size_t size)
{
	char *to = make_room(buffer, JSON_ESCAPED_MAX * size + 2);

	if (!to)
		return;
	*to++ = '"';
	to = json_escape(to, bytes, size);
	*to++ = '"';
	buffer->size = to - buffer->bytes;
}

void buffer_json(struct buffer *buffer, const char *text, size_t size)
{
	const struct view_bytes bytes = { (const __u8 *)text, size };
	__u8 *utf8;

	if (view_is_utf8(bytes)) {
		add_escaped(buffer, bytes.bytes, size);
		return;
	}
	utf8 = malloc(2 * size);
	if (!utf8) {
		buffer->failed = true;
		return;
	}
	add_escaped(buffer, utf8, view_latin1(utf8, bytes));
	free(utf8);
}

void buffer_json_time(struct buffer *buffer, __u64 utc)
{
	char text[VIEW_TIME_SIZE];

	view_time(text, utc);
	buffer_format(buffer, "\"%.*s\"", VIEW_TIME_SIZE, text);
}

char *buffer_take(struct buffer *buffer)
{
	char *text;

	buffer_add(buffer, "", 1);
	text = buffer->bytes;
	if (buffer->failed) {
		free(text);
		text = NULL;
	}
	*buffer = (struct buffer){ 0 };
	return text;
}

void buffer_number(struct buffer *buffer, __u64 number)
{
	__u64 little = htole64(number);

	buffer_add(buffer, &little, sizeof(little));
}

void buffer_sized(struct buffer *buffer, const void *bytes, size_t size)
{
	buffer_number(buffer, size);
	buffer_add(buffer, bytes, size);
}

__u64 buffer_read_number(struct buffer_reader *reader)
{
	__u64 little;

	if (reader->left < sizeof(little)) {
		reader->failed = true;
		reader->left = 0;
		return 0;
	}
	memcpy(&little, reader->at, sizeof(little));
	reader->at += sizeof(little);
	reader->left -= sizeof(little);
	return le64toh(little);
}

const char *buffer_read_sized(struct buffer_reader *reader, size_t *size)
{
	const char *bytes;
	__u64 stated = buffer_read_number(reader);

	if (stated > reader->left) {
		reader->failed = true;
		stated = reader->left = 0;
	}
	bytes = reader->at;
	reader->at += stated;
	reader->left -= stated;
	*size = stated;
	return bytes;
}

char *buffer_read_copy(struct buffer_reader *reader)
{
	size_t size;
	const char *bytes = buffer_read_sized(reader, &size);
	char *copy = reader->failed ? NULL : strndup(bytes, size);

	if (!copy)
		reader->failed = true;
	return copy;
}
