/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * By recursive descent:
 *
 *	any   = all { "||" all }
 *	all   = one { "&&" one }
 *	one   = "!" one | "(" any ")" | "has" "(" FIELD ")" | what COMPARISON VALUE { "," VALUE }
 *	what  = FIELD | "length" "(" FIELD ")"
 */
#include "where/where_parse.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "where/where_fields.h"

struct parser {
	struct where_lexer lexer;
	struct where *where;
	unsigned int depth;
};

static int parse_any(struct parser *p);

static int add_step(struct parser *p, enum where_op op, __u32 term)
{
	if (p->where->steps == WHERE_STEPS_MAX)
		return where_wrong(&p->lexer, "the predicates are too long; leave some out");
	p->where->step[p->where->steps++] = (struct where_step){ op, term };
	return 0;
}

static int add_term(struct parser *p, const struct where_term *term, struct where_term **to)
{
	if (p->where->terms == WHERE_TERMS_MAX || p->where->steps == WHERE_STEPS_MAX)
		return where_wrong(&p->lexer, "the predicates have too many terms; leave some out");
	*to = &p->where->term[p->where->terms];
	**to = *term;
	return add_step(p, WHERE_TERM, p->where->terms++);
}

static int unexpected(struct parser *p, const char *wanted)
{
	char text[48];

	return where_wrong(&p->lexer, "%s is not expected here; write %s",
			   where_lex_text(&p->lexer, text), wanted);
}

static int expect(struct parser *p, enum where_token token, const char *wanted)
{
	if (p->lexer.token != token)
		return unexpected(p, wanted);
	where_lex(&p->lexer);
	return 0;
}

static bool is_of_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-_.", c));
}

/* The header name in the brackets of lexer->word. */
static int read_name(struct parser *p, char name[HDRTAP_NAME_MAX + 1])
{
	const char *at = strchr(p->lexer.word, '[') + 1;
	size_t size = strcspn(at, "]");

	if (!size || size > HDRTAP_NAME_MAX || at[size] != ']' || at[size + 1])
		return where_wrong(&p->lexer,
				   "'%.60s' does not name a header field; write request[NAME] or "
				   "response[NAME]",
				   p->lexer.word);
	for (size_t i = 0; i < size; i++) {
		name[i] = at[i] >= 'A' && at[i] <= 'Z' ? at[i] + ('a' - 'A') : at[i];
		if (!is_of_token(name[i]))
			return where_wrong(&p->lexer,
					   "'%.60s' does not name a header field; write "
					   "request[NAME] or response[NAME]",
					   p->lexer.word);
	}
	name[size] = '\0';
	return 0;
}

/* A field, which the current token has to name. */
static int read_field(struct parser *p, const struct where_row **row, struct where_term *term)
{
	char known[480], text[48];
	int err = 0;

	if (p->lexer.token != WHERE_WORD)
		return unexpected(p, "a field, has(FIELD), length(FIELD), '!' or '('");
	*row = where_row_named(p->lexer.word, p->lexer.size);
	if (!*row)
		return where_wrong(&p->lexer, "%s is no field; use %s",
				   where_lex_text(&p->lexer, text),
				   where_names(known, sizeof(known)));
	term->field = (*row)->field;
	term->kind = (*row)->kind;
	if (term->field == WHERE_NAMED)
		err = read_name(p, term->name);
	if (!err)
		where_lex(&p->lexer);
	return err;
}

static int read_argument(struct parser *p, const struct where_row **row, struct where_term *term)
{
	int err;

	where_lex(&p->lexer);
	err = expect(p, WHERE_OPEN, "'('");
	if (!err)
		err = read_field(p, row, term);
	return err ? err : expect(p, WHERE_CLOSE, "')'");
}

static bool may_be_absent(const struct where_row *row)
{
	return row->field == WHERE_NAMED || row->field == WHERE_HEAD || row->field == WHERE_HOST ||
	       row->field == WHERE_LATENCY || row->field == WHERE_QUERY || row->field == WHERE_VLAN;
}

