/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The PROXY protocol header, version 1 (a line of text) and 2 (binary), that a proxy sends before
 * the first byte of a connection: the client's address and port are kept, the rest is passed over.
 *
 * It is read a byte at a time: it comes once per connection, and may be cut anywhere. The text of a
 * number is gathered with four bits per digit, which is its value where it is hexadecimal; whether
 * it is decimal is known when it ends. Like the parser of chunked bodies this one needs no bytes of
 * the window before, only its state.
 */
#ifndef HDRTAP_PROXY_H
#define HDRTAP_PROXY_H

#include <hdrtap/chunked.h>

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
	__u8 unused;
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

/* Whether `word` is the first `least` to 8 bytes of `start`, and zeros. */
HDRTAP_INLINE int hdrtap_proxy_starts_as(__u64 word, __u64 start, __u32 least)
{
	for (; least < 8; least++)
		if (word == (start & ((1ULL << 8 * least) - 1)))
			return 1;
	return word == start;
}

/*
 * Whether a connection's first payload bytes can begin such a header: the first eight of them, with
 * zeros behind a shorter payload. Of one too short to tell it from a request (three bytes of
 * version 1, five of version 2) the answer is 0.
 */
HDRTAP_INLINE int hdrtap_proxy_may_begin(__u64 word)
{
	if ((__u32)word == (__u32)HDRTAP_WORD_PROXY_TC)
		return hdrtap_proxy_starts_as(word, HDRTAP_WORD_PROXY_TC, 4) ||
		       hdrtap_proxy_starts_as(word, HDRTAP_WORD_PROXY_UN, 7);
	return hdrtap_proxy_starts_as(word, HDRTAP_WORD_PROXY_V2, 6);
}

