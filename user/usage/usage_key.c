/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A key is its parts one behind the other, each behind its size in two bytes, which is ABSENT where
 * the part is not known. Addresses and numbers stand in it as in the record, and become text when
 * somebody looks at them.
 */
#include "usage/usage_key.h"

#include <errno.h>
#include <string.h>

#include <hdrtap/head/window.h>

#include "view/view_format.h"

#define ABSENT 0xffff
#define HEAD   sizeof(__u16) /* bytes in front of a part */

enum shape {
	SHAPE_TEXT,
	SHAPE_ADDRESS,
	SHAPE_STATUS, /* __u16 */
	SHAPE_CLASS,  /* __u8: enum usage_class */
	SHAPE_SOURCE, /* __u8: enum api_source */
	SHAPE_FIELD,  /* the value's mode, and the value */
};

static const struct field {
	const char *name;
	enum shape shape;
	__u16 max; /* bytes */
	bool end;  /* known when the call ended */
} fields[] = {
	[USAGE_FIELD_API] = { "api", SHAPE_TEXT, API_NAME_MAX, false },
	[USAGE_FIELD_SOURCE] = { "source", SHAPE_SOURCE, 1, false },
	[USAGE_FIELD_METHOD] = { "method", SHAPE_TEXT, API_METHOD_MAX, false },
	[USAGE_FIELD_HOST] = { "host", SHAPE_TEXT, API_HOST_MAX, false },
	[USAGE_FIELD_PATH] = { "path", SHAPE_TEXT, API_PATH_MAX, false },
	[USAGE_FIELD_CLIENT] = { "client", SHAPE_ADDRESS, 16, false },
	[USAGE_FIELD_SERVER] = { "server", SHAPE_ADDRESS, 16, false },
	[USAGE_FIELD_INTERFACE] = { "interface", SHAPE_TEXT, 16, false },
	[USAGE_FIELD_STATUS] = { "status", SHAPE_STATUS, 2, true },
	[USAGE_FIELD_CLASS] = { "class", SHAPE_CLASS, 1, true },
	[USAGE_FIELD_REQUEST] = { "request[NAME]", SHAPE_FIELD, 1 + USAGE_VALUE_MAX, false },
	[USAGE_FIELD_RESPONSE] = { "response[NAME]", SHAPE_FIELD, 1 + USAGE_VALUE_MAX, true },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char *const class_words[USAGE_CLASSES] = { "unanswered", "1xx", "2xx",  "3xx",
							"4xx",        "5xx", "other" };

#define X_WORD(s, text, ...) text,
static const char *const source_words[] = { API_SOURCES(X_WORD) };

/* --- reading one --- */

const char *usage_key_names(void)
{
	return "api, source, method, host, path, client, server, interface, status, class, "
	       "request[NAME], response[NAME]";
}

static bool set_name(struct usage_part *part, enum usage_field field, const char *text, size_t size)
{
	if (!size || size > HDRTAP_NAME_MAX)
		return false;
	part->field = field;
	for (size_t i = 0; i < size; i++) {
		__u8 c = text[i];

		if (!(hdrtap_byte[c] & HDRTAP_BYTE_TOKEN))
			return false;
		part->name[i] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	}
	return true;
}

static bool in_brackets(const char *text, size_t size, const char *word)
{
	size_t begin = strlen(word);

	return size > begin && !strncmp(text, word, begin) && text[size - 1] == ']';
}

static bool read_part(struct usage_part *part, const char *text, size_t size)
{
	for (unsigned int i = 0; i < USAGE_FIELD_REQUEST; i++)
		if (strlen(fields[i].name) == size && !memcmp(fields[i].name, text, size)) {
			part->field = i;
			return true;
		}
	if (in_brackets(text, size, "request["))
		return set_name(part, USAGE_FIELD_REQUEST, text + 8, size - 9);
	if (in_brackets(text, size, "response["))
		return set_name(part, USAGE_FIELD_RESPONSE, text + 9, size - 10);
	return set_name(part, USAGE_FIELD_REQUEST, text, size);
}

int usage_key_parse(struct usage_key *key, const char *text, struct message *message)
{
	const char *at = text;
	size_t size;

	*key = (struct usage_key){ 0 };
	for (;; at += size + 1) {
		size = strcspn(at, ",");
		if (key->count == USAGE_PARTS_MAX)
			return message_set(message, EINVAL,
					   "key %s: more than %d fields; choose fewer", text,
					   USAGE_PARTS_MAX);
		if (!read_part(&key->part[key->count], at, size))
			return message_set(message, EINVAL, "key %s: %.*s is no field; use %s",
					   text, (int)(size < 64 ? size : 64), at,
					   usage_key_names());
		key->count++;
		if (!at[size])
			return 0;
	}
}

bool usage_key_needs_end(const struct usage_key *key)
{
	for (__u32 i = 0; i < key->count; i++)
		if (fields[key->part[i].field].end)
			return true;
	return false;
}

__u32 usage_key_max(const struct usage_key *key)
{
	__u32 max = 0;

	for (__u32 i = 0; i < key->count; i++)
		max += HEAD + fields[key->part[i].field].max;
	return max ? max : 1;
}

const char *usage_key_asks(const struct usage_key *key, __u32 part, __u8 *kind)
{
	const struct usage_part *of = &key->part[part];

	*kind = of->field == USAGE_FIELD_RESPONSE ? HDRTAP_KIND_RESPONSE : HDRTAP_KIND_REQUEST;
	return fields[of->field].shape == SHAPE_FIELD ? of->name : NULL;
}

/* --- making keys --- */

static __u8 *put_size(__u8 *to, __u16 size)
{
	memcpy(to, &size, sizeof(size));
	return to + sizeof(size);
}

static __u8 *put(__u8 *to, const void *bytes, size_t size)
{
	if (!bytes)
		return put_size(to, ABSENT);
	to = put_size(to, size);
	memcpy(to, bytes, size);
	return to + size;
}

static __u8 *put_api(__u8 *to, enum usage_field field, struct usage_call *call)
{
	const struct api_name *api = usage_call_api(call);
	struct view_bytes part;
	__u8 source;

	if (!api)
		return put_size(to, ABSENT);
	source = api->source;
	switch (field) {
	case USAGE_FIELD_API:
		return put(to, api->text, api->size);
	case USAGE_FIELD_SOURCE:
		return put(to, &source, 1);
	case USAGE_FIELD_METHOD:
		part = api_name_method(api);
		break;
	case USAGE_FIELD_HOST:
		part = api_name_host(api);
		break;
	default:
		part = api_name_path(api);
	}
	return put(to, part.bytes, part.size);
}

/* Of the side that asked. */
static const __u8 *client_of(const struct usage_call *call)
{
	const struct hdrtap_record *rec = call->request ? call->request->rec : NULL;

	if (!rec)
		return call->response ? call->response->rec->destination : NULL;
	return rec->flags & HDRTAP_FLAG(PROXIED) ? rec->client : rec->source;
}

static const __u8 *server_of(const struct usage_call *call)
{
	if (call->request)
		return call->request->rec->destination;
	return call->response ? call->response->rec->source : NULL;
}

static const char *interface_of(const struct usage_call *call)
{
	const struct transaction_head *head = call->request ? call->request : call->response;

	return head ? head->interface : NULL;
}

/* The first value of a field, with its mode. A length is all that is known of one of mode LENGTH,
 * and a part of a value is not taken for a hash. */
static __u8 *put_value(__u8 *to, const struct view_value *value)
{
	const void *bytes = value ? value->stored.bytes : NULL;
	size_t size = value ? value->stored.size : 0;
	__u8 *mode;

	if (!value)
		return put_size(to, ABSENT);
	if (value->mode == HDRTAP_MODE_LENGTH) {
		bytes = &value->original;
		size = sizeof(value->original);
	}
	if (size > USAGE_VALUE_MAX)
		size = USAGE_VALUE_MAX;
	mode = put_size(to, 1 + size);
	*mode = value->mode;
	memcpy(mode + 1, bytes, size);
	return mode + 1 + size;
}

static __u8 *put_field(__u8 *to, const struct usage_part *part, struct usage_call *call)
{
	struct view response;
	const struct view *view = &response;

	if (part->field == USAGE_FIELD_REQUEST)
		view = usage_call_view(call);
	else if (call->response)
		view_init(&response, call->response->rec, call->meta, 0, NULL);
	else
		view = NULL;
	if (!view)
		return put_size(to, ABSENT);
	return put_value(to, view_find(view, view_slot(call->meta, part->name)));
}

static __u8 *put_part(__u8 *to, const struct usage_part *part, struct usage_call *call)
{
	const char *interface;
	__u8 class;

	switch (part->field) {
	case USAGE_FIELD_CLIENT:
		return put(to, client_of(call), 16);
	case USAGE_FIELD_SERVER:
		return put(to, server_of(call), 16);
	case USAGE_FIELD_INTERFACE:
		interface = interface_of(call);
		return put(to, interface, interface ? strnlen(interface, 16) : 0);
	case USAGE_FIELD_STATUS:
		return put(to, call->response ? &call->event.status : NULL, sizeof(__u16));
	case USAGE_FIELD_CLASS:
		class = usage_class_of(call->event.status);
		return put(to, &class, 1);
	case USAGE_FIELD_REQUEST:
	case USAGE_FIELD_RESPONSE:
		return put_field(to, part, call);
	default:
		return put_api(to, part->field, call);
	}
}

size_t usage_key_make(const struct usage_key *key, struct usage_call *call, __u8 to[USAGE_KEY_MAX])
{
	__u8 *at = to;

	for (__u32 i = 0; i < key->count; i++)
		at = put_part(at, &key->part[i], call);
	return at - to;
}

/* --- and looking at them --- */

static int text_bytes(const void *bytes, size_t size, char *text, size_t room)
{
	if (size >= room)
		size = room - 1;
	memcpy(text, bytes, size);
	text[size] = '\0';
	return size;
}

static int text_word(const char *word, char *text, size_t room)
{
	return text_bytes(word, strlen(word), text, room);
}

static int text_address(const __u8 *address, char *text, size_t room)
{
	char whole[VIEW_ADDRESS_MAX];

	return text_bytes(whole, view_address(whole, address), text, room);
}

static int text_number(__u16 number, char *text, size_t room)
{
	char digits[VIEW_NUMBER_MAX];

	return text_bytes(digits, view_number(digits, number), text, room);
}

static int text_hash(const __u8 *bytes, size_t size, char *text, size_t room)
{
	char digits[2 * HDRTAP_HASH_SIZE];

	return text_bytes(digits, view_hash(digits, (struct view_bytes){ bytes, size }), text,
			  room);
}

static int text_field(const __u8 *value, size_t size, char *text, size_t room)
{
	__u16 number;

	switch (*value) {
	case HDRTAP_MODE_HASH:
		return text_hash(value + 1, size - 1, text, room);
	case HDRTAP_MODE_LENGTH:
		memcpy(&number, value + 1, sizeof(number));
		return text_number(number, text, room);
	default:
		return text_bytes(value + 1, size - 1, text, room);
	}
}

static int text_part(enum shape shape, const __u8 *bytes, size_t size, char *text, size_t room)
{
	__u16 status;

	switch (shape) {
	case SHAPE_ADDRESS:
		return text_address(bytes, text, room);
	case SHAPE_STATUS:
		memcpy(&status, bytes, sizeof(status));
		return text_number(status, text, room);
	case SHAPE_CLASS:
		return text_word(class_words[*bytes], text, room);
	case SHAPE_SOURCE:
		return text_word(source_words[*bytes], text, room);
	case SHAPE_FIELD:
		return text_field(bytes, size, text, room);
	default:
		return text_bytes(bytes, size, text, room);
	}
}

int usage_key_text(const struct usage_key *key, const void *made, __u32 number, char *text,
		   size_t room)
{
	const __u8 *at = made;
	__u16 size = 0;

	*text = '\0';
	for (__u32 i = 0; i <= number; i++) {
		if (size != ABSENT)
			at += size;
		memcpy(&size, at, sizeof(size));
		at += HEAD;
	}
	if (size == ABSENT)
		return -1;
	return text_part(fields[key->part[number].field].shape, at, size, text, room);
}

void usage_count_in_all(struct usage_table *const *tables, __u32 count, const struct usage_key *key,
			struct usage_call *call, bool end)
{
	struct usage_event event = call->event;
	__u8 made[USAGE_KEY_MAX];
	size_t size = 0; /* not made, or of no parts, which cost nothing to make again */

	if (usage_key_needs_end(key)) {
		if (!end)
			return;
		event.call = event.call || call->request;
	}
	for (__u32 i = 0; i < count; i++) {
		if (!usage_table_counts(tables[i], &event))
			continue;
		if (!size)
			size = usage_key_make(key, call, made);
		usage_table_add(tables[i], made, size, &event);
	}
}

void usage_count(struct usage_table *table, const struct usage_key *key, struct usage_call *call,
		 bool end)
{
	usage_count_in_all(&table, 1, key, call, end);
}
