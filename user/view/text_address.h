/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Addresses as text, remembered: the same few come again and again.
 */
#ifndef HDRTAP_USER_TEXT_ADDRESS_H
#define HDRTAP_USER_TEXT_ADDRESS_H

#include "view/view_format.h"

#define TEXT_ADDRESS_MAX    48 /* bytes: [ADDRESS]: */
#define TEXT_ADDRESS_PLACES 64 /* a power of two */

struct text_address {
	__u8 address[16];
	__u8 size; /* 0: there is none */
	char text[TEXT_ADDRESS_MAX];
};

/* All zeros: empty. */
struct text_addresses {
	struct text_address place[TEXT_ADDRESS_PLACES];
};

/* Writes an address, an IPv6 one in brackets, and a colon. TEXT_ADDRESS_MAX bytes are written to.
 * Returns the end. */
char *text_address_put(struct text_addresses *addresses, char *to, const __u8 address[16]);

/* Likewise, without brackets and colon. */
char *text_address_put_bare(struct text_addresses *addresses, char *to, const __u8 address[16]);

#endif
