/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "property.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "record_difference.h"

#define FLAG HDRTAP_FLAG

/* Flags that say that a record may be less than its head. */
#define FLAGS_PART (FLAG(INCOMPLETE) | FLAG(SNAPLEN))
/* Flags that say that a record may not be of a head at all. */
#define FLAGS_GUESS FLAG(RESYNC)
/* Flags that missing packets bring. */
#define FLAGS_MISSING (FLAGS_PART | FLAGS_GUESS | FLAG(GAP) | FLAG(TIMEOUT))
/* Flags of a response that say that it is not known which request it answers. */
#define FLAGS_NOT_PAIRED (FLAG(UNPAIRED) | FLAG(UNSOLICITED))

static char reason[1024];

static const char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *because(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	return reason;
}

static const char *about(const struct seen *seen, const char *why)
{
	return because("flow %u, %s byte %u, %s: %s", seen->instance,
		       seen->direction == FROM_CLIENT ? "client" : "server", seen->offset,
		       seen->rec.kind == HDRTAP_KIND_REQUEST ? "request" : "response", why);
}

/* --- always --- */

#define X_SUM(symbol, ...) +count[HDRTAP_COUNTER_##symbol]

static const char *check_accounts(const struct run *run)
{
	const __u64 *count = run->counters.count;
	__u64 packets = HDRTAP_PACKET_COUNTERS(X_SUM), heads = count[HDRTAP_COUNTER_HEADS];
	__u64 fates = (HDRTAP_HEAD_COUNTERS(X_SUM)) - heads;

	if (packets != run->packets)
		return because("%llu packets have %llu outcomes", run->packets, packets);
	if (heads != fates)
		return because("%llu heads were begun, %llu became something", heads, fates);
	if (count[HDRTAP_COUNTER_EMITTED] != run->seen.count ||
	    count[HDRTAP_COUNTER_REQUESTS] + count[HDRTAP_COUNTER_RESPONSES] != run->seen.count)
		return because("%llu heads emitted, %zu records", count[HDRTAP_COUNTER_EMITTED],
			       run->seen.count);
	return NULL;
}

static int same_head(const struct seen *a, const struct seen *b)
{
	return a->instance == b->instance && a->direction == b->direction && a->offset == b->offset;
}

static const char *check_once(const struct run *run)
{
	const struct seen *list = run->seen.list;

	for (size_t i = 0; i < run->seen.count; i++) {
		if (list[i].instance >= run->script->instances)
			return "a record of no connection there is";
		for (size_t j = i + 1; j < run->seen.count; j++)
			if (same_head(&list[i], &list[j]))
				return about(&list[i], "has two records");
	}
	return NULL;
}

/* --- nothing is missing --- */

/* The first in [from, end) that is of this instance's stream; `end` when there is none. */
static const struct seen *next_of(const struct seen *from, const struct seen *end, __u32 instance,
				  __u8 direction)
{
	while (from < end && (from->instance != instance || from->direction != direction))
		from++;
	return from;
}

static const char *check_equal(const struct seen *is, const struct seen *expected)
{
	const char *difference;

	if (is->offset != expected->offset)
		return about(is, is->offset < expected->offset
					 ? "is no head"
					 : "is the next head found: one is missing");
	difference = record_difference(&is->rec, &expected->rec);
	return difference ? about(is, difference) : NULL;
}

/* What is forgiven when SYN was not seen. */
static void forget_syn(struct seen *seen)
{
	seen->rec.flags &= ~(FLAGS_GUESS | FLAGS_NOT_PAIRED);
	seen->rec.depth = 0;
	seen->rec.paired_method = 0;
}

static const char *check_stream(enum property property, const struct run *run, __u32 instance,
				__u8 direction)
{
	const struct flow *flow = run->script->instance[instance].flow;
	const struct seen *is = run->seen.list, *is_end = is + run->seen.count;
	const struct seen *expected = flow->truth.list, *end = expected + flow->truth.count;
	const char *why = NULL;
	int first = 1;

	for (; !why; is++, expected++, first = 0) {
		struct seen a, b;

		is = next_of(is, is_end, instance, direction);
		expected = next_of(expected, end, 0, direction);
		if (is == is_end && expected == end)
			break;
		if (is == is_end) {
			b = *expected;
			b.instance = instance;
			return about(&b, "is missing");
		}
		if (expected == end)
			return about(is, "is no head: there are no more");
		a = *is;
		b = *expected;
		if (property == PROPERTY_EQUAL_BUT_SYN) {
			if (first && !(a.rec.flags & FLAGS_GUESS))
				return about(&a, "is not flagged though there was no SYN");
			forget_syn(&a);
			forget_syn(&b);
		}
		why = check_equal(&a, &b);
	}
	return why;
}

