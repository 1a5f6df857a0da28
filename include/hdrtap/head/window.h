/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The flat window of payload bytes that the head parser reads, and eight-bytes-at-a-time searches
 * in it.
 *
 * Payload is loaded at a fixed offset; right before it stand the bytes of a cut line carried over
 * from the window before, so that a line cut by a window or by a segment is whole again. A line
 * feed is planted behind the last byte: searches for the end of a line need no other bound. Every
 * index is masked to the array and the array has slack behind the mask, which is what the verifier
 * needs to know.
 */
#ifndef HDRTAP_WINDOW_H
#define HDRTAP_WINDOW_H

#include <hdrtap/types.h>

#define HDRTAP_CARRY_MAX    64 /* bytes of a cut line that wait for the next window */
#define HDRTAP_WINDOW_START HDRTAP_CARRY_MAX
#define HDRTAP_WINDOW_SIZE  1024 /* bytes of payload loaded at a time */
#define HDRTAP_WINDOW_MASK  2047
#define HDRTAP_WINDOW_SLACK 64
#define HDRTAP_WINDOW_BYTES (HDRTAP_CARRY_MAX + HDRTAP_WINDOW_SIZE)
#define HDRTAP_REDACT_START 1536 /* index of the copy of a value, see redact.h */

struct hdrtap_window {
	__u32 position; /* index of the next byte to parse */
	__u32 end;      /* index behind the last byte; bytes[end] is a line feed */
	__u32 seen; /* HDRTAP_BYTE_CR, _CONTROL: stood in the line last searched, a CR without LF
		       behind it */
	__u32 copy_mask; /* natively: as in struct hdrtap_sizes; the kernel has it in `config` */
	/* With records larger than the default size there are more: see redact.h. */
	__u8 bytes[HDRTAP_WINDOW_MASK + 1 + HDRTAP_WINDOW_SLACK];
};

#define HDRTAP_ONES      0x0101010101010101ULL
#define HDRTAP_HIGHS     0x8080808080808080ULL
#define HDRTAP_WORD_CRLF 0x0a0d
#define HDRTAP_LOWER     (HDRTAP_ONES * 0x20) /* makes letters small */

/* The high bit of each byte below `n` (n <= 128), exact up to and including the lowest such byte.
 */
#define HDRTAP_BELOW(word, n) (((word)-HDRTAP_ONES * (n)) & ~(word)&HDRTAP_HIGHS)

/* The high bit of each byte equal to `c`, exact up to and including the lowest such byte. */
#define HDRTAP_EQUAL(word, c) HDRTAP_BELOW((word) ^ (HDRTAP_ONES * (c)), 1)

/* Number of the lowest byte whose high bit is set in `marks`, which is not 0. */
HDRTAP_INLINE __u32 hdrtap_lowest(__u64 marks)
{
	return ((((marks & -marks) >> 7) - 1) & HDRTAP_ONES) * HDRTAP_ONES >> 56;
}

HDRTAP_INLINE const __u8 *hdrtap_window_at(const struct hdrtap_window *w, __u32 index)
{
	__u64 at = index; /* masked as 32 bits it would be extended once more */

	HDRTAP_MASK(at, HDRTAP_WINDOW_MASK);
	return w->bytes + at;
}

HDRTAP_INLINE __u8 hdrtap_window_byte(const struct hdrtap_window *w, __u32 index)
{
	return *hdrtap_window_at(w, index);
}

HDRTAP_INLINE __u64 hdrtap_window_word(const struct hdrtap_window *w, __u32 index)
{
	return hdrtap_load64(hdrtap_window_at(w, index));
}

/*
 * What a byte may be, as bits. A table: a branch per question would multiply what the verifier has
 * to follow.
 */
#define HDRTAP_BYTE_TOKEN   1 /* stands in tokens, RFC 9110 section 5.6.2 */
#define HDRTAP_BYTE_LETTER  16
#define HDRTAP_BYTE_OWS     2 /* SP or HTAB, section 5.6.3 */
#define HDRTAP_BYTE_CR      4
#define HDRTAP_BYTE_CONTROL 8 /* below 0x20, other than HTAB, LF and CR */

