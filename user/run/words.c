/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The words stand with the numbers, in record.h.
 */
#include "run/words.h"

#include <stddef.h>

#include <hdrtap/record.h>

#define COUNT(table)              (sizeof(table) / sizeof((table)[0]))
#define X_TEXT(symbol, text, ...) text,

static const char *text_of(const char *const *table, size_t size, size_t number)
{
	return number < size ? table[number] : "unknown";
}

const char *word_kind(__u8 kind)
{
	static const char *const text[] = { HDRTAP_KINDS(X_TEXT) };

	return text_of(text, COUNT(text), kind);
}

const char *word_method(__u8 method)
{
	static const char *const text[] = { HDRTAP_METHODS(X_TEXT) };

	return text_of(text, COUNT(text), method);
}

const char *word_mode(__u8 mode)
{
	static const char *const text[] = { HDRTAP_MODES(X_TEXT) };

	return text_of(text, COUNT(text), mode);
}

const char *word_framing(__u8 framing)
{
	static const char *const text[] = { HDRTAP_FRAMINGS(X_TEXT) };

	return text_of(text, COUNT(text), framing);
}

const char *word_direction(__u8 direction)
{
	static const char *const text[] = { HDRTAP_DIRECTIONS(X_TEXT) };

	return text_of(text, COUNT(text), direction);
}

const char *word_hook(__u8 hook)
{
	static const char *const text[] = { HDRTAP_HOOKS(X_TEXT) };

	return text_of(text, COUNT(text), hook);
}

const char *word_tunnel(__u8 tunnel)
{
	static const char *const text[] = { HDRTAP_TUNNELS(X_TEXT) };

	return text_of(text, COUNT(text), tunnel);
}

const char *word_flag(unsigned int bit)
{
	static const char *const text[] = { HDRTAP_FLAGS(X_TEXT) };

	return text_of(text, COUNT(text), bit);
}