static int parse_has(struct parser *p)
{
	struct where_term term = { .test = WHERE_HAS }, *to;
	const struct where_row *row;
	size_t column = p->lexer.column;
	int err = read_argument(p, &row, &term);

	if (!err && !may_be_absent(row))
		err = where_wrong_at(
			&p->lexer, column,
			"has(%s) cannot be asked; use has() with request, response, host, "
			"query, latency, vlan, request[NAME] or response[NAME]",
			row->name);
	return err ? err : add_term(p, &term, &to);
}

/* < and the like, as a range. */
static void make_range(enum where_token token, struct where_operand *to)
{
	__u64 number = to->low;

	to->low = 0;
	to->high = UINT64_MAX;
	if (token == WHERE_GT || token == WHERE_GE)
		to->low = number + (token == WHERE_GT);
	else if (number || token == WHERE_LE)
		to->high = number - (token == WHERE_LT);
	else /* nothing is below 0 */
		to->low = UINT64_MAX;
}

static struct where_operand *more_operands(struct where_term *term)
{
	struct where_operand *list =
		reallocarray(term->operand, term->count + 1, sizeof(*term->operand));

	if (!list)
		return NULL;
	term->operand = list;
	list[term->count] = (struct where_operand){ 0 };
	return &list[term->count++];
}

static bool is_order(enum where_token token)
{
	return token >= WHERE_LT && token <= WHERE_GE;
}

/* One value, and what follows it. */
static int read_value(struct parser *p, const struct where_row *row, enum where_token token,
		      struct where_term *term)
{
	struct where_operand *to = more_operands(term);
	int err = to ? where_lex_value(&p->lexer) : -ENOMEM;

	if (!err)
		err = where_read_value(&p->lexer, row, term->test == WHERE_GLOB, to);
	if (!err && is_order(token) && to->low != to->high)
		err = where_wrong(&p->lexer, "'%.40s' is more than one number; compare with one",
				  p->lexer.word);
	if (err)
		return err;
	if (is_order(token))
		make_range(token, to);
	where_lex(&p->lexer);
	return 0;
}

static int wrong_comparison(struct parser *p, const struct where_row *row)
{
	char text[48];

	if (row->type == WHERE_TYPE_NONE)
		return where_wrong(&p->lexer, "'%s' has no value; use has(%s)", row->name,
				   row->name);
	return where_wrong(&p->lexer, "%s is not an operator for '%s'; use %s",
			   where_lex_text(&p->lexer, text), row->name,
			   where_comparisons(row->type));
}

/* A comparison and its values, into `term`. Each half that has such a field of its own is asked. */
static int read_values(struct parser *p, const struct where_row *row, struct where_term *term,
		       enum where_token *token)
{
	int err;

	*token = p->lexer.token;
	if (!where_compares(row->type, *token))
		return wrong_comparison(p, row);
	if (*token == WHERE_LIKE || *token == WHERE_UNLIKE)
		term->test = WHERE_GLOB;
	err = read_value(p, row, *token, term);
	while (!err && p->lexer.token == WHERE_COMMA) {
		if (is_order(*token))
			return where_wrong(&p->lexer, "this comparison has one value; leave the "
						      "others out");
		err = read_value(p, row, *token, term);
	}
	return err;
}

/* The same term about the other half. */
static int add_other(struct parser *p, const struct where_term *term)
{
	struct where_term other = *term, *to;
	size_t size = term->count * sizeof(*term->operand);
	int err;

	other.kind = HDRTAP_KIND_RESPONSE;
	other.operand = malloc(size);
	if (!other.operand)
		return -ENOMEM;
	memcpy(other.operand, term->operand, size); /* of numbers: no texts */
	err = add_term(p, &other, &to);
	if (err) {
		free(other.operand);
		return err;
	}
	return add_step(p, WHERE_OR, 0);
}

