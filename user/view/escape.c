/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Nearly all that is shown needs no escapes. So bytes are copied and looked at sixteen at a time;
 * the last piece overlaps the one before it, and where there are fewer than sixteen, halves
 * overlap.
 */
#include "view/escape.h"

#include <string.h>

#include <hdrtap/head/window.h>

#define PIECE 16

/* Bytes, as one can compute with them all at a time; true is 255. */
typedef __u8 piece __attribute__((vector_size(PIECE)));

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

static piece join(__u64 low, __u64 high)
{
	const __u64 half[2] = { low, high };
	piece bytes;

	memcpy(&bytes, half, sizeof(bytes));
	return bytes;
}

/* Copies fewer than eight bytes, but at least one. Returns them, some repeated. */
static piece copy_few(char *to, const __u8 *bytes, size_t size)
{
	__u32 first, last;
	__u8 c[3];

	if (size >= 4) {
		memcpy(&first, bytes, 4);
		memcpy(&last, bytes + size - 4, 4);
		memcpy(to, &first, 4);
		memcpy(to + size - 4, &last, 4);
		return join(first | (__u64)last << 32, first | (__u64)last << 32);
	}
	to[0] = c[0] = bytes[0];
	to[size / 2] = c[1] = bytes[size / 2];
	to[size - 1] = c[2] = bytes[size - 1];
	return join(c[0] * HDRTAP_ONES, c[1] * (HDRTAP_ONES & 0xffffffff) | (__u64)c[2] << 32 |
						(__u64)c[2] << 40 | (__u64)c[2] << 48 |
						(__u64)c[2] << 56);
}

/* Copies fewer than sixteen bytes, but at least one. Returns them, some repeated. */
static piece copy_some(char *to, const __u8 *bytes, size_t size)
{
	__u64 first, last;

	if (size < 8)
		return copy_few(to, bytes, size);
	first = hdrtap_load64(bytes);
	last = hdrtap_load64(bytes + size - 8);
	hdrtap_store64(to, first);
	hdrtap_store64(to + size - 8, last);
	return join(first, last);
}

static piece copy_piece(char *to, const __u8 *bytes)
{
	piece copied;

	memcpy(&copied, bytes, PIECE);
	memcpy(to, &copied, PIECE);
	return copied;
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
	size_t at = 0;

	if (!size)
		return to;
	for (; size - at >= PIECE; at += PIECE)
		if (any(unplain(copy_piece(to + at, bytes + at), quote)))
			return put_odd(to + at, bytes + at, bytes + size, quote);
	if (size >= PIECE ? any(unplain(copy_piece(to + size - PIECE, bytes + size - PIECE), quote))
			  : any(unplain(copy_some(to, bytes, size), quote)))
		return put_odd(to + at, bytes + at, bytes + size, quote);
	return to + size;
}

char *escape_put_word(char *to, const __u8 *bytes, size_t size)
{
	piece odd;

	if (!size)
		return NULL;
	if (size < PIECE)
		return any(unworded(copy_some(to, bytes, size))) ? NULL : to + size;
	odd = unworded(copy_piece(to + size - PIECE, bytes + size - PIECE));
	for (size_t at = 0; size - at > PIECE; at += PIECE)
		odd |= unworded(copy_piece(to + at, bytes + at));
	return any(odd) ? NULL : to + size;
}
