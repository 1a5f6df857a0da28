/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The program is run once more, with ways instead of values: what has to hold for it to be true,
 * and what for it to be false. `!` swaps both. What the parser cannot tell, and what there is no
 * room for, becomes a way without terms, which is always open.
 */
#include "where/where_kernel.h"

#include <stdlib.h>
#include <string.h>

#include "view/view.h"
#include "where/where_program.h"
#include "where/where_texts.h"

#define X_TEXT(s, text, ...) text,
static const char *const methods[] = { HDRTAP_METHODS(X_TEXT) };

#define BOTH_KINDS (1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE)
#define TEXT_MAX   (8 * HDRTAP_WHERE_WORDS)
#define STACK_MAX  (2 * WHERE_DEPTH_MAX + 4)

/* Any of them. */
struct ways {
	struct hdrtap_where_way way[HDRTAP_WHERE_WAYS];
	__u32 count;
};

/* What makes a value true, and what makes it false. */
struct sides {
	struct ways yes, no;
};

struct making {
	struct hdrtap_where *to;
	const struct run_meta *meta;
	enum where_taken taken;
};

static const struct ways always = { .way = { { .kinds = BOTH_KINDS } }, .count = 1 };

/* --- ways --- */

/* Whether one is open whenever the other is, for the same heads. */
static bool covers(const struct hdrtap_where_way *one, const struct hdrtap_where_way *other)
{
	return !(one->holds & ~other->holds) && !(one->fails & ~other->fails) &&
	       !(other->kinds & ~one->kinds);
}

static void add_way(struct making *m, struct ways *to, struct hdrtap_where_way way)
{
	if (way.holds & way.fails || !way.kinds)
		return;
	for (__u32 i = 0; i < to->count; i++)
		if (covers(&to->way[i], &way))
			return;
	for (__u32 i = 0; i < to->count;)
		if (covers(&way, &to->way[i]))
			to->way[i] = to->way[--to->count];
		else
			i++;
	if (to->count < HDRTAP_WHERE_WAYS) {
		to->way[to->count++] = way;
		return;
	}
	*to = always;
	m->taken = WHERE_TOO_LONG;
}

static struct ways either(struct making *m, const struct ways *a, const struct ways *b)
{
	struct ways to = *a;

	for (__u32 i = 0; i < b->count; i++)
		add_way(m, &to, b->way[i]);
	return to;
}

static struct ways both(struct making *m, const struct ways *a, const struct ways *b)
{
	struct ways to = { .count = 0 };

	for (__u32 i = 0; i < a->count; i++)
		for (__u32 j = 0; j < b->count; j++)
			add_way(m, &to,
				(struct hdrtap_where_way){
					.holds = a->way[i].holds | b->way[j].holds,
					.fails = a->way[i].fails | b->way[j].fails,
					.kinds = a->way[i].kinds & b->way[j].kinds,
				});
	return to;
}

static struct sides swapped(const struct sides *sides)
{
	return (struct sides){ sides->no, sides->yes };
}

static struct sides any(struct making *m, const struct sides *a, const struct sides *b)
{
	return (struct sides){ either(m, &a->yes, &b->yes), both(m, &a->no, &b->no) };
}

static struct sides all(struct making *m, const struct sides *a, const struct sides *b)
{
	return (struct sides){ both(m, &a->yes, &b->yes), either(m, &a->no, &b->no) };
}

/* --- terms --- */

/* Sides of one of the parser's terms. */
static struct sides made(struct making *m, const struct hdrtap_where_term *term)
{
	struct hdrtap_where_way holds = { .kinds = BOTH_KINDS }, fails = holds;
	__u32 number = 0;

