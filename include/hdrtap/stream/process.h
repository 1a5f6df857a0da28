/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What becomes of a TCP packet: its connection is found or entered, its place in the stream is
 * told, and what is new in it is read. The packet's headers are in work->packet.
 *
 * Segments are read in the order of the stream. One before which bytes are missing is held while
 * there is room, then the missing bytes are abandoned.
 */
#ifndef HDRTAP_PROCESS_H
#define HDRTAP_PROCESS_H

#include <hdrtap/packet/ports.h>
#include <hdrtap/stream/extract.h>

/* Calls hdrtap_walk_step() until it says HDRTAP_WALK_END, HDRTAP_STEPS_MAX times at most. */
static void hdrtap_platform_walk(struct hdrtap_walk *walk);

HDRTAP_INLINE void hdrtap_work_begin(struct hdrtap_work *work)
{
	work->early = 0;
	work->parsed = 0;
	work->heads = 0;
	work->open = 0;
	work->waiting = 0;
	work->aside = 0;
	work->in_head = 0;
	work->touched = 0;
	work->body = 0;
	work->over_budget = 0;
	work->failed = 0;
}

/* Reads the sources that are open or wait. Returns what the packet is counted as. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_read(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	hdrtap_platform_walk(walk);
	hdrtap_walk_finish(walk);
	if (work->aside) /* the steps did not last: the packet is held, too */
		hdrtap_walk_face(walk);
	if (work->waiting) { /* bytes are still missing before it */
		hdrtap_source_packet(work);
		hdrtap_hold(walk->context, work, walk->counters, walk->stream);
	}
	if (work->heads || work->touched)
		return HDRTAP_COUNTER_HEAD;
	if (work->failed)
		return HDRTAP_COUNTER_LOAD_FAILED;
	return work->body ? HDRTAP_COUNTER_BODY : work->class;
}

#define HDRTAP_PROCESS_READ HDRTAP_COUNTER_MAX /* instead of an outcome: sources are to be read */

/* Whether the bytes missing before the packet's are not waited for. */
HDRTAP_INLINE int hdrtap_process_missed(struct hdrtap_walk *walk)
{
	const struct hdrtap_packet *packet = &walk->work->packet;
	const struct hdrtap_stream *other = hdrtap_stream_at(walk->flow, walk->work->which ^ 1);

	if (hdrtap_never_comes(walk->flow, walk->work->which, packet->tcp_sequence))
		return 1;
	/* an answer to them, it seems, was not seen either */
	return other->state != HDRTAP_STREAM_NEW && hdrtap_acknowledges(packet) &&
	       (__s32)(packet->tcp_acknowledged - other->next) > 0;
}

/* A segment before which bytes are missing. Returns its outcome, or HDRTAP_PROCESS_READ. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_early(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	if (!hdrtap_process_missed(walk)) {
		switch (hdrtap_hold(walk->context, work, walk->counters, walk->stream)) {
		case HDRTAP_HOLD_HELD:
			return HDRTAP_COUNTER_OUT_OF_ORDER;
		case HDRTAP_HOLD_SEEN:
			return HDRTAP_COUNTER_RETRANSMITTED;
		}
		if (hdrtap_will_come(walk->flow, work->which))
			return HDRTAP_COUNTER_OUT_OF_ORDER;
	}
	if (hdrtap_walk_ready(walk))
		return HDRTAP_COUNTER_LOAD_FAILED;
	hdrtap_walk_gap(walk);
	hdrtap_source_wait(work);
	return HDRTAP_PROCESS_READ;
}

/* The other stream's held segments are read, then the packet. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_aside(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	hdrtap_source_wait(work);
	hdrtap_walk_face(walk);
	if (hdrtap_walk_ready(walk)) {
		hdrtap_walk_face(walk);
		return HDRTAP_COUNTER_LOAD_FAILED;
	}
	hdrtap_walk_gap(walk);
	return HDRTAP_PROCESS_READ;
}

/* The stream is seen where the packet is. */
HDRTAP_INLINE void hdrtap_process_move(struct hdrtap_walk *walk)
{
	walk->stream->direction = walk->work->direction;
	walk->stream->place = walk->work->place;
}

