/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Segments of paths that look like values, not like names. What a segment becomes:
 *
 *	{n}      digits, perhaps with '-' in front or one point between them
 *	{date}   2026-11-30, 20261130, also with a time behind T; 2026-11
 *	{uuid}   8-4-4-4-12 hexadecimal digits
 *	{hash}   32, 40, 56, 64, 96 or 128 hexadecimal digits (MD5, SHA-1, SHA-2)
 *	{hex}    other hexadecimal digits, 8 or more with one of 0-9 among them, or behind 0x
 *	{ip}     IPv4 or IPv6 address
 *	{email}  address with one '@'
 *	{jwt}    JSON Web Token
 *	{b64}    like base64, base64url, base32 or base36: API_B64_MIN or more letters and digits
 *	         that change too often for words
 *	{text}   has an escape, or a byte that has no place in a path unescaped
 *	{long}   any other of more than API_LITERAL_MAX bytes
 *
 * Where none of these is true of the whole, parts between - _ . : , = are looked at alone. A
 * {hash}, {hex} or {b64} among them is replaced, and then all parts are that are hexadecimal
 * digits; so are digits, if there are three or more of them, or if they are the first part, and then all
 * parts are that are digits: app.{hex}.js, order-{n}, {n}:cancel. Everything else is a name.
 */
#ifndef HDRTAP_USER_API_RULE_H
#define HDRTAP_USER_API_RULE_H

#include "api/api_limits.h"
#include "view/view.h"

#define API_B64_MIN 16

/* Writes what the segment becomes, and returns its size. `seen`: the kinds of bytes that it has
 * (api_bytes.h). */
size_t api_rule_segment(char to[API_RULE_MAX], struct view_bytes segment, unsigned int seen);

#endif
