/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * SipHash-2-4 with 64 bits (Aumasson and Bernstein, 2012), fed piece by piece: the hash of a value
 * does not depend on how it was cut.
 */
#ifndef HDRTAP_SIPHASH_H
#define HDRTAP_SIPHASH_H

#include <hdrtap/types.h>

struct hdrtap_sip {
	__u64 v[4];
	__u64 tail;   /* the bytes that do not fill a word yet */
	__u64 length; /* bytes fed */
};

HDRTAP_INLINE __u64 hdrtap_sip_rotate(__u64 word, int bits)
{
	return word << bits | word >> (64 - bits);
}

HDRTAP_INLINE void hdrtap_sip_round(struct hdrtap_sip *s)
{
	__u64 a = s->v[0], b = s->v[1], c = s->v[2], d = s->v[3];

	a += b;
	b = hdrtap_sip_rotate(b, 13) ^ a;
	a = hdrtap_sip_rotate(a, 32);
	c += d;
	d = hdrtap_sip_rotate(d, 16) ^ c;
	a += d;
	d = hdrtap_sip_rotate(d, 21) ^ a;
	c += b;
	b = hdrtap_sip_rotate(b, 17) ^ c;
	c = hdrtap_sip_rotate(c, 32);
	s->v[0] = a;
	s->v[1] = b;
	s->v[2] = c;
	s->v[3] = d;
}

HDRTAP_INLINE void hdrtap_sip_word(struct hdrtap_sip *s, __u64 word)
{
	s->v[3] ^= word;
	hdrtap_sip_round(s);
	hdrtap_sip_round(s);
	s->v[0] ^= word;
}

/* Begins a hash with a key of 16 bytes, little-endian. */
HDRTAP_INLINE void hdrtap_sip_begin(struct hdrtap_sip *s, __u64 low, __u64 high)
{
	s->v[0] = low ^ 0x736f6d6570736575ULL;
	s->v[1] = high ^ 0x646f72616e646f6dULL;
	s->v[2] = low ^ 0x6c7967656e657261ULL;
	s->v[3] = high ^ 0x7465646279746573ULL;
	s->tail = 0;
	s->length = 0;
}

/* Feeds the first `count` (1-8) bytes of a word. */
HDRTAP_GLOBAL int hdrtap_sip_feed(struct hdrtap_sip *s, __u64 word, __u32 count)
{
	__u32 used;

	if (!s || !count || count > 8)
		return 0;
	used = s->length & 7;
	word &= ~0ULL >> (64 - 8 * count);
	s->length += count;
	s->tail |= word << 8 * used;
	if (used + count < 8)
		return 0;
	hdrtap_sip_word(s, s->tail);
	s->tail = used ? word >> (64 - 8 * used) : 0;
	return 0;
}

/* Ends the hash; the state is of no more use. Its bytes in memory order are the hash as published.
 */
HDRTAP_INLINE __u64 hdrtap_sip_end(struct hdrtap_sip *s)
{
	int i;

	hdrtap_sip_word(s, s->length << 56 | s->tail);
	s->v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		hdrtap_sip_round(s);
	return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

#endif
