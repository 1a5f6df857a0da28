/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/profile_pairs.h"

#include <string.h>

/* Behind the value at `at`: a string, a number, or a list of these. */
static const char *value_end(const char *at, const char *end)
{
	bool quoted = false;
	int depth = 0;

	for (; at < end; at++) {
		if (quoted) {
			quoted = *at != '"';
			at += *at == '\\';
		} else if (*at == '"') {
			quoted = true;
		} else if (*at == '[') {
			depth++;
		} else if (*at == ']') {
			depth--;
		} else if (!depth && *at == ',') {
			break;
		}
	}
	return at < end ? at : end;
}

/* The quote behind the key at `at`. */
static const char *key_end(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' ? 2 : 1;
	return at < end ? at : end;
}

void profile_pairs_read(struct profile_pairs *pairs, struct profile_text object)
{
	struct profile_text rest = profile_inside(object);
	const char *at = rest.at, *end = at + rest.size, *next;

	for (pairs->count = 0; at < end && pairs->count < PROFILE_PAIRS_MAX; at = next + 1) {
		struct profile_pair *pair = &pairs->pair[pairs->count++];

		pair->key.at = at + 1;
		pair->key.size = key_end(at + 1, end) - at - 1;
		pair->value.at = pair->key.at + pair->key.size + 2;
		next = value_end(pair->value.at, end);
		pair->value.size = next - pair->value.at;
	}
}

bool profile_text_is(struct profile_text text, const char *other)
{
	return text.size == strlen(other) && !memcmp(text.at, other, text.size);
}

struct profile_text profile_pairs_find(const struct profile_pairs *pairs, const char *key)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (profile_text_is(pairs->pair[i].key, key))
			return pairs->pair[i].value;
	return (struct profile_text){ "", 0 };
}

struct profile_text profile_inside(struct profile_text value)
{
	if (value.size < 2)
		return (struct profile_text){ value.at, 0 };
	return (struct profile_text){ value.at + 1, value.size - 2 };
}

bool profile_next(struct profile_text *list, struct profile_text *value)
{
	const char *end = list->at + list->size, *next = value_end(list->at, end);

	if (!list->size)
		return false;
	*value = (struct profile_text){ list->at, next - list->at };
	list->size -= next < end ? value->size + 1 : value->size;
	list->at = next < end ? next + 1 : end;
	return true;
}
