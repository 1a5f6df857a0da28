/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Numbers, addresses, times and characters as text.
 */
#ifndef HDRTAP_USER_VIEW_FORMAT_H
#define HDRTAP_USER_VIEW_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <hdrtap/record.h>

#define VIEW_NUMBER_MAX  20 /* bytes of a 64-bit number */
#define VIEW_ADDRESS_MAX 46 /* bytes of an address and a NUL */
#define VIEW_TIME_SIZE   30 /* 2026-01-31T23:59:59.123456789Z, without a NUL */
#define VIEW_RUN_SIZE    32 /* a run id in hexadecimal */

/* Some bytes; `bytes` NULL: absent, which is not the same as empty. */
struct view_bytes {
	const __u8 *bytes;
	size_t size;
};

bool view_is_ipv4(const __u8 address[16]);

/* Writes decimal digits, at most VIEW_NUMBER_MAX, without a NUL; returns their number. */
size_t view_number(char *to, __u64 number);

extern const char view_pairs[]; /* 00 to 99 */

static inline void view_pair(char *to, __u32 number)
{
	memcpy(to, view_pairs + 2 * number, 2);
}

/* Writes `digits` decimal digits of the number, with leading zeros. Four at a time: a division
 * takes longer than all else here. */
static inline void view_digits(char *to, __u64 number, unsigned int digits)
{
	for (; digits >= 4; number /= 10000) {
		__u32 four = number % 10000;

		digits -= 4;
		view_pair(to + digits, four / 100);
		view_pair(to + digits + 2, four % 100);
	}
	if (digits >= 2) {
		digits -= 2;
		view_pair(to + digits, number % 100);
		number /= 100;
	}
	if (digits)
		*to = '0' + number % 10;
}

/* Writes an IPv4 address with dots, an IPv6 address as in RFC 5952, and a NUL; returns the length.
 */
size_t view_address(char to[VIEW_ADDRESS_MAX], const __u8 address[16]);

/* Writes VIEW_TIME_SIZE bytes, RFC 3339 in UTC. */
void view_time(char *to, __u64 ns);

/* Writes two hexadecimal digits for each of at most HDRTAP_HASH_SIZE bytes; returns their number.
 */
size_t view_hash(char to[2 * HDRTAP_HASH_SIZE], struct view_bytes hash);

/* Writes VIEW_RUN_SIZE bytes. */
void view_run(char *to, const __u8 run_id[16]);

/* True for UTF-8 as in RFC 3629. */
bool view_is_utf8(struct view_bytes text);

/* The text without the beginning of a UTF-8 sequence that a cut left at its end. */
struct view_bytes view_utf8_trim(struct view_bytes text);

/* Writes each byte as the character U+00XX in UTF-8, at most 2 * size bytes; returns their number.
 */
size_t view_latin1(__u8 *to, struct view_bytes text);

#endif