static const __u8 hdrtap_byte[256] = {
	[0x00 ... 0x08] = HDRTAP_BYTE_CONTROL,
	['\t'] = HDRTAP_BYTE_OWS,
	[0x0b ... 0x0c] = HDRTAP_BYTE_CONTROL,
	['\r'] = HDRTAP_BYTE_CR,
	[0x0e ... 0x1f] = HDRTAP_BYTE_CONTROL,
	[' '] = HDRTAP_BYTE_OWS,
	['!'] = HDRTAP_BYTE_TOKEN,
	['#' ... '\''] = HDRTAP_BYTE_TOKEN,
	['*' ... '+'] = HDRTAP_BYTE_TOKEN,
	['-' ... '.'] = HDRTAP_BYTE_TOKEN,
	['0' ... '9'] = HDRTAP_BYTE_TOKEN,
	['A' ... 'Z'] = HDRTAP_BYTE_TOKEN | HDRTAP_BYTE_LETTER,
	['^' ... '`'] = HDRTAP_BYTE_TOKEN,
	['a' ... 'z'] = HDRTAP_BYTE_TOKEN | HDRTAP_BYTE_LETTER,
	['|'] = HDRTAP_BYTE_TOKEN,
	['~'] = HDRTAP_BYTE_TOKEN,
};

HDRTAP_INLINE int hdrtap_is_ows(__u8 c)
{
	return hdrtap_byte[c] & HDRTAP_BYTE_OWS;
}

#define HDRTAP_BLOCK      32 /* bytes looked at per step of a search */
#define HDRTAP_BLOCKS_MAX (HDRTAP_WINDOW_BYTES / HDRTAP_BLOCK + 1)

struct hdrtap_block {
	__u64 a, b, c, d;
};

HDRTAP_INLINE struct hdrtap_block hdrtap_block_at(const struct hdrtap_window *w, __u32 index)
{
	const __u8 *at = hdrtap_window_at(w, index);

	return (struct hdrtap_block){ hdrtap_load64(at), hdrtap_load64(at + 8),
				      hdrtap_load64(at + 16), hdrtap_load64(at + 24) };
}

/* HDRTAP_BELOW() of each word. */
HDRTAP_INLINE struct hdrtap_block hdrtap_block_below(struct hdrtap_block block, __u8 limit)
{
	return (struct hdrtap_block){ HDRTAP_BELOW(block.a, limit), HDRTAP_BELOW(block.b, limit),
				      HDRTAP_BELOW(block.c, limit), HDRTAP_BELOW(block.d, limit) };
}

/* Number of the first byte that has its high bit set; 32: none has. */
HDRTAP_INLINE __u32 hdrtap_block_lowest(struct hdrtap_block marks)
{
	if (marks.a)
		return hdrtap_lowest(marks.a);
	if (marks.b)
		return 8 + hdrtap_lowest(marks.b);
	if (marks.c)
		return 16 + hdrtap_lowest(marks.c);
	return 24 + hdrtap_lowest(marks.d);
}

HDRTAP_INLINE void hdrtap_block_copy(__u8 *to, const __u8 *from)
{
	hdrtap_store64(to, hdrtap_load64(from));
	hdrtap_store64(to + 8, hdrtap_load64(from + 8));
	hdrtap_store64(to + 16, hdrtap_load64(from + 16));
	hdrtap_store64(to + 24, hdrtap_load64(from + 24));
}

HDRTAP_INLINE void hdrtap_block_clear(__u8 *to)
{
	hdrtap_store64(to, 0);
	hdrtap_store64(to + 8, 0);
	hdrtap_store64(to + 16, 0);
	hdrtap_store64(to + 24, 0);
}

/* Where the first byte below `limit` (at most 0x21) stands at or behind `from`: at the latest at
 * w->end. */
HDRTAP_INLINE __u32 hdrtap_find_below(const struct hdrtap_window *w, __u32 from, __u8 limit)
{
	struct hdrtap_block marks;
	int i;

	for (i = 0; i < HDRTAP_BLOCKS_MAX; i++) {
		marks = hdrtap_block_below(hdrtap_block_at(w, from), limit);
		if (marks.a | marks.b | marks.c | marks.d)
			break;
		from += HDRTAP_BLOCK;
	}
	/* The planted line feed ended the loop at the latest: the count of rounds needs no check,
	 * and no verifying. */
	return from + hdrtap_block_lowest(marks);
}

