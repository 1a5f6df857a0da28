/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where a segment stands in its stream. Sequence numbers are compared modulo 2^32 (RFC 9293
 * section 3.4), so bodies of any size are followed.
 *
 * Bytes that were read are never read again. Missing bytes need no guess when they belong to a
 * body whose length is known: the next message begins where it would have begun with them.
 */
#ifndef HDRTAP_TRACK_H
#define HDRTAP_TRACK_H

#include <hdrtap/stream/table.h>

/* Farther from where the stream was, a segment belongs to another connection of the same ports
 * whose SYN was not seen: 128 MiB are more than windows hold. */
#define HDRTAP_JUMP (1 << 27)

/* What to do with a segment; from 0 on: read it from that offset. */
enum {
	HDRTAP_TRACK_SEEN = -1,  /* nothing in it is new */
	HDRTAP_TRACK_BODY = -2,  /* nothing in it is to be read; the stream is behind it */
	HDRTAP_TRACK_EARLY = -3, /* bytes before it are missing */
	HDRTAP_TRACK_JUMP = -4,  /* it does not belong to what was seen */
};

/* Passes over `size` bytes of the body, at most as many as are left. */
HDRTAP_INLINE void hdrtap_body_pass(struct hdrtap_stream *stream, __u64 size)
{
	stream->chunked.left -= size;
	if (stream->chunked.left)
		return;
	if (stream->state == HDRTAP_STREAM_LENGTH)
		stream->state = HDRTAP_STREAM_START;
	else
		stream->chunked.phase = HDRTAP_CHUNK_END;
}

/* Whether nothing of what is missing up to `sequence` will come again: the other side has it. */
HDRTAP_INLINE int hdrtap_never_comes(const struct hdrtap_flow *flow, __u32 which, __u32 sequence)
{
	__u32 acknowledged;

	HDRTAP_MASK(which, 1);
	acknowledged = flow->acknowledged[which];
	return acknowledged && (__s32)(acknowledged - sequence) >= 0;
}

/* Whether what is missing will come again: the other side said how far it has the stream's bytes,
 * and does not have these. */
HDRTAP_INLINE int hdrtap_will_come(const struct hdrtap_flow *flow, __u32 which)
{
	__u32 acknowledged;

	HDRTAP_MASK(which, 1);
	acknowledged = flow->acknowledged[which];
	return acknowledged && (__s32)(acknowledged - flow->stream[which].next) <= 0;
}

/* Bytes are missing up to a segment that begins `gap` bytes ahead. Returns 0 when it can be read
 * all the same. */
HDRTAP_INLINE int hdrtap_track_gap(struct hdrtap_stream *stream, __u32 gap)
{
	if (hdrtap_body_left(stream) >= gap) {
		hdrtap_body_pass(stream, gap);
	} else if (stream->state != HDRTAP_STREAM_OPAQUE && stream->state != HDRTAP_STREAM_LOST) {
		return gap > HDRTAP_JUMP ? HDRTAP_TRACK_JUMP : HDRTAP_TRACK_EARLY;
	}
	stream->next += gap;
	return 0;
}

/* A segment of `length` bytes from `sequence` on. */
HDRTAP_INLINE int hdrtap_track(struct hdrtap_stream *stream, __u32 sequence, __u32 length)
{
	__u32 ahead, offset = 0, left;
	__u64 body;
	int verdict;

	if (stream->state == HDRTAP_STREAM_NEW)
		stream->next = sequence;
	ahead = sequence - stream->next;
	if ((__s32)ahead < 0) {
		offset = -ahead;
		if (offset > HDRTAP_JUMP)
			return HDRTAP_TRACK_JUMP;
		if (offset >= length)
			return HDRTAP_TRACK_SEEN;
	} else if (ahead) {
		verdict = hdrtap_track_gap(stream, ahead);
		if (verdict)
			return verdict;
	}
	left = length - offset;
	body = hdrtap_body_left(stream);
	if (stream->state == HDRTAP_STREAM_OPAQUE || body >= left) {
		if (body)
			hdrtap_body_pass(stream, left);
		stream->next = sequence + length;
		return HDRTAP_TRACK_BODY;
	}
	if (body)
		hdrtap_body_pass(stream, body);
	return offset + body;
}

