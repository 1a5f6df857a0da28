/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where payload is read from: the packet, or segments that came early and were held. Work's
 * `packet` and `origin` always describe the source that is being read.
 */
#ifndef HDRTAP_SOURCE_H
#define HDRTAP_SOURCE_H

#include <hdrtap/stream/track.h>

/* Bytes of the payload that can be loaded. */
HDRTAP_INLINE __u32 hdrtap_available(const struct hdrtap_work *work)
{
	__u32 captured = work->origin.captured, payload = work->packet.payload;

	captured = captured > payload ? captured - payload : 0;
	return captured < work->packet.payload_length ? captured : work->packet.payload_length;
}

/* The stream's place for another held segment, -1: there is none. */
HDRTAP_INLINE int hdrtap_early_place(const struct hdrtap_stream *stream)
{
	if (!stream->early[0])
		return 0;
	return stream->early[1] ? -1 : 1;
}

/* Whether a held segment has all of the packet's bytes. */
HDRTAP_INLINE int hdrtap_early_has(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
				   const struct hdrtap_stream *stream, __u32 i)
{
	const struct hdrtap_early *early;
	__u32 ahead;

	if (!stream->early[i])
		return 0;
	early = hdrtap_platform_early(context, stream->early[i] - 1);
	if (!early)
		return 0;
	ahead = work->packet.tcp_sequence - early->packet.tcp_sequence;
	return ahead + work->packet.payload_length <= early->packet.payload_length &&
	       ahead <= early->packet.payload_length;
}

/* The packet's payload was put behind the bytes of a held segment: remembers when it came. */
HDRTAP_INLINE void hdrtap_early_piece(struct hdrtap_early *early, const struct hdrtap_work *work)
{
	__u32 number = early->pieces;

	if (number < HDRTAP_PIECES_MAX)
		early->pieces++;
	else
		number = HDRTAP_PIECES_MAX - 1;
	HDRTAP_MASK(number, HDRTAP_PIECES_MAX - 1);
	early->piece[number].time = work->origin.time;
	early->piece[number].end = early->stored;
}

/* When the byte before `end` of a held segment came becomes the time of the source. */
HDRTAP_GLOBAL int hdrtap_early_time(struct hdrtap_work *work, const struct hdrtap_early *early,
				    __u32 end)
{
	__u32 i;

	if (!work || !early)
		return 0;
	for (i = 0; i < HDRTAP_PIECES_MAX; i++) {
		if (i >= early->pieces)
			break;
		work->origin.time = early->piece[i].time;
		if (early->piece[i].end >= end)
			break;
	}
	return 0;
}

/* The time of the source becomes that of its byte before the offset `end`. */
HDRTAP_INLINE void hdrtap_source_time(HDRTAP_CONTEXT *context, struct hdrtap_work *work, __u32 end)
{
	const struct hdrtap_early *early;

	if (!work->early)
		return;
	early = hdrtap_platform_early(context, work->early - 1);
	if (early)
		hdrtap_early_time(work, early, end);
}

/* Puts the packet's payload behind the bytes of a held segment. Returns 0 or -errno. */
HDRTAP_INLINE int hdrtap_early_load_packet(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
					   struct hdrtap_early *early)
{
	__u32 at = early->stored, length = hdrtap_available(work);

	if (!length || at >= HDRTAP_EARLY_SIZE)
		return -1;
	if (length > HDRTAP_EARLY_SIZE)
		length = HDRTAP_EARLY_SIZE;
	early->stored += length;
	length--;
	HDRTAP_MASK(length, HDRTAP_EARLY_SIZE - 1);
	HDRTAP_MASK(at, HDRTAP_EARLY_SIZE - 1);
	return hdrtap_platform_load(context, work->packet.payload, early->bytes + at, length + 1);
}

/*
 * Whether the packet is better held by itself than behind another segment: when what is missing
 * before them never comes, heads are looked for only where held segments begin.
 */
HDRTAP_INLINE int hdrtap_early_alone(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
				     const struct hdrtap_stream *stream)
{
	const struct hdrtap_flow *flow = hdrtap_platform_flow(context, work->flow);
	__u64 word = 0, spaces;

	if (!flow || !hdrtap_will_come(flow, work->which))
		return 1;
	if (hdrtap_early_place(stream) < 0 || hdrtap_available(work) < sizeof(word) ||
	    hdrtap_platform_load(context, work->packet.payload, &word, sizeof(word)))
		return 0;
	spaces = HDRTAP_EQUAL(word, ' ');
	if (spaces)
		word &= ((spaces & -spaces) << 1) - 1;
	return (word & HDRTAP_WORD_5) == HDRTAP_WORD_HTTP_SLASH || hdrtap_method_end(word) == 1;
}

