/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Steps work on a stack of values. WHERE_LATER comes before WHERE_NEITHER in doubt: what may still
 * be told is waited for, even where it would change nothing.
 */
#include "where/where.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "where/where_parse.h"
#include "where/where_terms.h"
#include "where/where_texts.h"

#define STACK_MAX (2 * WHERE_DEPTH_MAX + 4)

struct where *where_new(void)
{
	return calloc(1, sizeof(struct where));
}

/* Takes back terms and steps. */
static void cut_back(struct where *where, __u32 terms, __u32 steps)
{
	while (where->terms > terms) {
		struct where_term *term = &where->term[--where->terms];

		for (size_t i = 0; i < term->count; i++)
			free(term->operand[i].text);
		free(term->operand);
	}
	where->steps = steps;
}

void where_free(struct where *where)
{
	if (!where)
		return;
	cut_back(where, 0, 0);
	free(where);
}

bool where_any(const struct where *where)
{
	return where && where->steps;
}

static int too_long(struct where_error *error)
{
	error->column = 1;
	snprintf(error->text, sizeof(error->text),
		 "the predicates are longer than %d bytes together; leave some out",
		 WHERE_TEXT_MAX - 1);
	return -EINVAL;
}

/* Of several, each in parentheses, as it may have || in it. */
static int add_text(struct where *where, const char *text, struct where_error *error)
{
	char joined[WHERE_TEXT_MAX];
	int size;

	if (*where->text)
		size = snprintf(joined, sizeof(joined), "(%s) && (%s)", where->text, text);
	else
		size = snprintf(joined, sizeof(joined), "%s", text);
	if ((size_t)size >= sizeof(joined))
		return too_long(error);
	strcpy(where->text, joined);
	return 0;
}

int where_add(struct where *where, const char *text, struct where_error *error)
{
	__u32 terms = where->terms, steps = where->steps;
	int err = where_parse(where, text, error);

	if (!err && steps && where->steps == WHERE_STEPS_MAX)
		err = too_long(error);
	if (!err)
		err = add_text(where, text, error);
	if (err)
		cut_back(where, terms, steps);
	else if (steps)
		where->step[where->steps++] = (struct where_step){ WHERE_AND, 0 };
	return err;
}

const char *where_text(const struct where *where)
{
	return where->text;
}

__u32 where_asks(const struct where *where)
{
	__u32 kinds = 0;

	for (__u32 i = 0; i < where->terms; i++)
		if (where->term[i].kind)
			kinds |= 1u << where->term[i].kind;
	return kinds;
}

const char *where_name(const struct where *where, size_t number, enum where_use *use)
{
	for (__u32 i = 0; i < where->terms; i++) {
		const struct where_term *term = &where->term[i];

		if ((term->field != WHERE_NAMED && term->field != WHERE_HOST) || number--)
			continue;
		*use = term->test == WHERE_HAS      ? WHERE_PRESENCE
		       : term->test == WHERE_LENGTH ? WHERE_SIZE
						    : WHERE_CONTENT;
		return term->field == WHERE_HOST ? "host" : term->name;
	}
	return NULL;
}

bool where_is_well_known(const char *name)
{
	return where_bit(name);
}

/* Kleene's: as if LATER and NEITHER were both unknown. */
static enum where_value both(enum where_value a, enum where_value b)
{
	if (a == WHERE_FALSE || b == WHERE_FALSE)
		return WHERE_FALSE;
	if (a == WHERE_TRUE || b == WHERE_TRUE)
		return a < b ? a : b;
	return a > b ? a : b;
}

static enum where_value negated(enum where_value value)
{
	return value == WHERE_FALSE ? WHERE_TRUE : value == WHERE_TRUE ? WHERE_FALSE : value;
}

enum where_value where_decide(const struct where *where, const struct where_transaction *t)
{
	enum where_value stack[STACK_MAX];
	__u32 top = 0;

	if (!where_any(where))
		return WHERE_TRUE;
	if (where->steps == 1)
		return where_term_value(&where->term[0], t);
	for (__u32 i = 0; i < where->steps; i++) {
		const struct where_step *step = &where->step[i];

		if (step->op == WHERE_TERM) {
			stack[top++] = where_term_value(&where->term[step->term], t);
			continue;
		}
		if (step->op == WHERE_NOT) {
			stack[top - 1] = negated(stack[top - 1]);
			continue;
		}
		top--;
		if (step->op == WHERE_AND)
			stack[top - 1] = both(stack[top - 1], stack[top]);
		else
			stack[top - 1] =
				negated(both(negated(stack[top - 1]), negated(stack[top])));
	}
	return stack[0];
}
