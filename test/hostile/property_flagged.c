/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Something is missing: what is less than the truth, or may be none of it, says so.
 */
#include <string.h>

#include "property_parts.h"
#include "record_difference.h"

#define EARLY_MAX 2 /* segments held, each by itself */

static int is_seen(const struct run *run, const struct seen *head)
{
	for (size_t i = 0; i < run->seen.count; i++)
		if (property_same_head(&run->seen.list[i], head))
			return 1;
	return 0;
}

static const struct seen *truth_of(const struct script *script, const struct seen *seen)
{
	const struct sightings *truth = &script->instance[seen->instance].flow->truth;

	for (size_t i = 0; i < truth->count; i++)
		if (truth->list[i].direction == seen->direction &&
		    truth->list[i].offset == seen->offset)
			return &truth->list[i];
	return NULL;
}

/* The PROXY protocol header was not seen. */
static void forget_proxy(struct hdrtap_record *rec)
{
	rec->flags &= ~FLAG(PROXIED);
	rec->client_port = 0;
	memset(rec->client, 0, sizeof(rec->client));
}

/* A whole head: as in the truth, but that missing packets are flagged, messages before it may not
 * be counted, and a response need not know its request when it says so; one that came before its
 * request in the truth may come behind it here. */
static const char *check_whole(const struct seen *is, const struct seen *expected)
{
	union record_room rooms[2] = { is->room, expected->room };
	struct hdrtap_record *a = &rooms[0].rec, *b = &rooms[1].rec;

	if (!a->depth || (!b->depth && a->flags & (FLAGS_NOT_PAIRED | FLAGS_MISSING)))
		a->depth = b->depth = 0;
	if (a->flags & (FLAGS_NOT_PAIRED | FLAGS_MISSING) || expected->paired == SEEN_NOT_PAIRED) {
		a->paired_method = b->paired_method = 0;
		a->framing = b->framing = 0;
		a->body_size = b->body_size = 0;
	}
	if (expected->paired != SEEN_NOT_PAIRED && is->paired != expected->paired &&
	    !(is->rec.flags & (FLAGS_NOT_PAIRED | FLAGS_MISSING)))
		return is->paired == SEEN_NOT_PAIRED - 1 ? "is paired with no request"
							 : "is paired with another request";
	if (!(a->flags & FLAG(PROXIED)))
		forget_proxy(b);
	if (a->flags & FLAGS_GUESS) /* the body before it, which flags it, was not all seen */
		b->flags &= ~FLAG(SMUGGLING) | a->flags;
	a->flags &= ~(FLAGS_MISSING | FLAGS_NOT_PAIRED);
	b->flags &= ~(FLAGS_MISSING | FLAGS_NOT_PAIRED);
	return record_difference(a, b);
}

/* Whether a request came before the answer that makes a tunnel of its connection was seen. */
static int before_tunnel(const struct run *run, const struct seen *request)
{
	const struct flow *flow = run->script->instance[request->instance].flow;
	int tunnel = 0;

	for (size_t i = 0; i < flow->truth.count; i++)
		tunnel |= flow->truth.list[i].rec.framing == HDRTAP_FRAMING_TUNNEL;
	for (const struct seen *seen = run->seen.list; seen < request; seen++)
		if (seen->instance == request->instance &&
		    seen->rec.framing == HDRTAP_FRAMING_TUNNEL)
			return 0;
	return tunnel && request->rec.kind == HDRTAP_KIND_REQUEST;
}

/* Whether what is no head may have a record: it says that it was looked for, or that it began like
 * one, where nothing else was known to be, and is not whole. */
static int may_be_none(const struct run *run, const struct seen *is)
{
	const struct flow *flow = run->script->instance[is->instance].flow;

	if (is->rec.flags & FLAGS_GUESS)
		return 1;
	if (is->rec.kind == HDRTAP_KIND_RESPONSE && is->rec.flags & FLAGS_NOT_PAIRED)
		return 1;
	if (is->rec.flags & FLAG(INCOMPLETE) &&
	    is->offset >= property_known_to(flow, is->direction))
		return 1;
	return before_tunnel(run, is);
}

/* Whether a packet of the connection acknowledges the number 0, which is taken for none, because
 * those who scrub captures leave it. */