/* Tells the segment's place in the stream, whose numbers start again when they do not fit. */
HDRTAP_INLINE int hdrtap_process_track(struct hdrtap_walk *walk)
{
	const struct hdrtap_packet *packet = &walk->work->packet;
	struct hdrtap_stream *stream = walk->stream;
	__u32 ahead = packet->tcp_sequence - stream->next;
	int old = stream->state != HDRTAP_STREAM_NEW && (__s32)ahead < 0;
	int offset = hdrtap_track(stream, packet->tcp_sequence, packet->payload_length);

	if (offset == HDRTAP_TRACK_JUMP) {
		hdrtap_flow_end(walk->context, walk->work, walk->counters, walk->flow,
				HDRTAP_FLAG(GAP));
		hdrtap_process_move(walk);
		return hdrtap_track(stream, packet->tcp_sequence, packet->payload_length);
	}
	if (old && offset != HDRTAP_TRACK_SEEN)
		hdrtap_count(walk->counters, HDRTAP_COUNTER_OVERLAPPED);
	return offset;
}

/* Finds where the packet's payload is to be read from. Returns its outcome, or HDRTAP_PROCESS_READ.
 */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_open(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;
	int offset = hdrtap_process_track(walk);

	if (offset == HDRTAP_TRACK_SEEN)
		return HDRTAP_COUNTER_RETRANSMITTED;
	if (offset == HDRTAP_TRACK_EARLY)
		return hdrtap_process_early(walk);
	work->class = HDRTAP_COUNTER_BODY;
	if (offset < 0 && !hdrtap_source_waits(work, walk->stream))
		return HDRTAP_COUNTER_BODY;
	if (hdrtap_walk_ready(walk))
		return HDRTAP_COUNTER_LOAD_FAILED;
	work->available = hdrtap_available(work);
	if (offset >= 0)
		work->class = hdrtap_walk_open(walk->context, work, walk->counters, offset);
	if (!work->open && !hdrtap_source_waits(work, walk->stream))
		return work->class;
	if (work->class == HDRTAP_COUNTER_HEAD)
		work->class = HDRTAP_COUNTER_NOT_HTTP;
	return HDRTAP_PROCESS_READ;
}

/* Payload of the connection that is held. Returns the packet's outcome. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_payload(struct hdrtap_walk *walk)
{
	const struct hdrtap_stream *other = hdrtap_stream_at(walk->flow, walk->work->which ^ 1);
	enum hdrtap_counter outcome;

	walk->work->class = HDRTAP_COUNTER_NOT_HTTP;
	if (walk->stream->doubt)
		hdrtap_walk_doubt(walk->context, walk->work);
	if ((other->early[0] | other->early[1]) &&
	    hdrtap_source_freed(walk->context, walk->work, walk->work->which ^ 1))
		outcome = hdrtap_process_aside(walk);
	else
		outcome = hdrtap_process_open(walk);
	return outcome == HDRTAP_PROCESS_READ ? hdrtap_process_read(walk) : outcome;
}

/* Payload of a stream that began with another protocol: only its numbers are followed. Returns its
 * outcome, or HDRTAP_PROCESS_READ when it is another connection's. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_foreign(struct hdrtap_walk *walk)
{
	const struct hdrtap_packet *packet = &walk->work->packet;
	__u32 end = packet->tcp_sequence + packet->payload_length;
	struct hdrtap_stream *stream = walk->stream;
	__s32 ahead = end - stream->next;

	if (ahead <= 0 && ahead > -HDRTAP_JUMP)
		return HDRTAP_COUNTER_RETRANSMITTED;
	if (stream->ended || ahead < 0 || ahead > HDRTAP_JUMP) {
		hdrtap_flow_end(walk->context, walk->work, walk->counters, walk->flow,
				HDRTAP_FLAG(GAP));
		hdrtap_process_move(walk);
		return HDRTAP_PROCESS_READ;
	}
	stream->next = end;
	return stream->protocol == HDRTAP_PROTOCOL_TLS ? HDRTAP_COUNTER_TLS : HDRTAP_COUNTER_HTTP2;
}

/* Payload of the connection that is held, maybe seen before. Returns the packet's outcome. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_some(struct hdrtap_walk *walk)
{
	struct hdrtap_stream *stream = walk->stream;
	enum hdrtap_counter outcome = HDRTAP_PROCESS_READ;

	hdrtap_flow_touch(walk->context, walk->work, 0);
	if (stream->protocol)
		outcome = hdrtap_process_foreign(walk);
	if (outcome == HDRTAP_PROCESS_READ)
		outcome = hdrtap_process_payload(walk);
	if (stream->protocol)
		hdrtap_flow_touch(walk->context, walk->work, HDRTAP_AGE_ENDED);
	if (!walk->work->elsewhere)
		return outcome;
	if (outcome == HDRTAP_COUNTER_RETRANSMITTED)
		return HDRTAP_COUNTER_SEEN_AGAIN;
	hdrtap_process_move(walk);
	return outcome;
}

/* A packet of the connection that is held. Returns its outcome. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_flow(struct hdrtap_walk *walk)
{
	enum hdrtap_counter outcome = HDRTAP_COUNTER_NO_PAYLOAD;
	struct hdrtap_packet *packet = &walk->work->packet;
	struct hdrtap_stream *stream = walk->stream;
	struct hdrtap_work *work = walk->work;

	work->direction = work->origin.direction;
	work->fresh = 0;
	if (stream->state == HDRTAP_STREAM_NEW)
		hdrtap_process_move(walk);
	work->elsewhere = stream->direction != work->direction || stream->place != work->place;
	if (packet->tcp_flags & HDRTAP_TCP_SYN) {
		work->fresh = hdrtap_track_syn(walk->context, work, walk->counters, walk->flow);
		packet->tcp_sequence++; /* SYN takes a number: payload with it begins behind */
	}
	if (packet->tcp_flags & HDRTAP_TCP_ACK)
		walk->flow->acknowledged[(work->which ^ 1) & 1] = packet->tcp_acknowledged;
	if (packet->payload_length)
		outcome = hdrtap_process_some(walk);
	if (packet->tcp_flags & (HDRTAP_TCP_FIN | HDRTAP_TCP_RST))
		work->fresh |= hdrtap_track_fin(walk->context, work, walk->counters, walk->flow);
	if (outcome == HDRTAP_COUNTER_NO_PAYLOAD && work->elsewhere && !work->fresh)
		return HDRTAP_COUNTER_SEEN_AGAIN;
	return outcome;
}

