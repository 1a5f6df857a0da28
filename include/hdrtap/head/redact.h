/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Secrets in request targets and URL-valued headers: what stands before '@' in the authority (RFC
 * 3986 section 3.2.1) is removed, the values of secret query keys become REDACTED.
 *
 * Done once, when the value has ended, over a copy in the unused end of the window. Values without
 * '@' and without a '=' behind what may end a secret key are only searched for these. A key is
 * secret when it is one of the words below, in any case, or ends in one of them behind '_', '-',
 * '.', '[' or as a new capitalised word: access_token, X-Amz-Signature, user[password],
 * clientSecret. A value ends at '&' or '#' only: a recipient that also splits at ';' would be told
 * no more than it should.
 */
#ifndef HDRTAP_REDACT_H
#define HDRTAP_REDACT_H

#include <hdrtap/head/values.h>

#define HDRTAP_REDACT_WORD  0x4445544341444552ULL /* "REDACTED" */
#define HDRTAP_REDACT_KEYS  64                    /* '=' looked at in one value */
#define HDRTAP_REDACT_START 1536                  /* index in the window of the copy */
#define HDRTAP_REDACT_END   (HDRTAP_REDACT_START + HDRTAP_ARENA_SIZE + HDRTAP_BLOCK)
HDRTAP_STATIC_ASSERT(HDRTAP_WINDOW_BYTES + HDRTAP_BLOCK <= HDRTAP_REDACT_START - HDRTAP_BLOCK &&
			     HDRTAP_REDACT_END + 8 <= HDRTAP_WINDOW_MASK,
		     "the copy lies behind what is loaded");

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
#define HDRTAP_URL_AUTHORITY_END 1 /* '/', '?', '#' */
#define HDRTAP_URL_KEY_BEGIN     2 /* '?', '&', ';', '#': a key follows */
#define HDRTAP_URL_VALUE_END     4 /* '&', '#' */
#define HDRTAP_URL_JOINT         8 /* '_', '-', '.', '[': another word of a key follows */
#define HDRTAP_URL_CAPITAL       16

