/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "variant_kinds.h"

#define PACKETS_MAX  5000  /* of a flow, where its packets need not be large for that */
#define LARGE        1460  /* bytes */
#define INTERLEAVED  6     /* flows at one time */
#define OTHERS_BYTES 20000 /* of a flow that others are interleaved with */

static const size_t sizes[] = { 2, 7, 30, 200, LARGE };

struct cutter variant_cutter(struct subject *subject)
{
	const struct stream *stream = subject->flow->stream;
	size_t bytes = stream[FROM_CLIENT].count + stream[FROM_SERVER].count;
	size_t number = rng_below(&subject->rng, sizeof(sizes) / sizeof(sizes[0]));

	while (sizes[number] < LARGE && bytes / sizes[number] > PACKETS_MAX)
		number++;
	return (struct cutter){ .rng = &subject->rng, .most = sizes[number] };
}

void variant_begin(struct script *script, struct subject *subject)
{
	struct cutter cutter = variant_cutter(subject);

	script_begin(script, &subject->flow, 1, &subject->rng);
	script_whole(script, 0, size_random, &cutter);
}

size_t count_any(const struct flow *flow)
{
	(void)flow;
	return COUNT_ANY;
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

void variant_begin_several(struct script *script, struct subject *subject)
{
	const struct flow *flows[INTERLEAVED] = { subject->flow };
	struct cutter cutter;

	for (size_t i = 1; i < INTERLEAVED; i++)
		flows[i] = another(subject);
	script_begin(script, flows, INTERLEAVED, &subject->rng);
	for (size_t i = 0; i < INTERLEAVED; i++) {
		cutter = variant_cutter(subject);
		script_whole(script, i, size_random, &cutter);
	}
}

const struct kind *kind_number(size_t number)
{
	static const struct kind *const groups[] = { kinds_complete, kinds_connection,
						     kinds_lossy };

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		for (const struct kind *kind = groups[i]; kind->name; kind++)
			if (!number--)
				return kind;
	return NULL;
}
