/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The values of a head as keys of an object. Inside the room.
 */
#ifndef HDRTAP_USER_JSON_VALUES_H
#define HDRTAP_USER_JSON_VALUES_H

#include "view/json_out.h"
#include "view/sink_view.h"

#define JSON_NAME_MAX   (JSON_ESCAPED_MAX * HDRTAP_NAME_MAX)
#define JSON_HEADER_MAX (JSON_NAME_MAX + 54) /* and what is around it; a multiple of sixteen */

_Static_assert(JSON_HEADER_MAX % 16 == 0, "text_put_padded()");
_Static_assert(JSON_HEADER_MAX >= JSON_NAME_MAX + sizeof("\"hdrtap.response.header..redacted\":["),
	       "a header's key");

/* A header name as it stands in keys. One out of a damaged log may be anything. */
struct json_name {
	__u16 size;
	char text[JSON_NAME_MAX];
};

/* The key of a header, its colon and a bracket, from the last time, when it had that mode and was
 * in a head of that kind. */
struct json_header {
	__u16 size; /* 0: there was none */
	__u8 kind;
	__u8 mode;
	char text[JSON_HEADER_MAX];
};

struct json_slot {
	struct json_name name;
	struct json_header request;
	struct json_header other;
};

struct json_sink {
	struct view_sink view;
	struct json_out json;
	char run[VIEW_RUN_SIZE];
	struct json_slot slot[RUN_SLOTS_MAX];
};

/* The start line of a request, and what follows from its header. */
void json_put_request(struct json_sink *sink, const struct view *view);

/* A key for each header of a head, with all of its values. */
void json_put_headers(struct json_sink *sink, const struct view *view);

/* How long the values were that were cut: hdrtap.original_length.NAME, of a response in a
 * transaction hdrtap.response.original_length.NAME. */
void json_put_original_lengths(struct json_sink *sink, const struct view *view, bool joined);

/* hdrtap.redacted: the keys of values from which secrets were removed, in either head (the second
 * may be NULL). */
void json_put_redacted(struct json_sink *sink, const struct view *view, const struct view *other);

#endif
