/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether a query key is secret: when it is one of those chosen, in any case, or ends in one of
 * them behind '_', '-', '.', '[' or as a new capitalised word: access_token, X-Amz-Signature,
 * user[password], clientSecret.
 */
#ifndef HDRTAP_SECRET_H
#define HDRTAP_SECRET_H

#include <hdrtap/elements.h>
#include <hdrtap/head/url.h>

/* What a byte means in a URL, as bits. */
#define HDRTAP_URL_KEY_BEGIN HDRTAP_SECRET_WHOLE /* '?', '&', ';', '#': a key follows */
#define HDRTAP_URL_JOINT     HDRTAP_SECRET_END   /* '_', '-', '.', '[': its next word follows */
#define HDRTAP_URL_CAPITAL   4

static const __u8 hdrtap_url_byte[256] = {
	['?'] = HDRTAP_URL_KEY_BEGIN,       ['#'] = HDRTAP_URL_KEY_BEGIN,
	['&'] = HDRTAP_URL_KEY_BEGIN,       [';'] = HDRTAP_URL_KEY_BEGIN,
	['_'] = HDRTAP_URL_JOINT,           ['-'] = HDRTAP_URL_JOINT,
	['.'] = HDRTAP_URL_JOINT,           ['['] = HDRTAP_URL_JOINT,
	['A' ... 'Z'] = HDRTAP_URL_CAPITAL,
};

/* First of the secret keys that may end before a '=', 0: none. `before`: the eight bytes there. */
HDRTAP_INLINE __u32 hdrtap_secret_first(const struct hdrtap_elements *set, __u64 before)
{
	return set->secrets.first[hdrtap_secret_tail(before >> 40, before >> 48, before >> 56)];
}

/* 1 when the number, below 2^63, is 0, without a branch, which the verifier would follow. */
HDRTAP_INLINE __u32 hdrtap_is_zero(__u64 number)
{
	return (number - 1) >> 63;
}

/* Bytes of a closing bracket, plain or encoded, that end a key. */
HDRTAP_INLINE __u32 hdrtap_key_bracket(__u64 before)
{
	return hdrtap_is_zero(before >> 56 ^ ']') +
	       3 * hdrtap_is_zero((before >> 40 | 0x200000) ^ 0x643525); /* "%5d" */
}

/* Whether a key may be secret: most are known not to be by their end. */
HDRTAP_INLINE int hdrtap_key_may_be_secret(const struct hdrtap_elements *set, __u64 before)
{
	return hdrtap_key_bracket(before) | hdrtap_secret_first(set, before);
}

/* As what a word of a key may be secret, HDRTAP_SECRET_*, that begins behind the eight bytes
 * `before`, with the byte `first`. */
HDRTAP_INLINE __u32 hdrtap_key_place(__u64 before, __u8 first)
{
	__u32 means = hdrtap_url_byte[before >> 56];
	__u32 bracket = 2 * hdrtap_is_zero((before >> 40 | 0x200000) ^ 0x623525); /* "%5b" */
	__u32 end = means | bracket | hdrtap_url_byte[first] >> 1;

	return (means & HDRTAP_URL_KEY_BEGIN) | (end & ~(means << 1) & HDRTAP_URL_JOINT);
}

/* Whether the key that ends at `end` is `known`. */
HDRTAP_INLINE int hdrtap_key_is(const struct hdrtap_window *w, const struct hdrtap_secret *known,
				__u32 end)
{
	const __u8 *at = hdrtap_copy_in(w, end - known->length - 8, HDRTAP_COPY_MASK(w));
	__u64 differs = 0;
	__u32 i;

	for (i = 0; i < HDRTAP_SECRET_WORDS; i++)
		differs |= (hdrtap_load64(at + 8 + 8 * i) ^ known->word[i]) & known->mask[i];
	return !differs && hdrtap_key_place(hdrtap_load64(at), at[8]) & known->where;
}

/* Whether the key that ends before `equals` is secret. Before the copy there are zeros. */
HDRTAP_GLOBAL int hdrtap_key_secret(struct hdrtap_window *w, const struct hdrtap_elements *set,
				    __u32 equals)
{
	const struct hdrtap_secret *known;
	__u32 index, i;

	if (!w || !set)
		return 0;
	equals -= hdrtap_key_bracket(hdrtap_copy_word(w, equals - 8));
	index = hdrtap_secret_first(set, hdrtap_copy_word(w, equals - 8));
	for (i = 0; i < HDRTAP_SECRETS_MAX && index; i++) {
		HDRTAP_MASK(index, HDRTAP_SECRETS_MAX - 1);
		known = &set->secrets.key[index];
		if (hdrtap_key_is(w, known, equals))
			return 1;
		index = known->next;
	}
	return 0;
}

#endif
