/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Nearly all that is shown needs no escapes. So bytes are copied and looked at sixteen at a time;
 * the last piece overlaps the one before it, and where there are fewer than sixteen, halves
 * overlap.
 */
#include "view/escape.h"

#include "view/pieces.h"

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
		if (piece_any(unplain(piece_copy(to + at, bytes + at), quote)))
			return put_odd(to + at, bytes + at, bytes + size, quote);
	if (size >= PIECE
		    ? piece_any(unplain(piece_copy(to + size - PIECE, bytes + size - PIECE), quote))
		    : piece_any(unplain(piece_copy_some(to, bytes, size), quote)))
		return put_odd(to + at, bytes + at, bytes + size, quote);
	return to + size;
}

char *escape_put_word(char *to, const __u8 *bytes, size_t size)
{
	piece odd;

	if (!size)
		return NULL;
	if (size < PIECE)
		return piece_any(unworded(piece_copy_some(to, bytes, size))) ? NULL : to + size;
	odd = unworded(piece_copy(to + size - PIECE, bytes + size - PIECE));
	for (size_t at = 0; size - at > PIECE; at += PIECE)
		odd |= unworded(piece_copy(to + at, bytes + at));
	return piece_any(odd) ? NULL : to + size;
}
