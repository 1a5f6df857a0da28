/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Version 1 of the PROXY protocol header: a line of text. The digits of a number are gathered with
 * four bits each, which is its value where it is hexadecimal; whether it is decimal is known when
 * it ends.
 */
#ifndef HDRTAP_PROXY_LINE_H
#define HDRTAP_PROXY_LINE_H

#include <hdrtap/head/proxy_start.h>

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

#endif
