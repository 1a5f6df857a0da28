/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What happens to a stream while one of its sources is read: a head ends, is kept for the next
 * segment, or is lost. Each is a function of its own that finds what it needs by the numbers in
 * struct hdrtap_work, so that the verifier looks at each once.
 */
#ifndef HDRTAP_WALK_H
#define HDRTAP_WALK_H

#include <hdrtap/stream/protocol.h>
#include <hdrtap/stream/source.h>

/* What the connection in work is, and where its head is read. */
struct hdrtap_place {
	struct hdrtap_flow *flow;
	struct hdrtap_stream *stream;
	struct hdrtap_slot *slot;
};

/* Returns whether all of it is there. */
HDRTAP_INLINE int hdrtap_place(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
			       struct hdrtap_place *place)
{
	place->flow = hdrtap_platform_flow(context, work->flow);
	place->slot = hdrtap_platform_slot(context, work->slot);
	if (!place->flow || !place->slot)
		return 0;
	place->stream = hdrtap_stream_at(place->flow, work->which);
	return 1;
}

/* Offset in the payload of the window's position. */
HDRTAP_INLINE __u32 hdrtap_walk_offset(const struct hdrtap_work *work)
{
	return work->next - (work->window.end - work->window.position);
}

/* The stream is behind the source. */
HDRTAP_INLINE void hdrtap_walk_close(struct hdrtap_work *work, struct hdrtap_stream *stream)
{
	stream->next = work->packet.tcp_sequence + work->packet.payload_length;
	work->open = 0;
}

/* Writes into the record how long the head is so far and where it was seen. */
HDRTAP_INLINE void hdrtap_walk_measure(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				       const struct hdrtap_place *place)
{
	struct hdrtap_head *head = &place->slot->head;

	hdrtap_source_time(context, work, hdrtap_walk_offset(work));
	hdrtap_head_measure(head, &work->window);
	hdrtap_record_place(work, place->flow, &head->rec, hdrtap_walk_offset(work));
}

/* The rest of the head in progress, if any, cannot be read: what there is goes out with the flags
 * `why`. Where the next head begins is not known. */
HDRTAP_GLOBAL int hdrtap_walk_lose(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters, __u64 why)
{
	struct hdrtap_place place;

	if (!work || !counters || !hdrtap_place(context, work, &place))
		return 0;
	if (work->in_head && place.stream->state != HDRTAP_STREAM_PROXY) {
		if (work->open)
			hdrtap_walk_measure(context, work, &place);
		hdrtap_head_give_up(context, work, counters, place.flow, work->which, place.slot,
				    why);
		work->heads++;
	}
	work->in_head = 0;
	hdrtap_stream_lose(place.flow, work->which);
	if (work->open)
		hdrtap_walk_close(work, place.stream);
	return 0;
}

/* Passes over what is left of a body, as far as the source goes. */
HDRTAP_GLOBAL int hdrtap_walk_body(struct hdrtap_work *work, struct hdrtap_stream *stream)
{
	__u32 in_window, left;
	__u64 body;

	if (!work || !stream)
		return 0;
	in_window = work->window.end - work->window.position;
	left = work->packet.payload_length - work->next + in_window;
	body = hdrtap_body_left(stream);
	if (body > left)
		body = left;
	hdrtap_body_pass(stream, body);
	if (body < in_window) {
		work->window.position += body;
	} else {
		work->next += body - in_window;
		hdrtap_window_empty(&work->window);
	}
	return 0;
}

/* The source is read once more, from where that began. */
HDRTAP_INLINE void hdrtap_walk_again(struct hdrtap_work *work)
{
	work->next = work->opened;
	work->resumed = 0;
	work->in_head = 0;
	hdrtap_window_empty(&work->window);
}

/* No head was where one was tried instead of a body: the source is read as what it is. */
HDRTAP_INLINE void hdrtap_walk_tried(struct hdrtap_work *work, struct hdrtap_stream *stream)
{
	stream->doubt = HDRTAP_DOUBT_NONE;
	stream->sought = 0;
	hdrtap_walk_again(work);
	stream->state = stream->chunked.left ? HDRTAP_STREAM_LENGTH : HDRTAP_STREAM_CHUNKED;
	if (stream->state == HDRTAP_STREAM_LENGTH)
		hdrtap_walk_body(work, stream);
}

