/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which kinds of bytes a segment has tells most names from values; what has digits is looked at
 * closely.
 */
#include "api/api_rule.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "api/api_bytes.h"

#define PLAIN (API_DIGIT | API_LETTERS | API_DASH | API_DOT | API_COLON | API_AT | API_PUNCTUATION)

#define WORDS (API_LETTERS | API_DASH | API_PUNCTUATION)

struct look {
	const __u8 *bytes;
	size_t size;
	unsigned int seen;    /* kinds */
	unsigned int changes; /* between digits and letters, and from small to large letters */
	size_t digits;
};

static struct look look_at(const __u8 *bytes, size_t size)
{
	struct look look = { .bytes = bytes, .size = size };
	unsigned int before = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned int kind = api_kinds[bytes[i]];

		look.seen |= kind;
		look.digits += kind == API_DIGIT;
		look.changes += (kind == API_DIGIT && before & API_LETTERS) ||
				(kind & API_LETTERS && before == API_DIGIT) ||
				(kind & (API_UPPER | API_UPPER_HEX) &&
				 before & (API_LOWER | API_LOWER_HEX));
		before = kind;
	}
	return look;
}

/* Whether all bytes are of these kinds. */
static bool only(const struct look *look, unsigned int allowed)
{
	return look->size && !(look->seen & ~allowed);
}

static unsigned int number_at(const __u8 *bytes, int digits)
{
	unsigned int number = 0;

	for (int i = 0; i < digits; i++) {
		if (api_kinds[bytes[i]] != API_DIGIT)
			return ~0U;
		number = 10 * number + bytes[i] - '0';
	}
	return number;
}

