/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Secrets in request targets and URL-valued headers: what stands before '@' in the authority (RFC
 * 3986 section 3.2.1) is removed, the values of secret query keys become REDACTED.
 *
 * Done once, when the value has ended, over a copy behind what the window loads. Values without
 * '@' and without a '=' behind what may end a secret key are only searched for these. A key is
 * secret when it is one of the words below, in any case, or ends in one of them behind '_', '-',
 * '.', '[' or as a new capitalised word: access_token, X-Amz-Signature, user[password],
 * clientSecret. A value ends at '&' or '#' only: a recipient that also splits at ';' would be told
 * no more than it should.
 */
#ifndef HDRTAP_REDACT_H
#define HDRTAP_REDACT_H

#include <hdrtap/head/values.h>

#define HDRTAP_REDACT_WORD  0x4445544341444552ULL                /* "REDACTED" */
#define HDRTAP_REDACT_KEYS  64                                   /* '=' looked at in one value */
#define HDRTAP_REDACT_ZEROS (HDRTAP_REDACT_START - HDRTAP_BLOCK) /* before the copy */
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

/* X(letters, whole): 1 to 16 small letters; `whole`: only as all of the key. */
#define HDRTAP_SECRET_WORDS(X) \
	X("token", 0)          \
	X("key", 0)            \
	X("apikey", 0)         \
	X("accesskeyid", 0)    \
	X("password", 0)       \
	X("passwd", 0)         \
	X("pwd", 0)            \
	X("pass", 1)           \
	X("passphrase", 0)     \
	X("secret", 0)         \
	X("sig", 0)            \
	X("signature", 0)      \
	X("auth", 0)           \
	X("authorization", 0)  \
	X("credential", 0)     \
	X("session", 0)        \
	X("sessionid", 0)      \
	X("session_id", 1)     \
	X("sid", 1)            \
	X("jwt", 0)            \
	X("code", 1)

#define HDRTAP_X_SECRET_WORD(letters, whole_key) { letters, sizeof(letters) - 1, whole_key, { 0 } },
struct hdrtap_secret_word {
	char letters[16]; /* zeros behind */
	__u8 length;
	__u8 whole;
	__u8 unused[6];
};
static const struct hdrtap_secret_word hdrtap_secret_word[] = { HDRTAP_SECRET_WORDS(
	HDRTAP_X_SECRET_WORD) };
#define HDRTAP_SECRET_WORDS_MAX (sizeof(hdrtap_secret_word) / sizeof(hdrtap_secret_word[0]))

/* What a byte means in a URL, as bits. */
#define HDRTAP_URL_KEY_BEGIN 1 /* '?', '&', ';', '#': a key follows */
#define HDRTAP_URL_JOINT     2 /* '_', '-', '.', '[': another word of a key follows */
#define HDRTAP_URL_CAPITAL   4

static const __u8 hdrtap_url_byte[256] = {
	['?'] = HDRTAP_URL_KEY_BEGIN,       ['#'] = HDRTAP_URL_KEY_BEGIN,
	['&'] = HDRTAP_URL_KEY_BEGIN,       [';'] = HDRTAP_URL_KEY_BEGIN,
	['_'] = HDRTAP_URL_JOINT,           ['-'] = HDRTAP_URL_JOINT,
	['.'] = HDRTAP_URL_JOINT,           ['['] = HDRTAP_URL_JOINT,
	['A' ... 'Z'] = HDRTAP_URL_CAPITAL,
};

/* 7 bits of the last three bytes of a key, letters in any case. */
#define HDRTAP_TAIL(a, b, c) \
	((__u32)(((c) | 0x20) << 16 | ((b) | 0x20) << 8 | ((a) | 0x20)) * 0x9e3779b1u >> 25)
#define HDRTAP_TAIL_OF(letters)                                                 \
	HDRTAP_TAIL(letters[sizeof(letters) - 4], letters[sizeof(letters) - 3], \
		    letters[sizeof(letters) - 2])
#define HDRTAP_X_TAIL_LOW(letters, whole_key) \
	| (HDRTAP_TAIL_OF(letters) < 64 ? 1ULL << (HDRTAP_TAIL_OF(letters) & 63) : 0)
#define HDRTAP_X_TAIL_HIGH(letters, whole_key) \
	| (HDRTAP_TAIL_OF(letters) > 63 ? 1ULL << (HDRTAP_TAIL_OF(letters) & 63) : 0)

/* Whether a key may be secret: most are known not to be by their end. `before`: the eight bytes
 * before its '='. */
