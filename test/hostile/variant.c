/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "variant.h"

#include <string.h>

#include "disorder.h"

#define SMALL        2000  /* bytes of a stream that is cut everywhere */
#define AROUND       8     /* bytes before and behind a head that belong to it here */
#define INTERLEAVED  6     /* flows at one time */
#define OTHERS_BYTES 20000 /* of a flow that others are interleaved with */

static const size_t sizes[] = { 2, 7, 30, 200, 1460 };

static struct cutter cutter_of(struct subject *subject)
{
	size_t most = sizes[rng_below(&subject->rng, sizeof(sizes) / sizeof(sizes[0]))];

	return (struct cutter){ .rng = &subject->rng, .most = most };
}

/* The flow in packets of random sizes. */
static void begin_random(struct script *script, struct subject *subject)
{
	struct cutter cutter = cutter_of(subject);

	script_begin(script, &subject->flow, 1, &subject->rng);
	script_whole(script, 0, size_random, &cutter);
}

static size_t any(const struct flow *flow)
{
	(void)flow;
	return COUNT_ANY;
}

static size_t once(const struct flow *flow)
{
	(void)flow;
	return 1;
}

/* --- cut --- */

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
	begin_random(script, subject);
	disorder_duplicate(script, &subject->rng);
}

static void overlap(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_overlap(script, &subject->rng, true);
}

static void probe(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_probe(script, &subject->rng);
}

static void swap(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_swap(script, &subject->rng);
}

static void acknowledge(struct script *script, struct subject *subject)
{
	swap(script, subject);
	disorder_acknowledge(script, &subject->rng);
}

static void swap_duplicate(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_swap(script, &subject->rng);
	disorder_duplicate(script, &subject->rng);
}

static void wrap(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_wrap(script, &subject->rng);
}

static void both_hooks(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_both_hooks(script);
}

/* Which flow comes beside the subject; not too large a one. */
static const struct flow *another(struct subject *subject)
{
	const struct flow *flow;

	do
		flow = &subject->others->list[rng_below(&subject->rng, subject->others->count)];
	while (flow->stream[FROM_CLIENT].count + flow->stream[FROM_SERVER].count > OTHERS_BYTES);
	return flow;
}

static void begin_several(struct script *script, struct subject *subject)
{
	const struct flow *flows[INTERLEAVED] = { subject->flow };
	struct cutter cutter;

	for (size_t i = 1; i < INTERLEAVED; i++)
		flows[i] = another(subject);
	script_begin(script, flows, INTERLEAVED, &subject->rng);
	for (size_t i = 0; i < INTERLEAVED; i++) {
		cutter = cutter_of(subject);
		script_whole(script, i, size_random, &cutter);
	}
}

static void interleave(struct script *script, struct subject *subject)
{
	begin_several(script, subject);
	disorder_interleave(script, &subject->rng);
}

static void everything(struct script *script, struct subject *subject)
{
	begin_several(script, subject);
	disorder_wrap(script, &subject->rng);
	disorder_swap(script, &subject->rng);
	disorder_overlap(script, &subject->rng, false);
	disorder_acknowledge(script, &subject->rng);
	disorder_duplicate(script, &subject->rng);
	disorder_interleave(script, &subject->rng);
}

/* --- how connections begin and end --- */

static bool ends_stream(const struct script *script, size_t at)
{
	const struct piece *piece = &script->list[at];
	const struct instance *instance = &script->instance[piece->instance];

	return piece_has_data(piece) &&
	       (size_t)piece->to == instance->flow->stream[piece->direction].count;
}

static void blind_reset(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_spoof(script, &subject->rng, false);
	for (size_t i = script->count; i-- > 0;)
		if (script->list[i].skew && script->list[i].flags & (TCP_SYN | TCP_ACK))
			script_remove(script, i);
}

static void spoof(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_spoof(script, &subject->rng, rng_once_in(&subject->rng, 2));
}

