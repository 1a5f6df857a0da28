/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A value is written as ASCII at once; that it is not is noticed on the way, and only then it is
 * looked at whether it is UTF-8.
 */
#include "view/json_out.h"

#define MAPPED_EACH 512 /* bytes of a value that are mapped at a time */

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

static char *put_latin1(char *to, struct view_bytes text)
{
	__u8 mapped[2 * MAPPED_EACH];
	size_t done;

	for (done = 0; done < text.size; done += MAPPED_EACH) {
		struct view_bytes part = { text.bytes + done, text.size - done };

		if (part.size > MAPPED_EACH)
			part.size = MAPPED_EACH;
		to = json_escape(to, mapped, view_latin1(mapped, part));
	}
	return to;
}

static char *put(char *to, struct view_bytes text, enum json_bytes are)
{
	if (are == JSON_ASCII)
		return json_escape_ascii(to, text.bytes, text.size);
	if (are == JSON_UTF8)
		return json_escape(to, text.bytes, text.size);
	return put_latin1(to, text);
}

bool json_text(struct json_out *json, struct view_bytes text, enum json_bytes are)
{
	char *to = out_room(json->out, JSON_ESCAPED_MAX * text.size + 3);

	if (!to)
		return true; /* the line is not taken, whatever it is */
	*to++ = '"';
	to = put(to, text, are);
	if (!to)
		return false;
	json_took(json, TEXT_PUT(to, "\","));
	return true;
}

void json_number(struct json_out *json, __u64 number)
{
	char *to = json_room(json, 1);

	if (to)
		json_took(json, json_put_number(to, number));
}

void json_head_value(struct json_out *json, size_t at, struct view_bytes text)
{
	bool utf8;

	if (json_text(json, text, JSON_ASCII))
		return;
	utf8 = view_is_utf8(text);
	if (!utf8)
		json_remember_latin1(json, at, json->out->used - 1); /* without the colon */
	json_text(json, text, utf8 ? JSON_UTF8 : JSON_LATIN1);
}

void json_remember_latin1(struct json_out *json, size_t at, size_t end)
{
	if (json->latin1_count < JSON_KEYS_MAX)
		json->latin1[json->latin1_count++] = (struct json_place){ at, end - at };
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