/* The bytes are no head after all. One may begin with the source, when that began inside of what
 * was taken for one. */
HDRTAP_GLOBAL int hdrtap_walk_not_http(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				       struct hdrtap_counters *counters)
{
	struct hdrtap_place place;

	if (!work || !counters || !hdrtap_place(context, work, &place))
		return 0;
	if (work->in_head) {
		hdrtap_count_abandoned(counters, place.slot, 0);
		if (place.slot->head.http2)
			place.stream->protocol = HDRTAP_PROTOCOL_HTTP2;
		hdrtap_head_wipe(&place.slot->head);
	}
	if (place.stream->doubt == HDRTAP_DOUBT_TRIED) {
		hdrtap_walk_tried(work, place.stream);
		return 0;
	}
	work->in_head = 0;
	hdrtap_stream_lose(place.flow, work->which);
	if (work->resumed && !place.stream->protocol)
		hdrtap_walk_again(work);
	else
		hdrtap_walk_close(work, place.stream);
	return 0;
}

/* From here on the stream carries what both ends agreed on, which may be HTTP/1 again. */
HDRTAP_INLINE void hdrtap_stream_tunnel(struct hdrtap_stream *stream)
{
	stream->state = HDRTAP_STREAM_START;
	stream->tunneled = 1;
	stream->sought = 1;
}

/* Neither direction is the connection's own HTTP any longer, whatever was in progress there. */
HDRTAP_INLINE void hdrtap_walk_tunnel(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				      struct hdrtap_counters *counters, struct hdrtap_flow *flow)
{
	__u32 other = work->which ^ 1;

	work->next = hdrtap_walk_offset(work); /* the window is needed for the other's head */
	hdrtap_window_empty(&work->window);
	hdrtap_stream_end(context, work, counters, flow, other, HDRTAP_FLAG(GAP));
	hdrtap_early_drop(context, hdrtap_stream_at(flow, other), counters);
	hdrtap_stream_tunnel(hdrtap_stream_at(flow, other));
	hdrtap_stream_tunnel(hdrtap_stream_at(flow, work->which));
}

/* Bytes that a response must not have may follow it: servers send the body of an answer to HEAD, or
 * of 204 and 304. */
HDRTAP_INLINE void hdrtap_walk_superfluous(struct hdrtap_stream *stream,
					   const struct hdrtap_head *head)
{
	if (head->rec.kind != HDRTAP_KIND_RESPONSE || !head->length_count)
		return;
	stream->chunked.left = head->content_length;
	stream->doubt = HDRTAP_DOUBT_SUPERFLUOUS;
}

/* The request's body may be left out: RFC 9110 section 10.1.1. */
HDRTAP_INLINE void hdrtap_walk_expecting(const struct hdrtap_work *work,
					 struct hdrtap_stream *stream,
					 const struct hdrtap_record *rec)
{
	if (rec->names >> HDRTAP_NAME_EXPECT & 1 && rec->kind == HDRTAP_KIND_REQUEST &&
	    hdrtap_walk_offset(work) == work->packet.payload_length)
		stream->doubt = HDRTAP_DOUBT_EXPECTED;
}

/* What a head that ended leaves its stream in. */
HDRTAP_INLINE void hdrtap_walk_framing(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				       struct hdrtap_counters *counters,
				       const struct hdrtap_place *place)
{
	const struct hdrtap_record *rec = &place->slot->head.rec;
	struct hdrtap_stream *stream = place->stream;

	stream->gap = 0;
	/* what follows a CONNECT is a tunnel's when the answer, which may be lost, says so */
	stream->sought = rec->kind == HDRTAP_KIND_REQUEST && rec->method == HDRTAP_METHOD_CONNECT;
	__builtin_memset(&stream->chunked, 0, sizeof(stream->chunked));
	stream->state = HDRTAP_STREAM_START;
	stream->doubt = HDRTAP_DOUBT_NONE;
	if (rec->framing == HDRTAP_FRAMING_CHUNKED) {
		stream->state = HDRTAP_STREAM_CHUNKED;
		hdrtap_walk_expecting(work, stream, rec);
	} else if (rec->framing == HDRTAP_FRAMING_LENGTH && rec->body_size) {
		stream->chunked.left = rec->body_size;
		stream->state = HDRTAP_STREAM_LENGTH;
		hdrtap_walk_expecting(work, stream, rec);
	} else if (rec->framing == HDRTAP_FRAMING_NONE) {
		hdrtap_walk_superfluous(stream, &place->slot->head);
	} else if (rec->framing == HDRTAP_FRAMING_CLOSE) {
		stream->state = HDRTAP_STREAM_OPAQUE;
	} else if (rec->framing == HDRTAP_FRAMING_TUNNEL) {
		hdrtap_walk_tunnel(context, work, counters, place->flow);
	} else if (rec->framing == HDRTAP_FRAMING_INVALID) {
		hdrtap_stream_lose(place->flow, work->which);
	}
	if (stream->state >= HDRTAP_STREAM_OPAQUE)
		hdrtap_walk_close(work, stream);
}

