/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes are missing.
 */
#include <string.h>

#include "disorder.h"
#include "variant_kinds.h"

/* The bytes behind a head that no head can be in; none: *to is not above *from. */
static void body_of(const struct flow *flow, const struct seen *head, size_t *from, size_t *to)
{
	size_t end = flow->stream[head->direction].count;

	*from = head->offset + head->rec.head_length;
	*to = *from;
	if (head->rec.framing == HDRTAP_FRAMING_LENGTH)
		*to = end - *from < head->rec.body_size ? end : *from + head->rec.body_size;
	if (head->rec.framing == HDRTAP_FRAMING_CLOSE || head->rec.framing == HDRTAP_FRAMING_TUNNEL)
		*to = end;
	if (*from > end)
		*to = *from;
}

static bool in_body(const struct flow *flow, const struct piece *piece)
{
	size_t from, to;

	for (size_t i = 0; i < flow->truth.count; i++) {
		if (flow->truth.list[i].direction != piece->direction)
			continue;
		body_of(flow, &flow->truth.list[i], &from, &to);
		if ((size_t)piece->from >= from && (size_t)piece->to <= to)
			return true;
	}
	return false;
}

static size_t body_count(const struct flow *flow)
{
	size_t from, to, bytes = 0;

	for (size_t i = 0; i < flow->truth.count; i++) {
		body_of(flow, &flow->truth.list[i], &from, &to);
		bytes += to - from;
	}
	return bytes ? COUNT_ANY : 0;
}

/* Packets of nothing but body. Where heads are is known without them. */
static void lose_body(struct script *script, struct subject *subject)
{
	__u32 times = 1 + rng_below(&subject->rng, 4);
	size_t kept = 0;

	variant_begin(script, subject);
	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		if (!piece_has_data(piece) || !in_body(subject->flow, piece) ||
		    !rng_once_in(&subject->rng, times))
			script->list[kept++] = *piece;
	}
	script->count = kept;
}

static void shuffle(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_shuffle(script, &subject->rng);
	if (rng_once_in(&subject->rng, 2))
		disorder_acknowledge(script, &subject->rng);
}

static void lose(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	if (rng_once_in(&subject->rng, 2))
		disorder_acknowledge(script, &subject->rng);
	disorder_lose(script, &subject->rng, 2 + rng_below(&subject->rng, 20));
}

static void cut(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	disorder_cut(script, &subject->rng, 2 + rng_below(&subject->rng, 20));
}

static void lose_syn(struct script *script, struct subject *subject)
{
	variant_begin(script, subject);
	script_remove(script, rng_below(&subject->rng, 2));
}

/* The capture begins somewhere in the connection. */
static void begin_late(struct script *script, struct subject *subject)
{
	size_t first;

	variant_begin(script, subject);
	first = 3 + rng_below(&subject->rng, script->count - 3);
	memmove(script->list, script->list + first,
		(script->count - first) * sizeof(*script->list));
	script->count -= first;
}

static void lossy_everything(struct script *script, struct subject *subject)
{
	variant_begin_several(script, subject);
	disorder_wrap(script, &subject->rng);
	disorder_shuffle(script, &subject->rng);
	disorder_overlap(script, &subject->rng, false);
	disorder_acknowledge(script, &subject->rng);
	disorder_duplicate(script, &subject->rng);
	disorder_lose(script, &subject->rng, 10);
	disorder_cut(script, &subject->rng, 20);
	disorder_interleave(script, &subject->rng);
}

/* What is behind a lost head can be found: heads are not told by what comes before them alone. */
static size_t lose_one_count(const struct flow *flow)
{
	for (size_t i = 0; i < flow->truth.count; i++) {
		const struct hdrtap_record *rec = &flow->truth.list[i].rec;

		if (rec->framing == HDRTAP_FRAMING_TUNNEL || rec->method == HDRTAP_METHOD_HEAD ||
		    rec->method == HDRTAP_METHOD_CONNECT)
			return 0;
	}
	return flow->truth.count > 1 ? COUNT_ANY : 0;
}

static void lose_one(struct script *script, struct subject *subject)
{
	struct cutter cutter = variant_cutter(subject);
	size_t tries = 100, which;

	script_begin(script, &subject->flow, 1, &subject->rng);
	script_whole(script, 0, size_heads, &cutter);
	disorder_acknowledge(script, &subject->rng);
	do
		which = rng_below(&subject->rng, script->count);
	while (!piece_has_data(&script->list[which]) && tries--);
	script_remove(script, which);
}

const struct kind kinds_lossy[] = {
	{ "lose_body", PROPERTY_EQUAL, body_count, lose_body },
	{ "lose_syn", PROPERTY_FLAGGED, count_any, lose_syn },
	{ "begin_late", PROPERTY_FLAGGED, count_any, begin_late },
	{ "lose", PROPERTY_FLAGGED, count_any, lose },
	{ "cut", PROPERTY_FLAGGED, count_any, cut },
	{ "shuffle", PROPERTY_FLAGGED, count_any, shuffle },
	{ "lossy_everything", PROPERTY_FLAGGED, count_any, lossy_everything },
	{ "lose_one", PROPERTY_FOUND_AGAIN, lose_one_count, lose_one },
	{ NULL, 0, NULL, NULL },
};
