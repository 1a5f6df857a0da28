/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One row per field. Names of words are those of records, so that a predicate says what the views
 * show.
 */
#include "where/where_fields.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define X_TEXT(s, text, ...) text,
static const char *const kinds[] = { HDRTAP_KINDS(X_TEXT) };
static const char *const directions[] = { HDRTAP_DIRECTIONS(X_TEXT) };
static const char *const tunnels[] = { HDRTAP_TUNNELS(X_TEXT) };
static const char *const flags[] = { HDRTAP_FLAGS(X_TEXT) };
static const char *const framings[] = { HDRTAP_FRAMINGS(X_TEXT) };

#define REQUEST     HDRTAP_KIND_REQUEST
#define RESPONSE    HDRTAP_KIND_RESPONSE
#define EITHER      HDRTAP_KIND_NONE
#define WORDS(w, f) .words = w, .first = f, .end = sizeof(w) / sizeof(*w)

static const struct where_row rows[] = {
	{ "method", WHERE_METHOD, REQUEST, WHERE_TYPE_TEXT, .words = NULL },
	{ "host", WHERE_HOST, REQUEST, WHERE_TYPE_HOST, .words = NULL },
	{ "path", WHERE_PATH, REQUEST, WHERE_TYPE_TEXT, .words = NULL },
	{ "query", WHERE_QUERY, REQUEST, WHERE_TYPE_TEXT, .words = NULL },
	{ "target", WHERE_TARGET, REQUEST, WHERE_TYPE_TEXT, .words = NULL },
	{ "status", WHERE_STATUS, RESPONSE, WHERE_TYPE_STATUS, .words = NULL },
	{ "latency", WHERE_LATENCY, RESPONSE, WHERE_TYPE_TIME, .words = NULL },
	{ "kind", WHERE_KIND, EITHER, WHERE_TYPE_WORD, WORDS(kinds, 1) },
	{ "client", WHERE_CLIENT, EITHER, WHERE_TYPE_ADDRESS, .words = NULL },
	{ "client.port", WHERE_CLIENT_PORT, EITHER, WHERE_TYPE_NUMBER, .words = NULL },
	{ "server", WHERE_SERVER, EITHER, WHERE_TYPE_ADDRESS, .words = NULL },
	{ "server.port", WHERE_SERVER_PORT, EITHER, WHERE_TYPE_NUMBER, .words = NULL },
	{ "interface", WHERE_INTERFACE, EITHER, WHERE_TYPE_TEXT, .words = NULL },
	{ "direction", WHERE_DIRECTION, REQUEST, WHERE_TYPE_WORD, WORDS(directions, 1) },
	{ "vlan", WHERE_VLAN, EITHER, WHERE_TYPE_NUMBER, .words = NULL },
	{ "tunnel", WHERE_TUNNEL, EITHER, WHERE_TYPE_WORD, WORDS(tunnels, 0) },
	{ "flag", WHERE_FLAG, EITHER, WHERE_TYPE_WORD, .both = true, WORDS(flags, 0) },
	{ "request.flag", WHERE_FLAG, REQUEST, WHERE_TYPE_WORD, WORDS(flags, 0) },
	{ "response.flag", WHERE_FLAG, RESPONSE, WHERE_TYPE_WORD, WORDS(flags, 0) },
	{ "framing", WHERE_FRAMING, EITHER, WHERE_TYPE_WORD, .both = true, WORDS(framings, 0) },
	{ "request.framing", WHERE_FRAMING, REQUEST, WHERE_TYPE_WORD, WORDS(framings, 0) },
	{ "response.framing", WHERE_FRAMING, RESPONSE, WHERE_TYPE_WORD, WORDS(framings, 0) },
	{ "version", WHERE_VERSION, EITHER, WHERE_TYPE_VERSION, .both = true, .words = NULL },
	{ "request.version", WHERE_VERSION, REQUEST, WHERE_TYPE_VERSION, .words = NULL },
	{ "response.version", WHERE_VERSION, RESPONSE, WHERE_TYPE_VERSION, .words = NULL },
	{ "request", WHERE_HEAD, REQUEST, WHERE_TYPE_NONE, .words = NULL },
	{ "response", WHERE_HEAD, RESPONSE, WHERE_TYPE_NONE, .words = NULL },
	{ "request[NAME]", WHERE_NAMED, REQUEST, WHERE_TYPE_TEXT, .words = NULL },
	{ "response[NAME]", WHERE_NAMED, RESPONSE, WHERE_TYPE_TEXT, .words = NULL },
};
#define ROWS (sizeof(rows) / sizeof(*rows))

