/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "labels.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define FIELDS_DEFAULT "method,host,path"
#define FIELDS_MAX     512 /* bytes of all fields */

/* Labels that series have anyway. */
static const char *const taken[] = { "class", "field", "le" };

static const char *plain_name(enum usage_field field)
{
	static const char *const names[] = {
		[USAGE_FIELD_API] = "api",       [USAGE_FIELD_SOURCE] = "source",
		[USAGE_FIELD_METHOD] = "method", [USAGE_FIELD_HOST] = "host",
		[USAGE_FIELD_PATH] = "path",     [USAGE_FIELD_CLIENT] = "client",
		[USAGE_FIELD_SERVER] = "server", [USAGE_FIELD_INTERFACE] = "interface",
		[USAGE_FIELD_STATUS] = "status", [USAGE_FIELD_CLASS] = "class",
	};

	return names[field];
}

/* Letters, digits and '_', no digit first and no "__" (both are reserved). */
static void name_label(char name[LABEL_NAME_MAX], const struct usage_part *part)
{
	bool header = part->field == USAGE_FIELD_REQUEST || part->field == USAGE_FIELD_RESPONSE;
	char *at;

	snprintf(name, LABEL_NAME_MAX, "%s%s",
		 part->field == USAGE_FIELD_RESPONSE ? "response_" : "",
		 header ? part->name : plain_name(part->field));
	for (at = name; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789", *at))
			*at = '_';
	if (*name >= '0' && *name <= '9')
		*name = '_';
	if (name[0] == '_' && name[1] == '_')
		*name = 'x';
}

static int refuse(const char *place, const char *name, const char *why)
{
	return fail(EINVAL, "option --label%s: label '%s' %s; choose other fields", place, name,
		    why);
}

static int check_name(const struct metrics_labels *labels, __u32 number, const char *place)
{
	const char *name = labels->name[number];

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (!strcmp(name, taken[i]))
			return refuse(place, name, "is one that series have for something else");
	for (__u32 i = 0; i < number; i++)
		if (!strcmp(name, labels->name[i]))
			return refuse(place, name, "would be there twice");
	return 0;
}

static int join(char joined[FIELDS_MAX], const struct option_list *fields, const char *place)
{
	size_t size = 0;

	strcpy(joined, FIELDS_DEFAULT);
	for (size_t i = 0; i < fields->count; i++) {
		size += snprintf(joined + size, FIELDS_MAX - size, "%s%s", i ? "," : "",
				 fields->item[i]);
		if (size >= FIELDS_MAX)
			return fail(EINVAL, "option --label%s: too long; leave some fields out",
				    place);
	}
	return 0;
}

int labels_choose(struct metrics_labels *labels, const struct option_list *fields,
		  const char *place)
{
	char joined[FIELDS_MAX];
	struct message message;
	int err = join(joined, fields, place);

	if (err)
		return err;
	if (usage_key_parse(&labels->key, joined, &message))
		return fail(EINVAL, "option --label%s: %s", place, message.text);
	for (__u32 i = 0; i < labels->key.count && !err; i++) {
		name_label(labels->name[i], &labels->key.part[i]);
		err = check_name(labels, i, place);
	}
	return err;
}

static char *put_label(char *to, const char *name, const char *value, size_t size)
{
	to += sprintf(to, "%s=\"", name);
	to = label_escape(to, (const __u8 *)value, size);
	*to++ = '"';
	return to;
}

void labels_text(const struct metrics_labels *labels, const void *made, char text[LABELS_ROOM])
{
	char value[USAGE_KEY_MAX + 1], *to = text;

	for (__u32 i = 0; i < labels->key.count; i++) {
		int size = usage_key_text(&labels->key, made, i, value, sizeof(value));

		if (i)
			*to++ = ',';
		to = put_label(to, labels->name[i], value, size > 0 ? size : 0);
	}
	*to = '\0';
}

void labels_other(const struct metrics_labels *labels, char text[LABELS_ROOM])
{
	char *to = text;

	for (__u32 i = 0; i < labels->key.count; i++)
		to += sprintf(to, "%s%s=\"other\"", i ? "," : "", labels->name[i]);
}