/* What a packet of a connection that is not in the table is counted as; HDRTAP_COUNTER_HEAD when
 * the connection is worth being entered. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process_unknown(HDRTAP_CONTEXT *context,
							 struct hdrtap_work *work)
{
	__u64 word;

	if (work->packet.tcp_flags & HDRTAP_TCP_SYN)
		return HDRTAP_COUNTER_HEAD;
	if (!work->packet.payload_length)
		return HDRTAP_COUNTER_NO_PAYLOAD;
	work->available = hdrtap_available(work);
	if (!work->available)
		return HDRTAP_COUNTER_LOAD_FAILED;
	word = hdrtap_walk_word(context, work, 0);
	return hdrtap_proxy_may_begin(word) ? HDRTAP_COUNTER_HEAD : hdrtap_classify(word);
}

/* Whether the packet's connection is one of the share that is looked at. The same ones are wherever
 * and whenever they are seen, so nobody's seed is in it. */
HDRTAP_GLOBAL int hdrtap_sampled(struct hdrtap_work *work, __u32 sample)
{
	if (!work || !sample)
		return 1;
	hdrtap_flow_key(&work->key, &work->packet);
	return (hdrtap_key_hash(&work->key, 0) >> 32) % sample == 0;
}

/* A TCP packet. Returns its outcome. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_process(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
						 struct hdrtap_counters *counters)
{
	struct hdrtap_walk walk = { .context = context, .work = work, .counters = counters };
	const struct hdrtap_settings *settings = hdrtap_platform_settings(context);
	enum hdrtap_counter outcome;
	int number;

	if (!settings || !hdrtap_ports_wanted(&settings->ports, &work->packet))
		return HDRTAP_COUNTER_PORT;
	if (settings->sample > 1 && !hdrtap_sampled(work, settings->sample))
		return HDRTAP_COUNTER_SAMPLED_OUT;
	number = hdrtap_flow_find(context, work);
	if (number == HDRTAP_FLOW_NONE) {
		outcome = hdrtap_process_unknown(context, work);
		if (outcome != HDRTAP_COUNTER_HEAD)
			return outcome;
		work->origin.time = hdrtap_platform_time(context, &work->origin);
		number = hdrtap_flow_enter(context, work, counters);
	} else {
		work->origin.time = hdrtap_platform_time(context, &work->origin);
	}
	if (number < 0)
		return HDRTAP_COUNTER_CONTENDED;
	work->flow = number;
	walk.flow = hdrtap_platform_flow(context, number);
	if (!walk.flow)
		return HDRTAP_COUNTER_CONTENDED;
	walk.stream = hdrtap_stream_at(walk.flow, work->which);
	hdrtap_work_begin(work);
	outcome = hdrtap_process_flow(&walk);
	hdrtap_release(&walk.flow->owner);
	return outcome;
}

#endif