/* A head ended. */
HDRTAP_GLOBAL int hdrtap_walk_done(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters,
				   const struct hdrtap_elements *set)
{
	struct hdrtap_place place;

	if (!work || !counters || !set || !hdrtap_place(context, work, &place))
		return 0;
	hdrtap_walk_measure(context, work, &place);
	hdrtap_head_out(context, counters, set, place.flow, work->which, place.slot);
	work->in_head = 0;
	work->resumed = 0;
	work->heads++;
	hdrtap_walk_framing(context, work, counters, &place);
	return 0;
}

/* The source ends inside a head or PROXY header, which goes on in a later segment. */
HDRTAP_GLOBAL int hdrtap_walk_pause(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				    struct hdrtap_counters *counters)
{
	struct hdrtap_place place;
	struct hdrtap_head *head;

	if (!work || !counters || !hdrtap_place(context, work, &place))
		return 0;
	head = &place.slot->head;
	if (place.stream->doubt == HDRTAP_DOUBT_TRIED && !head->started) {
		hdrtap_head_wipe(head);
		hdrtap_walk_tried(work, place.stream);
		place.stream->unsure = 1; /* it may have been the beginning of one */
		return 0;
	}
	if (place.stream->doubt == HDRTAP_DOUBT_TRIED)
		place.stream->doubt = HDRTAP_DOUBT_NONE;
	hdrtap_walk_close(work, place.stream);
	place.slot->touched = work->origin.time;
	if (place.stream->state == HDRTAP_STREAM_PROXY)
		return 0;
	if (hdrtap_head_blank(head) ||
	    (place.stream->state == HDRTAP_STREAM_LOST && !head->started)) {
		hdrtap_head_wipe(head);
		work->in_head = 0;
		return 0;
	}
	hdrtap_walk_measure(context, work, &place);
	hdrtap_head_pause(&place.slot->head, &work->window);
	hdrtap_count_paused(counters, place.slot);
	place.stream->state = HDRTAP_STREAM_HEAD;
	work->touched = 1;
	return 0;
}

/* All that could be loaded of the source was read. What was not captured is missing: known where it
 * ends only when it is a body's. */
HDRTAP_INLINE void hdrtap_walk_end(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters, struct hdrtap_stream *stream)
{
	__u32 missing = work->packet.payload_length - work->next;

	if (missing && hdrtap_body_left(stream) < missing) {
		hdrtap_walk_lose(context, work, counters, work->early ? HDRTAP_FLAG(GAP) : 0);
	} else if (missing) {
		hdrtap_body_pass(stream, missing);
		hdrtap_walk_close(work, stream);
	} else if (work->in_head) {
		hdrtap_walk_pause(context, work, counters);
	} else {
		hdrtap_walk_close(work, stream);
	}
}

/* The payload's first eight bytes from `offset` on, zeros behind a shorter one. */
HDRTAP_INLINE __u64 hdrtap_walk_word(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
				     __u32 offset)
{
	__u32 length = work->available - offset, from = work->packet.payload + offset;
	__u64 word = 0;

	if (length >= sizeof(word) && !hdrtap_platform_word(context, from, &word))
		return word;
	if (length > sizeof(word))
		length = sizeof(word);
	length--;
	HDRTAP_MASK(length, 7);
	hdrtap_platform_load(context, from, &word, length + 1);
	return word;
}