static bool acknowledges_0(const struct script *script, __u32 instance)
{
	const struct instance *at = &script->instance[instance];

	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		if (piece->instance == instance && piece->flags & TCP_ACK &&
		    !(at->isn[!piece->direction] + 1 + (__u32)piece->acknowledged))
			return true;
	}
	return false;
}

static const char *check_against(const struct run *run, const struct seen *is,
				 const struct seen *truth)
{
	struct seen expected = *truth;

	if (acknowledges_0(run->script, is->instance))
		expected.paired = SEEN_NOT_PAIRED;
	return check_whole(is, &expected);
}

static const char *check_flagged(const struct run *run, const struct seen *is)
{
	const struct seen *expected = truth_of(run->script, is);
	const char *why;

	if (!expected)
		return may_be_none(run, is) ? NULL
					    : property_about(is, "is no head and not flagged");
	if (is->rec.flags & FLAGS_PART)
		why = record_part_difference(&is->rec, &expected->rec);
	else
		why = check_against(run, is, expected);
	return why ? property_about(is, why) : NULL;
}

const char *property_flagged(const struct run *run)
{
	const char *why = NULL;

	for (size_t i = 0; i < run->seen.count && !why; i++)
		why = check_flagged(run, &run->seen.list[i]);
	return why;
}

/* Bytes from the head's first to its start line's end. */
static size_t start_line_length(const struct script *script, const struct seen *head)
{
	const struct stream *stream =
		&script->instance[head->instance].flow->stream[head->direction];
	const __u8 *start = stream->list + head->offset;
	const __u8 *end = memchr(start, '\n', stream->count - head->offset);

	return end ? (size_t)(end + 1 - start) : stream->count;
}

/* Whether the head comes in order, from the start of a packet on that holds its start line. */
static int comes_whole(const struct script *script, const struct seen *head)
{
	__s64 next = -1, end = head->offset + head->rec.head_length;
	__s64 line = head->offset + start_line_length(script, head);

	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		if (piece->instance != head->instance || piece->direction != head->direction ||
		    !piece_has_data(piece))
			continue;
		if (piece->from == head->offset && piece->to >= line)
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

/*
 * Whether what is missing before the head was given up when its first packet came: the other side
 * had said something since, or the packets behind the missing one were no more than are held.
 */
static int comes_after_gap(const struct script *script, const struct seen *head)
{
	__s64 next = 0;
	int early = 0;

	for (size_t i = 0; i < script->count; i++) {
		const struct piece *piece = &script->list[i];

		if (piece->instance != head->instance || !piece_has_data(piece))
			continue;
		if (piece->direction != head->direction) {
			early = 0;
			continue;
		}
		early += early || piece->from > next;
		next = piece->to > next ? piece->to : next;
		if (piece->from == head->offset)
			return early <= EARLY_MAX;
	}
	return 0;
}

bool property_can_be_found(const struct hdrtap_record *rec)
{
	const __u64 wrong = FLAG(BAD_TARGET) | FLAG(BAD_VERSION) | FLAG(BAD_STATUS) | FLAG(HTTP09);

	if (rec->flags & wrong)
		return false;
	return rec->kind == HDRTAP_KIND_RESPONSE || rec->method != HDRTAP_METHOD_OTHER;
}

/* Whether what was taken for a head before it, and was none, may have hidden it. */
static int is_misled(const struct run *run, const struct seen *head)
{
	for (size_t i = 0; i < run->seen.count; i++) {
		const struct seen *seen = &run->seen.list[i];

		if (seen->instance == head->instance && seen->direction == head->direction &&
		    seen->offset < head->offset && !truth_of(run->script, seen))
			return 1;
	}
	return 0;
}

static const char *check_found(const struct run *run, const struct seen *head)
{
	if (is_seen(run, head) || !property_can_be_found(&head->rec) || is_misled(run, head))
		return NULL;
	if (head->rec.flags & FLAGS_GUESS) /* what led to it may be missing */
		return NULL;
	if (!comes_whole(run->script, head) || !comes_after_gap(run->script, head))
		return NULL;
	return property_about(head, "is not found again");
}

const char *property_found_again(const struct run *run)
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