/* A stream whose first byte has the number `start`. */
HDRTAP_INLINE void hdrtap_stream_begin(struct hdrtap_stream *stream, __u32 start,
				       const struct hdrtap_work *work)
{
	__builtin_memset(stream, 0, sizeof(*stream));
	stream->start = start;
	stream->next = start;
	stream->direction = work->origin.direction;
	stream->place = work->place;
	stream->state = HDRTAP_STREAM_START;
	stream->counted = 1;
	stream->syn = 1;
}

/* Whether the SYN answers the other stream's, or was answered by that before it was seen. */
HDRTAP_INLINE int hdrtap_syn_paired(const struct hdrtap_work *work, struct hdrtap_flow *flow,
				    __u32 start)
{
	__u32 acknowledged = flow->acknowledged[work->which & 1];

	if (work->packet.tcp_flags & HDRTAP_TCP_ACK)
		return 1;
	return hdrtap_stream_at(flow, work->which ^ 1)->syn && acknowledged &&
	       acknowledged - start < HDRTAP_NEAR;
}

/*
 * SYN on stream `which`: a new connection, unless it is a repeated one, or the answer to a SYN on
 * the other stream. Returns whether it was not seen before.
 */
HDRTAP_GLOBAL int hdrtap_track_syn(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters, struct hdrtap_flow *flow)
{
	struct hdrtap_stream *stream, *other;
	__u32 start;

	if (!work || !counters || !flow)
		return 0;
	stream = hdrtap_stream_at(flow, work->which);
	other = hdrtap_stream_at(flow, work->which ^ 1);
	start = work->packet.tcp_sequence + 1;
	if (stream->syn && stream->start == start)
		return 0;
	if (stream->state != HDRTAP_STREAM_NEW || (other->payload && !other->syn) || other->ended ||
	    !hdrtap_syn_paired(work, flow, start)) {
		hdrtap_flow_end(context, work, counters, flow, HDRTAP_FLAG(INCOMPLETE));
		hdrtap_flow_touch(context, work, HDRTAP_AGE_SYN);
	}
	hdrtap_stream_begin(stream, start, work);
	return 1;
}

/* The stream has no more bytes. */
HDRTAP_INLINE void hdrtap_track_end(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				    struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				    __u32 which)
{
	hdrtap_stream_end(context, work, counters, flow, which, HDRTAP_FLAG(INCOMPLETE));
	hdrtap_stream_at(flow, which)->ended = 1;
}

/* RST, or FIN behind the last byte. The numbers stay: what comes again is known to be old. Returns
 * whether the stream ends here. */
HDRTAP_GLOBAL int hdrtap_track_fin(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters, struct hdrtap_flow *flow)
{
	struct hdrtap_stream *stream, *other;
	__u32 ahead;
	int reset;

	if (!work || !counters || !flow)
		return 0;
	stream = hdrtap_stream_at(flow, work->which);
	other = hdrtap_stream_at(flow, work->which ^ 1);
	ahead = work->packet.tcp_sequence + work->packet.payload_length - stream->next;
	reset = work->packet.tcp_flags & HDRTAP_TCP_RST;
	if (stream->state != HDRTAP_STREAM_NEW &&
	    (reset ? (__s32)ahead > HDRTAP_JUMP || (__s32)ahead < -HDRTAP_JUMP : ahead))
		return 0;
	if (stream->ended && (!reset || other->ended))
		return 0;
	hdrtap_track_end(context, work, counters, flow, work->which);
	if (reset) {
		other->ended = 1; /* but what it sent before may still come */
		hdrtap_pending_unanswered(flow, counters); /* a response may still arrive */
	}
	if (other->ended) {
		if (!reset)
			hdrtap_pending_clear(flow, counters);
		hdrtap_flow_touch(context, work, HDRTAP_AGE_ENDED);
	}
	return 1;
}

#endif
