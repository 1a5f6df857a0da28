/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Header names: finding one among those the parser looks for, and checking the others for bytes
 * they must not have (RFC 9110 section 5.1).
 */
#ifndef HDRTAP_FIELD_NAME_H
#define HDRTAP_FIELD_NAME_H

#include <hdrtap/head/start_line.h>

#define HDRTAP_CHAIN_MAX 4 /* names with one hash that are looked at */

/* Index behind the first colon in the 48 bytes at `from`, as a distance: 0 when there is none. */
HDRTAP_INLINE __u32 hdrtap_find_colon(const struct hdrtap_window *w, __u32 from)
{
	const __u8 *at = hdrtap_window_at(w, from);
	__u64 marks;
	__u32 i;

	for (i = 0; i < HDRTAP_NAME_WORDS; i++) {
		marks = HDRTAP_EQUAL(hdrtap_load64(at + 8 * i), ':');
		if (marks)
			return 8 * i + hdrtap_lowest(marks) + 1;
	}
	return 0;
}

/* Whether the line at `at` begins with this name and a colon. */
HDRTAP_INLINE int hdrtap_name_matches(const struct hdrtap_name *name, const __u8 *at, __u32 length)
{
	__u64 difference;

	if (name->length != length)
		return 0;
	difference = (hdrtap_load64(at) ^ name->word[0]) & name->mask[0];
	difference |= (hdrtap_load64(at + 8) ^ name->word[1]) & name->mask[1];
	if (length < 16)
		return !difference;
	difference |= (hdrtap_load64(at + 16) ^ name->word[2]) & name->mask[2];
	difference |= (hdrtap_load64(at + 24) ^ name->word[3]) & name->mask[3];
	if (length < 32)
		return !difference;
	difference |= (hdrtap_load64(at + 32) ^ name->word[4]) & name->mask[4];
	difference |= (hdrtap_load64(at + 40) ^ name->word[5]) & name->mask[5];
	return !difference;
}

/* Index in set->name of the name of `length` bytes at `from`, 0: not one we look for. */
HDRTAP_INLINE __u32 hdrtap_find_name(const struct hdrtap_window *w,
				     const struct hdrtap_elements *set, __u32 from, __u32 length)
{
	const __u8 *at = hdrtap_window_at(w, from);
	__u64 first = hdrtap_load64(at) | HDRTAP_LOWER, last;
	__u32 index, i;

	if (length < 8)
		last = first = first & ((1ULL << 8 * length) - 1);
	else
		last = hdrtap_window_word(w, from + length - 8) | HDRTAP_LOWER;
	index = set->bucket[hdrtap_name_hash(first, last, length)];
	for (i = 0; i < HDRTAP_CHAIN_MAX && index; i++) {
		HDRTAP_MASK(index, HDRTAP_NAMES_MAX - 1);
		if (hdrtap_name_matches(&set->name[index], at, length))
			return index;
		index = set->name[index].next;
	}
	return 0;
}

/* The high bit of each byte of [from, to), eight at most, that is neither letter, digit, hyphen nor
 * underscore. */
HDRTAP_INLINE __u64 hdrtap_unusual(__u64 word)
{
	__u64 low = word & ~HDRTAP_HIGHS, folded = low | HDRTAP_LOWER;
	__u64 letter =
		(folded + HDRTAP_ONES * (0x80 - 'a')) & ~(folded + HDRTAP_ONES * (0x7f - 'z'));
	__u64 digit = (low + HDRTAP_ONES * (0x80 - '0')) & ~(low + HDRTAP_ONES * (0x7f - '9'));
	__u64 hyphen = ~((low ^ HDRTAP_ONES * '-') + HDRTAP_ONES * 0x7f);
	__u64 underscore = ~((low ^ HDRTAP_ONES * '_') + HDRTAP_ONES * 0x7f);

	return (word | ~(letter | digit | hyphen | underscore)) & HDRTAP_HIGHS;
}

/* Flags bytes in the name [from, to), at most HDRTAP_NAME_MAX long, that RFC 9110 does not allow.
 */
HDRTAP_GLOBAL int hdrtap_name_check_slowly(struct hdrtap_head *h, struct hdrtap_window *w,
					   __u32 from, __u32 to)
{
	__u32 i, good = HDRTAP_BYTE_TOKEN;

	if (!h || !w)
		return 0;
	for (i = 0; i < HDRTAP_NAME_MAX; i++) {
		if (from + i >= to)
			break;
		good &= hdrtap_byte[hdrtap_window_byte(w, from + i)];
	}
	if (!good)
		h->rec.flags |= HDRTAP_FLAG(BAD_NAME);
	return 0;
}

/* As above; names are nearly always letters, digits and hyphens, which is seen eight at a time. */
HDRTAP_GLOBAL int hdrtap_name_check(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				    __u32 to)
{
	__u64 word;
	__u32 i, at = from;

	if (!h || !w)
		return 0;
	for (i = 0; i < HDRTAP_NAME_WORDS; i++) {
		if (at >= to)
			return 0;
		word = hdrtap_window_word(w, at);
		if (to - at < 8)
			word = (word & ((1ULL << 8 * (to - at)) - 1)) | HDRTAP_ONES * 'a'
										<< 8 * (to - at);
		if (hdrtap_unusual(word))
			return hdrtap_name_check_slowly(h, w, from, to);
		at += 8;
	}
	return 0;
}

/* Flags a name that ends before `colon`: white space there, or nothing. */
HDRTAP_INLINE void hdrtap_name_end(struct hdrtap_head *h, __u8 last, int empty)
{
	if (empty)
		h->rec.flags |= HDRTAP_FLAG(BAD_NAME);
	else if (hdrtap_is_ows(last))
		h->rec.flags |= HDRTAP_FLAG(NAME_SPACE);
}

/* A name that is longer than any we look for goes on in [w->position, to): check it up to the
 * colon. */
HDRTAP_GLOBAL int hdrtap_name_long(struct hdrtap_head *h, struct hdrtap_window *w, __u32 to,
				   __u32 whole)
{
	__u32 from, good = HDRTAP_BYTE_TOKEN, i;
	__u8 c;

	if (!h || !w)
		return 0;
	from = w->position;
	for (i = 0; i < HDRTAP_WINDOW_BYTES; i++) {
		if (from >= to)
			break;
		c = hdrtap_window_byte(w, from++);
		if (c == ':') {
			hdrtap_name_end(h, h->last_byte, 0);
			h->phase = HDRTAP_PHASE_SKIP;
			break;
		}
		good &= hdrtap_byte[c];
		h->last_byte = c;
	}
	if (!good || (whole && h->phase == HDRTAP_PHASE_NAME)) /* no colon at all */
		h->rec.flags |= HDRTAP_FLAG(BAD_NAME);
	return 0;
}

#endif
