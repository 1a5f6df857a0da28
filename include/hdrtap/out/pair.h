/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which request a response answers: on one connection responses come in the order of the requests
 * (RFC 9112 section 9.3.2), and each is sent by who had received the request to one who had
 * received all responses before. So the acknowledgement numbers (RFC 9293 section 3.4) bound a
 * pair from both sides: a response acknowledges its request's first byte, and does not begin before
 * what its request acknowledged. A response that was seen before its request waits for it as a
 * request waits for its response.
 *
 * Up to HDRTAP_PENDING_MAX heads wait. When there are more, those remembered are still paired; the
 * responses to the others are flagged, and pairing begins again with the first request after them.
 *
 * Where bytes were not read, there may be heads in them. A pair is made only when one head is left
 * that it can be with. A client that was never seen to send a request before the response to the
 * last one came (pipelining) has received the responses to all requests but its last.
 */
#ifndef HDRTAP_PAIR_H
#define HDRTAP_PAIR_H

#include <hdrtap/out/prove.h>

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

/* The response in `slot` came before the end of the head of the request that it answers. Returns
 * whether that is so. */
HDRTAP_GLOBAL int hdrtap_pair_early(HDRTAP_CONTEXT *context, struct hdrtap_slot *slot,
				    const struct hdrtap_stream *other)
{
	struct hdrtap_record *rec;
	struct hdrtap_slot *begun;

	if (!slot || !other || other->state != HDRTAP_STREAM_HEAD || !other->slot)
		return 0;
	begun = hdrtap_platform_slot(context, other->slot - 1);
	if (!begun || begun->head.rec.kind != HDRTAP_KIND_REQUEST || !slot->acknowledges ||
	    !hdrtap_pair_received(begun->head.rec.tcp_sequence, slot->acknowledged))
		return 0;
	rec = &slot->head.rec;
	rec->flags |= HDRTAP_FLAG(EARLY);
	rec->paired_sequence = HDRTAP_SEQUENCE_NONE;
	rec->paired_method = begun->head.rec.method;
	hdrtap_pair_framing(rec);
	return 1;
}

/* A response without a request that it could answer. Returns whether it waits for one. */
HDRTAP_INLINE int hdrtap_pair_none(HDRTAP_CONTEXT *context, struct hdrtap_flow *flow,
				   struct hdrtap_slot *slot, struct hdrtap_stream *other)
{
	struct hdrtap_record *rec = &slot->head.rec;
	int beyond = hdrtap_pair_beyond(slot, other), final = !hdrtap_interim(rec);
	int none = other->syn && !flow->requester; /* all there was before it is no request */

	if (final && !beyond && !flow->pending_count && hdrtap_pair_early(context, slot, other))
		return 1;
	if (beyond || rec->flags & HDRTAP_FLAG(RESYNC) || (other->unsure && !none)) {
		rec->flags |= HDRTAP_FLAG(UNPAIRED);
		rec->flags |= other->unsure ? HDRTAP_FLAG(RESYNC) : 0;
	} else {
		rec->flags |= HDRTAP_FLAG(UNSOLICITED);
	}
	if (final && (other->unread || (other->state == HDRTAP_STREAM_HEAD && other->sought)))
		flow->marks |= HDRTAP_MARK_ANSWERED;
	return final && beyond && (!flow->pending_count || flow->marks & HDRTAP_MARK_ANSWERS);
}

/* Responses to requests that wait may not have been read. Whether one of them is left that the
 * next one answers. */
