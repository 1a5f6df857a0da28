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

/* A value of a part may be stored longer: what comes later took no room from it. */
static const char *one_part_difference(const struct hdrtap_entry *part,
				       const struct hdrtap_entry *whole, int last)
{
	if (part->slot != whole->slot)
		return "a value is another one";
	if (part->mode == HDRTAP_MODE_REDACTED || whole->mode == HDRTAP_MODE_REDACTED)
		return NULL;
	if (part->mode != whole->mode)
		return "a value is another one";
	if (part->original > whole->original || part->stored > part->original)
		return "a value is longer";
	return part->original == whole->original || last ? NULL : "a value is shorter";
}

static const char *value_part_difference(const struct hdrtap_record *part,
					 const struct hdrtap_record *whole)
{
	const __u8 *at = part->arena, *expected = whole->arena;
	const char *why = NULL;

	if (part->entry_count > whole->entry_count)
		return "it has more values";
	for (__u32 i = 0; i < part->entry_count && !why; i++) {
		__u16 here = part->entry[i].stored, there = whole->entry[i].stored;

		/* where a target with white space in it ends is told by what follows */
		if (part->entry[i].slot == HDRTAP_SLOT_TARGET &&
		    whole->flags & HDRTAP_FLAG(BAD_TARGET))
			return NULL;
		why = one_part_difference(&part->entry[i], &whole->entry[i],
					  i + 1 == part->entry_count);
		if (!why && memcmp(at, expected, here < there ? here : there))
			why = "a value";
		at += here;
		expected += there;
	}
	return why;
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
