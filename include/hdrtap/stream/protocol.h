/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a message, or a connection of another protocol, begins with.
 */
#ifndef HDRTAP_PROTOCOL_H
#define HDRTAP_PROTOCOL_H

#include <hdrtap/counters.h>
#include <hdrtap/head/start_line.h>

/*
 * Whether the word begins a TLS record (RFC 8446 section 5.1), a ClientHello's or one of a
 * connection that is going on: content type 20 to 23, version 3.0 to 3.4.
 */
HDRTAP_INLINE int hdrtap_tls(__u64 word)
{
	__u8 type = (word & 0xff) - 20, minor = word >> 16 & 0xff;

	return type < 4 && (word >> 8 & 0xff) == 3 && minor < 5;
}

/*
 * Payload that can't begin a head, by its first bytes in the low bytes of `word`:
 * HDRTAP_COUNTER_TLS, _HTTP2 or _NOT_HTTP. HDRTAP_COUNTER_HEAD: look at it.
 */
HDRTAP_INLINE enum hdrtap_counter hdrtap_classify(__u64 word)
{
	if (hdrtap_tls(word))
		return HDRTAP_COUNTER_TLS;
	if (word == 0x5448202a20495250ULL) /* "PRI * HT" RFC 9113 section 3.4 */
		return HDRTAP_COUNTER_HTTP2;
	return hdrtap_may_begin(word) ? HDRTAP_COUNTER_HEAD : HDRTAP_COUNTER_NOT_HTTP;
}

#endif