HDRTAP_INLINE int hdrtap_pair_missed(struct hdrtap_flow *flow, struct hdrtap_counters *counters,
				     const struct hdrtap_slot *slot,
				     const struct hdrtap_stream *other)
{
	struct hdrtap_pending last;

	if (hdrtap_pair_beyond(slot, other))
		return 0;
	flow->marks &= ~HDRTAP_MARK_MISSED;
	if (flow->pending_count == 1 && !flow->overflow)
		return 1;
	if (hdrtap_pending_at(flow, 0)->reference & HDRTAP_PENDING_ACKNOWLEDGES &&
	    hdrtap_pending_at(flow, 0)->acknowledged == slot->head.rec.tcp_sequence)
		return 1; /* nothing can be missing before it */
	if (flow->marks & HDRTAP_MARK_PIPELINED || flow->overflow) {
		hdrtap_pending_clear(flow, counters);
		hdrtap_pending_add_unseen(flow);
		return 1;
	}
	last = *hdrtap_pending_at(flow, flow->pending_count - 1);
	flow->pending_count--;
	hdrtap_pending_clear(flow, counters);
	flow->pending[0] = last;
	flow->pending_count = 1;
	flow->unseen = hdrtap_pending_unseen(&last);
	return 1;
}

/* The oldest request is answered, finally or not. */
HDRTAP_INLINE void hdrtap_pair_oldest(struct hdrtap_flow *flow, struct hdrtap_slot *slot,
				      struct hdrtap_stream *other)
{
	const struct hdrtap_pending *pending = hdrtap_pending_at(flow, 0);
	struct hdrtap_record *rec = &slot->head.rec;

	hdrtap_pair_write(pending, &slot->head);
	if (pending->reference & HDRTAP_PENDING_RESYNC)
		rec->flags |= HDRTAP_FLAG(RESYNC);
	rec->paired_method = pending->reference & 15;
	rec->latency = slot->begun > pending->time ? slot->begun - pending->time : 0;
	hdrtap_pair_framing(rec);
	if (hdrtap_interim(rec)) {
		if (rec->status == 100 && other->doubt == HDRTAP_DOUBT_EXPECTED)
			other->doubt = HDRTAP_DOUBT_NONE;
		return;
	}
	hdrtap_pending_drop(flow);
	if (rec->paired_method == HDRTAP_METHOD_CONNECT)
		other->sought = 0; /* see hdrtap_walk_framing() */
	if (other->doubt == HDRTAP_DOUBT_EXPECTED && !flow->pending_count)
		other->doubt = HDRTAP_DOUBT_REFUSED;
}

/* A response that requests which were not seen may be answered by. It is certain when it was sent
 * before the next request came. */
HDRTAP_INLINE void hdrtap_pair_with_unseen(struct hdrtap_flow *flow, struct hdrtap_slot *slot)
{
	const struct hdrtap_pending *next = hdrtap_pending_at(flow, 1);
	struct hdrtap_record *rec = &slot->head.rec;

	rec->flags |= HDRTAP_FLAG(UNPAIRED);
	if (hdrtap_interim(rec))
		return;
	if (flow->pending_count > 1 && !hdrtap_pending_unseen(next) &&
	    hdrtap_pair_unfit(next, slot)) {
		hdrtap_pending_drop(flow);
		flow->unseen--;
	} else {
		flow->marks |= HDRTAP_MARK_ANSWERED;
	}
}

/* A response that was sent behind a request and received before it: one of them was not seen when
 * it first came, and its numbers tell nothing. Whose the response is, and the next one, is not
 * known. */
HDRTAP_INLINE void hdrtap_pair_with_repeated(struct hdrtap_flow *flow, struct hdrtap_slot *slot)
{
	hdrtap_pending_at(flow, 0)->reference = HDRTAP_METHOD_UNSEEN;
	flow->unseen++;
	hdrtap_pair_with_unseen(flow, slot);
}