static bool is_day(unsigned int year, unsigned int month, unsigned int day)
{
	return year >= 1900 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool is_date(const struct look *look)
{
	const __u8 *at = look->bytes;
	unsigned int year, month;

	if (look->size == 8 && look->digits == 8)
		return is_day(number_at(at, 4), number_at(at + 4, 2), number_at(at + 6, 2));
	if (look->size < 7 || at[4] != '-')
		return false;
	year = number_at(at, 4);
	month = number_at(at + 5, 2);
	if (look->size == 7)
		return is_day(year, month, 1);
	if (look->size < 10 || at[7] != '-' || !is_day(year, month, number_at(at + 8, 2)))
		return false;
	return look->size == 10 || ((at[10] | 0x20) == 't' && look->digits >= 12);
}

static bool is_uuid(const struct look *look)
{
	const __u8 *at = look->bytes;

	if (look->size != 36 || !only(look, API_DIGIT | API_UPPER_HEX | API_LOWER_HEX | API_DASH))
		return false;
	for (int i = 0; i < 36; i++)
		if ((at[i] == '-') != (i == 8 || i == 13 || i == 18 || i == 23) || at[i] == '_')
			return false;
	return true;
}

static bool is_hash(const struct look *look)
{
	static const __u8 sizes[] = { 32, 40, 56, 64, 96, 128 };

	return look->size <= 128 && memchr(sizes, look->size, sizeof(sizes)) &&
	       only(look, API_DIGIT | API_UPPER_HEX | API_LOWER_HEX);
}

/* In letters of one size. */
static bool is_hex(const struct look *look)
{
	struct look rest;

	if (look->size > 2 && look->bytes[0] == '0' && look->bytes[1] == 'x') {
		rest = look_at(look->bytes + 2, look->size - 2);
		return only(&rest, API_DIGIT | API_UPPER_HEX | API_LOWER_HEX);
	}
	return look->size >= 8 && look->digits &&
	       (only(look, API_DIGIT | API_UPPER_HEX) || only(look, API_DIGIT | API_LOWER_HEX));
}

static bool is_address(const struct look *look)
{
	char text[INET6_ADDRSTRLEN];
	__u8 address[16];

	if (look->size >= sizeof(text) || !(look->seen & (API_COLON | API_DOT)) ||
	    !only(look, API_DIGIT | API_UPPER_HEX | API_LOWER_HEX | API_COLON | API_DOT))
		return false;
	memcpy(text, look->bytes, look->size);
	text[look->size] = '\0';
	return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

/* With a point in what stands behind its one '@'. */
static bool is_email(const struct look *look)
{
	const __u8 *end = look->bytes + look->size, *at, *dot;

	if (!(look->seen & API_AT))
		return false;
	at = memchr(look->bytes, '@', look->size);
	if (at == look->bytes || memchr(at + 1, '@', end - at - 1))
		return false;
	dot = memrchr(at, '.', end - at);
	return dot && dot > at + 1 && dot + 1 < end;
}

/* Digits with a sign, or with one point between them. */
static bool is_number(const struct look *look)
{
	struct look rest = *look;
	const __u8 *dot;

	if (only(look, API_DIGIT))
		return true;
	if (!look->digits || !only(look, API_DIGIT | API_DASH | API_DOT))
		return false;
	if (*rest.bytes == '-')
		rest = (struct look){ .bytes = look->bytes + 1, .size = look->size - 1 };
	dot = memchr(rest.bytes, '.', rest.size);
	return look->digits + !!dot == rest.size && *rest.bytes != '.' &&
	       rest.bytes[rest.size - 1] != '.';
}

static bool is_jwt(const struct look *look)
{
	unsigned int dots = 0;

	if (look->size < 20 || memcmp(look->bytes, "eyJ", 3) ||
	    !only(look, API_DIGIT | API_LETTERS | API_DASH | API_DOT))
		return false;
	for (size_t i = 0; i < look->size; i++)
		dots += look->bytes[i] == '.';
	return dots == 2;
}

/* Without the '=' at its end. */
static struct look without_padding(const struct look *look)
{
	size_t size = look->size;

	while (size && look->size - size < 2 && look->bytes[size - 1] == '=')
		size--;
	return size < look->size ? look_at(look->bytes, size) : *look;
}

/* Where letters of both sizes and digits are, and these are not a number at the end of a word.
 * Parts with dashes and letters of one size alone have to change more often. */
static bool is_base64(const struct look *all)
{
	struct look look = without_padding(all);
	bool upper = look.seen & (API_UPPER | API_UPPER_HEX),
	     lower = look.seen & (API_LOWER | API_LOWER_HEX);
	size_t tail = 0;

	if (!look.digits || !only(&look, API_DIGIT | API_LETTERS | API_DASH))
		return false;
	while (api_kinds[look.bytes[look.size - 1 - tail]] == API_DIGIT)
		if (++tail == look.size)
			return false;
	if (upper && lower && look.size >= API_B64_MIN)
		return look.seen & API_DASH ? 4 * look.changes >= look.size : tail < look.digits;
	return !(look.seen & API_DASH) && upper != lower && look.size >= 10 && look.changes >= 3;
}

/* What a part of a segment is, too. NULL: a name. */
static const char *class_of_part(const struct look *look)
{
	if (!look->digits)
		return NULL;
	if (is_hash(look))
		return "{hash}";
	if (is_hex(look))
		return "{hex}";
	return is_base64(look) ? "{b64}" : NULL;
}

static const char *class_of(const struct look *look)
{
	if (look->seen & ~PLAIN)
		return "{text}";
	if (look->digits) {
		if (is_date(look))
			return "{date}";
		if (is_number(look))
			return "{n}";
		if (is_uuid(look))
			return "{uuid}";
		if (is_address(look))
			return "{ip}";
	}
	if (is_email(look))
		return "{email}";
	if (is_jwt(look))
		return "{jwt}";
	return class_of_part(look);
}

static bool is_separator(__u8 c)
{
	return api_kinds[c] & (API_DASH | API_DOT | API_COLON);
}

static size_t part_size(const __u8 *bytes, size_t size)
{
	size_t part = 0;

	while (part < size && !is_separator(bytes[part]))
		part++;
	return part;
}

/* What the parts of a segment have among them. */
struct parts {
	bool numbers; /* digits that are a value: then all are that are digits */
	bool tokens;  /* hexadecimal and the like: then all are that are hexadecimal digits */
};

static struct parts look_at_parts(const struct look *look)
{
	struct parts parts = { 0 };
	size_t part;

	for (size_t at = 0; at < look->size; at += part + 1) {
		part = part_size(look->bytes + at, look->size - at);
		struct look one = look_at(look->bytes + at, part);

		if (only(&one, API_DIGIT))
			parts.numbers |= !at || part >= 3;
		parts.tokens |= class_of_part(&one) != NULL;
	}
	return parts;
}

/* NULL: it stays. */
static const char *class_among(const struct parts *parts, const struct look *part)
{
	const char *class = class_of_part(part);

	if (!class && parts->tokens && part->size > 1 &&
	    (only(part, API_DIGIT | API_LOWER_HEX) || only(part, API_DIGIT | API_UPPER_HEX)))
		return "{hex}";
	return !class && parts->numbers && only(part, API_DIGIT) ? "{n}" : class;
}

/* Nothing becomes longer, but for numbers and short hexadecimal ones: there is room for these. */
static size_t put_parts(char to[API_RULE_MAX], const struct look *look)
{
	const struct parts parts = look_at_parts(look);
	size_t size = 0, part;

	for (size_t at = 0; at < look->size; at += part + 1) {
		part = part_size(look->bytes + at, look->size - at);
		struct look one = look_at(look->bytes + at, part);
		const char *class = class_among(&parts, &one);
		size_t length = class ? strlen(class) : part;

		if (size + length + 1 > API_RULE_MAX)
			return API_RULE_MAX;
		memcpy(to + size, class ? (const void *)class : one.bytes, length);
		size += length;
		if (at + part < look->size)
			to[size++] = look->bytes[at + part];
	}
	return size;
}

static size_t put_class(char to[API_RULE_MAX], const char *class)
{
	size_t size = strlen(class);

	memcpy(to, class, size);
	return size;
}

/* Nothing but a name is made of these, or so short. */
static bool is_name(struct view_bytes segment, unsigned int seen)
{
	if (!(seen & ~WORDS))
		return segment.size <= API_LITERAL_MAX;
	return !(seen & ~(API_LETTERS | API_DIGIT)) && seen != API_DIGIT && segment.size < 8 &&
	       *segment.bytes != '0';
}

size_t api_rule_segment(char to[API_RULE_MAX], struct view_bytes segment, unsigned int seen)
{
	struct look look;
	const char *class;
	size_t size = segment.size;

	if (is_name(segment, seen)) {
		memcpy(to, segment.bytes, size);
		return size;
	}
	if (seen == API_DIGIT && size != 8)
		return put_class(to, "{n}");
	look = look_at(segment.bytes, size);
	class = class_of(&look);
	if (class)
		return put_class(to, class);
	if (look.digits && look.seen & (API_DASH | API_DOT | API_COLON) && size <= 2 * API_RULE_MAX)
		size = put_parts(to, &look);
	else if (size <= API_LITERAL_MAX)
		memcpy(to, look.bytes, size);
	return size <= API_LITERAL_MAX ? size : put_class(to, "{long}");
}
