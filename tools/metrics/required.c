/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A field is there if has() of the predicate language says so: by the records' bitmap for
 * well-known names, by the elements that were chosen for others.
 */
#include "required.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

static int no_memory(void)
{
	return fail(ENOMEM, "option --require: out of memory; free some memory");
}

/* What is behind "request[" or "response[", without the bracket at its end; or all of it. */
static size_t find_name(const char **name, const char *text, __u8 *kind)
{
	static const char *const begin[HDRTAP_KIND_MAX] = {
		[HDRTAP_KIND_REQUEST] = "request[",
		[HDRTAP_KIND_RESPONSE] = "response[",
	};

	*kind = HDRTAP_KIND_REQUEST;
	*name = text;
	for (__u8 i = 0; i < HDRTAP_KIND_MAX; i++) {
		size_t size = begin[i] ? strlen(begin[i]) : 0;

		if (!size || strncmp(text, begin[i], size))
			continue;
		*kind = i;
		*name = text + size;
		size = strlen(*name);
		return size && (*name)[size - 1] == ']' ? size - 1 : 0;
	}
	return strlen(text);
}

static int add(struct required *required, struct required_field *field, const char *place)
{
	char predicate[2 * HDRTAP_NAME_MAX];
	struct where_error error;
	enum where_use use;
	const char *name;
	int err;

	snprintf(predicate, sizeof(predicate), "has(%s[%s])",
		 field->kind == HDRTAP_KIND_REQUEST ? "request" : "response", field->name);
	field->there = where_new();
	err = field->there ? where_add(field->there, predicate, &error) : -ENOMEM;
	name = err ? NULL : where_name(field->there, 0, &use);
	if (name) {
		strcpy(field->name, name); /* lower case */
		required->count++;
		return 0;
	}
	where_free(field->there);
	if (err == -ENOMEM)
		return no_memory();
	return fail(EINVAL, "option --require%s: '%s' is not the name of a header field; %s", place,
		    field->text, err ? error.text : "give one as in x-request-id");
}

int required_add(struct required *required, const char *text, const char *place)
{
	struct required_field *field = &required->field[required->count];
	const char *name;
	size_t size;

	if (required->count == REQUIRED_MAX)
		return fail(EINVAL, "option --require%s: more than %d fields; leave some out",
			    place, REQUIRED_MAX);
	*field = (struct required_field){ .text = text };
	size = find_name(&name, text, &field->kind);
	if (!size || size > HDRTAP_NAME_MAX)
		return fail(EINVAL,
			    "option --require%s: '%.*s' is not the name of a header field; give "
			    "NAME, request[NAME] or response[NAME]",
			    place, 2 * HDRTAP_NAME_MAX, text);
	memcpy(field->name, name, size);
	return add(required, field, place);
}

void required_free(struct required *required)
{
	for (__u32 i = 0; i < required->count; i++)
		where_free(required->field[i].there);
	*required = (struct required){ 0 };
}

enum where_value required_is_there(const struct required_field *field,
				   const struct usage_call *call)
{
	bool of_request = field->kind == HDRTAP_KIND_REQUEST;
	const struct transaction_head *from = of_request ? call->request : call->response;
	struct where_head head;
	struct where_transaction asked = { .kind = field->kind };

	if (!from)
		return WHERE_TRUE;
	head = (struct where_head){ from->rec, call->meta, from->interface };
	asked.request = of_request ? &head : NULL;
	asked.response = of_request ? NULL : &head;
	return where_decide(field->there, &asked);
}