/* A response's head ended. Returns whether it waits for its request. */
HDRTAP_GLOBAL int hdrtap_pair_response(HDRTAP_CONTEXT *context, struct hdrtap_counters *counters,
				       struct hdrtap_flow *flow, struct hdrtap_slot *slot,
				       __u32 which)
{
	struct hdrtap_stream *other;
	struct hdrtap_record *rec;
	int unfit;

	if (!counters || !flow || !slot)
		return 0;
	rec = &slot->head.rec;
	other = hdrtap_stream_at(flow, which ^ 1);
	if ((flow->stream[0].unsure | flow->stream[1].unsure) && !hdrtap_interim(rec))
		hdrtap_prove_response(flow, slot, other);
	if (flow->requester == which + 1)
		return hdrtap_pair_none(context, flow, slot, other);
	if (flow->marks & HDRTAP_MARK_MISSED && !hdrtap_pair_missed(flow, counters, slot, other))
		return hdrtap_pair_none(context, flow, slot, other);
	if (!flow->pending_count && flow->overflow) {
		rec->flags |= HDRTAP_FLAG(UNPAIRED);
		flow->overflow -= !hdrtap_interim(rec);
	} else if (flow->unseen && hdrtap_pending_unseen(hdrtap_pending_at(flow, 0))) {
		hdrtap_pair_with_unseen(flow, slot);
	} else if (!flow->pending_count || flow->marks & HDRTAP_MARK_ANSWERS) {
		return hdrtap_pair_none(context, flow, slot, other);
	} else {
		unfit = hdrtap_pair_unfit(hdrtap_pending_at(flow, 0), slot);
		if (unfit & HDRTAP_UNFIT_UNSENT)
			return hdrtap_pair_none(context, flow, slot, other);
		if (unfit)
			hdrtap_pair_with_repeated(flow, slot);
		else
			hdrtap_pair_oldest(flow, slot, other);
	}
	return 0;
}

/* Responses wait, and this request's may be the oldest. Returns whether the request waits. */
HDRTAP_INLINE int hdrtap_pair_late(struct hdrtap_flow *flow, struct hdrtap_counters *counters,
				   struct hdrtap_slot *slot, struct hdrtap_stream *stream,
				   struct hdrtap_stream *other)
{
	const struct hdrtap_pending *pending = hdrtap_pending_at(flow, 0);
	struct hdrtap_record *rec = &slot->head.rec;
	int unfit = hdrtap_pair_unfit(pending, slot);

	if (unfit || stream->unread) {
		hdrtap_pending_clear(flow, counters);
		stream->unread = 0;
		if (unfit & HDRTAP_UNFIT_UNSENT)
			return 1;
		hdrtap_pending_add_unseen(flow); /* see hdrtap_pair_with_repeated() */
		return 0;
	}
	hdrtap_pair_write(pending, &slot->head);
	rec->flags |= HDRTAP_FLAG(ANSWERED);
	if (rec->method == HDRTAP_METHOD_HEAD && other->state == HDRTAP_STREAM_LENGTH &&
	    other->chunked.left == pending->time) /* a body was expected of its response */
		other->state = HDRTAP_STREAM_START;
	hdrtap_pending_drop(flow);
	return 0;
}

/* Requests wait for their responses: what this one tells of them. */
HDRTAP_INLINE void hdrtap_pair_behind(struct hdrtap_flow *flow, struct hdrtap_counters *counters,
				      const struct hdrtap_slot *slot,
				      const struct hdrtap_stream *stream,
				      const struct hdrtap_stream *other)
{
	const struct hdrtap_pending *last = hdrtap_pending_at(flow, flow->pending_count - 1);

	if (!slot->acknowledges || (flow->marks & HDRTAP_MARK_PIPELINED && !flow->exchanges))
		return;
	if (flow->marks & HDRTAP_MARK_MISSED ||
	    (flow->unseen && flow->marks & HDRTAP_MARK_ANSWERED &&
	     hdrtap_pending_unseen(hdrtap_pending_at(flow, 0)) &&
	     (__s32)(slot->acknowledged - other->next) >= 0))
		hdrtap_pending_clear(flow, counters);
	else if (!stream->unread && last->reference & HDRTAP_PENDING_ACKNOWLEDGES &&
		 !hdrtap_pending_unseen(last) && last->acknowledged == slot->acknowledged)
		flow->marks |= HDRTAP_MARK_PIPELINED;
}

