/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * When a stream is sure again: behind a place where a head was looked for, and where a connection's
 * start was not seen, the heads of that stream are flagged RESYNC, and the responses to them, until
 * HDRTAP_EXCHANGES_PROVEN requests and responses took turns at exactly the bytes where each was
 * expected. Bytes of a body do not get answers.
 */
#ifndef HDRTAP_PROVE_H
#define HDRTAP_PROVE_H

#include <hdrtap/out/pending.h>

#define HDRTAP_EXCHANGES_PROVEN 3

/* Whether the other side has received bytes that were not seen, and that are not a body's. */
HDRTAP_INLINE int hdrtap_pair_beyond(const struct hdrtap_slot *slot,
				     const struct hdrtap_stream *other)
{
	__s32 unseen = slot->acknowledged - other->next - other->ended; /* FIN takes a number */

	return other->state == HDRTAP_STREAM_NEW ||
	       (slot->acknowledges && unseen > 0 && (__u64)unseen > hdrtap_body_left(other));
}

/* Whether the other side has received all that was seen, up to the end of a message. */
HDRTAP_INLINE int hdrtap_pair_level(const struct hdrtap_slot *slot,
				    const struct hdrtap_stream *other)
{
	return other->state == HDRTAP_STREAM_START && slot->acknowledges &&
	       slot->acknowledged == other->next;
}

/* A final response: whether it came at its turn. */
HDRTAP_INLINE void hdrtap_prove_response(struct hdrtap_flow *flow, const struct hdrtap_slot *slot,
					 const struct hdrtap_stream *other)
{
	if (flow->marks & HDRTAP_MARK_LOCKSTEP && hdrtap_pair_level(slot, other) &&
	    slot->head.rec.tcp_sequence == flow->expected)
		flow->exchanges++;
	else
		flow->exchanges = 0;
	flow->marks &= ~HDRTAP_MARK_LOCKSTEP;
}

/* A request: whether it came at its turn. When enough did, both streams are sure again. */
HDRTAP_INLINE void hdrtap_prove_request(struct hdrtap_flow *flow, struct hdrtap_counters *counters,
					struct hdrtap_slot *slot, const struct hdrtap_stream *other)
{
	flow->marks &= ~HDRTAP_MARK_LOCKSTEP;
	if (!hdrtap_pair_level(slot, other) && other->state != HDRTAP_STREAM_NEW) {
		flow->exchanges = 0;
	} else if (flow->exchanges < HDRTAP_EXCHANGES_PROVEN) {
		flow->marks |= HDRTAP_MARK_LOCKSTEP;
		flow->expected = slot->acknowledged;
	} else {
		hdrtap_pending_clear(flow, counters);
		flow->marks = 0;
		flow->exchanges = 0;
		flow->stream[0].unsure = 0;
		flow->stream[1].unsure = 0;
		if (!slot->head.guess)
			slot->head.rec.flags &= ~HDRTAP_FLAG(RESYNC);
	}
}

#endif
