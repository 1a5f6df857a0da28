/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * yajl knows how JSON is written; here is what all values of an object have in common.
 */
#include "json_out.h"

#include <string.h>

static void add_bytes(struct json_key *key, const void *bytes, size_t size)
{
	if (size > sizeof(key->text) - key->size)
		size = sizeof(key->text) - key->size;
	memcpy(key->text + key->size, bytes, size);
	key->size += size;
}

void json_key_add(struct json_key *key, const char *text)
{
	add_bytes(key, text, strlen(text));
}

void json_key_add_name(struct json_key *key, const char *name)
{
	struct view_bytes text = { (const __u8 *)name, strnlen(name, HDRTAP_NAME_MAX) };
	__u8 mapped[JSON_NAME_SIZE];

	if (view_is_utf8(text))
		add_bytes(key, text.bytes, text.size);
	else
		add_bytes(key, mapped, view_latin1(mapped, text));
}

void json_begin(struct json_out *json)
{
	json->latin1_count = 0;
	yajl_gen_map_open(json->gen);
}

void json_end(struct json_out *json)
{
	yajl_gen_map_close(json->gen);
	yajl_gen_reset(json->gen, NULL);
}

void json_bytes(struct json_out *json, const void *bytes, size_t size)
{
	yajl_gen_string(json->gen, bytes, size);
}

void json_text(struct json_out *json, const char *text)
{
	json_bytes(json, text, strlen(text));
}

void json_number(struct json_out *json, __u64 number)
{
	char digits[VIEW_NUMBER_MAX];

	yajl_gen_number(json->gen, digits, view_number(digits, number));
}

void json_key_text(struct json_out *json, const char *key, const char *text)
{
	json_text(json, key);
	json_text(json, text);
}

void json_key_number(struct json_out *json, const char *key, __u64 number)
{
	json_text(json, key);
	json_number(json, number);
}

void json_value(struct json_out *json, struct view_bytes text, bool utf8)
{
	__u8 mapped[2 * HDRTAP_ARENA_SIZE];

	if (utf8)
		json_bytes(json, text.bytes, text.size);
	else
		json_bytes(json, mapped, view_latin1(mapped, text));
}

void json_remember_latin1(struct json_out *json, const struct json_key *key)
{
	if (json->latin1_count < JSON_KEYS_MAX)
		json->latin1[json->latin1_count++] = *key;
}

void json_key_value(struct json_out *json, const char *name, struct view_bytes text)
{
	struct json_key key = { 0 };
	bool utf8;

	if (!text.bytes)
		return;
	utf8 = view_is_utf8(text);
	json_text(json, name);
	json_value(json, text, utf8);
	if (!utf8) {
		json_key_add(&key, name);
		json_remember_latin1(json, &key);
	}
}

void json_latin1(struct json_out *json)
{
	__u32 i;

	if (!json->latin1_count)
		return;
	json_text(json, "hdrtap.latin1");
	yajl_gen_array_open(json->gen);
	for (i = 0; i < json->latin1_count; i++)
		json_bytes(json, json->latin1[i].text, json->latin1[i].size);
	yajl_gen_array_close(json->gen);
}