HDRTAP_INLINE int hdrtap_key_may_be_secret(__u64 before)
{
	const __u64 low = 0 HDRTAP_SECRET_WORDS(HDRTAP_X_TAIL_LOW);
	const __u64 high = 0 HDRTAP_SECRET_WORDS(HDRTAP_X_TAIL_HIGH);
	__u32 tail = HDRTAP_TAIL(before >> 40 & 0xff, before >> 48 & 0xff, before >> 56);

	if (before >> 56 == ']' || (before >> 40 | 0x200000) == 0x643525) /* "%5d" */
		return 1;
	return (tail > 63 ? high : low) >> (tail & 63) & 1;
}

#define HDRTAP_REDACT_NEAR                                                     \
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
HDRTAP_INLINE int hdrtap_redact_wanted(struct hdrtap_head *h)
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
			if (hdrtap_key_may_be_secret(word << (56 - place) << 8 | before >> place))
				return 1;
		}
		before = word;
	}
	return HDRTAP_ARENA_SIZE(h) > HDRTAP_REDACT_NEAR && hdrtap_redact_wanted_rest(h);
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

/* Where the word that ends a key may end: a bracket behind it, plain or encoded, is passed over. */
HDRTAP_INLINE __u32 hdrtap_key_end(const struct hdrtap_window *w, __u32 equals)
{
	__u64 word = hdrtap_copy_word(w, equals - 8);

	if (word >> 56 == ']')
		return equals - 1;
	if ((word >> 40 | 0x200000) == 0x643525) /* "%5d" */
		return equals - 3;
	return equals;
}

/* Whether a word of a key may begin at `at`. */
HDRTAP_INLINE int hdrtap_key_word(const struct hdrtap_window *w, __u32 at, __u32 whole)
{
	__u64 word = hdrtap_copy_word(w, at - 8);
	__u8 means = hdrtap_url_byte[word >> 56];

	if (means & HDRTAP_URL_KEY_BEGIN)
		return 1;
	if (whole)
		return 0;
	if (means & HDRTAP_URL_JOINT || (word >> 40 | 0x200000) == 0x623525) /* "%5b" */
		return 1;
	return hdrtap_url_byte[hdrtap_copy_byte(w, at)] & HDRTAP_URL_CAPITAL;
}

/* Compares eight bytes with small letters, in any case. */
HDRTAP_INLINE int hdrtap_letters_equal(__u64 word, const char *letters)
{
	return (word | HDRTAP_LOWER) == (hdrtap_load64(letters) | HDRTAP_LOWER);
}

/* Whether the key that ends before `equals` is secret. Before the copy there are zeros. */
HDRTAP_GLOBAL int hdrtap_key_secret(struct hdrtap_window *w, __u32 equals)
{
	const struct hdrtap_secret_word *known;
	__u64 low, high, mask;
	__u32 end, at, i;

	if (!w || !hdrtap_key_may_be_secret(hdrtap_copy_word(w, equals - 8)))
		return 0;
	end = hdrtap_key_end(w, equals);
	for (i = 0; i < HDRTAP_SECRET_WORDS_MAX; i++) {
		known = &hdrtap_secret_word[i];
		at = end - known->length;
		mask = known->length < 8 ? ~0ULL >> (64 - 8 * known->length) : ~0ULL;
		low = hdrtap_copy_word(w, at) & mask;
		mask = known->length > 8 ? ~0ULL >> (128 - 8 * known->length) : 0;
		high = hdrtap_copy_word(w, at + 8) & mask;
		if (hdrtap_letters_equal(low, known->letters) &&
		    hdrtap_letters_equal(high, known->letters + 8) &&
		    hdrtap_key_word(w, at, known->whole))
			return 1;
	}
	return 0;
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
HDRTAP_INLINE void hdrtap_redact_query(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				       __u32 to)
{
	__u32 value = from, end, i;

	for (i = 0; i < HDRTAP_REDACT_KEYS; i++) {
		value = hdrtap_url_equals(w, value, to) + 1;
		if (value >= to)
			break;
		if (!hdrtap_key_secret(w, value - 1))
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
HDRTAP_GLOBAL int hdrtap_redact(struct hdrtap_head *h, struct hdrtap_window *w, __u32 cut)
{
	__u32 from, to, entry;

	if (!h || !w || h->entry >= HDRTAP_ENTRIES_MAX) /* nothing of it is kept */
		return 0;
	cut |= h->original > h->stored;
	if (!cut && !hdrtap_redact_wanted(h))
		return 0;
	to = hdrtap_redact_take(h, w);
	from = hdrtap_redact_userinfo(h, w, to, cut);
	hdrtap_redact_query(h, w, from, to);
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
