/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Heads that wait for their other halves, and what a pair's sequence and acknowledgement numbers
 * (RFC 9293 section 3.4) have to be like.
 */
#ifndef HDRTAP_PENDING_H
#define HDRTAP_PENDING_H

#include <hdrtap/out/emit.h>

HDRTAP_STATIC_ASSERT(hdrtap_offsetof(struct hdrtap_flow, pending) +
					     32 * sizeof(struct hdrtap_pending) <=
				     sizeof(struct hdrtap_flow) &&
			     HDRTAP_PENDING_MAX <= 32,
		     "what hdrtap_pending_at() shows the verifier");

HDRTAP_INLINE struct hdrtap_pending *hdrtap_pending_at(struct hdrtap_flow *flow, __u32 number)
{
	number += flow->pending_first;
	if (number >= HDRTAP_PENDING_MAX)
		number -= HDRTAP_PENDING_MAX;
	HDRTAP_MASK(number, 31);
	return &flow->pending[number];
}

HDRTAP_INLINE int hdrtap_pending_unseen(const struct hdrtap_pending *pending)
{
	return (pending->reference & 15) == HDRTAP_METHOD_UNSEEN;
}

/* Counts the requests that wait as unanswered, once. */
HDRTAP_INLINE void hdrtap_pending_unanswered(struct hdrtap_flow *flow,
					     struct hdrtap_counters *counters)
{
	if (flow->marks & (HDRTAP_MARK_ANSWERS | HDRTAP_MARK_COUNTED))
		return;
	counters->count[HDRTAP_COUNTER_UNANSWERED] +=
		flow->pending_count - flow->unseen + flow->overflow;
	flow->marks |= HDRTAP_MARK_COUNTED;
}

/* Forgets the heads that wait. */
HDRTAP_INLINE void hdrtap_pending_clear(struct hdrtap_flow *flow, struct hdrtap_counters *counters)
{
	hdrtap_pending_unanswered(flow, counters);
	flow->marks &= ~(HDRTAP_MARK_ANSWERS | HDRTAP_MARK_COUNTED | HDRTAP_MARK_MISSED);
	flow->pending_first = 0;
	flow->pending_count = 0;
	flow->overflow = 0;
	flow->unseen = 0;
}

/* The oldest waits no more. */
HDRTAP_INLINE void hdrtap_pending_drop(struct hdrtap_flow *flow)
{
	flow->pending_first++;
	flow->pending_count--;
	/* the first ones share a line with what is written anyway */
	if (!flow->pending_count || flow->pending_first >= HDRTAP_PENDING_MAX)
		flow->pending_first = 0;
	if (!flow->pending_count)
		flow->marks &= ~HDRTAP_MARK_ANSWERS;
}

/* The head in `slot` waits. `numbered`: its record has a number. */
HDRTAP_INLINE void hdrtap_pending_add(struct hdrtap_flow *flow, const struct hdrtap_slot *slot,
				      __u32 numbered)
{
	const struct hdrtap_record *rec = &slot->head.rec;
	int request = rec->kind == HDRTAP_KIND_REQUEST;
	__u64 sequence = numbered                                      ? rec->sequence
			 : slot->head.excluded == HDRTAP_EXCLUDED_PAIR ? HDRTAP_EXCLUDED
								       : HDRTAP_NO_SEQUENCE;
	struct hdrtap_pending *pending;

	if (flow->pending_count >= HDRTAP_PENDING_MAX || flow->overflow) {
		flow->overflow += request;
		return;
	}
	pending = hdrtap_pending_at(flow, flow->pending_count++);
	pending->time = request ? rec->time : rec->body_size;
	pending->reference = sequence << 18 | (__u64)(rec->cpu & (HDRTAP_REFERENCE_CPUS - 1)) << 6 |
			     (rec->flags & HDRTAP_FLAG(RESYNC) ? HDRTAP_PENDING_RESYNC : 0) |
			     (slot->acknowledges ? HDRTAP_PENDING_ACKNOWLEDGES : 0) | rec->method;
	pending->begin = rec->tcp_sequence;
	pending->acknowledged = slot->acknowledged;
	if (!request)
		flow->marks |= HDRTAP_MARK_ANSWERS;
}

