/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which request a response answers: on one connection responses come in the order of the requests
 * (RFC 9112 section 9.3.2). Up to HDRTAP_PENDING_MAX unanswered requests are remembered. When there
 * are more, those remembered are still paired; the responses to the others are flagged, and pairing
 * begins again with the first request after them.
 *
 * Behind missing segments, and where a connection's start was not seen, nobody knows how many
 * requests or responses there were: pairing goes on with what follows, and every head of that
 * connection is flagged RESYNC from there on. Behind a response that nobody asked for every
 * response is.
 */
#ifndef HDRTAP_PAIR_H
#define HDRTAP_PAIR_H

#include <hdrtap/out/emit.h>

HDRTAP_INLINE struct hdrtap_pending *hdrtap_pending_at(struct hdrtap_flow *flow, __u32 number)
{
	number += flow->pending_first;
	HDRTAP_MASK(number, HDRTAP_PENDING_MAX - 1);
	return &flow->pending[number];
}

/* Forgets the requests that wait for a response. */
HDRTAP_INLINE void hdrtap_pending_clear(struct hdrtap_flow *flow, struct hdrtap_counters *counters)
{
	counters->count[HDRTAP_COUNTER_UNANSWERED] += flow->pending_count + flow->overflow;
	flow->pending_count = 0;
	flow->overflow = 0;
}

/* It is not known any more where the next message of a stream begins. */
HDRTAP_INLINE void hdrtap_stream_lose(struct hdrtap_flow *flow, __u32 which,
				      struct hdrtap_counters *counters)
{
	struct hdrtap_stream *stream = hdrtap_stream_at(flow, which);

	stream->state = HDRTAP_STREAM_LOST;
	stream->sought = 1;
	stream->counted = 0;
	stream->depth = 0;
	flow->unsure |= HDRTAP_UNSURE_PLACE;
	if (flow->requester && flow->requester != which + 1)
		hdrtap_pending_clear(flow, counters);
}

/* A request's head ended. `numbered`: its record has a number. */
HDRTAP_INLINE void hdrtap_pair_request(struct hdrtap_flow *flow, struct hdrtap_counters *counters,
				       const struct hdrtap_record *rec, __u32 which, __u32 numbered)
{
	struct hdrtap_pending *pending;
	__u64 sequence;

	if (flow->requester != which + 1) {
		hdrtap_pending_clear(flow, counters);
		flow->requester = which + 1;
	}
	if (flow->pending_count >= HDRTAP_PENDING_MAX || flow->overflow) {
		flow->overflow++;
		return;
	}
	sequence = numbered ? rec->sequence : HDRTAP_NO_SEQUENCE;
	pending = hdrtap_pending_at(flow, flow->pending_count++);
	pending->time = rec->time;
	pending->reference =
		sequence << 16 | (__u64)(rec->cpu & (HDRTAP_REFERENCE_CPUS - 1)) << 4 | rec->method;
}

/* Writes the request that a response answers into its record. */
HDRTAP_INLINE void hdrtap_pair_write(const struct hdrtap_pending *pending,
				     struct hdrtap_record *rec, __u64 begun)
{
	__u64 sequence = pending->reference >> 16;

	rec->paired_sequence = sequence == HDRTAP_NO_SEQUENCE ? HDRTAP_SEQUENCE_NONE : sequence;
	rec->paired_cpu = pending->reference >> 4 & (HDRTAP_REFERENCE_CPUS - 1);
	rec->paired_method = pending->reference & 15;
	rec->latency = begun > pending->time ? begun - pending->time : 0;
}

/* What a request's method makes of the response's body, RFC 9112 section 6.3. */
HDRTAP_INLINE void hdrtap_pair_framing(struct hdrtap_record *rec)
{
	if (rec->paired_method == HDRTAP_METHOD_HEAD && rec->status != 101)
		rec->framing = HDRTAP_FRAMING_NONE;
	else if (rec->paired_method == HDRTAP_METHOD_CONNECT && rec->status / 100 == 2)
		rec->framing = HDRTAP_FRAMING_TUNNEL;
	else
		return;
	rec->body_size = 0;
}

