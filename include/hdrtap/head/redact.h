/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Secrets in request targets and URL-valued headers: what stands before '@' in the authority (RFC
 * 3986 section 3.2.1) is removed, the values of secret query keys become REDACTED.
 *
 * Done once, when the value has ended, over a copy behind what the window loads. Values without
 * '@' and without a '=' behind what may end a secret key are only searched for these. Which keys
 * are secret says secret.h. A value ends at '&' or '#' only: a recipient that also splits at ';'
 * would be told no more than it should.
 */
#ifndef HDRTAP_REDACT_H
#define HDRTAP_REDACT_H

#include <hdrtap/head/secret.h>

#define HDRTAP_REDACT_WORD 0x4445544341444552ULL /* "REDACTED" */
#define HDRTAP_REDACT_KEYS 64                    /* '=' looked at in one value */
#define HDRTAP_REDACT_NEAR \
	384 /* bytes of a value that are looked at closely before it is copied \
	     */

/* Whether '@' or '=' stands behind the bytes that are looked at closely. */
HDRTAP_GLOBAL int hdrtap_redact_wanted_rest(struct hdrtap_head *h)
{
	__u32 mask, size, i;
	__u64 word;

	if (!h)
		return 0;
	mask = HDRTAP_SIZE(h, work_mask);
	size = HDRTAP_ARENA_SIZE(h);
	for (i = HDRTAP_REDACT_NEAR; i < size; i += 8) {
		if (i >= h->stored)
			break;
		word = hdrtap_load64(hdrtap_arena_in(h, h->start + i, mask));
		if (HDRTAP_EQUAL(word, '@') | HDRTAP_EQUAL(word, '='))
			return 1;
	}
	return 0;
}

/* Whether the value may have something secret in it: '@', or '=' behind such a key. */
HDRTAP_INLINE int hdrtap_redact_wanted(struct hdrtap_head *h, const struct hdrtap_elements *set)
{
	__u32 mask = HDRTAP_SIZE(h, work_mask), i, place;
	__u64 word, equals, before = 0;

	for (i = 0; i < HDRTAP_REDACT_NEAR; i += 8) {
		if (i >= h->stored)
			return 0;
		word = hdrtap_load64(hdrtap_arena_in(h, h->start + i, mask));
		if (HDRTAP_EQUAL(word, '@'))
			return 1;
		equals = HDRTAP_EQUAL(word, '=');
		if (equals & (equals - 1)) /* several: they are looked at one by one */
			return 1;
		if (equals) {
			place = 8 * hdrtap_lowest(equals);
			if (hdrtap_key_may_be_secret(set,
						     word << (56 - place) << 8 | before >> place))
				return 1;
		}
		before = word;
	}
	return HDRTAP_ARENA_SIZE(h) > HDRTAP_REDACT_NEAR && hdrtap_redact_wanted_rest(h);
}

/* Notes in the record that the open value is not as it was on the wire. */
HDRTAP_INLINE void hdrtap_redact_note(struct hdrtap_head *h)
{
	__u32 entry = h->entry;

	h->rec.flags |= HDRTAP_FLAG(REDACTED);
	if (entry < HDRTAP_ENTRIES_MAX)
		h->rec.entry[entry].mode = HDRTAP_MODE_REDACTED;
}

/* Appends [from, to) of the copy to the open value. */
HDRTAP_GLOBAL int hdrtap_redact_put(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				    __u32 to)
{
	__u32 length = to - from, room, size, mask, copy_mask, i;

	if (!h || !w)
		return 0;
	room = h->cap - h->stored;
	if (length > room) {
		length = room;
		h->rec.flags |= HDRTAP_FLAG(TRUNCATED);
	}
	size = HDRTAP_ARENA_SIZE(h);
	mask = HDRTAP_SIZE(h, work_mask);
	copy_mask = HDRTAP_COPY_MASK(w);
	for (i = 0; i < size; i += HDRTAP_BLOCK) {
		if (i >= length)
			break;
		hdrtap_block_copy(hdrtap_arena_in(h, h->used + i, mask),
				  hdrtap_copy_in(w, from + i, copy_mask));
	}
	h->used += length;
	h->stored += length;
	return 0;
}

/* Where the authority of the URL in [from, to) begins, 0: it has none. `bare`: it is nothing else,
 * RFC 9112 section 3.2.3. */
HDRTAP_INLINE __u32 hdrtap_url_authority(struct hdrtap_window *w, __u32 from, __u32 to, int bare)
{
	__u32 at;

	at = hdrtap_url_find(w, from, to, HDRTAP_URL_AUTHORITY_END);
	if (at + 1 < to && (hdrtap_copy_word(w, at) & 0xffff) == 0x2f2f &&
	    (at == from || hdrtap_copy_byte(w, at - 1) == ':'))
		return at + 2;
	return bare ? from : 0;
}

