/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Nearly all bytes of nearly all values are ASCII and stand in JSON as they are. Only where one of
 * sixteen does not, they are looked at one by one.
 */
#include "view/json_escape.h"

#include "view/pieces.h"

typedef __s8 signed_piece __attribute__((vector_size(PIECE)));

/* Those to be escaped, and for `ascii` all above 0x7f, which have a sign. */
static inline piece unlike(piece bytes, bool ascii)
{
	piece low = ascii ? (piece)((signed_piece)bytes < 0x20) : (piece)(bytes < 0x20);

	return low | (piece)(bytes == '"') | (piece)(bytes == '\\');
}

static char *escape_byte(char *to, __u8 c)
{
	static const char hex[16] = "0123456789ABCDEF";
	static const char letter[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	if (c >= 0x20 && c != '"' && c != '\\') {
		*to++ = c;
		return to;
	}
	*to++ = '\\';
	if (c >= 0x20 || letter[c]) {
		*to++ = c >= 0x20 ? c : letter[c];
		return to;
	}
	memcpy(to, "u00", 3);
	to[3] = hex[c >> 4];
	to[4] = hex[c & 15];
	return to + 5;
}

/* Up to sixteen bytes, which have been copied. Returns NULL when they are not ASCII but should be.
 */
static inline char *escape_piece(char *to, const __u8 *bytes, size_t size, piece copied, bool ascii)
{
	if (!piece_any(unlike(copied, ascii)))
		return to + size;
	if (ascii && piece_any((piece)(copied > 0x7f)))
		return NULL;
	for (size_t i = 0; i < size; i++)
		to = escape_byte(to, bytes[i]);
	return to;
}

static inline char *escape(char *to, const __u8 *bytes, size_t size, bool ascii)
{
	for (; to && size >= PIECE; bytes += PIECE, size -= PIECE)
		to = escape_piece(to, bytes, PIECE, piece_copy(to, bytes), ascii);
	if (!to || !size)
		return to;
	return escape_piece(to, bytes, size, piece_copy_some(to, bytes, size), ascii);
}

char *json_escape(char *to, const __u8 *bytes, size_t size)
{
	return escape(to, bytes, size, false);
}

char *json_escape_ascii(char *to, const __u8 *bytes, size_t size)
{
	return escape(to, bytes, size, true);
}