	while (number < m->to->terms && memcmp(&m->to->term[number], term, sizeof(*term)))
		number++;
	if (number == HDRTAP_WHERE_TERMS) {
		m->taken = WHERE_TOO_LONG;
		return (struct sides){ always, always };
	}
	if (number == m->to->terms)
		m->to->term[m->to->terms++] = *term;
	holds.holds = fails.fails = 1u << number;
	return (struct sides){ { { holds }, 1 }, { { fails }, 1 } };
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Returns whether there is room for all of it. */
static bool put_text(struct hdrtap_where_term *to, const char *text, size_t size, bool fold)
{
	__u8 word[TEXT_MAX] = { 0 }, mask[TEXT_MAX] = { 0 };

	to->length = size < TEXT_MAX ? size : TEXT_MAX;
	memcpy(word, text, to->length);
	for (size_t i = 0; i < to->length; i++)
		mask[i] = fold && is_letter(text[i]) ? 0xdf : 0xff;
	memcpy(to->word, word, sizeof(to->word));
	memcpy(to->mask, mask, sizeof(to->mask));
	return size <= TEXT_MAX;
}

/* Of a path or target the part that a pattern, or a text, begins with. */
static bool put_path(struct hdrtap_where_term *to, const struct where_term *term,
		     const struct where_operand *operand)
{
	size_t size = term->test == WHERE_GLOB ? strcspn(operand->text, "*?\\")
					       : strcspn(operand->text, "?");
	bool whole = size == operand->size && term->field == WHERE_PATH;
	bool begin = term->test == WHERE_GLOB && !strcmp(operand->text + size, "*");

	if (operand->text[0] != '/' || strlen(operand->text) != operand->size)
		return false;
	to->what = HDRTAP_WHERE_PATH;
	to->how = whole ? HDRTAP_WHERE_WHOLE : begin ? HDRTAP_WHERE_BEGIN : HDRTAP_WHERE_MAYBE;
	if (!put_text(to, operand->text, size, false))
		to->how = HDRTAP_WHERE_MAYBE;
	return true;
}

static bool put_host(const struct making *m, struct hdrtap_where_term *to,
		     const struct where_term *term, const struct where_operand *operand)
{
	bool below = !strncmp(operand->text, "*.", 2);
	__u8 slot = view_slot(m->meta, "host");

	if (term->test != WHERE_EQUAL || strchr(operand->text, ':') || !operand->size ||
	    slot == HDRTAP_SLOT_NONE || !m->meta->slot[slot].active ||
	    m->meta->slot[slot].mode != HDRTAP_MODE_KEEP)
		return false;
	to->what = HDRTAP_WHERE_HOST;
	to->how = below ? HDRTAP_WHERE_END : HDRTAP_WHERE_WHOLE;
	to->slot = slot;
	return put_text(to, operand->text + below, operand->size - below, true);
}

static bool put_name(struct hdrtap_where_term *to, const struct where_term *term)
{
	to->what = HDRTAP_WHERE_NAME;
	to->low = term->bit;
	return term->bit;
}

static void put_range(struct hdrtap_where_term *to, enum hdrtap_where_what what,
		      const struct where_operand *operand)
{
	to->what = what;
	to->low = operand->low;
	to->high = operand->high;
}

/* Returns false when the parser does not have what the term asks of. */
static bool put_one(const struct making *m, struct hdrtap_where_term *to,
		    const struct where_term *term, const struct where_operand *operand)
{
	switch (term->field) {
	case WHERE_STATUS:
		put_range(to, HDRTAP_WHERE_STATUS, operand);
		return true;
	case WHERE_LATENCY:
		put_range(to, HDRTAP_WHERE_LATENCY, operand);
		return term->test != WHERE_HAS;
	case WHERE_PATH:
	case WHERE_TARGET:
		return term->test != WHERE_LENGTH && put_path(to, term, operand);
	case WHERE_HOST:
		return term->test != WHERE_HAS && put_host(m, to, term, operand);
	default:
		return false;
	}
}

/* All of a term's methods in one. */
static struct sides method_sides(struct making *m, const struct where_term *term)
{
	struct hdrtap_where_term to = { .what = HDRTAP_WHERE_METHOD, .kind = term->kind };

	for (size_t i = 0; i < term->count; i++) {
		__u32 method = HDRTAP_METHOD_OTHER;

		for (__u32 known = 1; known < HDRTAP_METHOD_MAX; known++)
			if (!strcmp(methods[known], term->operand[i].text))
				method = known;
		to.low |= 1ULL << method;
	}
	return made(m, &to);
}

static struct sides kind_sides(const struct where_term *term)
{
	struct hdrtap_where_way way = { .kinds = 0 };
	struct sides to = { .yes = { .count = 1 }, .no = { .count = 1 } };

	for (size_t i = 0; i < term->count; i++)
		way.kinds |= 1u << term->operand[i].low;
	to.yes.way[0] = way;
	way.kinds ^= BOTH_KINDS;
	to.no.way[0] = way;
	return to;
}

static struct sides term_sides(struct making *m, const struct where_term *term)
{
	struct sides to = { .no = always };

	if (term->field == WHERE_KIND)
		return kind_sides(term);
	if (term->field == WHERE_METHOD && term->test == WHERE_EQUAL)
		return method_sides(m, term);
	if (term->field == WHERE_NAMED && term->test == WHERE_HAS) {
		struct hdrtap_where_term one = { .kind = term->kind };

		if (put_name(&one, term))
			return made(m, &one);
	}
	if (!term->count)
		return (struct sides){ always, always };
	for (size_t i = 0; i < term->count; i++) {
		struct hdrtap_where_term one = { .kind = term->kind };
		struct sides sides = { always, always };

		if (put_one(m, &one, term, &term->operand[i]))
			sides = made(m, &one);
		to = any(m, &to, &sides);
	}
	return to;
}

static void run(struct making *m, const struct where *where, struct sides *stack)
{
	__u32 top = 0;

	for (__u32 i = 0; i < where->steps; i++) {
		const struct where_step *step = &where->step[i];

		if (step->op == WHERE_TERM) {
			stack[top++] = term_sides(m, &where->term[step->term]);
		} else if (step->op == WHERE_NOT) {
			stack[top - 1] = swapped(&stack[top - 1]);
		} else {
			top--;
			stack[top - 1] = step->op == WHERE_AND
						 ? all(m, &stack[top - 1], &stack[top])
						 : any(m, &stack[top - 1], &stack[top]);
		}
	}
}

/* Only ways to heads that are shown; when one is always open there is nothing to be asked. */
static void finish(struct making *m, const struct ways *ways, __u32 kinds)
{
	for (__u32 i = 0; i < ways->count; i++) {
		struct hdrtap_where_way way = ways->way[i];

		way.kinds &= kinds;
		if (way.kinds)
			m->to->way[m->to->ways++] = way;
	}
	for (__u32 i = 0; i < m->to->ways; i++)
		if (!m->to->way[i].holds && !m->to->way[i].fails &&
		    m->to->way[i].kinds == BOTH_KINDS)
			m->to->ways = 0;
}

enum where_taken where_kernel(struct hdrtap_where *to, const struct where *where,
			      const struct run_meta *meta, __u32 kinds)
{
	struct making m = { .to = to, .meta = meta, .taken = WHERE_TAKEN };
	struct sides *stack;

	memset(to, 0, sizeof(*to));
	if (!where_any(where))
		return WHERE_TAKEN;
	to->needs = where_asks(where);
	stack = calloc(STACK_MAX, sizeof(*stack));
	if (!stack)
		return WHERE_TOO_LONG;
	run(&m, where, stack);
	finish(&m, &stack[0].yes, kinds);
	free(stack);
	return m.taken;
}