/* A byte below 0x20 has neither bit 5 nor bit 6; of ASCII all others have. */
#define HDRTAP_BIT_5_OR_6(word) ((word) | (word) << 1)

/*
 * As hdrtap_find_below(0x20), in half the time, but it may stop in the middle of text with bytes
 * above 0x7f.
 */
HDRTAP_INLINE __u32 hdrtap_find_text_end(const struct hdrtap_window *w, __u32 from)
{
	struct hdrtap_block block;
	__u64 bits;
	int i;

	for (i = 0; i < HDRTAP_BLOCKS_MAX; i++) {
		block = hdrtap_block_at(w, from);
		bits = HDRTAP_BIT_5_OR_6(block.a) & HDRTAP_BIT_5_OR_6(block.b) &
		       HDRTAP_BIT_5_OR_6(block.c) & HDRTAP_BIT_5_OR_6(block.d) & HDRTAP_ONES * 0x40;
		if (bits != HDRTAP_ONES * 0x40)
			break;
		from += HDRTAP_BLOCK;
	}
	return from + hdrtap_block_lowest(hdrtap_block_below(block, 0x20));
}

/* The rest of hdrtap_find_line_end() for lines that are not plain text. */
HDRTAP_GLOBAL int hdrtap_find_line_end_slowly(struct hdrtap_window *w, __u32 from)
{
	__u8 c, bits = 0, seen = 0;
	int i;

	if (!w)
		return 0;
	for (i = 0; i < HDRTAP_WINDOW_BYTES; i++) {
		c = hdrtap_window_byte(w, from);
		if (c == '\n')
			break;
		seen |= bits & HDRTAP_BYTE_CR;
		bits = hdrtap_byte[c];
		seen |= bits & HDRTAP_BYTE_CONTROL;
		from++;
	}
	w->seen = seen;
	return from;
}

/*
 * Index of the line feed that ends the line at `from`; w->end when it is not in the window. Sets
 * w->seen. A CR as the last byte of the window is not called bare: what follows is not known yet.
 */
HDRTAP_INLINE __u32 hdrtap_find_line_end(struct hdrtap_window *w, __u32 from)
{
	__u32 at = hdrtap_find_below(w, from, 0x20);
	__u8 c = hdrtap_window_byte(w, at);

	w->seen = 0;
	if (c == '\n')
		return at;
	if (c == '\r' && hdrtap_window_byte(w, at + 1) == '\n')
		return at + 1;
	return hdrtap_find_line_end_slowly(w, at);
}

/* The high bit of each byte that is neither SP nor HTAB. */
HDRTAP_INLINE __u64 hdrtap_not_ows(__u64 word)
{
	__u64 space = word ^ HDRTAP_ONES * ' ', tab = word ^ HDRTAP_ONES * '\t';

	/* adding 0x7f to seven bits carries into the eighth unless they are 0 */
	space |= (space & ~HDRTAP_HIGHS) + ~HDRTAP_HIGHS;
	tab |= (tab & ~HDRTAP_HIGHS) + ~HDRTAP_HIGHS;
	return space & tab & HDRTAP_HIGHS;
}

/* First index in [from, to) that is no white space, or `to`. */
HDRTAP_GLOBAL int hdrtap_skip_ows(struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u64 marks;
	__u32 i;

	if (!w)
		return to;
	for (i = 0; i <= HDRTAP_WINDOW_BYTES / 8; i++) {
		if (from >= to)
			return to;
		marks = hdrtap_not_ows(hdrtap_window_word(w, from));
		if (marks) {
			from += hdrtap_lowest(marks);
			break;
		}
		from += 8;
	}
	return from < to ? from : to;
}

/* Index behind the last byte in [from, to) that is no white space, or `from`. `to` is at least 8.
 */
HDRTAP_GLOBAL int hdrtap_trim_ows(struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u64 marks;
	__u32 i;

	if (!w)
		return to;
	for (i = 0; i <= HDRTAP_WINDOW_BYTES / 8; i++) {
		if (to <= from)
			return from;
		marks = hdrtap_not_ows(__builtin_bswap64(hdrtap_window_word(w, to - 8)));
		if (marks) {
			to -= hdrtap_lowest(marks);
			break;
		}
		to -= 8;
	}
	return to > from ? to : from;
}

#endif