const struct where_row *where_row_named(const char *name, size_t size)
{
	const char *bracket = memchr(name, '[', size);
	size_t length = bracket ? (size_t)(bracket - name) + 1 : size;

	for (size_t i = 0; i < ROWS; i++) {
		size_t own = rows[i].field == WHERE_NAMED
				     ? strchr(rows[i].name, '[') + 1 - rows[i].name
				     : (long)strlen(rows[i].name);

		if (own == length && !memcmp(rows[i].name, name, length))
			return &rows[i];
	}
	return NULL;
}

const char *where_names(char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ROWS && at < size; i++)
		if (rows[i].type != WHERE_TYPE_NONE)
			at += snprintf(text + at, size - at, "%s%s",
				       !at             ? ""
				       : i + 1 == ROWS ? " or "
						       : ", ",
				       rows[i].name);
	return text;
}

bool where_compares(enum where_type type, enum where_token token)
{
	switch (token) {
	case WHERE_EQ:
	case WHERE_NE:
		return type != WHERE_TYPE_NONE;
	case WHERE_LIKE:
	case WHERE_UNLIKE:
		return type == WHERE_TYPE_TEXT || type == WHERE_TYPE_HOST;
	case WHERE_LT:
	case WHERE_LE:
	case WHERE_GT:
	case WHERE_GE:
		return type == WHERE_TYPE_NUMBER || type == WHERE_TYPE_STATUS ||
		       type == WHERE_TYPE_TIME || type == WHERE_TYPE_VERSION;
	default:
		return false;
	}
}

const char *where_comparisons(enum where_type type)
{
	if (where_compares(type, WHERE_LIKE))
		return "==, !=, ~ or !~";
	return where_compares(type, WHERE_LT) ? "==, !=, <, <=, > or >=" : "== or !=";
}

static int read_text(struct where_lexer *lexer, bool pattern, struct where_operand *to)
{
	if (!pattern && !lexer->quoted && strchr(lexer->word, '*'))
		return where_wrong(lexer,
				   "'*' stands for itself behind ==; use ~ for a pattern, or put "
				   "the value in quotes");
	to->text = malloc(lexer->size + 1);
	if (!to->text)
		return -ENOMEM;
	memcpy(to->text, lexer->word, lexer->size + 1);
	to->size = lexer->size;
	return 0;
}

/* A pattern of hosts ends in one: "*.example.com". Brackets of an IPv6 address may be left away. */
static int read_host(struct where_lexer *lexer, bool pattern, struct where_operand *to)
{
	char *word = lexer->word;

	if (!pattern && strchr(word, '*') &&
	    (strncmp(word, "*.", 2) || !word[2] || strchr(word + 1, '*')))
		return where_wrong(lexer,
				   "'%.40s' is no host; write a name as in example.com, or "
				   "*.example.com for all names below it",
				   word);
	if (lexer->size > 2 && word[0] == '[' && word[lexer->size - 1] == ']') {
		lexer->size -= 2;
		memmove(word, word + 1, lexer->size);
		word[lexer->size] = '\0';
	}
	if (!pattern && strchr(word, ':') && strchr(word, ':') == strrchr(word, ':'))
		return where_wrong(lexer,
				   "'%.40s' has a port, which hosts are compared without; "
				   "omit it, or use server.port",
				   word);
	for (char *c = word; *c; c++)
		*c += *c >= 'A' && *c <= 'Z' ? 'a' - 'A' : 0;
	return read_text(lexer, true, to);
}