/* Whether the stream is known to carry responses. */
HDRTAP_INLINE int hdrtap_responds(const struct hdrtap_flow *flow, __u32 which)
{
	return flow->requester == 2 - which;
}

/*
 * What begins where a message may begin is none. A connection is of another protocol when one
 * stream begins with it and the other with nothing of HTTP; until then the other may answer in
 * HTTP/1, as servers do that were expecting it.
 */
HDRTAP_INLINE void hdrtap_walk_foreign(struct hdrtap_flow *flow, struct hdrtap_stream *stream,
				       __u32 which, enum hdrtap_counter class)
{
	struct hdrtap_stream *other = hdrtap_stream_at(flow, which ^ 1);

	if (class == HDRTAP_COUNTER_TLS)
		stream->protocol = HDRTAP_PROTOCOL_TLS;
	else if (class == HDRTAP_COUNTER_HTTP2)
		stream->protocol = HDRTAP_PROTOCOL_HTTP2;
	else if (!stream->payload)
		stream->protocol = other->protocol;
	if (!stream->protocol) {
		hdrtap_stream_lose(flow, which);
		return;
	}
	stream->state = HDRTAP_STREAM_LOST;
	stream->sought = 1;
	if (!other->protocol && other->payload && other->state == HDRTAP_STREAM_LOST)
		other->protocol = stream->protocol;
}

/*
 * What a source begins with, where a message may begin: HDRTAP_COUNTER_HEAD when it is to be read,
 * otherwise what it is counted as.
 */
HDRTAP_INLINE enum hdrtap_counter hdrtap_walk_classify(HDRTAP_CONTEXT *context,
						       const struct hdrtap_work *work,
						       const struct hdrtap_place *place,
						       __u32 offset)
{
	__u64 word = hdrtap_walk_word(context, work, offset);
	struct hdrtap_stream *stream = place->stream;
	enum hdrtap_counter class = hdrtap_classify(word);

	if (!stream->payload && hdrtap_proxy_may_begin(word)) {
		stream->state = HDRTAP_STREAM_PROXY;
		__builtin_memset(&place->slot->proxy, 0, sizeof(place->slot->proxy));
		return HDRTAP_COUNTER_HEAD;
	}
	if (class == HDRTAP_COUNTER_HEAD || stream->doubt == HDRTAP_DOUBT_SUPERFLUOUS)
		return HDRTAP_COUNTER_HEAD;
	if (class == HDRTAP_COUNTER_NOT_HTTP && stream->state == HDRTAP_STREAM_START &&
	    hdrtap_responds(place->flow, work->which) && !stream->tunneled)
		return HDRTAP_COUNTER_HEAD; /* few bytes too many may be before one */
	hdrtap_walk_foreign(place->flow, stream, work->which, class);
	return class == HDRTAP_COUNTER_NOT_HTTP && stream->tunneled ? HDRTAP_COUNTER_BODY : class;
}

/* Begins to read the current source at `offset`. Returns HDRTAP_COUNTER_HEAD, or what it is counted
 * as when there is nothing to read in it. */
HDRTAP_GLOBAL int hdrtap_walk_open(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters, __u32 offset)
{
	int class = HDRTAP_COUNTER_HEAD;
	struct hdrtap_place place;

	if (!work || !counters || !hdrtap_place(context, work, &place))
		return HDRTAP_COUNTER_LOAD_FAILED;
	work->open = 1;
	work->opened = offset;
	work->next = offset;
	hdrtap_window_empty(&work->window);
	if (place.stream->state == HDRTAP_STREAM_NEW) {
		hdrtap_stream_lose(place.flow, work->which);
		place.stream->state = HDRTAP_STREAM_START;
		place.stream->unread = 0;
	}
	if (place.stream->state == HDRTAP_STREAM_CHUNKED)
		place.stream->chunked.chunks = 0;
	else if (!hdrtap_stream_in_slot(place.stream) && !work->early && offset < work->available)
		class = hdrtap_walk_classify(context, work, &place, offset);
	place.stream->payload = 1;
	work->in_head = hdrtap_stream_in_slot(place.stream);
	work->resumed = place.stream->state == HDRTAP_STREAM_HEAD;
	if (class != HDRTAP_COUNTER_HEAD)
		hdrtap_walk_close(work, place.stream);
	return class;
}

#endif
