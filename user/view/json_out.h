/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One flat JSON object (RFC 8259) as the text of a line: everything added ends with a comma, whose
 * place the end of the array or object takes.
 */
#ifndef HDRTAP_USER_JSON_OUT_H
#define HDRTAP_USER_JSON_OUT_H

#include "view/out.h"
#include "view/view.h"

#define JSON_ESCAPED_MAX 6 /* bytes that one byte of a text can become */
#define JSON_KEYS_MAX \
	(2 * (HDRTAP_ENTRIES_MAX + 8)) /* keys whose value comes from one of two heads */

/* A key as it stands in the text. `name` is a literal without anything to escape. */
#define JSON_KEY(name) "\"" name "\":"

/* Where in the line a key stands in quotes. */
struct json_place {
	size_t at;
	size_t size;
};

struct json_out {
	struct out *out;
	__u32 latin1_count; /* keys whose values are not UTF-8 */
	struct json_place latin1[JSON_KEYS_MAX];
};

/* Writes UTF-8 as it stands between quotes, at most JSON_ESCAPED_MAX * size bytes; returns their
 * number. */
size_t json_escape(char *to, const __u8 *bytes, size_t size);

/* The braces of one object. */
void json_begin(struct json_out *json);
void json_end(struct json_out *json);

void json_array_begin(struct json_out *json);
void json_array_end(struct json_out *json);

/* A value: UTF-8, or bytes of a head, mapped unless they are `utf8`. */
void json_bytes(struct json_out *json, const void *bytes, size_t size);
void json_value(struct json_out *json, struct view_bytes text, bool utf8);
void json_number(struct json_out *json, __u64 number);

/* A JSON_KEY() with one value from a head; nothing when that is absent. */
void json_key_value(struct json_out *json, const char *key, struct view_bytes text);

/* Remembers that the values of the key that stands in quotes from `at` to `end` were mapped. */
void json_remember_latin1(struct json_out *json, size_t at, size_t end);

/* hdrtap.latin1, the keys remembered since json_begin(), if there are any. */
void json_latin1(struct json_out *json);

/* A JSON_KEY(), whose value is to follow. */
static inline void json_key(struct json_out *json, const char *key)
{
	out_text(json->out, key);
}

/* A value without anything to escape. */
static inline void json_text(struct json_out *json, const char *text)
{
	out_char(json->out, '"');
	out_text(json->out, text);
	out_text(json->out, "\",");
}

static inline void json_key_text(struct json_out *json, const char *key, const char *text)
{
	json_key(json, key);
	json_text(json, text);
}

static inline void json_key_number(struct json_out *json, const char *key, __u64 number)
{
	json_key(json, key);
	json_number(json, number);
}

#endif
