/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The PROXY protocol header, version 1 (a line of text) and 2 (binary), that a proxy sends before
 * the first byte of a connection: the client's address and port are kept, the rest is passed over.
 *
 * It is read a byte at a time: it comes once per connection, and may be cut anywhere. Like the
 * parser of chunked bodies this one needs no bytes of the window before, only its state.
 */
#ifndef HDRTAP_PROXY_H
#define HDRTAP_PROXY_H

#include <hdrtap/head/proxy_line.h>

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