/* Appends what in [from, to) stands before userinfo, if there is any; returns the index behind it.
 * Of an authority that is cut nobody knows what it would have been: it is all taken away. */
HDRTAP_INLINE __u32 hdrtap_redact_userinfo(struct hdrtap_head *h, struct hdrtap_window *w, __u32 to,
					   int cut)
{
	__u32 from = HDRTAP_REDACT_START, start, end, behind;

	start = hdrtap_url_authority(w, from, to,
				     !h->name && h->rec.method == HDRTAP_METHOD_CONNECT);
	if (!start)
		return from;
	end = hdrtap_url_find(w, start, to, HDRTAP_URL_AUTHORITY_END);
	behind = hdrtap_url_behind_at(w, start, end);
	if (cut && end == to)
		behind = to;
	if (behind == start)
		return from;
	hdrtap_redact_put(h, w, from, start);
	hdrtap_redact_note(h);
	return behind;
}

/* Appends [from, to) with what stands for the values of secret keys. Behind so many '=' that it is
 * no query any more, the rest is left out. */
HDRTAP_INLINE void hdrtap_redact_query(struct hdrtap_head *h, struct hdrtap_window *w,
				       const struct hdrtap_elements *set, __u32 from, __u32 to)
{
	__u32 value = from, end, i;

	for (i = 0; i < HDRTAP_REDACT_KEYS; i++) {
		value = hdrtap_url_equals(w, value, to) + 1;
		if (value >= to)
			break;
		if (!hdrtap_key_secret(w, set, value - 1))
			continue;
		end = hdrtap_url_find(w, value, to, HDRTAP_URL_VALUE_END);
		if (end == value)
			continue;
		hdrtap_redact_put(h, w, from, value);
		hdrtap_redact_put(h, w, HDRTAP_REDACT_TEXT, HDRTAP_REDACT_TEXT + 8);
		hdrtap_redact_note(h);
		from = end;
		value = end;
	}
	if (i == HDRTAP_REDACT_KEYS) {
		to = value > from ? value : from;
		hdrtap_redact_note(h);
		h->rec.flags |= HDRTAP_FLAG(TRUNCATED);
	}
	hdrtap_redact_put(h, w, from, to);
}

/* Copies the open value out of the arena, zeros before it, and takes it away there. Returns the
 * index behind the copy. */
HDRTAP_GLOBAL int hdrtap_redact_take(struct hdrtap_head *h, struct hdrtap_window *w)
{
	__u32 mask, size, i, to;

	if (!h || !w)
		return HDRTAP_REDACT_START;
	hdrtap_block_clear(w->bytes + HDRTAP_REDACT_ZEROS);
	hdrtap_store64(w->bytes + HDRTAP_REDACT_TEXT, HDRTAP_REDACT_WORD);
	mask = HDRTAP_SIZE(h, work_mask);
	size = HDRTAP_ARENA_SIZE(h);
	for (i = 0; i < size; i += HDRTAP_BLOCK) {
		if (i >= h->stored)
			break;
		hdrtap_block_copy(w->bytes + HDRTAP_REDACT_START + i,
				  hdrtap_arena_in(h, h->start + i, mask));
	}
	to = HDRTAP_REDACT_START + h->stored;
	hdrtap_value_cut(h, 0);
	return to;
}

/* Redacts the open value, which ended, or was `cut` off. */
HDRTAP_GLOBAL int hdrtap_redact(struct hdrtap_head *h, struct hdrtap_window *w,
				const struct hdrtap_elements *set, __u32 cut)
{
	__u32 from, to, entry;

	if (!h || !w || !set || h->entry >= HDRTAP_ENTRIES_MAX) /* nothing of it is kept */
		return 0;
	cut |= h->original > h->stored;
	if (!cut && !hdrtap_redact_wanted(h, set))
		return 0;
	to = hdrtap_redact_take(h, w);
	from = hdrtap_redact_userinfo(h, w, to, cut);
	hdrtap_redact_query(h, w, set, from, to);
	entry = h->entry;
	if (entry >= HDRTAP_ENTRIES_MAX)
		return 0;
	h->rec.entry[entry].stored = h->stored;
	if (h->rec.entry[entry].mode == HDRTAP_MODE_REDACTED &&
	    h->original > to - HDRTAP_REDACT_START)
		h->rec.flags |= HDRTAP_FLAG(TRUNCATED);
	return 0;
}

#endif
