/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes copied and looked at sixteen at a time, for texts of which nearly all stay as they are.
 * Where there are fewer than sixteen, halves overlap. Inside the room.
 */
#ifndef HDRTAP_USER_PIECES_H
#define HDRTAP_USER_PIECES_H

#include <stdbool.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <hdrtap/head/window.h>

#define PIECE 16

/* Bytes, as one can compute with them all at a time; true is 255. */
typedef __u8 piece __attribute__((vector_size(PIECE)));

/* Whether one of them is marked. */
static inline bool piece_any(piece marks)
{
#ifdef __SSE2__
	return _mm_movemask_epi8((__m128i)marks);
#else
	__u64 half[2];

	memcpy(half, &marks, sizeof(half));
	return half[0] | half[1];
#endif
}

static inline piece piece_join(__u64 low, __u64 high)
{
	const __u64 half[2] = { low, high };
	piece bytes;

	memcpy(&bytes, half, sizeof(bytes));
	return bytes;
}

/* Copies fewer than eight bytes, but at least one. Returns them, some repeated. */
static inline piece piece_copy_few(char *to, const __u8 *bytes, size_t size)
{
	__u32 first, last;
	__u8 c[3];

	if (size >= 4) {
		memcpy(&first, bytes, 4);
		memcpy(&last, bytes + size - 4, 4);
		memcpy(to, &first, 4);
		memcpy(to + size - 4, &last, 4);
		return piece_join(first | (__u64)last << 32, first | (__u64)last << 32);
	}
	to[0] = c[0] = bytes[0];
	to[size / 2] = c[1] = bytes[size / 2];
	to[size - 1] = c[2] = bytes[size - 1];
	return piece_join(c[0] * HDRTAP_ONES, c[1] * (HDRTAP_ONES & 0xffffffff) |
						      (__u64)c[2] << 32 | (__u64)c[2] << 40 |
						      (__u64)c[2] << 48 | (__u64)c[2] << 56);
}

/* Copies fewer than sixteen bytes, but at least one. Returns them, some repeated. */
static inline piece piece_copy_some(char *to, const __u8 *bytes, size_t size)
{
	__u64 first, last;

	if (size < 8)
		return piece_copy_few(to, bytes, size);
	first = hdrtap_load64(bytes);
	last = hdrtap_load64(bytes + size - 8);
	hdrtap_store64(to, first);
	hdrtap_store64(to + size - 8, last);
	return piece_join(first, last);
}

static inline piece piece_copy(char *to, const __u8 *bytes)
{
	piece copied;

	memcpy(&copied, bytes, PIECE);
	memcpy(to, &copied, PIECE);
	return copied;
}

#endif
