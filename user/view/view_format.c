/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Numbers, addresses, times and characters as text. Written for lines by the hundred thousand a
 * second: digits by hand, and a date is computed once per second seen.
 */
#include "view/view_format.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#define NS_PER_S      1000000000ULL
#define DATE_TEMPLATE "0000-00-00T00:00:00"

const char view_pairs[] = "0001020304050607080910111213141516171819"
			  "2021222324252627282930313233343536373839"
			  "4041424344454647484950515253545556575859"
			  "6061626364656667686970717273747576777879"
			  "8081828384858687888990919293949596979899";

/* From the number of bits; a number below the power of ten that they reach has one digit less. */
static size_t digit_count(__u64 number)
{
	static const __u64 power[] = {
		0,
		10,
		100,
		1000,
		10000,
		100000,
		1000000,
		10000000,
		100000000,
		1000000000,
		10000000000,
		100000000000,
		1000000000000,
		10000000000000,
		100000000000000,
		1000000000000000,
		10000000000000000,
		100000000000000000,
		1000000000000000000,
		10000000000000000000ULL,
	};
	unsigned int digits = (64 - __builtin_clzll(number | 1)) * 1233 >> 12;

	return digits + (number >= power[digits]);
}

size_t view_number(char *to, __u64 number)
{
	size_t count = digit_count(number);

	view_digits(to, number, count);
	return count;
}

bool view_is_ipv4(const __u8 address[16])
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(address, mapped, sizeof(mapped));
}

static char *put_octet(char *to, __u8 number)
{
	unsigned int digits = 1 + (number >= 10) + (number >= 100);

	view_digits(to, number, digits);
	return to + digits;
}

static size_t format_ipv4(char *to, const __u8 address[4])
{
	char *at = to;

	for (int i = 0; i < 4; i++) {
		at = put_octet(at, address[i]);
		*at++ = '.';
	}
	*--at = '\0';
	return at - to;
}

size_t view_address(char to[VIEW_ADDRESS_MAX], const __u8 address[16])
{
	if (view_is_ipv4(address))
		return format_ipv4(to, address + 12);
	inet_ntop(AF_INET6, address, to, VIEW_ADDRESS_MAX);
	return strlen(to);
}

/* Date and time of day of a second, from the last call if it is the same. */
static const char *date_text(time_t second)
{
	static _Thread_local char text[] = DATE_TEMPLATE;
	static _Thread_local time_t of = -1;
	struct tm tm;

	if (second == of || !gmtime_r(&second, &tm))
		return text;
	of = second;
	view_digits(text, tm.tm_year + 1900, 4);
	view_digits(text + 5, tm.tm_mon + 1, 2);
	view_digits(text + 8, tm.tm_mday, 2);
	view_digits(text + 11, tm.tm_hour, 2);
	view_digits(text + 14, tm.tm_min, 2);
	view_digits(text + 17, tm.tm_sec, 2);
	return text;
}

void view_time(char *to, __u64 ns)
{
	memcpy(to, date_text(ns / NS_PER_S), sizeof(DATE_TEMPLATE) - 1);
	to[19] = '.';
	view_digits(to + 20, ns % NS_PER_S, 9);
	to[29] = 'Z';
}

static void hexadecimal(char *to, const __u8 *bytes, size_t size)
{
	static const char hex[16] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < size; i++) {
		to[2 * i] = hex[bytes[i] >> 4];
		to[2 * i + 1] = hex[bytes[i] & 15];
	}
}

size_t view_hash(char to[2 * HDRTAP_HASH_SIZE], struct view_bytes hash)
{
	size_t size = hash.size < HDRTAP_HASH_SIZE ? hash.size : HDRTAP_HASH_SIZE;

	hexadecimal(to, hash.bytes, size);
	return 2 * size;
}

void view_run(char *to, const __u8 run_id[16])
{
	hexadecimal(to, run_id, 16);
}

/* Bytes of the UTF-8 sequence that begins with `first`, 0: none does. */
static size_t sequence_size(__u8 first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Whether `second` may follow `first`: no overlong forms, no surrogates, nothing above U+10FFFF. */
static bool may_follow(__u8 first, __u8 second)
{
	__u8 low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	__u8 high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

	return second >= low && second <= high;
}

/* How many of the bytes expected, up to `size`, are there and right. */
static size_t sequence_present(const __u8 *at, size_t size, size_t available)
{
	size_t i;

	for (i = 1; i < size && i < available; i++)
		if (i == 1 ? !may_follow(at[0], at[1]) : (at[i] & 0xc0) != 0x80)
			break;
	return i;
}

/* Behind the ASCII characters at `at`. */
static size_t skip_ascii(struct view_bytes text, size_t at)
{
	while (text.size - at >= 8 && !(hdrtap_load64(text.bytes + at) & 0x8080808080808080ULL))
		at += 8;
	while (at < text.size && text.bytes[at] < 0x80)
		at++;
	return at;
}

/* Where the part of the text that is UTF-8 ends. `*cut`: what follows is the beginning of a
 * sequence and no more. */
static size_t utf8_end(struct view_bytes text, bool *cut)
{
	size_t at = 0, size, present;

	*cut = false;
	while ((at = skip_ascii(text, at)) < text.size) {
		size = sequence_size(text.bytes[at]);
		if (!size)
			break;
		present = sequence_present(text.bytes + at, size, text.size - at);
		if (present < size) {
			*cut = present == text.size - at;
			break;
		}
		at += size;
	}
	return at;
}

bool view_is_utf8(struct view_bytes text)
{
	bool cut;

	return utf8_end(text, &cut) == text.size;
}

struct view_bytes view_utf8_trim(struct view_bytes text)
{
	size_t end;
	bool cut;

	end = utf8_end(text, &cut);
	if (cut)
		text.size = end;
	return text;
}

size_t view_latin1(__u8 *to, struct view_bytes text)
{
	size_t size = 0, i;

	for (i = 0; i < text.size; i++) {
		__u8 c = text.bytes[i];

		if (c < 0x80) {
			to[size++] = c;
		} else {
			to[size++] = 0xc0 | c >> 6;
			to[size++] = 0x80 | (c & 0x3f);
		}
	}
	return size;
}