/* Appends the packet to a held segment that ends where it begins. Returns whether that was so. */
HDRTAP_INLINE int hdrtap_early_append(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
				      const struct hdrtap_stream *stream, __u32 i)
{
	struct hdrtap_early *early;
	__u32 before;

	if (!stream->early[i])
		return 0;
	early = hdrtap_platform_early(context, stream->early[i] - 1);
	if (!early || early->stored != early->packet.payload_length ||
	    early->packet.tcp_sequence + early->stored != work->packet.tcp_sequence)
		return 0;
	before = early->stored;
	if (hdrtap_early_load_packet(context, work, early)) {
		early->stored = before;
		return 0;
	}
	hdrtap_early_piece(early, work);
	early->packet.payload_length += work->packet.payload_length;
	early->origin.flags |= work->origin.flags;
	return 1;
}

/* Begins a held segment with the packet. Returns 0 or -1. */
HDRTAP_INLINE int hdrtap_early_fill(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
				    struct hdrtap_early *early)
{
	early->stored = 0;
	early->pieces = 0;
	early->flow = work->flow + 1;
	early->stream = work->which;
	early->origin = work->origin;
	early->packet = work->packet;
	if (hdrtap_early_load_packet(context, work, early))
		return -1;
	hdrtap_early_piece(early, work);
	return 0;
}

/* What became of a segment before which bytes are missing. */
enum {
	HDRTAP_HOLD_FULL, /* it could not be held */
	HDRTAP_HOLD_HELD,
	HDRTAP_HOLD_SEEN, /* it is held already */
};

HDRTAP_GLOBAL int hdrtap_hold(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
			      struct hdrtap_counters *counters, struct hdrtap_stream *stream)
{
	struct hdrtap_early *early;
	int place, number;

	if (!work || !counters || !stream)
		return HDRTAP_HOLD_FULL;
	if (hdrtap_early_has(context, work, stream, 0) ||
	    hdrtap_early_has(context, work, stream, 1))
		return HDRTAP_HOLD_SEEN;
	if (!hdrtap_early_alone(context, work, stream) &&
	    (hdrtap_early_append(context, work, stream, 0) ||
	     hdrtap_early_append(context, work, stream, 1))) {
		hdrtap_count(counters, HDRTAP_COUNTER_HELD);
		return HDRTAP_HOLD_HELD;
	}
	place = hdrtap_early_place(stream);
	if (place < 0)
		return HDRTAP_HOLD_FULL;
	number = hdrtap_early_take(context, work);
	if (!number)
		return HDRTAP_HOLD_FULL;
	early = hdrtap_platform_early(context, number - 1);
	if (!early)
		return HDRTAP_HOLD_FULL;
	if (hdrtap_early_fill(context, work, early)) {
		hdrtap_early_free(early);
		return HDRTAP_HOLD_FULL;
	}
	stream->early[place & 1] = number;
	hdrtap_count(counters, HDRTAP_COUNTER_HELD);
	return HDRTAP_HOLD_HELD;
}

HDRTAP_INLINE int hdrtap_source_waits(const struct hdrtap_work *work,
				      const struct hdrtap_stream *stream)
{
	return work->waiting || stream->early[0] || stream->early[1];
}

/* Whether what is missing before a held segment of the stream, or before the packet that waits,
 * will not come any more: the other side has it. */
HDRTAP_GLOBAL int hdrtap_source_freed(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
				      __u32 which)
{
	const struct hdrtap_early *early;
	struct hdrtap_stream *stream;
	struct hdrtap_flow *flow;
	__u32 i;

	if (!work)
		return 0;
	flow = hdrtap_platform_flow(context, work->flow);
	if (!flow)
		return 0;
	stream = hdrtap_stream_at(flow, which);
	if (work->waiting && hdrtap_never_comes(flow, which, work->waited.tcp_sequence))
		return 1;
	for (i = 0; i < HDRTAP_EARLY_MAX; i++) {
		if (!stream->early[i])
			continue;
		early = hdrtap_platform_early(context, stream->early[i] - 1);
		if (early && hdrtap_never_comes(flow, which, early->packet.tcp_sequence))
			return 1;
	}
	return 0;
}

/* Of the held segments and the packet, if it waits, the one with the lowest sequence number: 0 or 1
 * held, 2 the packet, 3 none. */