/* Any number of requests that were not seen may be unanswered. */
HDRTAP_INLINE void hdrtap_pending_add_unseen(struct hdrtap_flow *flow)
{
	if (flow->pending_count >= HDRTAP_PENDING_MAX)
		return;
	hdrtap_pending_at(flow, flow->pending_count++)->reference = HDRTAP_METHOD_UNSEEN;
	flow->unseen++;
	flow->marks &= ~HDRTAP_MARK_ANSWERED;
}

/* It is not known any more where the next message of a stream begins. */
HDRTAP_INLINE void hdrtap_stream_lose(struct hdrtap_flow *flow, __u32 which)
{
	struct hdrtap_stream *stream = hdrtap_stream_at(flow, which);

	stream->state = HDRTAP_STREAM_LOST;
	stream->doubt = HDRTAP_DOUBT_NONE;
	stream->sought = 1;
	stream->unsure = 1;
	stream->counted = 0;
	stream->depth = 0;
	flow->exchanges = 0;
	stream->unread = 1;
	if (flow->requester != which + 1 && flow->pending_count &&
	    !(flow->marks & HDRTAP_MARK_ANSWERS))
		flow->marks |= HDRTAP_MARK_MISSED;
}

#define HDRTAP_BEHIND (1 << 27) /* bytes: more than windows hold. Bodies may be of any size */

/* Whether number a is not behind b. */
HDRTAP_INLINE int hdrtap_not_behind(__u32 a, __u32 b)
{
	return b - a - 1 >= HDRTAP_BEHIND;
}

/* Whether the request was received when the response was sent. */
HDRTAP_INLINE int hdrtap_pair_received(__u32 request, __u32 acknowledged)
{
	return hdrtap_not_behind(acknowledged, request + 1);
}

/* What speaks against that the head in `slot` and the one that waits are a request and its
 * response: HDRTAP_UNFIT bits. */
#define HDRTAP_UNFIT_UNSENT 1 /* the response was sent before the request came */
#define HDRTAP_UNFIT_SEEN   2 /* some of it had come when the request was sent */

HDRTAP_INLINE int hdrtap_pair_unfit(const struct hdrtap_pending *pending,
				    const struct hdrtap_slot *slot)
{
	int known = pending->reference & HDRTAP_PENDING_ACKNOWLEDGES, unfit = 0;
	__u32 begin = slot->head.rec.tcp_sequence;

	if (slot->head.rec.kind == HDRTAP_KIND_RESPONSE) {
		if (slot->acknowledges && !hdrtap_pair_received(pending->begin, slot->acknowledged))
			unfit |= HDRTAP_UNFIT_UNSENT;
		if (known && !hdrtap_not_behind(begin, pending->acknowledged))
			unfit |= HDRTAP_UNFIT_SEEN;
		return unfit;
	}
	if (known && !hdrtap_pair_received(begin, pending->acknowledged))
		unfit |= HDRTAP_UNFIT_UNSENT;
	if (slot->acknowledges && !hdrtap_not_behind(pending->begin, slot->acknowledged))
		unfit |= HDRTAP_UNFIT_SEEN;
	return unfit;
}

/* Writes the other half of a pair into a head's record. */
HDRTAP_INLINE void hdrtap_pair_write(const struct hdrtap_pending *pending, struct hdrtap_head *head)
{
	__u64 sequence = pending->reference >> 18;
	struct hdrtap_record *rec = &head->rec;

	if (sequence >= HDRTAP_EXCLUDED) {
		if (sequence == HDRTAP_EXCLUDED)
			head->excluded = HDRTAP_EXCLUDED_PAIR;
		sequence = HDRTAP_SEQUENCE_NONE;
	}
	rec->paired_sequence = sequence;
	rec->paired_cpu = pending->reference >> 6 & (HDRTAP_REFERENCE_CPUS - 1);
}

#endif