/* Each side's FIN comes with, behind or before its last packet, not at the end of all. */
static void half_close(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
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
	begin_random(script, subject);
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

	begin_random(script, subject);
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
	begin_random(script, subject);
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
	struct cutter cutter = cutter_of(subject);
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

/* --- bytes are missing --- */

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

	begin_random(script, subject);
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
	begin_random(script, subject);
	disorder_shuffle(script, &subject->rng);
	if (rng_once_in(&subject->rng, 2))
		disorder_acknowledge(script, &subject->rng);
}

static void lose(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	if (rng_once_in(&subject->rng, 2))
		disorder_acknowledge(script, &subject->rng);
	disorder_lose(script, &subject->rng, 2 + rng_below(&subject->rng, 20));
}

static void cut(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	disorder_cut(script, &subject->rng, 2 + rng_below(&subject->rng, 20));
}

static void lose_syn(struct script *script, struct subject *subject)
{
	begin_random(script, subject);
	script_remove(script, rng_below(&subject->rng, 2));
}

/* The capture begins somewhere in the connection. */
static void begin_late(struct script *script, struct subject *subject)
{
	size_t first;

	begin_random(script, subject);
	first = 3 + rng_below(&subject->rng, script->count - 3);
	memmove(script->list, script->list + first,
		(script->count - first) * sizeof(*script->list));
	script->count -= first;
}

static void lossy_everything(struct script *script, struct subject *subject)
{
	begin_several(script, subject);
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
	struct cutter cutter = cutter_of(subject);
	size_t tries = 100, which;

	script_begin(script, &subject->flow, 1, &subject->rng);
	script_whole(script, 0, size_heads, &cutter);
	if (rng_once_in(&subject->rng, 2))
		disorder_acknowledge(script, &subject->rng);
	do
		which = rng_below(&subject->rng, script->count);
	while (!piece_has_data(&script->list[which]) && tries--);
	script_remove(script, which);
}

const struct kind kinds[] = {
	{ "split", PROPERTY_EQUAL, split_count, split },
	{ "bytes", PROPERTY_EQUAL, once, bytes },
	{ "pieces", PROPERTY_EQUAL, any, begin_random },
	{ "duplicate", PROPERTY_EQUAL, any, duplicate },
	{ "overlap", PROPERTY_EQUAL, any, overlap },
	{ "probe", PROPERTY_EQUAL, any, probe },
	{ "swap", PROPERTY_EQUAL, any, swap },
	{ "acknowledge", PROPERTY_EQUAL, any, acknowledge },
	{ "swap_duplicate", PROPERTY_EQUAL, any, swap_duplicate },
	{ "wrap", PROPERTY_EQUAL, any, wrap },
	{ "both_hooks", PROPERTY_EQUAL, any, both_hooks },
	{ "interleave", PROPERTY_EQUAL, any, interleave },
	{ "everything", PROPERTY_EQUAL, any, everything },
	{ "half_close", PROPERTY_EQUAL, any, half_close },
	{ "reset", PROPERTY_EQUAL, any, reset },
	{ "fast_open", PROPERTY_EQUAL, fast_open_count, fast_open },
	{ "syn_again", PROPERTY_EQUAL, any, syn_again },
	{ "reuse", PROPERTY_EQUAL, any, reuse },
	{ "blind_reset", PROPERTY_EQUAL, any, blind_reset },
	{ "spoof", PROPERTY_FLAGGED, any, spoof },
	{ "no_syn", PROPERTY_EQUAL_BUT_SYN, no_syn_count, no_syn },
	{ "lose_body", PROPERTY_EQUAL, body_count, lose_body },
	{ "lose_syn", PROPERTY_FLAGGED, any, lose_syn },
	{ "begin_late", PROPERTY_FLAGGED, any, begin_late },
	{ "lose", PROPERTY_FLAGGED, any, lose },
	{ "cut", PROPERTY_FLAGGED, any, cut },
	{ "shuffle", PROPERTY_FLAGGED, any, shuffle },
	{ "lossy_everything", PROPERTY_FLAGGED, any, lossy_everything },
	{ "lose_one", PROPERTY_FOUND_AGAIN, lose_one_count, lose_one },
	{ NULL, 0, NULL, NULL },
};