HDRTAP_INLINE __u32 hdrtap_source_lowest(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
					 const struct hdrtap_stream *stream)
{
	__u32 lowest = work->waiting ? 2 : 3, sequence = work->waited.tcp_sequence, i;
	const struct hdrtap_early *early;

	for (i = 0; i < HDRTAP_EARLY_MAX; i++) {
		if (!stream->early[i])
			continue;
		early = hdrtap_platform_early(context, stream->early[i] - 1);
		if (!early)
			continue;
		if (lowest == 3 || (__s32)(early->packet.tcp_sequence - sequence) < 0) {
			lowest = i;
			sequence = early->packet.tcp_sequence;
		}
	}
	return lowest;
}

/* Work's origin becomes that of a held segment, but that this CPU works on it. */
HDRTAP_INLINE void hdrtap_source_origin(struct hdrtap_work *work, const struct hdrtap_early *early)
{
	__u16 cpu = work->origin.cpu;

	work->origin = early->origin;
	work->origin.cpu = cpu;
}

/* Makes a held segment the source. Returns what hdrtap_track() says of it; EARLY: it stays held. */
HDRTAP_INLINE int hdrtap_source_early(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				      struct hdrtap_stream *stream, __u32 i)
{
	const struct hdrtap_early *early;
	int offset;

	HDRTAP_MASK(i, HDRTAP_EARLY_MAX - 1);
	early = hdrtap_platform_early(context, stream->early[i] - 1);
	if (!early)
		return HDRTAP_TRACK_EARLY;
	offset = hdrtap_track(stream, early->packet.tcp_sequence, early->packet.payload_length);
	if (offset == HDRTAP_TRACK_EARLY)
		return offset;
	work->early = stream->early[i];
	work->available = early->stored;
	hdrtap_source_origin(work, early);
	work->packet = early->packet;
	stream->early[i] = 0;
	return offset;
}

/* The packet waits while held segments are read. */
HDRTAP_INLINE void hdrtap_source_wait(struct hdrtap_work *work)
{
	work->waited = work->packet;
	work->waited_origin = work->origin;
	work->waiting = 1;
}

/* The packet that waited is the source. */
HDRTAP_INLINE void hdrtap_source_packet(struct hdrtap_work *work)
{
	work->packet = work->waited;
	work->origin = work->waited_origin;
	work->waiting = 0;
}

/*
 * Makes the next source the current one. Returns what hdrtap_track() says of it: from 0 on it is to
 * be read from there, EARLY: there is none that connects; otherwise nothing in it is to be read.
 */
HDRTAP_GLOBAL int hdrtap_source_next(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				     struct hdrtap_stream *stream)
{
	__u32 lowest;
	int offset;

	if (!work || !stream)
		return HDRTAP_TRACK_EARLY;
	hdrtap_early_release(context, &work->early);
	lowest = hdrtap_source_lowest(context, work, stream);
	if (lowest < 2)
		return hdrtap_source_early(context, work, stream, lowest);
	if (lowest > 2)
		return HDRTAP_TRACK_EARLY;
	offset = hdrtap_track(stream, work->waited.tcp_sequence, work->waited.payload_length);
	if (offset == HDRTAP_TRACK_EARLY)
		return offset;
	hdrtap_source_packet(work);
	work->available = hdrtap_available(work);
	return offset;
}

/* Copies a window's worth of a held segment, whatever stands behind its bytes. */
HDRTAP_GLOBAL int hdrtap_early_load(struct hdrtap_window *window, const struct hdrtap_early *early,
				    __u32 offset)
{
	__u8 *to;
	__u32 i;

	if (!window || !early)
		return 0;
	HDRTAP_MASK(offset, 2 * HDRTAP_EARLY_SIZE - 1);
	to = window->bytes + HDRTAP_WINDOW_START;
	for (i = 0; i < HDRTAP_WINDOW_SIZE; i += 8)
		hdrtap_store64(to + i, hdrtap_load64(early->bytes + offset + i));
	return 0;
}

/* Loads `length` (1 to HDRTAP_WINDOW_SIZE) bytes of the source into the window. Returns 0 or
 * -errno.
 */
HDRTAP_INLINE int hdrtap_source_load(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				     __u32 length)
{
	const struct hdrtap_early *early;

	if (!work->early)
		return hdrtap_platform_load(context, work->packet.payload + work->next,
					    work->window.bytes + HDRTAP_WINDOW_START, length);
	early = hdrtap_platform_early(context, work->early - 1);
	return early ? hdrtap_early_load(&work->window, early, work->next) : -1;
}

#endif
