/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The copy of a URL that is redacted, behind what the window loads, and searches in it.
 */
#ifndef HDRTAP_URL_H
#define HDRTAP_URL_H

#include <hdrtap/head/values.h>

#define HDRTAP_REDACT_ZEROS (HDRTAP_REDACT_START - HDRTAP_BLOCK)     /* before the copy */
#define HDRTAP_REDACT_TEXT  (HDRTAP_REDACT_START - 2 * HDRTAP_BLOCK) /* where REDACTED stands */
HDRTAP_STATIC_ASSERT(HDRTAP_WINDOW_BYTES + HDRTAP_BLOCK <= HDRTAP_REDACT_TEXT,
		     "the copy lies behind what is loaded");

/* What the copy's indices are masked with, and the most bytes it has. */
#ifdef __bpf__
#define HDRTAP_COPY_MASK(w) (config.size.copy_mask)
#define HDRTAP_COPY_SIZE(w) (config.size.record - HDRTAP_RECORD_HEAD)
#else
#define HDRTAP_COPY_MASK(w) ((w)->copy_mask)
#define HDRTAP_COPY_SIZE(w) ((w)->copy_mask + 1 - HDRTAP_REDACT_START)
#endif

/* As hdrtap_window_at() and so on, in all of the window. `mask`: HDRTAP_COPY_MASK(), read once. */
HDRTAP_INLINE const __u8 *hdrtap_copy_in(const struct hdrtap_window *w, __u32 index, __u32 mask)
{
	__u64 at = index;

	HDRTAP_MASK_BY(at, mask);
	return w->bytes + at;
}

HDRTAP_INLINE __u8 hdrtap_copy_byte(const struct hdrtap_window *w, __u32 index)
{
	return *hdrtap_copy_in(w, index, HDRTAP_COPY_MASK(w));
}

HDRTAP_INLINE __u64 hdrtap_copy_word(const struct hdrtap_window *w, __u32 index)
{
	return hdrtap_load64(hdrtap_copy_in(w, index, HDRTAP_COPY_MASK(w)));
}

/* Two bytes beside '#': what ends an authority, and what ends the value of a key. */
#define HDRTAP_URL_AUTHORITY_END ('/' | '?' << 8)
#define HDRTAP_URL_VALUE_END     ('&' | '&' << 8)

/* Index in [from, to) of the copy of the first '#' or byte of `ends`, or `to`. */
HDRTAP_GLOBAL int hdrtap_url_find(struct hdrtap_window *w, __u32 from, __u32 to, __u32 ends)
{
	__u64 one = HDRTAP_ONES * (ends & 0xff), other = HDRTAP_ONES * (ends >> 8 & 0xff);
	__u32 mask, size, i;
	__u64 word, marks;

	if (!w)
		return to;
	mask = HDRTAP_COPY_MASK(w);
	size = HDRTAP_COPY_SIZE(w);
	for (i = 0; i < size; i += 8) {
		if (from >= to)
			return to;
		word = hdrtap_load64(hdrtap_copy_in(w, from, mask));
		marks = HDRTAP_EQUAL(word, '#') | HDRTAP_BELOW(word ^ one, 1) |
			HDRTAP_BELOW(word ^ other, 1);
		if (marks) {
			from += hdrtap_lowest(marks);
			break;
		}
		from += 8;
	}
	return from < to ? from : to;
}

/* Index of the first '=' in [from, to), or `to`. */
HDRTAP_GLOBAL int hdrtap_url_equals(struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u32 mask, size, i;
	__u64 marks;

	if (!w)
		return to;
	mask = HDRTAP_COPY_MASK(w);
	size = HDRTAP_COPY_SIZE(w);
	for (i = 0; i < size; i += 8) {
		if (from >= to)
			return to;
		marks = HDRTAP_EQUAL(hdrtap_load64(hdrtap_copy_in(w, from, mask)), '=');
		if (marks) {
			from += hdrtap_lowest(marks);
			break;
		}
		from += 8;
	}
	return from < to ? from : to;
}

/* Index behind the last '@' in [from, to), or `from`. */
HDRTAP_GLOBAL int hdrtap_url_behind_at(struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u32 mask, size, i;
	__u64 word, marks;

	if (!w)
		return from;
	mask = HDRTAP_COPY_MASK(w);
	size = HDRTAP_COPY_SIZE(w);
	for (i = 0; i < size; i += 8) {
		if (to <= from)
			return from;
		word = hdrtap_load64(hdrtap_copy_in(w, to - 8, mask));
		marks = HDRTAP_EQUAL(__builtin_bswap64(word), '@');
		if (marks) {
			to -= hdrtap_lowest(marks);
			break;
		}
		to -= 8;
	}
	return to > from ? to : from;
}

#endif