/* A number at *at, which moves behind it. */
static bool read_digits(const char **at, __u64 *number)
{
	const char *begin = *at;

	for (*number = 0; **at >= '0' && **at <= '9'; ++*at) {
		if (*number > (UINT64_MAX - 9) / 10)
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return *at > begin;
}

static int read_number(struct where_lexer *lexer, struct where_operand *to)
{
	const char *at = lexer->word;
	bool good = read_digits(&at, &to->low);

	to->high = to->low;
	if (good && *at == '-') {
		at++;
		good = read_digits(&at, &to->high);
	}
	if (good && !*at && to->low <= to->high)
		return 0;
	return where_wrong(lexer, "'%.40s' is no number; write one, or a range as in 500-503",
			   lexer->word);
}

static int read_status(struct where_lexer *lexer, struct where_operand *to)
{
	const char *word = lexer->word;

	if (lexer->size == 3 && word[0] >= '1' && word[0] <= '9' && !strcmp(word + 1, "xx")) {
		to->low = (word[0] - '0') * 100;
		to->high = to->low + 99;
		return 0;
	}
	if (!read_number(lexer, to) && to->high <= 999)
		return 0;
	return where_wrong(lexer,
			   "'%.40s' is no status; write one as in 404, a range as in "
			   "500-503, or 5xx",
			   word);
}

static int read_version(struct where_lexer *lexer, struct where_operand *to)
{
	const char *word = lexer->word;

	if (lexer->size != 3 || !isdigit((unsigned char)word[0]) || word[1] != '.' ||
	    !isdigit((unsigned char)word[2]))
		return where_wrong(lexer, "'%.40s' is no version; write one as in 1.0 or 1.1",
				   word);
	to->low = to->high = (word[0] - '0') << 4 | (word[2] - '0');
	return 0;
}

static int read_time(struct where_lexer *lexer, struct where_operand *to)
{
	static const struct {
		const char *text;
		__u64 ns;
	} units[] = { { "ns", 1 },
		      { "us", 1000 },
		      { "ms", 1000000 },
		      { "s", 1000000000 },
		      { "m", 60000000000ULL } };
	const char *at = lexer->word;
	__u64 number;

	if (read_digits(&at, &number))
		for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
			if (!strcmp(units[i].text, at) && number <= UINT64_MAX / 2 / units[i].ns) {
				to->low = to->high = number * units[i].ns;
				return 0;
			}
	return where_wrong(lexer,
			   "'%.40s' is not a time; write a number and ns, us, ms, s or m, as "
			   "in 200ms",
			   lexer->word);
}

static bool read_bits(const char *text, int most, __u8 *bits)
{
	__u64 number;

	if (!read_digits(&text, &number) || *text || number > (unsigned int)most)
		return false;
	*bits = number;
	return true;
}

static int read_address(struct where_lexer *lexer, struct where_operand *to)
{
	char *slash = strchr(lexer->word, '/');
	struct in_addr v4;
	int wide = 128;
	bool good;

	if (slash)
		*slash = '\0';
	good = inet_pton(AF_INET6, lexer->word, to->address) == 1;
	if (!good && inet_pton(AF_INET, lexer->word, &v4) == 1) {
		good = true;
		wide = 32;
		memset(to->address, 0, 10);
		memset(to->address + 10, 0xff, 2);
		memcpy(to->address + 12, &v4, 4);
	}
	if (slash)
		*slash = '/';
	to->bits = wide;
	if (good && slash)
		good = read_bits(slash + 1, wide, &to->bits);
	to->bits += 128 - wide;
	if (good)
		return 0;
	return where_wrong(lexer,
			   "'%.60s' is no address; write one as in 10.0.0.1 or ::1, or a "
			   "prefix as in 10.0.0.0/8",
			   lexer->word);
}

static int read_word(struct where_lexer *lexer, const struct where_row *row,
		     struct where_operand *to)
{
	char known[360] = "";
	size_t at = 0;

	for (__u32 i = row->first; i < row->end; i++) {
		if (!strcmp(row->words[i], lexer->word)) {
			to->low = to->high = i;
			return 0;
		}
		if (at < sizeof(known))
			at += snprintf(known + at, sizeof(known) - at, "%s%s",
				       !at                 ? ""
				       : i + 1 == row->end ? " or "
							   : ", ",
				       row->words[i]);
	}
	return where_wrong(lexer, "'%.20s' is no %s; use %s", lexer->word, row->name, known);
}

int where_read_value(struct where_lexer *lexer, const struct where_row *row, bool pattern,
		     struct where_operand *to)
{
	switch (row->type) {
	case WHERE_TYPE_TEXT:
		return read_text(lexer, pattern, to);
	case WHERE_TYPE_HOST:
		return read_host(lexer, pattern, to);
	case WHERE_TYPE_NUMBER:
		return read_number(lexer, to);
	case WHERE_TYPE_STATUS:
		return read_status(lexer, to);
	case WHERE_TYPE_TIME:
		return read_time(lexer, to);
	case WHERE_TYPE_VERSION:
		return read_version(lexer, to);
	case WHERE_TYPE_ADDRESS:
		return read_address(lexer, to);
	default:
		return read_word(lexer, row, to);
	}
}
