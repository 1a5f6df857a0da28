/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How long the body is: Content-Length and Transfer-Encoding, RFC 9112 section 6. Their values are
 * read from the arena, where they are whole however the packets cut them.
 */
#ifndef HDRTAP_FRAMING_H
#define HDRTAP_FRAMING_H

#include <hdrtap/head/values.h>

#define HDRTAP_LENGTH_MAX (~0ULL) /* bytes; stands for more, too: a body without end */

/* Reads the digits at `from` of the open value into h->number. A number that does not fit is
 * HDRTAP_LENGTH_MAX, and suspicious: others may wrap it, or refuse it. Returns the index behind. */
HDRTAP_GLOBAL int hdrtap_framing_number(struct hdrtap_head *h, __u32 from)
{
	__u64 value = 0, low, high, over = 0;
	__u32 i;
	__u8 c;

	if (!h)
		return 0;
	for (i = from; i < HDRTAP_FRAMING_CAP; i++) {
		if (i >= h->stored)
			break;
		c = *hdrtap_arena_at(h, h->start + i) - '0';
		if (c > 9)
			break;
		low = (value & 0xffffffff) * 10 + c;
		high = (value >> 32) * 10 + (low >> 32);
		over |= high >> 32;
		value = high << 32 | (low & 0xffffffff);
	}
	HDRTAP_FORGET(i, h->original, 0xff);
	if (over) {
		value = HDRTAP_LENGTH_MAX;
		h->rec.flags |= HDRTAP_FLAG(SMUGGLING);
	}
	h->number = value;
	return i;
}

/* Index of the first byte from `at` on of the open value that is no white space. */
HDRTAP_GLOBAL int hdrtap_framing_ows(struct hdrtap_head *h, __u32 at)
{
	__u32 i;

	if (!h)
		return 0;
	for (i = 0; i < HDRTAP_FRAMING_CAP; i++) {
		if (at >= h->stored || !hdrtap_is_ows(*hdrtap_arena_at(h, h->start + at)))
			break;
		at++;
	}
	return at;
}

/* Whether from `at` on the open value has only `number` again, in a list, which is what two lines
 * can become (RFC 9110 sections 5.3, 8.6). */
HDRTAP_GLOBAL int hdrtap_framing_repeats(struct hdrtap_head *h, __u32 at, __u64 number)
{
	__u32 from, i;

	if (!h)
		return 0;
	for (i = 0; i < HDRTAP_FRAMING_CAP / 2; i++) {
		at = hdrtap_framing_ows(h, at);
		if (at >= h->stored || at >= HDRTAP_FRAMING_CAP ||
		    *hdrtap_arena_at(h, h->start + at) != ',')
			return 0;
		h->rec.flags |= HDRTAP_FLAG(SMUGGLING);
		from = hdrtap_framing_ows(h, at + 1);
		at = hdrtap_framing_number(h, from);
		if (at <= from || h->number != number)
			return 0;
		if (at == h->original)
			return 1;
	}
	return 0;
}

/*
 * Content-Length: one number of any size; also several times, which is flagged. Of more than
 * HDRTAP_FRAMING_CAP digits those behind are not looked at; when the others do not say that it is
 * huge, it is not valid.
 */
HDRTAP_INLINE void hdrtap_framing_length(struct hdrtap_head *h)
{
	__u32 end = hdrtap_framing_number(h, 0);
	__u64 value = h->number;
	int huge = end == HDRTAP_FRAMING_CAP && value == HDRTAP_LENGTH_MAX;

	if (end != h->original && !huge && !hdrtap_framing_repeats(h, end, value))
		end = 0;
	if (!end)
		h->rec.flags |= HDRTAP_FLAG(BAD_FRAMING);
	if (h->length_count) {
		h->rec.flags |= HDRTAP_FLAG(SMUGGLING);
		if (value != h->content_length)
			h->rec.flags |= HDRTAP_FLAG(BAD_FRAMING);
	} else {
		h->length_count = 1;
		h->content_length = value;
	}
}

#define HDRTAP_WORD_CHUNKED 0x64656b6e756863ULL /* "chunked" */

/* Whether `word` begins with "chunked", in any case. */
HDRTAP_INLINE int hdrtap_is_chunked(__u64 word)
{
	return !((word ^ HDRTAP_WORD_CHUNKED) & 0xdfdfdfdfdfdfdfULL);
}

