/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_path.h"

#include <string.h>

static bool is_unreserved(__u8 c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

/* -1: no hexadecimal digit. */
static int digit(__u8 c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t api_unescape(__u8 *to, struct view_bytes from)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t size = 0;

	for (size_t i = 0; i < from.size; i++) {
		const __u8 *at = from.bytes + i;
		bool escape =
			*at == '%' && from.size - i > 2 && digit(at[1]) >= 0 && digit(at[2]) >= 0;
		__u8 byte = escape ? digit(at[1]) << 4 | digit(at[2]) : *at;

		i += escape ? 2 : 0;
		if (escape && !is_unreserved(byte)) {
			to[size++] = '%';
			to[size++] = digits[byte >> 4];
			to[size++] = digits[byte & 15];
		} else {
			to[size++] = byte;
		}
	}
	return size;
}

static bool is_dots(struct view_bytes segment, size_t count)
{
	return segment.size == count && !memcmp(segment.bytes, "..", count);
}

/* Puts a segment behind those before it. `last`: of the path. */
static void add(struct api_path *path, struct view_bytes segment, bool bare, bool last)
{
	bool one = bare && is_dots(segment, 1), two = bare && is_dots(segment, 2);

	if (two && path->count)
		path->count--;
	if (one || two) {
		if (!last)
			return;
		segment.size = 0;
	}
	if (path->count == API_SEGMENTS_MAX)
		path->more = true;
	else
		path->segment[path->count++] = segment;
}

static size_t length_to(const __u8 *bytes, size_t size, char c)
{
	const __u8 *found = memchr(bytes, c, size);

	return found ? (size_t)(found - bytes) : size;
}

/* Up to '?' or '#', and no more than there is room for. */
static struct view_bytes path_of(struct view_bytes from, bool *cut)
{
	size_t size = length_to(from.bytes, from.size, '?');

	size = length_to(from.bytes, size, '#');
	*cut = *cut && size == from.size;
	if (size > API_PATH_BYTES) {
		size = API_PATH_BYTES;
		*cut = true;
	}
	return (struct view_bytes){ from.bytes, size };
}

void api_path_read(struct api_path *path, struct view_bytes from, bool cut)
{
	struct view_bytes rest = path_of(from, &cut);
	size_t used = 0, size;

	path->count = 0;
	path->more = false;
	if (rest.size && *rest.bytes == '/')
		rest = (struct view_bytes){ rest.bytes + 1, rest.size - 1 };
	for (bool last = false; !last && !path->more;) {
		size = length_to(rest.bytes, rest.size, '/');
		last = size == rest.size;
		struct view_bytes raw = { rest.bytes, length_to(rest.bytes, size, ';') };
		struct view_bytes segment = { path->bytes + used,
					      api_unescape(path->bytes + used, raw) };

		used += segment.size;
		add(path, segment, raw.size == size, last);
		if (!last)
			rest = (struct view_bytes){ rest.bytes + size + 1, rest.size - size - 1 };
	}
	path->cut = cut && !path->more;
}
