/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How long the body is: Content-Length and Transfer-Encoding, RFC 9112 section 6. Their values are
 * read from the arena, where they are whole however the packets cut them.
 */
#ifndef HDRTAP_FRAMING_H
#define HDRTAP_FRAMING_H

#include <hdrtap/head/values.h>

/* Content-Length: one number. Anything else, and a second line, is flagged. */
HDRTAP_INLINE void hdrtap_framing_length(struct hdrtap_head *h)
{
	__u64 value = 0, overflow = 0;
	__u32 i;
	__u8 c;

	for (i = 0; i < HDRTAP_FRAMING_CAP; i++) {
		if (i >= h->stored)
			break;
		c = *hdrtap_arena_at(h, h->start + i) - '0';
		if (c > 9)
			break;
		overflow |= value >> 59; /* ten times that still fits */
		value = value * 10 + c;
	}
	HDRTAP_FORGET(i, h->original, 0xff);
	if (!h->original || i != h->original || overflow)
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
