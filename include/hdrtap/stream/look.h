/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where a head may begin though none is expected, or none though one is: bodies that are left out,
 * and bytes too many between messages.
 */
#ifndef HDRTAP_LOOK_H
#define HDRTAP_LOOK_H

#include <hdrtap/stream/walk.h>

/*
 * A packet's payload comes where a body may be left out. If its first bytes can begin a head, one
 * is tried: that of the next request, behind one whose body was refused, or of the next response,
 * behind fewer bytes too many than expected.
 */
HDRTAP_GLOBAL int hdrtap_walk_doubt(HDRTAP_CONTEXT *context, struct hdrtap_work *work)
{
	struct hdrtap_stream *stream;
	struct hdrtap_place place;
	int refused;
	__s32 ahead;
	__u64 word;

	if (!work || !hdrtap_place(context, work, &place))
		return 0;
	stream = place.stream;
	work->available = hdrtap_available(work);
	ahead = work->packet.tcp_sequence - stream->next;
	if ((__s32)(ahead + work->packet.payload_length) <= 0 || !work->available)
		return 0;
	word = hdrtap_walk_word(context, work, 0);
	refused = stream->doubt == HDRTAP_DOUBT_REFUSED && !ahead;
	if (stream->doubt <= HDRTAP_DOUBT_REFUSED) {
		stream->unsure |= stream->doubt == HDRTAP_DOUBT_REFUSED && ahead;
		stream->doubt = HDRTAP_DOUBT_NONE;
		if (refused && (__u8)((word & 0xff) - 'A') < 26 && hdrtap_may_begin(word)) {
			stream->doubt = HDRTAP_DOUBT_TRIED;
			stream->state = HDRTAP_STREAM_START;
			stream->sought = 1;
		}
	} else if (!ahead && stream->state == HDRTAP_STREAM_LENGTH &&
		   (word & HDRTAP_WORD_5) == HDRTAP_WORD_HTTP_SLASH) {
		hdrtap_stream_lose(place.flow, work->which);
	}
	return 0;
}

/* Whether what begins at the window's position is neither a response, nor a request of a stream
 * that may carry some. */
HDRTAP_INLINE int hdrtap_walk_strange(const struct hdrtap_work *work,
				      const struct hdrtap_flow *flow)
{
	__u64 word = hdrtap_window_word(&work->window, work->window.position);

	if ((word & HDRTAP_WORD_5) == HDRTAP_WORD_HTTP_SLASH)
		return 0;
	return hdrtap_responds(flow, work->which) ||
	       !(hdrtap_byte[word & 0xff] & HDRTAP_BYTE_LETTER);
}

/* Whether "HTTP/", in any case, or so much of it as is left of the window, begins at `from`. */
HDRTAP_INLINE int hdrtap_walk_version(const struct hdrtap_window *w, __u32 from)
{
	__u32 length = w->end - from;
	__u64 bits = length < 5 ? (1ULL << 8 * (length & 7)) - 1 : HDRTAP_WORD_5;

	bits &= 0xffdfdfdfdfULL;
	return !((hdrtap_window_word(w, from) ^ HDRTAP_WORD_HTTP_SLASH) & bits);
}

/* Whether the bytes too many that were expected end with the source, or before a response. */
HDRTAP_INLINE int hdrtap_walk_stepped(const struct hdrtap_work *work,
				      const struct hdrtap_stream *stream)
{
	__u32 left = stream->chunked.left, at = work->window.position + left;

	if (stream->doubt != HDRTAP_DOUBT_SUPERFLUOUS || stream->chunked.left > 0xffff)
		return 0;
	if (hdrtap_walk_offset(work) + left == work->packet.payload_length)
		return 1;
	return at < work->window.end &&
	       (hdrtap_window_word(&work->window, at) & HDRTAP_WORD_5) == HDRTAP_WORD_HTTP_SLASH;
}

/* What stands at the window's position begins no head. Nor has it room for one behind it, when it
 * is all of the source and has no line end. */
