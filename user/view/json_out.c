/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Nearly all bytes of nearly all values stand in JSON as they are, so texts are looked at and
 * copied eight bytes at a time, and by the byte only where one of the eight has to be escaped.
 */
#include "view/json_out.h"

#include <hdrtap/head/window.h>

#define MAPPED_EACH 512 /* bytes of a value that are mapped at a time */

/* 0 when all bytes of a word stand in a text as they are. */
static __u64 unlike(__u64 word)
{
	return HDRTAP_BELOW(word, 0x20) | HDRTAP_EQUAL(word, '"') | HDRTAP_EQUAL(word, '\\');
}

static char *escape_byte(char *to, __u8 c)
{
	static const char hex[16] = "0123456789ABCDEF";
	static const char letter[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	if (c >= 0x20 && c != '"' && c != '\\') {
		*to++ = c;
		return to;
	}
	*to++ = '\\';
	if (c >= 0x20 || letter[c]) {
		*to++ = c >= 0x20 ? c : letter[c];
		return to;
	}
	memcpy(to, "u00", 3);
	to[3] = hex[c >> 4];
	to[4] = hex[c & 15];
	return to + 5;
}

size_t json_escape(char *to, const __u8 *bytes, size_t size)
{
	const __u8 *end = bytes + size;
	char *begin = to;

	while (end - bytes >= 8) {
		__u64 word = hdrtap_load64(bytes);

		if (!unlike(word)) {
			hdrtap_store64(to, word);
			bytes += 8;
			to += 8;
		} else {
			for (int i = 0; i < 8; i++)
				to = escape_byte(to, *bytes++);
		}
	}
	while (bytes < end)
		to = escape_byte(to, *bytes++);
	return to - begin;
}

/* Takes the last comma back. */
static void end_list(struct json_out *json)
{
	struct out *out = json->out;

	if (out->bytes[out->used - 1] == ',')
		out->used--;
}

void json_begin(struct json_out *json)
{
	json->latin1_count = 0;
	out_char(json->out, '{');
}

void json_end(struct json_out *json)
{
	end_list(json);
	out_char(json->out, '}');
}

void json_array_begin(struct json_out *json)
{
	out_char(json->out, '[');
}

void json_array_end(struct json_out *json)
{
	end_list(json);
	out_text(json->out, "],");
}

void json_bytes(struct json_out *json, const void *bytes, size_t size)
{
	char *to = out_room(json->out, JSON_ESCAPED_MAX * size + 3);

	if (!to)
		return;
	*to++ = '"';
	to += json_escape(to, bytes, size);
	*to++ = '"';
	*to++ = ',';
	json->out->used = to - json->out->bytes;
}

/* Bytes that are not UTF-8: mapped, some at a time. */
static void put_latin1(struct json_out *json, struct view_bytes text)
{
	__u8 mapped[2 * MAPPED_EACH];
	size_t done, size;
	char *to;

	out_char(json->out, '"');
	for (done = 0; done < text.size; done += MAPPED_EACH) {
		struct view_bytes part = { text.bytes + done, text.size - done };

		if (part.size > MAPPED_EACH)
			part.size = MAPPED_EACH;
		size = view_latin1(mapped, part);
		to = out_room(json->out, JSON_ESCAPED_MAX * size);
		if (!to)
			return;
		json->out->used += json_escape(to, mapped, size);
	}
	out_text(json->out, "\",");
}

void json_value(struct json_out *json, struct view_bytes text, bool utf8)
{
	if (utf8)
		json_bytes(json, text.bytes, text.size);
	else
		put_latin1(json, text);
}

void json_number(struct json_out *json, __u64 number)
{
	out_number(json->out, number);
	out_char(json->out, ',');
}

void json_remember_latin1(struct json_out *json, size_t at, size_t end)
{
	if (json->latin1_count < JSON_KEYS_MAX)
		json->latin1[json->latin1_count++] = (struct json_place){ at, end - at };
}

void json_key_value(struct json_out *json, const char *key, struct view_bytes text)
{
	size_t at = json->out->used;
	bool utf8;

	if (!text.bytes)
		return;
	json_key(json, key);
	utf8 = view_is_utf8(text);
	if (!utf8)
		json_remember_latin1(json, at, json->out->used - 1); /* without the colon */
	json_value(json, text, utf8);
}

void json_latin1(struct json_out *json)
{
	__u32 i;

	if (!json->latin1_count)
		return;
	json_key(json, JSON_KEY("hdrtap.latin1"));
	json_array_begin(json);
	for (i = 0; i < json->latin1_count; i++) {
		out_bytes(json->out, json->out->bytes + json->latin1[i].at, json->latin1[i].size);
		out_char(json->out, ',');
	}
	json_array_end(json);
}
