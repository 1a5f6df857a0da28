/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Nothing is missing, and little enough is early: cut, twice, overlapping, out of order,
 * interleaved.
 */
#include "disorder.h"
#include "variant_kinds.h"

#define SMALL  2000 /* bytes of a stream that is cut everywhere */
#define AROUND 8    /* bytes before and behind a head that belong to it here */

static size_t once(const struct flow *flow)
{
	(void)flow;
	return 1;
}

/* A walk through the places of a flow that are worth a cut. */
struct places {
	size_t left; /* before the one that is looked for */
	size_t count;
	__u8 direction;
	size_t at; /* the one that was looked for */
};

/* Those in (from, to) of a stream. */
static void pass_places(struct places *places, const struct flow *flow, __u8 direction, size_t from,
			size_t to)
{
	size_t end = flow->stream[direction].count;
	size_t first = from + 1, count;

	if (to > end)
		to = end;
	count = to > first ? to - first : 0;
	if (places->left < count) {
		places->direction = direction;
		places->at = first + places->left;
		places->left = -1;
	} else if (places->left != (size_t)-1) {
		places->left -= count;
	}
	places->count += count;
}

/* Every place of a small stream; in a large one those where a head is. */
static struct places places_of(const struct flow *flow, size_t number)
{
	struct places places = { .left = number };

	for (__u8 direction = 0; direction < 2; direction++)
		pass_places(&places, flow, direction, 0, SMALL);
	for (size_t i = 0; i < flow->truth.count; i++) {
		const struct seen *head = &flow->truth.list[i];
		size_t from = head->offset > SMALL ? head->offset : SMALL;

		pass_places(&places, flow, head->direction, from - AROUND,
			    head->offset + head->rec.head_length + AROUND);
	}
	return places;
}

static size_t split_count(const struct flow *flow)
{
	return places_of(flow, -1).count;
}

static void split(struct script *script, struct subject *subject)
{
	struct places places = places_of(subject->flow, subject->number);
	struct cutter cutter = { .direction = places.direction, .at = places.at };

	script_begin(script, &subject->flow, 1, &subject->rng);
	script_whole(script, 0, size_split, &cutter);
}

static void bytes(struct script *script, struct subject *subject)
{
	struct cutter cutter = { .rng = &subject->rng, .most = 1 };

	script_begin(script, &subject->flow, 1, &subject->rng);
	script_whole(script, 0, size_random, &cutter);
}

/* --- nothing is missing --- */

static void duplicate(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_duplicate(script, &subject->rng);
}

static void overlap(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_overlap(script, &subject->rng, true);
}

static void probe(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_probe(script, &subject->rng);
}

static void swap(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_swap(script, &subject->rng);
}

static void acknowledge(struct script *script, struct subject *subject)
{
	swap(script, subject);
	disorder_acknowledge(script, &subject->rng);
}

static void swap_duplicate(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_swap(script, &subject->rng);
	disorder_duplicate(script, &subject->rng);
}

static void wrap(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_wrap(script, &subject->rng);
}

static void both_hooks(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_both_hooks(script);
}

static void interleave(struct script *script, struct subject *subject)
{
	variant_begin_several(script, subject);
	disorder_interleave(script, &subject->rng);
}

static void everything(struct script *script, struct subject *subject)
{
	variant_begin_several(script, subject);
	disorder_wrap(script, &subject->rng);
	disorder_swap(script, &subject->rng);
	disorder_overlap(script, &subject->rng, false);
	disorder_acknowledge(script, &subject->rng);
	disorder_duplicate(script, &subject->rng);
	disorder_interleave(script, &subject->rng);
}

const struct kind kinds_complete[] = {
	{ "split", PROPERTY_EQUAL, split_count, split },
	{ "bytes", PROPERTY_EQUAL, once, bytes },
	{ "pieces", PROPERTY_EQUAL, count_any, variant_begin },
	{ "duplicate", PROPERTY_EQUAL, count_any, duplicate },
	{ "overlap", PROPERTY_EQUAL, count_any, overlap },
	{ "probe", PROPERTY_EQUAL, count_any, probe },
	{ "swap", PROPERTY_EQUAL, count_any, swap },
	{ "acknowledge", PROPERTY_EQUAL, count_any, acknowledge },
	{ "swap_duplicate", PROPERTY_EQUAL, count_any, swap_duplicate },
	{ "wrap", PROPERTY_EQUAL, count_any, wrap },
	{ "both_hooks", PROPERTY_EQUAL, count_any, both_hooks },
	{ "interleave", PROPERTY_EQUAL, count_any, interleave },
	{ "everything", PROPERTY_EQUAL, count_any, everything },
	{ NULL, 0, NULL, NULL },
};