HDRTAP_INLINE void hdrtap_walk_refuse(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				      struct hdrtap_counters *counters,
				      struct hdrtap_stream *stream)
{
	struct hdrtap_window *w = &work->window;
	__u8 unread = stream->unread;
	int room = work->next < work->packet.payload_length ||
		   hdrtap_find_line_end(w, w->position) < w->end;

	hdrtap_walk_not_http(context, work, counters);
	if (!room)
		stream->unread = unread;
}

/*
 * Where a head is expected something stands that begins none: passes over the few bytes too many
 * that servers send between responses. Returns 1 when a head may begin at the window's position.
 */
HDRTAP_GLOBAL int hdrtap_walk_look(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters)
{
	struct hdrtap_window *w;
	struct hdrtap_place place;
	struct hdrtap_stream *stream;
	__u32 from, line;
	int stray;

	if (!work || !counters || !hdrtap_place(context, work, &place))
		return 0;
	w = &work->window;
	from = w->position;
	stream = place.stream;
	if (hdrtap_window_byte(w, from) == '\r' || hdrtap_window_byte(w, from) == '\n' ||
	    hdrtap_walk_version(w, from))
		return 1;
	if (!hdrtap_responds(place.flow, work->which)) {
		hdrtap_walk_refuse(context, work, counters, stream);
		return 0;
	}
	line = hdrtap_find_line_end(w, from);
	stray = hdrtap_walk_stepped(work, stream) || stream->sought
			? -1
			: hdrtap_find_status_line(w, from, line);
	if (stray >= 0) {
		hdrtap_stream_lose(place.flow, work->which);
		w->position += stray;
		return 1;
	}
	if (stream->doubt == HDRTAP_DOUBT_SUPERFLUOUS && stream->chunked.left) {
		stream->state = HDRTAP_STREAM_LENGTH;
		hdrtap_walk_body(work, stream);
		return 0;
	}
	if (stream->doubt != HDRTAP_DOUBT_SUPERFLUOUS && line < w->end)
		return 1;
	hdrtap_walk_refuse(context, work, counters, stream);
	return 0;
}

/* What is known of a head before it is read. */
HDRTAP_INLINE void hdrtap_walk_flags(const struct hdrtap_stream *stream, struct hdrtap_head *head)
{
	__u64 flags = 0;

	if (stream->doubt == HDRTAP_DOUBT_TRIED)
		flags |= HDRTAP_FLAG(NO_BODY);
	if (stream->unsure | (stream->sought && !stream->tunneled))
		flags |= HDRTAP_FLAG(RESYNC);
	if (stream->tunneled)
		flags |= HDRTAP_FLAG(TUNNELED);
	if (stream->gap)
		flags |= HDRTAP_FLAG(GAP);
	if (stream->chunked.loose && !stream->sought)
		flags |= HDRTAP_FLAG(SMUGGLING);
	head->rec.flags |= flags;
	head->guess = stream->sought;
}

/* A head begins at the window's position, or behind bytes too many there. Returns whether that is
 * so. */
HDRTAP_GLOBAL int hdrtap_walk_begin(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				    struct hdrtap_counters *counters,
				    const struct hdrtap_elements *set)
{
	struct hdrtap_place place;

	if (!work || !counters || !set || !hdrtap_place(context, work, &place))
		return 0;
	if (hdrtap_walk_strange(work, place.flow) && !hdrtap_walk_look(context, work, counters))
		return 0;
	hdrtap_head_begin(&place.slot->head, &work->window, set);
	hdrtap_source_time(context, work, hdrtap_walk_offset(work) + 1);
	place.slot->begun = work->origin.time;
	place.slot->acknowledges = hdrtap_acknowledges(&work->packet);
	place.slot->acknowledged = work->packet.tcp_acknowledged;
	place.slot->counted = 0;
	hdrtap_walk_flags(place.stream, &place.slot->head);
	place.stream->chunked.loose = 0;
	work->in_head = 1;
	return 1;
}

#endif
