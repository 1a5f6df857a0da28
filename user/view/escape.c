/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Nearly all that is shown needs no escapes. So bytes are copied first, and then, where they stand
 * now and may be padded, looked at sixteen at a time.
 */
#include "view/escape.h"

#include <string.h>

#include <hdrtap/head/window.h>

#define PIECE 16
#define PAD   'a' /* is plain, in a word, and no quote */

/* Bytes, as one can compute with them all at a time; true is 255. */
typedef __u8 piece __attribute__((vector_size(PIECE)));

static piece load(const char *at)
{
	piece bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

static bool any(piece marks)
{
	__u64 half[2];

	memcpy(half, &marks, sizeof(half));
	return half[0] | half[1];
}

static piece unplain(piece bytes, __u8 quote)
{
	return (piece)(bytes - 0x20 > 0x5e) | (piece)(bytes == '\\') | (piece)(bytes == quote);
}

/* Those that are not in words: all that cannot be seen, the quote, and <>[\]. */
static piece unworded(piece bytes)
{
	return (piece)(bytes - 0x21 > 0x5d) | (piece)(bytes == '"') |
	       (piece)((bytes & 0xfd) == '<') | (piece)(bytes - '[' < 3);
}

static void copy_padded(char *to, const __u8 *bytes, size_t size)
{
	memcpy(to, bytes, size);
	memset(to + size, PAD, PIECE);
}

static bool is_plain(__u8 c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

/* As is_plain(), and not `quote`, for all bytes of a word. */
static bool all_plain(__u64 word, char quote)
{
	__u64 marks = HDRTAP_BELOW(word, 0x20) | HDRTAP_EQUAL(word, 0x7f) | (word & HDRTAP_HIGHS);

	return !(marks | HDRTAP_EQUAL(word, '\\') | HDRTAP_EQUAL(word, quote));
}

static char *put_byte(char *to, __u8 c, char quote)
{
	static const char hex[16] = "0123456789abcdef";

	if (is_plain(c) && c != quote) {
		*to++ = c;
	} else if (c == '\\' || c == quote) {
		*to++ = '\\';
		*to++ = c;
	} else {
		*to++ = '\\';
		*to++ = 'x';
		*to++ = hex[c >> 4];
		*to++ = hex[c & 15];
	}
	return to;
}

static char *put_odd(char *to, const __u8 *bytes, const __u8 *end, char quote)
{
	while (bytes < end) {
		if (end - bytes >= 8 && all_plain(hdrtap_load64(bytes), quote)) {
			hdrtap_store64(to, hdrtap_load64(bytes));
			bytes += 8;
			to += 8;
		} else {
			to = put_byte(to, *bytes++, quote);
		}
	}
	return to;
}

char *escape_put(char *to, const __u8 *bytes, size_t size, char quote)
{
	if (!size)
		return to;
	copy_padded(to, bytes, size);
	for (size_t at = 0; at < size; at += PIECE)
		if (any(unplain(load(to + at), quote)))
			return put_odd(to + at, bytes + at, bytes + size, quote);
	return to + size;
}

char *escape_put_word(char *to, const __u8 *bytes, size_t size)
{
	if (!size)
		return NULL;
	copy_padded(to, bytes, size);
	for (size_t at = 0; at < size; at += PIECE)
		if (any(unworded(load(to + at))))
			return NULL;
	return to + size;
}
