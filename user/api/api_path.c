/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_path.h"

#include <string.h>

#include "api/api_bytes.h"

static bool is_unreserved(__u8 c)
{
	return api_kinds[c] & (API_LETTERS | API_DIGIT | API_DASH) || c == '.' || c == '~';
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

static bool is_dots(struct view_bytes text, size_t count)
{
	return text.size == count && !memcmp(text.bytes, "..", count);
}

/* Puts a segment behind those before it. `bare`: nothing was cut off of it. `last`: of the path. */
static void add(struct api_path *path, struct api_segment segment, bool bare, bool last)
{
	bool dots = bare && segment.seen == API_DOT && segment.text.size <= 2;
	bool one = dots && is_dots(segment.text, 1), two = dots && is_dots(segment.text, 2);

	if (two && path->count)
		path->count--;
	if (one || two) {
		if (!last)
			return;
		segment.text.size = 0;
	}
	if (path->count == API_SEGMENTS_MAX)
		path->more = true;
	else
		path->segment[path->count++] = segment;
}

/* Where the segment at `at` ends. */
static const __u8 *read_segment(const __u8 *at, const __u8 *end, struct api_segment *segment)
{
	const __u8 *begin = at;

	segment->seen = 0;
	for (; at < end; at++) {
		unsigned int kind = api_kinds[*at];

		if (kind & (API_SLASH | API_END | API_SEMICOLON))
			break;
		segment->seen |= kind;
	}
	segment->text = (struct view_bytes){ begin, at - begin };
	return at;
}

/* Returns how much of path->bytes is in use then. */
static size_t unescape(struct api_path *path, size_t used, struct api_segment *segment)
{
	__u8 *to = path->bytes + used;
	size_t size = api_unescape(to, segment->text);

	read_segment(to, to + size, segment);
	return used + size;
}

static const __u8 *skip_to(const __u8 *at, const __u8 *end, unsigned int kinds)
{
	while (at < end && !(api_kinds[*at] & kinds))
		at++;
	return at;
}

void api_path_read(struct api_path *path, struct view_bytes from, bool cut)
{
	size_t size = from.size < API_PATH_BYTES ? from.size : API_PATH_BYTES, used = 0;
	const __u8 *at = from.bytes + (size && *from.bytes == '/');
	const __u8 *end = from.bytes + size, *behind;
	struct api_segment segment;
	bool last = false;

	path->count = 0;
	path->more = false;
	for (; !last && !path->more; at = behind + 1) {
		const __u8 *begin = at;

		at = read_segment(begin, end, &segment);
		behind = skip_to(at, end, API_SLASH | API_END);
		last = behind == end || api_kinds[*behind] & API_END;
		if (segment.seen & API_PERCENT)
			used = unescape(path, used, &segment);
		add(path, segment, behind == at, last);
	}
	path->cut = (cut || size < from.size) && !path->more && behind == end;
}
