/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The fields that a predicate can ask of, and how their values are written.
 */
#ifndef HDRTAP_USER_WHERE_FIELDS_H
#define HDRTAP_USER_WHERE_FIELDS_H

#include "where/where_lex.h"
#include "where/where_program.h"

enum where_type {
	WHERE_TYPE_TEXT,
	WHERE_TYPE_HOST,
	WHERE_TYPE_NUMBER,
	WHERE_TYPE_STATUS,
	WHERE_TYPE_TIME,
	WHERE_TYPE_VERSION,
	WHERE_TYPE_ADDRESS,
	WHERE_TYPE_WORD,
	WHERE_TYPE_NONE, /* only asked whether it is there */
};

struct where_row {
	const char *name;
	enum where_field field;
	__u8 kind; /* of the head that has it; HDRTAP_KIND_NONE: either one tells */
	enum where_type type;
	bool both;                /* each half has its own: of one or the other */
	const char *const *words; /* WHERE_TYPE_WORD: by number */
	__u32 first, end;         /* numbers of those that can be asked for */
};

/* NULL: there is no such field. The name of a header field is in brackets: request[x-tenant]. */
const struct where_row *where_row_named(const char *name, size_t size);

/* All names, with commas, for messages. */
const char *where_names(char *text, size_t size);

/* Whether values of that type are compared by that token. */
bool where_compares(enum where_type type, enum where_token token);

/* What they are compared by, for messages. */
const char *where_comparisons(enum where_type type);

/*
 * Reads the value in lexer->word. With `pattern`, it is one for WHERE_GLOB. Returns 0, -EINVAL
 * (with an error) or -ENOMEM.
 */
int where_read_value(struct where_lexer *lexer, const struct where_row *row, bool pattern,
		     struct where_operand *to);

#endif