static int add_comparison(struct parser *p, const struct where_row *row,
			  const struct where_term *term, enum where_token token)
{
	struct where_term *to;
	int err = add_term(p, term, &to);

	if (!err && row->both) {
		to->kind = HDRTAP_KIND_REQUEST;
		err = add_other(p, to);
	}
	if (!err && (token == WHERE_NE || token == WHERE_UNLIKE))
		err = add_step(p, WHERE_NOT, 0);
	return err;
}

static void drop_operands(struct where_term *term)
{
	for (size_t i = 0; i < term->count; i++)
		free(term->operand[i].text);
	free(term->operand);
}

static int parse_comparison(struct parser *p, const struct where_row *row, struct where_term *term)
{
	__u32 terms = p->where->terms;
	enum where_token token;
	int err = read_values(p, row, term, &token);

	if (!err)
		err = add_comparison(p, row, term, token);
	if (p->where->terms == terms) /* it is nobody's */
		drop_operands(term);
	return err;
}

static int parse_length(struct parser *p)
{
	static const struct where_row number = { "length()", WHERE_NAMED, 0, WHERE_TYPE_NUMBER,
						 .words = NULL };
	struct where_term term = { 0 };
	const struct where_row *row;
	size_t column = p->lexer.column;
	int err = read_argument(p, &row, &term);

	term.test = WHERE_LENGTH;
	if (!err && row->field != WHERE_NAMED && row->field != WHERE_TARGET)
		err = where_wrong_at(&p->lexer, column,
				     "length(%s) is not known; use length() with target, "
				     "request[NAME] or response[NAME]",
				     row->name);
	return err ? err : parse_comparison(p, &number, &term);
}

static int parse_term(struct parser *p)
{
	struct where_term term = { .test = WHERE_EQUAL };
	const struct where_row *row;
	int err;

	if (p->lexer.token == WHERE_WORD && !strcmp(p->lexer.word, "has"))
		return parse_has(p);
	if (p->lexer.token == WHERE_WORD && !strcmp(p->lexer.word, "length"))
		return parse_length(p);
	err = read_field(p, &row, &term);
	return err ? err : parse_comparison(p, row, &term);
}

static int parse_inside(struct parser *p)
{
	bool negated = p->lexer.token == WHERE_BANG;
	int err;

	if (p->lexer.token != WHERE_BANG && p->lexer.token != WHERE_OPEN)
		return parse_term(p);
	where_lex(&p->lexer);
	if (!negated) {
		err = parse_any(p);
		return err ? err : expect(p, WHERE_CLOSE, "&&, || or ')'");
	}
	if (p->depth++ == WHERE_DEPTH_MAX)
		return where_wrong(&p->lexer, "this is nested too deeply; write it simpler");
	err = parse_inside(p);
	p->depth--;
	return err ? err : add_step(p, WHERE_NOT, 0);
}

static int parse_all(struct parser *p)
{
	int err = parse_inside(p);

	while (!err && p->lexer.token == WHERE_BOTH) {
		where_lex(&p->lexer);
		err = parse_inside(p);
		if (!err)
			err = add_step(p, WHERE_AND, 0);
	}
	return err;
}

static int parse_any(struct parser *p)
{
	int err;

	if (p->depth++ == WHERE_DEPTH_MAX)
		return where_wrong(&p->lexer, "this is nested too deeply; write it simpler");
	err = parse_all(p);
	while (!err && p->lexer.token == WHERE_EITHER) {
		where_lex(&p->lexer);
		err = parse_all(p);
		if (!err)
			err = add_step(p, WHERE_OR, 0);
	}
	p->depth--;
	return err;
}

int where_parse(struct where *where, const char *text, struct where_error *error)
{
	struct parser p = { .lexer = { .text = text, .error = error }, .where = where };
	int err;

	where_lex(&p.lexer);
	err = parse_any(&p);
	if (!err && p.lexer.token != WHERE_END)
		err = unexpected(&p, "&& or ||");
	return err;
}