/*
 * Whether "chunked" at `last` in a list of codings is a coding of its own: a comma is before it,
 * maybe with white space. One more before that makes it suspicious (RFC 9112 section 6.1: it is
 * applied once).
 */
HDRTAP_INLINE __u8 hdrtap_framing_list(struct hdrtap_head *h, __u32 last)
{
	__u32 i;
	__u8 c = 0;

	for (i = 0; i < HDRTAP_FRAMING_CAP; i++) {
		if (i >= last)
			break;
		if (!hdrtap_is_chunked(hdrtap_load64(hdrtap_arena_at(h, h->start + i))))
			continue;
		h->rec.flags |= HDRTAP_FLAG(SMUGGLING);
		break;
	}
	for (i = 1; i < HDRTAP_FRAMING_CAP; i++) {
		if (i > last)
			return 1;
		c = *hdrtap_arena_at(h, h->start + last - i);
		if (!hdrtap_is_ows(c))
			break;
	}
	return c == ',';
}

/* Transfer-Encoding: what counts is whether the last coding is chunked. */
HDRTAP_INLINE void hdrtap_framing_coding(struct hdrtap_head *h)
{
	__u32 last = h->stored - 7;

	if (h->chunked) /* something after chunked */
		h->rec.flags |= HDRTAP_FLAG(SMUGGLING);
	h->coding_count = 1;
	h->chunked = 0;
	if (!h->original || h->original > HDRTAP_FRAMING_CAP)
		h->rec.flags |= HDRTAP_FLAG(BAD_FRAMING);
	if (h->stored < 7 || h->stored > HDRTAP_FRAMING_CAP ||
	    !hdrtap_is_chunked(hdrtap_load64(hdrtap_arena_at(h, h->start + last))))
		return;
	h->chunked = last ? hdrtap_framing_list(h, last) : 1;
}

/* At the end of the open value. */
HDRTAP_INLINE void hdrtap_framing_value(struct hdrtap_head *h, __u8 role)
{
	if (role == HDRTAP_ROLE_CONTENT_LENGTH)
		hdrtap_framing_length(h);
	else if (role == HDRTAP_ROLE_TRANSFER_ENCODING)
		hdrtap_framing_coding(h);
}

/* What the fields together say, without knowing the request a response belongs to. */
HDRTAP_INLINE __u8 hdrtap_framing_of(const struct hdrtap_head *h)
{
	const struct hdrtap_record *rec = &h->rec;

	if (rec->kind == HDRTAP_KIND_RESPONSE) {
		if (rec->status == 101)
			return HDRTAP_FRAMING_TUNNEL;
		if (rec->status / 100 == 1 || rec->status == 204 || rec->status == 304)
			return HDRTAP_FRAMING_NONE;
	}
	if (rec->flags & HDRTAP_FLAG(BAD_FRAMING))
		return HDRTAP_FRAMING_INVALID;
	/* to be rejected: RFC 9112 section 5.1 */
	if (rec->kind == HDRTAP_KIND_REQUEST && rec->flags & HDRTAP_FLAG(NAME_SPACE))
		return HDRTAP_FRAMING_INVALID;
	if (h->chunked)
		return HDRTAP_FRAMING_CHUNKED;
	if (h->coding_count)
		return HDRTAP_FRAMING_CLOSE;
	if (h->length_count)
		return HDRTAP_FRAMING_LENGTH;
	return rec->kind == HDRTAP_KIND_RESPONSE ? HDRTAP_FRAMING_CLOSE : HDRTAP_FRAMING_NONE;
}

/* At the end of the head. */
HDRTAP_INLINE void hdrtap_framing_finish(struct hdrtap_head *h)
{
	if (h->coding_count && (h->length_count || h->rec.version < 0x11))
		h->rec.flags |= HDRTAP_FLAG(SMUGGLING);
	if (h->coding_count && !h->chunked && h->rec.kind == HDRTAP_KIND_REQUEST)
		h->rec.flags |= HDRTAP_FLAG(BAD_FRAMING);
	h->rec.framing = hdrtap_framing_of(h);
	if (h->rec.framing == HDRTAP_FRAMING_LENGTH)
		h->rec.body_size = h->content_length;
}

#endif