static const __u8 hdrtap_url_byte[256] = {
	['/'] = HDRTAP_URL_AUTHORITY_END,
	['?'] = HDRTAP_URL_AUTHORITY_END | HDRTAP_URL_KEY_BEGIN,
	['#'] = HDRTAP_URL_AUTHORITY_END | HDRTAP_URL_KEY_BEGIN | HDRTAP_URL_VALUE_END,
	['&'] = HDRTAP_URL_KEY_BEGIN | HDRTAP_URL_VALUE_END,
	[';'] = HDRTAP_URL_KEY_BEGIN,
	['_'] = HDRTAP_URL_JOINT,
	['-'] = HDRTAP_URL_JOINT,
	['.'] = HDRTAP_URL_JOINT,
	['['] = HDRTAP_URL_JOINT,
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

/* Whether the value may have something secret in it: '@', or '=' behind such a key. */
HDRTAP_INLINE int hdrtap_redact_wanted(struct hdrtap_head *h)
{
	__u64 word, equals, before = 0;
	__u32 i, place;

	for (i = 0; i < HDRTAP_ARENA_SIZE; i += 8) {
		if (i >= h->stored)
			break;
		word = hdrtap_load64(hdrtap_arena_at(h, h->start + i));
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
	return 0;
}

/* Index in [from, to) of the window of the first byte that means one of `what`, or `to`. */
HDRTAP_GLOBAL int hdrtap_url_find(struct hdrtap_window *w, __u32 from, __u32 to, __u32 what)
{
	__u32 i;

	if (!w)
		return to;
	for (i = 0; i < HDRTAP_ARENA_SIZE; i++) {
		if (from >= to || hdrtap_url_byte[hdrtap_window_byte(w, from)] & what)
			break;
		from++;
	}
	return from;
}

/* Index of the first '=' in [from, to), or `to`. */
HDRTAP_GLOBAL int hdrtap_url_equals(struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u64 marks;
	__u32 i;

	if (!w)
		return to;
	for (i = 0; i < HDRTAP_ARENA_SIZE; i += 8) {
		if (from >= to)
			return to;
		marks = HDRTAP_EQUAL(hdrtap_window_word(w, from), '=');
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
	__u32 i;

	if (!w)
		return from;
	for (i = 0; i < HDRTAP_ARENA_SIZE; i++) {
		if (to <= from || hdrtap_window_byte(w, to - 1) == '@')
			break;
		to--;
	}
	return to;
}

/* Where the word that ends a key may end: a bracket behind it, plain or encoded, is passed over. */
HDRTAP_INLINE __u32 hdrtap_key_end(const struct hdrtap_window *w, __u32 equals)
{
	__u64 word = hdrtap_window_word(w, equals - 8);

	if (word >> 56 == ']')
		return equals - 1;
	if ((word >> 40 | 0x200000) == 0x643525) /* "%5d" */
		return equals - 3;
	return equals;
}

/* Whether a word of a key may begin at `at`. */
HDRTAP_INLINE int hdrtap_key_word(const struct hdrtap_window *w, __u32 at, __u32 whole)
{
	__u64 word = hdrtap_window_word(w, at - 8);
	__u8 means = hdrtap_url_byte[word >> 56];

	if (means & HDRTAP_URL_KEY_BEGIN)
		return 1;
	if (whole)
		return 0;
	if (means & HDRTAP_URL_JOINT || (word >> 40 | 0x200000) == 0x623525) /* "%5b" */
		return 1;
	return hdrtap_url_byte[hdrtap_window_byte(w, at)] & HDRTAP_URL_CAPITAL;
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

	if (!w)
		return 0;
	end = hdrtap_key_end(w, equals);
	for (i = 0; i < HDRTAP_SECRET_WORDS_MAX; i++) {
		known = &hdrtap_secret_word[i];
		at = end - known->length;
		mask = known->length < 8 ? ~0ULL >> (64 - 8 * known->length) : ~0ULL;
		low = hdrtap_window_word(w, at) & mask;
		mask = known->length > 8 ? ~0ULL >> (128 - 8 * known->length) : 0;
		high = hdrtap_window_word(w, at + 8) & mask;
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

/* Appends [from, to) of the window to the open value. */
HDRTAP_GLOBAL int hdrtap_redact_put(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				    __u32 to)
{
	__u32 length = to - from, room;

	if (!h || !w)
		return 0;
	room = h->cap - h->stored;
	if (length > room) {
		length = room;
		h->rec.flags |= HDRTAP_FLAG(TRUNCATED);
	}
	hdrtap_arena_copy(h, w, from, length);
	return 0;
}

/* Where the authority of the URL in [from, to) begins, 0: it has none. `bare`: it is nothing else,
 * RFC 9112 section 3.2.3. */
HDRTAP_INLINE __u32 hdrtap_url_authority(struct hdrtap_window *w, __u32 from, __u32 to, int bare)
{
	__u32 at;

	at = hdrtap_url_find(w, from, to, HDRTAP_URL_AUTHORITY_END);
	if (at + 1 < to && (hdrtap_window_word(w, at) & 0xffff) == 0x2f2f &&
	    (at == from || hdrtap_window_byte(w, at - 1) == ':'))
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
		hdrtap_redact_put(h, w, HDRTAP_REDACT_END, HDRTAP_REDACT_END + 8);
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

/* Takes the open value out of the arena, to the end of the window, zeros before it. Returns the
 * index behind it. */
HDRTAP_GLOBAL int hdrtap_redact_take(struct hdrtap_head *h, struct hdrtap_window *w)
{
	__u32 i, to;

	if (!h || !w)
		return HDRTAP_REDACT_START;
	hdrtap_block_clear(w->bytes + HDRTAP_REDACT_START - HDRTAP_BLOCK);
	hdrtap_store64(w->bytes + HDRTAP_REDACT_END, HDRTAP_REDACT_WORD);
	for (i = 0; i < HDRTAP_ARENA_SIZE; i += 8) {
		if (i >= h->stored)
			break;
		hdrtap_store64(w->bytes + HDRTAP_REDACT_START + i,
			       hdrtap_load64(hdrtap_arena_at(h, h->start + i)));
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
