/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A PROXY protocol header while it is being read, and how one begins.
 */
#ifndef HDRTAP_PROXY_START_H
#define HDRTAP_PROXY_START_H

#include <hdrtap/head/chunked.h>

#define HDRTAP_PROXY_LINE_MAX 107 /* bytes of a version 1 header, with CR LF */
#define HDRTAP_PROXY_BINARY   12  /* where version 2 goes on behind its signature */
#define HDRTAP_PROXY_BLOCK    16  /* where its addresses begin */
#define HDRTAP_PROXY_UNIX     216 /* bytes of two AF_UNIX addresses */
#define HDRTAP_PROXY_BYTES    32  /* read in one step */

enum hdrtap_proxy_stage {
	HDRTAP_PROXY_START, /* in the first bytes, which are one of hdrtap_proxy_starts */
	/* version 1 */
	HDRTAP_PROXY_SOURCE,
	HDRTAP_PROXY_DESTINATION,
	HDRTAP_PROXY_SOURCE_PORT,
	HDRTAP_PROXY_DESTINATION_PORT,
	HDRTAP_PROXY_LINE_FEED,
	HDRTAP_PROXY_IGNORED, /* what follows UNKNOWN */
	/* version 2 */
	HDRTAP_PROXY_FIXED,     /* command, family and length */
	HDRTAP_PROXY_ADDRESSES, /* of TCP or UDP */
	HDRTAP_PROXY_SKIP,      /* `left` bytes that don't matter */
};

/* Zeroed at the start of a connection. */
struct hdrtap_proxy {
	__u8 client[16];   /* the source: IPv6, or IPv4-mapped */
	__u8 address[16];  /* of a version 1 header: the address in its text */
	__u32 value;       /* the number in its text, four bits per digit */
	__u16 client_port; /* host order */
	__u16 left;        /* bytes of a version 2 header to come */
	__u8 known;        /* 1, when done: client and client_port are given */
	__u8 stage;        /* enum hdrtap_proxy_stage */
	__u8 length;       /* bytes so far, up to the end of the addresses */
	__u8 excluded;     /* bit per start that it can't be */
	__u8 size;         /* bytes of one of its addresses: 4, 16, or 0 for none */
	__u8 digits;       /* of the number, so far */
	__u8 filled;       /* bytes of `address`, so far */
	__u8 gap;          /* of these before a double colon, and one; 0: none seen */
	__u8 colons;       /* 1, 2: so many come right before */
	__u8 dots;         /* in the address, so far */
	__u8 block;        /* bytes that addresses of this family take in version 2 */
	__u8 like;         /* the start that its bytes were, up to the last one */
};

/* What a header begins with, and where each goes on. */
struct hdrtap_proxy_start {
	__u8 bytes[16];
	__u8 length;
	__u8 stage;
	__u8 size;
};

static const struct hdrtap_proxy_start hdrtap_proxy_starts[] = {
	{ "PROXY TCP4 ", 11, HDRTAP_PROXY_SOURCE, 4 },
	{ "PROXY TCP6 ", 11, HDRTAP_PROXY_SOURCE, 16 },
	{ "PROXY UNKNOWN", 13, HDRTAP_PROXY_IGNORED, 0 },
	{ "\r\n\r\n\0\r\nQUIT\n", HDRTAP_PROXY_BINARY, HDRTAP_PROXY_FIXED, 0 },
};
#define HDRTAP_PROXY_STARTS 4

#define HDRTAP_WORD_PROXY_TC 0x43542059584f5250ULL /* "PROXY TC" */
#define HDRTAP_WORD_PROXY_UN 0x4e552059584f5250ULL /* "PROXY UN" */
#define HDRTAP_WORD_PROXY_V2 0x510a0d000a0d0a0dULL /* "\r\n\r\n\0\r\nQ" */

/* Whether `word` is the first 1 to 8 bytes of `start`, and zeros. */
HDRTAP_INLINE int hdrtap_proxy_starts_as(__u64 word, __u64 start)
{
	__u32 n;

	for (n = 1; n < 8; n++)
		if (word == (start & ((1ULL << 8 * n) - 1)))
			return 1;
	return word == start;
}

/*
 * Whether a connection's first payload bytes can begin such a header: the first eight of them, with
 * zeros behind a shorter payload. Of a short one this is a guess; hdrtap_proxy_give_back() takes it
 * back.
 */
HDRTAP_INLINE int hdrtap_proxy_may_begin(__u64 word)
{
	if ((word & 0xff) == 'P')
		return hdrtap_proxy_starts_as(word, HDRTAP_WORD_PROXY_TC) ||
		       hdrtap_proxy_starts_as(word, HDRTAP_WORD_PROXY_UN);
	return hdrtap_proxy_starts_as(word, HDRTAP_WORD_PROXY_V2);
}

/* Whether nothing but one empty line was seen, of which the LF may not have come. */
HDRTAP_INLINE int hdrtap_proxy_blank(const struct hdrtap_proxy *p)
{
	return p->stage == HDRTAP_PROXY_START && p->length <= 2 &&
	       !(p->excluded >> (HDRTAP_PROXY_STARTS - 1) & 1);
}

/* A byte of what all headers of a kind begin with. */
HDRTAP_INLINE int hdrtap_proxy_start(struct hdrtap_proxy *p, __u8 c)
{
	const struct hdrtap_proxy_start *start;
	__u32 i, at = p->length - 1;

	HDRTAP_MASK(at, 15);
	for (i = 0; i < HDRTAP_PROXY_STARTS; i++) {
		start = &hdrtap_proxy_starts[i];
		if (!(p->excluded >> i & 1))
			p->like = i;
		if (start->bytes[at] != c)
			p->excluded |= 1u << i;
		if (p->length != start->length || p->excluded >> i & 1)
			continue;
		p->stage = start->stage;
		p->size = start->size;
		p->filled = 16 - start->size;
	}
	return p->excluded == (1u << HDRTAP_PROXY_STARTS) - 1 ? HDRTAP_NOT_HTTP : HDRTAP_AGAIN;
}

/*
 * After NOT_HTTP: whether the bytes so far were no more than the start of a header, so that another
 * message may begin with them. If so the window's position is at the first of them again; those of
 * earlier windows are put before HDRTAP_WINDOW_START.
 */
HDRTAP_GLOBAL int hdrtap_proxy_give_back(const struct hdrtap_proxy *p, struct hdrtap_window *w)
{
	const struct hdrtap_proxy_start *start;
	__u32 length, i, at;

	if (!p || !w || p->stage != HDRTAP_PROXY_START)
		return 0;
	start = &hdrtap_proxy_starts[p->like & (HDRTAP_PROXY_STARTS - 1)];
	length = p->length;
	for (i = 0; i < sizeof(start->bytes); i++) {
		at = w->position - length + i;
		HDRTAP_MASK(at, HDRTAP_WINDOW_MASK);
		if (at < HDRTAP_WINDOW_START)
			w->bytes[at] = start->bytes[i];
	}
	w->position -= length;
	return 1;
}

#endif
