/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Keys and values of one flat JSON object, on top of yajl; values that are not UTF-8 are mapped and
 * their keys remembered.
 */
#ifndef HDRTAP_USER_JSON_OUT_H
#define HDRTAP_USER_JSON_OUT_H

#include <yajl/yajl_gen.h>

#include "view.h"

#define JSON_NAME_SIZE (2 * HDRTAP_NAME_MAX) /* a header name that is not even ASCII, in UTF-8 */
#define JSON_KEY_MAX   (sizeof("hdrtap.response.header..unknown") + JSON_NAME_SIZE)
#define JSON_KEYS_MAX  (HDRTAP_ENTRIES_MAX + 8) /* keys whose value comes from a head */

/* A key made of parts. */
struct json_key {
	size_t size;
	char text[JSON_KEY_MAX];
};

struct json_out {
	yajl_gen gen;
	__u32 latin1_count; /* keys whose values are not UTF-8 */
	struct json_key latin1[JSON_KEYS_MAX];
};

/* Adds a part; what is too long for any key there is gets cut. */
void json_key_add(struct json_key *key, const char *text);

/* Adds a header name. One out of a damaged log may be anything. */
void json_key_add_name(struct json_key *key, const char *name);

/* Between the braces of one object. */
void json_begin(struct json_out *json);
void json_end(struct json_out *json);

/* Keys and array items. Keys and texts are UTF-8. */
void json_text(struct json_out *json, const char *text);
void json_bytes(struct json_out *json, const void *text, size_t size);
void json_number(struct json_out *json, __u64 number);

/* Bytes of a head, mapped unless they are `utf8`. */
void json_value(struct json_out *json, struct view_bytes text, bool utf8);

/* Keys and their values. */
void json_key_text(struct json_out *json, const char *key, const char *text);
void json_key_number(struct json_out *json, const char *key, __u64 number);

/* A key with one value from a head; nothing when that is absent. */
void json_key_value(struct json_out *json, const char *key, struct view_bytes text);

/* Remembers a key whose values were mapped. */
void json_remember_latin1(struct json_out *json, const struct json_key *key);

/* hdrtap.latin1, the keys remembered since json_begin(), if there are any. */
void json_latin1(struct json_out *json);

#endif