static const char *check_streams(enum property property, const struct run *run)
{
	const char *why = NULL;

	for (__u32 i = 0; i < run->script->instances * 2 && !why; i++)
		why = check_stream(property, run, i / 2, i % 2);
	return why;
}

/* --- something is missing --- */

static const struct seen *truth_of(const struct script *script, const struct seen *seen)
{
	const struct sightings *truth = &script->instance[seen->instance].flow->truth;

	for (size_t i = 0; i < truth->count; i++)
		if (truth->list[i].direction == seen->direction &&
		    truth->list[i].offset == seen->offset)
			return &truth->list[i];
	return NULL;
}

/* A whole head: as in the truth, but that missing packets are flagged, messages before it may not
 * be counted, and a response need not know its request when it says so. */
static const char *check_whole(const struct seen *is, const struct seen *expected)
{
	struct hdrtap_record a = is->rec, b = expected->rec;

	if (!a.depth)
		b.depth = 0;
	if (a.flags & FLAGS_NOT_PAIRED) {
		a.paired_method = b.paired_method = 0;
		a.framing = b.framing = 0;
		a.body_size = b.body_size = 0;
	}
	a.flags &= ~(FLAGS_MISSING | FLAGS_NOT_PAIRED);
	b.flags &= ~(FLAGS_MISSING | FLAGS_NOT_PAIRED);
	return record_difference(&a, &b);
}

static const char *check_flagged(const struct run *run, const struct seen *is)
{
	const struct seen *expected = truth_of(run->script, is);
	const char *why;

	if (!expected)
		return is->rec.flags & FLAGS_GUESS ? NULL : about(is, "is no head and not flagged");
	if (is->rec.flags & FLAGS_PART)
		why = record_part_difference(&is->rec, &expected->rec);
	else
		why = check_whole(is, expected);
	return why ? about(is, why) : NULL;
}

static const char *check_all_flagged(const struct run *run)
{
	const char *why = NULL;

	for (size_t i = 0; i < run->seen.count && !why; i++)
		why = check_flagged(run, &run->seen.list[i]);
	return why;
}

/* Whether the bytes [from, to) of the stream come in order, from the start of a packet on. */
static int comes_whole(const struct script *script, const struct seen *head)
{
	__s64 next = -1, end = head->offset + head->rec.head_length;

	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		if (piece->instance != head->instance || piece->direction != head->direction ||
		    !piece_has_data(piece))
			continue;
		if (piece->from == head->offset)
			next = piece->from;
		if (next < 0)
			continue;
		if (piece->from > next || piece->cut)
			return 0;
		next = piece->to > next ? piece->to : next;
		if (next >= end)
			return 1;
	}
	return 0;
}

static const char *check_found(const struct run *run, const struct seen *head)
{
	for (size_t i = 0; i < run->seen.count; i++)
		if (same_head(&run->seen.list[i], head))
			return NULL;
	return comes_whole(run->script, head) ? about(head, "is not found again") : NULL;
}

static const char *check_all_found(const struct run *run)
{
	const struct script *script = run->script;
	const char *why = NULL;

	for (__u32 i = 0; i < script->instances; i++) {
		const struct sightings *truth = &script->instance[i].flow->truth;

		for (size_t j = 0; j < truth->count && !why; j++) {
			struct seen head = truth->list[j];

			head.instance = i;
			why = check_found(run, &head);
		}
	}
	return why;
}

/* --- */

const char *property_check(enum property property, const struct run *run)
{
	const char *why = check_accounts(run);

	if (!why)
		why = check_once(run);
	if (why)
		return why;
	if (property == PROPERTY_EQUAL || property == PROPERTY_EQUAL_BUT_SYN)
		return check_streams(property, run);
	why = check_all_flagged(run);
	if (!why && property == PROPERTY_FOUND_AGAIN)
		why = check_all_found(run);
	return why;
}

static void take_truth(struct flow *flow, const struct run *run)
{
	flow->truth.count = 0;
	for (size_t i = 0; i < run->seen.count; i++)
		*VECTOR_ADD(&flow->truth) = run->seen.list[i];
}

const char *property_truth(struct flow *flow, struct run *run)
{
	const struct flow *flows[] = { flow };
	struct rng rng = { 0 };
	const char *why;

	do {
		struct script script;

		script_begin(&script, flows, 1, &rng);
		script_whole(&script, 0, script_largest, NULL);
		run_script(run, &script);
		take_truth(flow, run);
		why = property_check(PROPERTY_EQUAL, run);
		script_free(&script);
		flow->segment /= 2;
	} while (run->counters.count[HDRTAP_COUNTER_OVER_BUDGET]);
	flow->segment *= 2;
	return why;
}
