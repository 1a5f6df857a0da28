/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "where/where_match.h"

#include <stdint.h>
#include <string.h>

enum where_value where_in_ranges(const struct where_term *term, __u64 number)
{
	for (size_t i = 0; i < term->count; i++)
		if (number >= term->operand[i].low && number <= term->operand[i].high)
			return WHERE_TRUE;
	return WHERE_FALSE;
}

static __u8 folded(__u8 c, bool fold)
{
	return fold && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool begins(struct where_bytes text, const char *with, size_t size, bool fold)
{
	for (size_t i = 0; i < size && i < text.size; i++)
		if (folded(text.bytes[i], fold) != (__u8)with[i])
			return false;
	return true;
}

static enum where_value match_whole(struct where_bytes text, const struct where_operand *operand,
				    bool fold)
{
	if (!begins(text, operand->text, operand->size, fold) || text.size > operand->size)
		return WHERE_FALSE;
	if (!text.cut)
		return text.size == operand->size ? WHERE_TRUE : WHERE_FALSE;
	if (text.original && text.original < 65535 && text.original != operand->size)
		return WHERE_FALSE;
	return WHERE_NEITHER;
}

/* Bytes of the pattern that stand for the next byte, which is `*c`; 0: it is a wildcard. */
static size_t pattern_byte(const struct where_operand *pattern, size_t at, char *c)
{
	*c = pattern->text[at];
	if (*c == '*' || *c == '?')
		return 0;
	if (*c != '\\' || at + 1 >= pattern->size)
		return 1;
	*c = pattern->text[at + 1];
	return 2;
}

/* Steps over what both begin with, up to a wildcard or an end. Returns false when they differ. */
static bool skip_literal(struct where_bytes text, const struct where_operand *pattern, bool fold,
			 size_t *at)
{
	size_t end = text.size < pattern->size ? text.size : pattern->size, i = 0;

	for (; i < end; i++) {
		char c = pattern->text[i];

		if (c == '*' || c == '?' || c == '\\')
			break;
		if ((__u8)c != folded(text.bytes[i], fold))
			return false;
	}
	*at = i;
	return true;
}

/*
 * Goes along both; behind a star that did not fit it begins again one byte further on. `*left`:
 * whether the text ended where the pattern could still go on.
 */
static bool match_glob(struct where_bytes text, const struct where_operand *pattern, bool fold,
		       bool *left)
{
	size_t at = 0, i = 0, star = SIZE_MAX, from = 0, size;
	char c;

	*left = false;
	if (!skip_literal(text, pattern, fold, &at))
		return false;
	i = at;
	while (i < text.size) {
		size = at < pattern->size ? pattern_byte(pattern, at, &c) : 1;
		if (at < pattern->size && !size && c == '*') {
			star = ++at;
			from = i;
			if (at == pattern->size)
				i = text.size; /* whatever follows */
		} else if (at < pattern->size &&
			   (!size || (__u8)c == folded(text.bytes[i], fold))) {
			at += size ? size : 1;
			i++;
		} else if (star != SIZE_MAX) {
			at = star;
			i = ++from;
		} else {
			return false;
		}
	}
	*left = true;
	while (at < pattern->size && pattern->text[at] == '*')
		at++;
	return at == pattern->size;
}

static bool ends_in_star(const struct where_operand *pattern)
{
	size_t before = 0;

	if (!pattern->size || pattern->text[pattern->size - 1] != '*')
		return false;
	while (before + 1 < pattern->size && pattern->text[pattern->size - 2 - before] == '\\')
		before++;
	return before % 2 == 0;
}

enum where_value where_match(struct where_bytes text, const struct where_operand *operand,
			     enum where_test test, bool fold)
{
	bool left, like;

	if (test != WHERE_GLOB)
		return match_whole(text, operand, fold);
	like = match_glob(text, operand, fold, &left);
	if (!text.cut)
		return like ? WHERE_TRUE : WHERE_FALSE;
	if (!like && !left)
		return WHERE_FALSE;
	return like && ends_in_star(operand) ? WHERE_TRUE : WHERE_NEITHER;
}
