/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A predicate's tokens. What a token may be depends on its place: behind a comparison stands a
 * value, which needs quotes only for white space, commas, parentheses, && and ||.
 */
#ifndef HDRTAP_USER_WHERE_LEX_H
#define HDRTAP_USER_WHERE_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "where/where_types.h"

#define WHERE_VALUE_MAX 512 /* bytes of one value */

enum where_token {
	WHERE_END,
	WHERE_OPEN,  /* ( */
	WHERE_CLOSE, /* ) */
	WHERE_BANG,
	WHERE_BOTH,   /* && */
	WHERE_EITHER, /* || */
	WHERE_EQ,
	WHERE_NE,
	WHERE_LIKE,   /* ~ */
	WHERE_UNLIKE, /* !~ */
	WHERE_LT,
	WHERE_LE,
	WHERE_GT,
	WHERE_GE,
	WHERE_COMMA,
	WHERE_WORD,
	WHERE_OTHER, /* nothing of these */
};

struct where_lexer {
	const char *text; /* all of it */
	size_t at;        /* behind the token */
	size_t column;    /* where the token begins, from 0 */
	enum where_token token;
	char word[WHERE_VALUE_MAX]; /* WHERE_WORD, and values */
	size_t size;                /* of it; quoted ones may hold any byte but NUL */
	bool quoted;
	struct where_error *error;
};

/* Reads the next token, of those that stand everywhere but behind a comparison. */
void where_lex(struct where_lexer *lexer);

/* Reads a value into `word`. Returns 0 or -EINVAL (with an error). */
int where_lex_value(struct where_lexer *lexer);

/* Sets the error, at the current token. Returns -EINVAL. */
int where_wrong(struct where_lexer *lexer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Likewise, at that column from 0. */
int where_wrong_at(struct where_lexer *lexer, size_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The current token as the user wrote it, at most 40 bytes, for messages. */
const char *where_lex_text(const struct where_lexer *lexer, char text[48]);

#endif
