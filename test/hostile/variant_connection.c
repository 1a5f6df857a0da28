/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How connections begin and end, and packets that do as if.
 */
#include "disorder.h"
#include "variant_kinds.h"

static bool ends_stream(const struct script *script, size_t at)
{
	const struct piece *piece = &script->list[at];
	const struct instance *instance = &script->instance[piece->instance];

	return piece_has_data(piece) &&
	       (size_t)piece->to == instance->flow->stream[piece->direction].count;
}

static void blind_reset(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_spoof(script, &subject->rng, false);
	for (size_t i = script->count; i-- > 0;)
		if (script->list[i].skew && script->list[i].flags & (TCP_SYN | TCP_ACK))
			script_remove(script, i);
}

static void spoof(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_spoof(script, &subject->rng, rng_once_in(&subject->rng, 2));
}

/* Each side's FIN comes with, behind or before its last packet, not at the end of all. */
static void half_close(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	for (size_t i = 0; i + 2 < script->count; i++) {
		struct piece fin = script->list[script->count - 1];

		if (!ends_stream(script, i))
			continue;
		if (fin.direction != script->list[i].direction)
			fin = script->list[script->count - 2];
		switch (rng_below(&subject->rng, 3)) {
		case 0:
			script->list[i].flags |= TCP_FIN;
			break;
		case 1:
			script_insert(script, i + 1, &fin);
			break;
		default:
			script_insert(script, i, &fin);
		}
		i++;
	}
	script->count -= 2;
}

static void reset(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	script->list[script->count - 1].flags = TCP_RST;
	script->list[script->count - 2].flags = TCP_RST;
}

/* Bytes in the client's SYN, RFC 7413. */
static size_t fast_open_count(const struct flow *flow)
{
	return flow->turns.list[0].direction == FROM_CLIENT ? COUNT_ANY : 0;
}

static void fast_open(struct script *script, struct subject *subject)
{
	struct piece *syn, *first;

	variant_begin(script, subject);
	syn = &script->list[0];
	first = &script->list[3];
	syn->from = first->from;
	syn->to = first->to;
	if (rng_once_in(&subject->rng, 2)) /* otherwise it is sent again */
		script_remove(script, 3);
}

/* Handshakes come again, late. */
static void syn_again(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	for (int i = 0; i < 4; i++) {
		size_t which = rng_below(&subject->rng, 2);

		script_insert(script, 2 + rng_below(&subject->rng, script->count - 1),
			      &script->list[which]);
	}
}

/* A connection of the same addresses follows, the first one's end may be missing. */
static void reuse(struct script *script, struct subject *subject)
{
	const struct flow *flows[] = { subject->flow, subject->flow };
	struct cutter cutter = variant_cutter(subject);
	struct instance *instance;

	script_begin(script, flows, 2, &subject->rng);
	instance = script->instance;
	for (int d = 0; d < 2; d++)
		instance[1].isn[d] = instance[0].isn[d] + flows[0]->stream[d].count + 1 +
				     rng_below(&subject->rng, 1 << 30);
	instance[1].address = instance[0].address;
	script_whole(script, 0, size_random, &cutter);
	script->count -= rng_below(&subject->rng, 3);
	script_whole(script, 1, size_random, &cutter);
}

/* Each stream begins with a head, and all heads can be found. */
static size_t no_syn_count(const struct flow *flow)
{
	size_t begun = 0;

	for (size_t i = 0; i < flow->truth.count; i++)
		if (!property_can_be_found(&flow->truth.list[i].rec))
			return 0;
	for (__u8 direction = 0; direction < 2; direction++) {
		bool first = true;

		begun += !flow->stream[direction].count;
		for (size_t i = 0; i < flow->truth.count; i++) {
			const struct seen *head = &flow->truth.list[i];

			if (head->direction != direction)
				continue;
			begun += first && !head->offset;
			first = false;
		}
	}
	return begun == 2;
}

static void no_syn(struct script *script, struct subject *subject)
{
	script_begin(script, &subject->flow, 1, &subject->rng);
	script_whole(script, 0, script_largest, NULL);
	for (int i = 0; i < 3; i++)
		script_remove(script, 0);
}

const struct kind kinds_connection[] = {
	{ "half_close", PROPERTY_EQUAL, count_any, half_close },
	{ "reset", PROPERTY_EQUAL, count_any, reset },
	{ "fast_open", PROPERTY_EQUAL, fast_open_count, fast_open },
	{ "syn_again", PROPERTY_EQUAL, count_any, syn_again },
	{ "reuse", PROPERTY_EQUAL, count_any, reuse },
	{ "blind_reset", PROPERTY_EQUAL, count_any, blind_reset },
	{ "spoof", PROPERTY_FLAGGED, count_any, spoof },
	{ "no_syn", PROPERTY_EQUAL_BUT_SYN, no_syn_count, no_syn },
	{ NULL, 0, NULL, NULL },
};