/* What a request tells, and whether it waits, when it is not one that comes when all before it
 * were seen and answered. */
HDRTAP_GLOBAL int hdrtap_pair_unusual(struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				      struct hdrtap_slot *slot, __u32 which)
{
	struct hdrtap_stream *stream, *other;
	int waits = 1;

	if (!counters || !flow || !slot)
		return 0;
	stream = hdrtap_stream_at(flow, which);
	other = hdrtap_stream_at(flow, which ^ 1);
	if (flow->stream[0].unsure | flow->stream[1].unsure)
		hdrtap_prove_request(flow, counters, slot, other);
	if (flow->marks & HDRTAP_MARK_ANSWERS)
		waits = hdrtap_pair_late(flow, counters, slot, stream, other);
	else if (flow->pending_count)
		hdrtap_pair_behind(flow, counters, slot, stream, other);
	if (stream->unread) {
		if (!(flow->marks & HDRTAP_MARK_ANSWERED) && !hdrtap_pair_beyond(slot, other))
			hdrtap_pending_add_unseen(flow);
		flow->marks &= ~HDRTAP_MARK_ANSWERED;
		stream->unread = 0;
	}
	if (other->state == HDRTAP_STREAM_OPAQUE) /* requests go on, so its body seems to be over */
		hdrtap_stream_lose(flow, which ^ 1);
	return waits;
}

/* A request's head ended. Returns whether it waits for its response. */
HDRTAP_INLINE int hdrtap_pair_request(struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				      struct hdrtap_slot *slot, __u32 which)
{
	if (flow->requester != which + 1) {
		if (flow->requester)
			hdrtap_pending_clear(flow, counters);
		flow->requester = which + 1;
	}
	if (!(flow->pending_count | flow->marks | flow->stream[0].unsure | flow->stream[1].unsure |
	      hdrtap_stream_at(flow, which)->unread) &&
	    hdrtap_stream_at(flow, which ^ 1)->state != HDRTAP_STREAM_OPAQUE)
		return 1;
	return hdrtap_pair_unusual(counters, flow, slot, which);
}

/* A stream's head ended: pairs it, numbers it, and puts its record, which has its place, out. */
HDRTAP_INLINE void hdrtap_head_out(HDRTAP_CONTEXT *context, struct hdrtap_counters *counters,
				   const struct hdrtap_elements *set, struct hdrtap_flow *flow,
				   __u32 which, struct hdrtap_slot *slot)
{
	struct hdrtap_stream *stream = hdrtap_stream_at(flow, which);
	struct hdrtap_record *rec = &slot->head.rec;
	int waits, numbered;

	if (rec->kind == HDRTAP_KIND_RESPONSE)
		waits = hdrtap_pair_response(context, counters, flow, slot, which);
	else
		waits = hdrtap_pair_request(counters, flow, slot, which);
	if (stream->counted) {
		rec->depth = stream->depth + 1;
		stream->depth += !hdrtap_interim(rec);
	}
	numbered = hdrtap_emit(context, counters, set, slot);
	if (waits)
		hdrtap_pending_add(flow, slot, numbered);
}

/*
 * The rest of the head in `slot` will not be read: what there is of it goes out with the flags
 * `why`. Its record has its place. Returns whether there was enough for a record.
 */
HDRTAP_INLINE int hdrtap_head_give_up(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				      struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				      __u32 which, struct hdrtap_slot *slot, __u64 why)
{
	const struct hdrtap_settings *settings =
		hdrtap_platform_settings_of(context, slot->head.rec.element_set);

	if (settings &&
	    hdrtap_cut_off(&slot->head, &work->window, &settings->elements, why) == HDRTAP_DONE) {
		hdrtap_head_out(context, counters, &settings->elements, flow, which, slot);
		return 1;
	}
	hdrtap_count_abandoned(counters, slot, why);
	hdrtap_head_wipe(&slot->head);
	return 0;
}

#endif
