/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Nothing is missing: the records of each stream are those of the truth.
 */
#include "property_parts.h"
#include "record_difference.h"

/* Where a stream stops being HTTP whose heads are known to be heads. */
__u64 property_known_to(const struct flow *flow, __u8 direction)
{
	__u64 end = 0;

	for (size_t i = 0; i < flow->truth.count; i++) {
		const struct seen *head = &flow->truth.list[i];

		if (head->direction != direction || head->rec.flags & FLAGS_GUESS)
			continue;
		end = head->offset + head->rec.head_length + head->rec.body_size;
		if (end < head->offset)
			end = ~0ULL;
	}
	return end;
}

/* A walk through the known heads of one stream. */
struct heads {
	const struct seen *at, *end;
	__u32 instance;
	__u8 direction;
	__u64 known_to;
};

static struct heads heads_of(const struct sightings *seen, __u32 instance, __u8 direction,
			     __u64 known_to)
{
	return (struct heads){ seen->list, seen->list + seen->count, instance, direction,
			       known_to };
}

/* The next one, NULL: there are no more. */
static const struct seen *next_head(struct heads *heads)
{
	for (; heads->at < heads->end; heads->at++) {
		const struct seen *head = heads->at;

		if (head->instance != heads->instance || head->direction != heads->direction)
			continue;
		if (head->offset >= heads->known_to && head->rec.flags & FLAGS_GUESS)
			continue;
		heads->at++;
		return head;
	}
	return NULL;
}

static const char *check_equal(const struct seen *is, const struct seen *expected)
{
	const char *difference;

	if (is->offset != expected->offset)
		return property_about(is, is->offset < expected->offset
						  ? "is no head"
						  : "is the next head found: one is missing");
	difference = record_difference(&is->rec, &expected->rec);
	if (!difference && is->paired != expected->paired)
		difference = "is paired with another request";
	return difference ? property_about(is, difference) : NULL;
}

/* What is forgiven when SYN was not seen. */
static void forget_syn(struct seen *seen)
{
	seen->rec.flags &= ~(FLAGS_GUESS | FLAGS_NOT_PAIRED);
	seen->rec.depth = 0;
	seen->rec.paired_method = 0;
	seen->paired = SEEN_NOT_PAIRED;
}

static const char *check_equal_but_syn(const struct seen *is, const struct seen *expected,
				       int first)
{
	struct seen a = *is, b = *expected;

	if (first && !(a.rec.flags & FLAGS_GUESS))
		return property_about(is, "is not flagged though there was no SYN");
	forget_syn(&a);
	forget_syn(&b);
	return check_equal(&a, &b);
}

static const char *missing(const struct seen *head, __u32 instance)
{
	struct seen it = *head;

	it.instance = instance;
	return property_about(&it, "is missing");
}

static const char *check_stream(enum property property, const struct run *run, __u32 instance,
				__u8 direction)
{
	const struct flow *flow = run->script->instance[instance].flow;
	__u64 known = property_known_to(flow, direction);
	struct heads of_run = heads_of(&run->seen, instance, direction, known);
	struct heads of_truth = heads_of(&flow->truth, 0, direction, known);
	const struct seen *is, *expected;
	const char *why = NULL;

	for (int first = 1; !why; first = 0) {
		is = next_head(&of_run);
		expected = next_head(&of_truth);
		if (!is && !expected)
			break;
		if (!is)
			why = missing(expected, instance);
		else if (!expected)
			why = property_about(is, "is no head: there are no more");
		else if (property == PROPERTY_EQUAL_BUT_SYN)
			why = check_equal_but_syn(is, expected, first);
		else
			why = check_equal(is, expected);
	}
	return why;
}

const char *property_equal(enum property property, const struct run *run)
{
	const char *why = NULL;

	for (__u32 i = 0; i < run->script->instances * 2 && !why; i++)
		why = check_stream(property, run, i / 2, i % 2);
	return why;
}
