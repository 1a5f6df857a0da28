/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "record_difference.h"

#include <stdio.h>
#include <string.h>

static char text[512];

#define X_FLAG(symbol, name, ...) name,
static const char *const flag_names[] = { HDRTAP_FLAGS(X_FLAG) };

/* --- flags in words --- */

static void append_flags(const char *sign, __u64 flags)
{
	size_t used = strlen(text);

	for (int i = 0; i < HDRTAP_FLAG_MAX && used < sizeof(text); i++)
		if (flags >> i & 1)
			used += snprintf(text + used, sizeof(text) - used, " %s%s", sign,
					 flag_names[i]);
}

static const char *flags_difference(__u64 is, __u64 expected)
{
	strcpy(text, "flags:");
	append_flags("+", is & ~expected);
	append_flags("-", expected & ~is);
	return text;
}

static const char *number_difference(const char *name, __u64 is, __u64 expected)
{
	snprintf(text, sizeof(text), "%s is %llu, not %llu", name, is, expected);
	return text;
}

/* --- values --- */

static const char *value_difference(const struct hdrtap_record *is,
				    const struct hdrtap_record *expected)
{
	__u32 at = 0;

	for (__u32 i = 0; i < expected->entry_count; i++) {
		const struct hdrtap_entry *a = &is->entry[i], *b = &expected->entry[i];

		if (memcmp(a, b, sizeof(*a)) ||
		    memcmp(is->arena + at, expected->arena + at, b->stored)) {
			snprintf(text, sizeof(text),
				 "value %u is slot %u, %u of %u bytes \"%.*s\", not slot %u, %u of "
				 "%u bytes \"%.*s\"",
				 i, a->slot, a->stored, a->original,
				 a->stored < 100 ? a->stored : 100, is->arena + at, b->slot,
				 b->stored, b->original, b->stored < 100 ? b->stored : 100,
				 expected->arena + at);
			return text;
		}
		at += b->stored;
	}
	return NULL;
}

#define NUMBER(field)                     \
	if (is->field != expected->field) \
	return number_difference(#field, is->field, expected->field)

static const char *start_line_difference(const struct hdrtap_record *is,
					 const struct hdrtap_record *expected)
{
	NUMBER(kind);
	NUMBER(method);
	NUMBER(status);
	NUMBER(version);
	return NULL;
}

static const char *number_differences(const struct hdrtap_record *is,
				      const struct hdrtap_record *expected)
{
	NUMBER(head_length);
	NUMBER(header_count);
	NUMBER(names);
	NUMBER(entry_count);
	NUMBER(omitted);
	NUMBER(framing);
	NUMBER(body_size);
	NUMBER(depth);
	NUMBER(paired_method);
	NUMBER(direction);
	return NULL;
}

const char *record_difference(const struct hdrtap_record *is, const struct hdrtap_record *expected)
{
	const char *difference;

	if (!memcmp(is, expected, sizeof(*is)))
		return NULL;
	difference = start_line_difference(is, expected);
	if (!difference)
		difference = number_differences(is, expected);
	if (!difference && is->flags != expected->flags)
		difference = flags_difference(is->flags, expected->flags);
	if (!difference)
		difference = value_difference(is, expected);
	return difference ? difference : "a byte that has no name here";
}

/* --- parts --- */

/* What others do not need, the last value may have: more of it may be stored than in the whole. */
static const char *last_value_difference(const struct hdrtap_entry *part,
					 const struct hdrtap_entry *whole, const __u8 *part_bytes,
					 const __u8 *whole_bytes)
{
	__u16 stored = part->stored < whole->stored ? part->stored : whole->stored;

	if (part->slot != whole->slot || part->mode != whole->mode)
		return "the last value is another one";
	if (part->original > whole->original || part->stored > part->original)
		return "the last value is longer";
	return memcmp(part_bytes, whole_bytes, stored) ? "the last value" : NULL;
}

static const char *value_part_difference(const struct hdrtap_record *part,
					 const struct hdrtap_record *whole)
{
	__u32 at = 0, i;

	if (part->entry_count > whole->entry_count)
		return "it has more values";
	for (i = 0; i + 1 < part->entry_count; i++) {
		if (memcmp(&part->entry[i], &whole->entry[i], sizeof(part->entry[i])) ||
		    memcmp(part->arena + at, whole->arena + at, part->entry[i].stored))
			return "a value before the last one";
		at += part->entry[i].stored;
	}
	if (!part->entry_count)
		return NULL;
	return last_value_difference(&part->entry[i], &whole->entry[i], part->arena + at,
				     whole->arena + at);
}

const char *record_part_difference(const struct hdrtap_record *part,
				   const struct hdrtap_record *whole)
{
	const struct hdrtap_record *is = part, *expected = whole;

	NUMBER(kind);
	NUMBER(method);
	NUMBER(status);
	if (part->version)
		NUMBER(version);
	if (part->head_length > whole->head_length)
		return number_difference("head_length", part->head_length, whole->head_length);
	if (part->header_count > whole->header_count)
		return number_difference("header_count", part->header_count, whole->header_count);
	if (part->names & ~whole->names)
		return "it has header names the head does not have";
	return value_part_difference(part, whole);
}
