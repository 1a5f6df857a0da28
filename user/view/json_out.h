/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One flat JSON object (RFC 8259) as the text of a line: everything added ends with a comma, whose
 * place the end of the array or object takes. What is short is put into room made for several keys
 * at once.
 */
#ifndef HDRTAP_USER_JSON_OUT_H
#define HDRTAP_USER_JSON_OUT_H

#include "view/json_escape.h"
#include "view/out.h"
#include "view/text_put.h"
#include "view/view.h"

#define JSON_KEYS_MAX \
	(2 * (HDRTAP_ENTRIES_MAX + 8)) /* keys whose value comes from one of two heads */

/* A key as it stands in the text. `name` is a literal without anything to escape. */
#define JSON_KEY(name) "\"" name "\":"

#define JSON_SHORT_MAX 128 /* bytes: such a key, and an address, a number or one of our words */

/* How the bytes of a text are to be taken. */
enum json_bytes {
	JSON_ASCII,
	JSON_UTF8,
	JSON_LATIN1, /* each as the character U+00XX */
};

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

/* The braces of one object. */
void json_begin(struct json_out *json);
void json_end(struct json_out *json);

void json_array_begin(struct json_out *json);
void json_array_end(struct json_out *json);

/* A text in quotes. Returns false, and adds nothing, when it is to be ASCII and is not. */
bool json_text(struct json_out *json, struct view_bytes text, enum json_bytes are);

void json_number(struct json_out *json, __u64 number);

/* One value from a head for the JSON_KEY() that begins at `at` in the line and is its end. */
void json_head_value(struct json_out *json, size_t at, struct view_bytes text);

/* Remembers that the values of the key that stands in quotes from `at` to `end` were mapped. */
void json_remember_latin1(struct json_out *json, size_t at, size_t end);

/* hdrtap.latin1, the keys remembered since json_begin(), if there are any. */
void json_latin1(struct json_out *json);

/* Room for so many keys; NULL: the line gets too long. json_took() says how much was needed. */
static inline char *json_room(struct json_out *json, size_t keys)
{
	return out_room(json->out, keys * JSON_SHORT_MAX);
}

static inline void json_took(struct json_out *json, const char *end)
{
	json->out->used = end - json->out->bytes;
}

static inline char *json_put_number(char *to, __u64 number)
{
	to = text_put_number(to, number);
	*to++ = ',';
	return to;
}

static inline char *json_put_port(char *to, __u16 port)
{
	to = text_put_port(to, port);
	*to++ = ',';
	return to;
}

/* A word without anything to escape. */
static inline char *json_put_word(char *to, const char *word)
{
	*to++ = '"';
	to = stpcpy(to, word);
	return TEXT_PUT(to, "\",");
}

/* A JSON_KEY(), whose value is to follow. */
static inline void json_key(struct json_out *json, const char *key)
{
	out_text(json->out, key);
}

static inline void json_word(struct json_out *json, const char *word)
{
	char *to = json_room(json, 1);

	if (to)
		json_took(json, json_put_word(to, word));
}

/* A JSON_KEY() with one value from a head; nothing when that is absent. */
static inline void json_key_value(struct json_out *json, const char *key, struct view_bytes text)
{
	size_t at = json->out->used;

	if (!text.bytes)
		return;
	json_key(json, key);
	json_head_value(json, at, text);
}

#endif