/* A byte of what all headers of a kind begin with. */
HDRTAP_INLINE int hdrtap_proxy_start(struct hdrtap_proxy *p, __u8 c)
{
	const struct hdrtap_proxy_start *start;
	__u32 i, at = p->length - 1;

	HDRTAP_MASK(at, 15);
	for (i = 0; i < HDRTAP_PROXY_STARTS; i++) {
		start = &hdrtap_proxy_starts[i];
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

/* A digit of a number. */
HDRTAP_INLINE int hdrtap_proxy_digit(struct hdrtap_proxy *p, __u32 digit)
{
	if (p->digits > 4)
		return HDRTAP_NOT_HTTP;
	p->value = p->value << 4 | digit;
	p->digits++;
	return HDRTAP_AGAIN;
}

/* The decimal number that ends here; 65536 or more when it is none, as with a leading zero. */
HDRTAP_INLINE __u32 hdrtap_proxy_decimal(struct hdrtap_proxy *p)
{
	__u32 gathered = p->value, digits = p->digits, number = 0, digit;
	int shift;

	p->value = 0;
	p->digits = 0;
	if (!digits || (digits > 1 && !(gathered >> (4 * (digits - 1) & 31))))
		return 1 << 16;
	for (shift = 16; shift >= 0; shift -= 4) {
		digit = gathered >> shift & 15;
		number = number * 10 + digit + (digit > 9 ? 1 << 20 : 0);
	}
	return number;
}

HDRTAP_INLINE void hdrtap_proxy_put(struct hdrtap_proxy *p, __u8 byte)
{
	__u32 at = p->filled++;

	HDRTAP_MASK(at, 15);
	p->address[at] = byte;
}

/* The number that ends here is a byte of the address, or two of an IPv6 address. */
HDRTAP_INLINE int hdrtap_proxy_number(struct hdrtap_proxy *p, int decimal)
{
	__u32 number = decimal ? hdrtap_proxy_decimal(p) : p->value;

	if ((decimal && number > 255) || p->digits > 4 || p->filled > (decimal ? 15 : 14))
		return HDRTAP_NOT_HTTP;
	if (!decimal)
		hdrtap_proxy_put(p, number >> 8);
	hdrtap_proxy_put(p, number);
	p->value = 0;
	p->digits = 0;
	return HDRTAP_AGAIN;
}

HDRTAP_INLINE int hdrtap_proxy_colon(struct hdrtap_proxy *p)
{
	if (p->size == 4 || p->dots || p->colons == 2)
		return HDRTAP_NOT_HTTP;
	p->colons++;
	if (p->colons == 2 && p->gap)
		return HDRTAP_NOT_HTTP;
	if (p->colons == 2)
		p->gap = p->filled + 1;
	return p->digits ? hdrtap_proxy_number(p, 0) : HDRTAP_AGAIN;
}

/* Moves what stands behind a double colon to the end of the address. */
HDRTAP_INLINE void hdrtap_proxy_expand(struct hdrtap_proxy *p)
{
	__u32 missing = 16 - p->filled, before = p->gap - 1, from, i;

	for (i = 16; i-- > 0;) {
		if (i < before)
			break;
		from = i - missing;
		HDRTAP_MASK(from, 15);
		p->address[i] = i < before + missing ? 0 : p->address[from];
	}
}

/* An address ends: IPv4, or IPv6 of which the last four bytes may be written so. */
HDRTAP_INLINE int hdrtap_proxy_address_end(struct hdrtap_proxy *p)
{
	__u32 dotted = p->size == 4 || p->dots;
	int verdict = p->colons == 2 ? HDRTAP_AGAIN : HDRTAP_NOT_HTTP;

	if (p->digits)
		verdict = hdrtap_proxy_number(p, dotted);
	if (verdict != HDRTAP_AGAIN || (dotted && p->dots != 3))
		return HDRTAP_NOT_HTTP;
	if (p->gap ? p->filled == 16 : p->filled != 16)
		return HDRTAP_NOT_HTTP;
	if (p->gap)
		hdrtap_proxy_expand(p);
	if (p->stage == HDRTAP_PROXY_SOURCE) {
		__builtin_memcpy(p->client, p->address, sizeof(p->client));
		if (p->size == 4)
			p->client[10] = p->client[11] = 0xff;
	}
	p->filled = 16 - p->size;
	p->gap = 0;
	p->colons = 0;
	p->dots = 0;
	p->stage++;
	return HDRTAP_AGAIN;
}

/* A byte of an address's text, or the space behind it. */
HDRTAP_INLINE int hdrtap_proxy_address(struct hdrtap_proxy *p, __u8 c)
{
	__u32 digit = hdrtap_hex(c);

	if (digit < 16) {
		if (p->colons == 1 && !p->filled) /* begins with a single one */
			return HDRTAP_NOT_HTTP;
		p->colons = 0;
		return hdrtap_proxy_digit(p, digit);
	}
	if (c == ':')
		return hdrtap_proxy_colon(p);
	if (c == '.') {
		p->dots++;
		return hdrtap_proxy_number(p, 1);
	}
	return c == ' ' ? hdrtap_proxy_address_end(p) : HDRTAP_NOT_HTTP;
}

/* A byte of a port's text, or the `end` behind it. */
HDRTAP_INLINE int hdrtap_proxy_port(struct hdrtap_proxy *p, __u8 c, __u8 end)
{
	__u32 digit = hdrtap_hex(c), port;

	if (digit < 16)
		return hdrtap_proxy_digit(p, digit);
	port = hdrtap_proxy_decimal(p);
	if (c != end || port > 65535)
		return HDRTAP_NOT_HTTP;
	if (p->stage == HDRTAP_PROXY_SOURCE_PORT)
		p->client_port = port;
	p->stage++;
	return HDRTAP_AGAIN;
}

/* A byte behind UNKNOWN: all up to CR LF is to be ignored. */
HDRTAP_INLINE int hdrtap_proxy_ignored(struct hdrtap_proxy *p, __u8 c)
{
	__u32 after_cr = p->value == (1 << 8 | '\r'), first = !p->value;

	p->value = 1 << 8 | c;
	if (first && c != ' ' && c != '\r')
		return HDRTAP_NOT_HTTP;
	return after_cr && c == '\n' ? HDRTAP_DONE : HDRTAP_AGAIN;
}

/* How many bytes the addresses of a version 2 header take, and what size the ones are that are
 * kept. `family`: the byte that gives address family and transport. */
HDRTAP_INLINE int hdrtap_proxy_family(struct hdrtap_proxy *p, __u8 family)
{
	__u8 kind = family >> 4;

	if (!p->size) /* LOCAL: whatever it says is not about a client */
		return HDRTAP_AGAIN;
	if (kind > 3 || (family & 15) > 2)
		return HDRTAP_NOT_HTTP;
	p->size = kind == 1 ? 4 : kind == 2 ? 16 : 0;
	p->block = kind == 3 ? HDRTAP_PROXY_UNIX : p->size ? 2 * p->size + 4 : 0;
	return HDRTAP_AGAIN;
}

/* A byte of the four behind the signature of version 2. */
HDRTAP_INLINE int hdrtap_proxy_fixed(struct hdrtap_proxy *p, __u8 c)
{
	switch (p->length - 1 - HDRTAP_PROXY_BINARY) {
	case 0: /* version, then LOCAL (0) or PROXY (1) */
		p->size = c & 15;
		return c >> 4 == 2 && p->size < 2 ? HDRTAP_AGAIN : HDRTAP_NOT_HTTP;
	case 1:
		return hdrtap_proxy_family(p, c);
	case 2:
		p->left = c << 8;
		return HDRTAP_AGAIN;
	}
	p->left |= c;
	if (p->left < p->block)
		return HDRTAP_NOT_HTTP;
	p->stage = p->size ? HDRTAP_PROXY_ADDRESSES : HDRTAP_PROXY_SKIP;
	return p->left ? HDRTAP_AGAIN : HDRTAP_DONE;
}

/* A byte of the addresses and ports of version 2, which are in network byte order. */
HDRTAP_INLINE int hdrtap_proxy_addresses(struct hdrtap_proxy *p, __u8 c)
{
	__u32 at = p->length - 1 - HDRTAP_PROXY_BLOCK, size = p->size, to;

	if (at < size) {
		to = 16 - size + at;
		HDRTAP_MASK(to, 15);
		p->client[to] = c;
	} else if (at == 2 * size || at == 2 * size + 1) {
		p->client_port = p->client_port << 8 | c;
	}
	p->left--;
	if (at + 1 < p->block)
		return HDRTAP_AGAIN;
	if (size == 4)
		p->client[10] = p->client[11] = 0xff;
	p->known = 1;
	p->stage = HDRTAP_PROXY_SKIP;
	return p->left ? HDRTAP_AGAIN : HDRTAP_DONE;
}

/* The next byte. */
HDRTAP_GLOBAL int hdrtap_proxy_byte(struct hdrtap_proxy *p, __u8 c)
{
	if (!p)
		return HDRTAP_NOT_HTTP;
	if (p->stage < HDRTAP_PROXY_FIXED && p->length >= HDRTAP_PROXY_LINE_MAX)
		return HDRTAP_NOT_HTTP;
	p->length++;
	switch (p->stage) {
	case HDRTAP_PROXY_START:
		return hdrtap_proxy_start(p, c);
	case HDRTAP_PROXY_SOURCE:
	case HDRTAP_PROXY_DESTINATION:
		return hdrtap_proxy_address(p, c);
	case HDRTAP_PROXY_SOURCE_PORT:
		return hdrtap_proxy_port(p, c, ' ');
	case HDRTAP_PROXY_DESTINATION_PORT:
		return hdrtap_proxy_port(p, c, '\r');
	case HDRTAP_PROXY_LINE_FEED:
		p->known = 1;
		return c == '\n' ? HDRTAP_DONE : HDRTAP_NOT_HTTP;
	case HDRTAP_PROXY_IGNORED:
		return hdrtap_proxy_ignored(p, c);
	case HDRTAP_PROXY_FIXED:
		return hdrtap_proxy_fixed(p, c);
	}
	return hdrtap_proxy_addresses(p, c);
}

/* Passes over what of the rest is in the window. */
HDRTAP_INLINE int hdrtap_proxy_skip(struct hdrtap_proxy *p, struct hdrtap_window *w)
{
	__u32 here = w->end - w->position;

	if (p->left > here) {
		p->left -= here;
		w->position = w->end;
		return HDRTAP_MORE;
	}
	w->position += p->left;
	p->left = 0;
	return HDRTAP_DONE;
}

/*
 * Goes on in the window. DONE: the header ended before w->position, and `known` says whether client
 * and client_port are given (not by UNKNOWN, LOCAL, AF_UNSPEC and AF_UNIX); MORE: the window is
 * used up, and in stage SKIP the p->left bytes behind it need not be loaded; AGAIN: call again;
 * NOT_HTTP: this is no PROXY protocol header.
 */
HDRTAP_GLOBAL int hdrtap_proxy_step(struct hdrtap_proxy *p, struct hdrtap_window *w)
{
	int i, verdict;
	__u8 c;

	if (!p || !w)
		return HDRTAP_NOT_HTTP;
	if (p->stage == HDRTAP_PROXY_SKIP)
		return hdrtap_proxy_skip(p, w);
	for (i = 0; i < HDRTAP_PROXY_BYTES; i++) {
		if (w->position >= w->end)
			return HDRTAP_MORE;
		c = hdrtap_window_byte(w, w->position);
		w->position++;
		verdict = hdrtap_proxy_byte(p, c);
		if (verdict != HDRTAP_AGAIN || p->stage == HDRTAP_PROXY_SKIP)
			return verdict;
	}
	return HDRTAP_AGAIN;
}

#endif