/* Whether more responses to the same request follow, RFC 9110 section 15.2. */
HDRTAP_INLINE int hdrtap_interim(const struct hdrtap_record *rec)
{
	return rec->kind == HDRTAP_KIND_RESPONSE && rec->status / 100 == 1 && rec->status != 101;
}

/* A response without a request that it could answer. If one comes yet, it is not the next one's. */
HDRTAP_INLINE void hdrtap_pair_none(struct hdrtap_flow *flow, struct hdrtap_record *rec)
{
	rec->flags |= flow->unsure & HDRTAP_UNSURE_PLACE ? HDRTAP_FLAG(UNPAIRED)
							 : HDRTAP_FLAG(UNSOLICITED);
	if (!hdrtap_interim(rec))
		flow->unsure |= HDRTAP_UNSURE_PAIRING;
}

/* The oldest request is answered, finally or not. */
HDRTAP_INLINE void hdrtap_pair_oldest(struct hdrtap_flow *flow, struct hdrtap_record *rec,
				      __u32 which, __u64 begun)
{
	int final = !hdrtap_interim(rec);

	hdrtap_pair_write(hdrtap_pending_at(flow, 0), rec, begun);
	hdrtap_pair_framing(rec);
	flow->pending_first += final;
	flow->pending_count -= final;
	if (!flow->pending_count) /* the first ones share a line with what is written anyway */
		flow->pending_first = 0;
	if (final && rec->paired_method == HDRTAP_METHOD_CONNECT)
		hdrtap_stream_at(flow, which ^ 1)->sought = 0; /* see hdrtap_walk_framing() */
}

/* A response's head ended, whose first byte came at `begun`. */
HDRTAP_GLOBAL int hdrtap_pair_response(struct hdrtap_flow *flow, struct hdrtap_record *rec,
				       __u32 which, __u64 begun)
{
	if (!flow || !rec)
		return 0;
	if (flow->unsure)
		rec->flags |= HDRTAP_FLAG(RESYNC);
	if (flow->requester == which + 1 || !(flow->pending_count || flow->overflow)) {
		hdrtap_pair_none(flow, rec);
	} else if (!flow->pending_count) {
		rec->flags |= HDRTAP_FLAG(UNPAIRED);
		flow->overflow -= !hdrtap_interim(rec);
	} else {
		hdrtap_pair_oldest(flow, rec, which, begun);
	}
	return 0;
}

/* A stream's head ended: pairs it, numbers it, and puts its record, which has its place, out. */
HDRTAP_INLINE void hdrtap_head_out(HDRTAP_CONTEXT *context, struct hdrtap_counters *counters,
				   const struct hdrtap_elements *set, struct hdrtap_flow *flow,
				   __u32 which, struct hdrtap_slot *slot)
{
	struct hdrtap_stream *stream = hdrtap_stream_at(flow, which);
	struct hdrtap_record *rec = &slot->head.rec;
	int numbered;

	if (rec->kind == HDRTAP_KIND_RESPONSE)
		hdrtap_pair_response(flow, rec, which, slot->begun);
	if (stream->counted) {
		rec->depth = stream->depth + 1;
		stream->depth += !hdrtap_interim(rec);
	}
	numbered = hdrtap_emit(context, counters, set, slot);
	if (rec->kind == HDRTAP_KIND_REQUEST)
		hdrtap_pair_request(flow, counters, rec, which, numbered);
}

/*
 * The rest of the head in `slot` will not be read: what there is of it goes out with the flags
 * `why`. Its record has its place.
 */
HDRTAP_INLINE void hdrtap_head_give_up(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				       struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				       __u32 which, struct hdrtap_slot *slot, __u64 why)
{
	const struct hdrtap_settings *settings =
		hdrtap_platform_settings_of(context, slot->head.rec.element_set);

	if (settings &&
	    hdrtap_cut_off(&slot->head, &work->window, &settings->elements, why) == HDRTAP_DONE) {
		hdrtap_head_out(context, counters, &settings->elements, flow, which, slot);
	} else {
		hdrtap_count_abandoned(counters, slot, why);
		hdrtap_head_wipe(&slot->head);
	}
}

#endif
