/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From the payload of one stream to its records: loads window after window, feeds the parsers, puts
 * a record out per head, and steps over bodies.
 *
 * A walk reads sources: the packet, and the segments of its stream that came early and now connect.
 * All the time the stream says what the next byte is; when a source ends inside something, the
 * stream, or the slot it owns, remembers.
 */
#ifndef HDRTAP_EXTRACT_H
#define HDRTAP_EXTRACT_H

#include <hdrtap/stream/look.h>

#define HDRTAP_HEADS_MAX  64    /* heads read from one packet */
#define HDRTAP_CHUNKS_MAX 512   /* chunk sizes of one body in one packet */
#define HDRTAP_PARSED_MAX 65536 /* bytes loaded for one packet */
#define HDRTAP_STEPS_MAX  8192  /* parser steps, of a line or more each, per packet */

/* One packet's way through the parsers. */
struct hdrtap_walk {
	HDRTAP_CONTEXT *context;
	struct hdrtap_work *work;
	struct hdrtap_counters *counters;
	const struct hdrtap_elements *set;
	struct hdrtap_flow *flow;
	struct hdrtap_stream *stream;
	struct hdrtap_slot *slot; /* the stream's, or this CPU's spare */
};

enum {
	HDRTAP_WALK_ON,
	HDRTAP_WALK_END
};

/* A head goes on with the elements it began with. It ends where they are gone. */
HDRTAP_INLINE void hdrtap_walk_resume(struct hdrtap_walk *walk)
{
	const struct hdrtap_settings *settings =
		hdrtap_platform_settings_of(walk->context, walk->slot->head.rec.element_set);

	if (settings)
		walk->set = &settings->elements;
	else
		hdrtap_walk_lose(walk->context, walk->work, walk->counters, HDRTAP_FLAG(TIMEOUT));
}

/* Makes a walk ready to read; nothing is open. */
HDRTAP_INLINE int hdrtap_walk_ready(struct hdrtap_walk *walk)
{
	const struct hdrtap_settings *settings = hdrtap_platform_settings(walk->context);
	struct hdrtap_stream *stream = walk->stream;
	struct hdrtap_work *work = walk->work;
	struct hdrtap_slot *slot;

	if (!settings)
		return -1;
	work->slot = stream->slot ? stream->slot - 1 : work->spare;
	work->in_head = hdrtap_stream_in_slot(stream);
	hdrtap_window_empty(&work->window);
	slot = hdrtap_platform_slot(walk->context, work->slot);
	if (!slot)
		return -1;
	walk->slot = slot;
	walk->set = &settings->elements;
	if (work->in_head)
		hdrtap_walk_resume(walk);
	return 0;
}

/* More would have to be done than may be done for one packet. */
HDRTAP_INLINE void hdrtap_walk_over_budget(struct hdrtap_walk *walk)
{
	walk->work->over_budget = 1;
	hdrtap_walk_lose(walk->context, walk->work, walk->counters, HDRTAP_FLAG(OVER_BUDGET));
}

/* Loads the next window; the head in progress, if any, goes on in it. Returns 0 or -errno. */
HDRTAP_INLINE int hdrtap_walk_load(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;
	__u32 length = work->available - work->next;

	if (length > HDRTAP_WINDOW_SIZE)
		length = HDRTAP_WINDOW_SIZE;
	length--; /* a mask shows the verifier the bounds, but only of a range from 0 */
	HDRTAP_MASK(length, HDRTAP_WINDOW_SIZE - 1);
	length++;
	if (hdrtap_source_load(walk->context, work, length))
		return -1;
	if (work->in_head && walk->stream->state != HDRTAP_STREAM_PROXY)
		hdrtap_window_refill(&walk->slot->head, &work->window, length);
	else
		hdrtap_window_ready(&work->window, length);
	work->next += length;
	work->parsed += length;
	return 0;
}

/* The window is read: loads more of the source, if there is more and it may be read. */
HDRTAP_INLINE void hdrtap_walk_more(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	if (work->next >= work->available) {
		hdrtap_walk_end(walk->context, work, walk->counters, walk->stream);
	} else if (work->parsed >= HDRTAP_PARSED_MAX) {
		hdrtap_walk_over_budget(walk);
	} else if (hdrtap_walk_load(walk)) {
		work->failed = 1;
		hdrtap_walk_lose(walk->context, work, walk->counters, HDRTAP_FLAG(GAP));
	}
}

/* A head ended: passes over its body. */
HDRTAP_INLINE void hdrtap_walk_head_done(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	hdrtap_walk_done(walk->context, work, walk->counters, walk->set);
	if (!work->open)
		return;
	if (walk->stream->state == HDRTAP_STREAM_LENGTH)
		hdrtap_walk_body(work, walk->stream);
	if (work->heads >= HDRTAP_HEADS_MAX && hdrtap_walk_offset(work) < work->available)
		hdrtap_walk_over_budget(walk);
}

/* A step inside a head, or at the start of one. */
HDRTAP_INLINE void hdrtap_walk_head(struct hdrtap_walk *walk)
{
	int verdict;

	if (!walk->work->in_head &&
	    !hdrtap_walk_begin(walk->context, walk->work, walk->counters, walk->set))
		return;
	verdict = hdrtap_head_step(&walk->slot->head, &walk->work->window, walk->set);
	if (verdict == HDRTAP_DONE)
		hdrtap_walk_head_done(walk);
	else if (verdict == HDRTAP_NOT_HTTP)
		hdrtap_walk_not_http(walk->context, walk->work, walk->counters);
}

/* A step inside a chunked body. */
HDRTAP_INLINE void hdrtap_walk_chunked(struct hdrtap_walk *walk)
{
	struct hdrtap_chunked *chunked = &walk->stream->chunked;
	struct hdrtap_work *work = walk->work;
	int verdict = hdrtap_chunked_step(chunked, &work->window);

	work->body = 1;
	if (verdict == HDRTAP_DONE)
		walk->stream->state = HDRTAP_STREAM_START;
	else if (verdict == HDRTAP_NOT_HTTP)
		hdrtap_walk_not_http(walk->context, work, walk->counters);
	else if (verdict == HDRTAP_MORE && chunked->phase == HDRTAP_CHUNK_DATA)
		hdrtap_walk_body(work, walk->stream);
	else if (chunked->chunks > HDRTAP_CHUNKS_MAX)
		hdrtap_walk_over_budget(walk);
}

/* A PROXY protocol header ended, or its bytes were given back: a message begins. */
HDRTAP_INLINE void hdrtap_walk_proxy_end(struct hdrtap_walk *walk)
{
	walk->work->in_head = 0;
	walk->stream->state = HDRTAP_STREAM_START;
}

/* A PROXY protocol header was read. What follows may be no HTTP/1. */
HDRTAP_INLINE void hdrtap_walk_proxied(struct hdrtap_walk *walk)
{
	const struct hdrtap_proxy *proxy = &walk->slot->proxy;
	__u32 offset = hdrtap_walk_offset(walk->work);
	struct hdrtap_flow *flow = walk->flow;

	hdrtap_walk_proxy_end(walk);
	flow->proxied = proxy->known;
	flow->client_port = proxy->client_port;
	hdrtap_copy_address(flow->client, proxy->client);
	if (offset < walk->work->available)
		hdrtap_walk_open(walk->context, walk->work, walk->counters, offset);
}

/* A step inside a PROXY protocol header. */
HDRTAP_INLINE void hdrtap_walk_proxy(struct hdrtap_walk *walk)
{
	struct hdrtap_proxy *proxy = &walk->slot->proxy;
	struct hdrtap_work *work = walk->work;
	int verdict = hdrtap_proxy_step(proxy, &work->window);

	work->touched = 1;
	if (verdict == HDRTAP_DONE)
		hdrtap_walk_proxied(walk);
	else if (verdict == HDRTAP_NOT_HTTP && hdrtap_proxy_give_back(proxy, &work->window))
		hdrtap_walk_proxy_end(walk);
	else if (verdict == HDRTAP_NOT_HTTP)
		hdrtap_walk_not_http(walk->context, work, walk->counters);
}

/* Parses a little of what is in the window. */
HDRTAP_INLINE void hdrtap_walk_parse(struct hdrtap_walk *walk)
{
	if (walk->stream->state == HDRTAP_STREAM_CHUNKED)
		hdrtap_walk_chunked(walk);
	else if (walk->stream->state == HDRTAP_STREAM_PROXY)
		hdrtap_walk_proxy(walk);
	else
		hdrtap_walk_head(walk);
}

/* The head in progress goes on in a later segment: its slot becomes the stream's, and the CPU takes
 * another. */
HDRTAP_INLINE void hdrtap_walk_keep(struct hdrtap_walk *walk)
{
	struct hdrtap_stream *stream = walk->stream;
	struct hdrtap_work *work = walk->work;
	int spare = hdrtap_slot_take(walk->context, work, walk->counters);

	if (!spare) {
		hdrtap_walk_lose(walk->context, work, walk->counters, HDRTAP_FLAG(EVICTED));
		return;
	}
	walk->slot->stream = work->which;
	walk->slot->flow = work->flow + 1;
	stream->slot = work->slot + 1;
	work->spare = spare - 1;
}

/* After the last step: what ran out of steps is over budget; the slot is kept, or goes back. */
HDRTAP_INLINE void hdrtap_walk_finish(struct hdrtap_walk *walk)
{
	struct hdrtap_stream *stream = walk->stream;
	struct hdrtap_work *work = walk->work;
	int in_slot;

	if (work->open)
		hdrtap_walk_over_budget(walk);
	hdrtap_early_release(walk->context, &work->early);
	if (work->over_budget)
		hdrtap_count(walk->counters, HDRTAP_COUNTER_OVER_BUDGET);
	in_slot = hdrtap_stream_in_slot(stream);
	if (in_slot && !stream->slot) {
		hdrtap_walk_keep(walk);
	} else if (!in_slot && stream->slot) {
		stream->slot = 0;
		hdrtap_slot_release(walk->slot);
	}
}

/* Turns from one stream to the other. The packet waits: aside, while the other is read. */
HDRTAP_INLINE void hdrtap_walk_face(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	work->waiting = work->aside;
	work->aside = !work->aside;
	work->which ^= 1;
	walk->stream = hdrtap_stream_at(walk->flow, work->which);
}

/* What was held of the other stream is read: the packet's own is next. */
HDRTAP_INLINE int hdrtap_walk_turn(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	hdrtap_walk_finish(walk);
	work->over_budget = 0;
	hdrtap_walk_face(walk);
	return hdrtap_walk_ready(walk) ? HDRTAP_WALK_END : HDRTAP_WALK_ON;
}

/* What is missing before the segments that wait is abandoned. */
HDRTAP_INLINE void hdrtap_walk_gap(struct hdrtap_walk *walk)
{
	hdrtap_count(walk->counters, HDRTAP_COUNTER_GAPS);
	hdrtap_walk_lose(walk->context, walk->work, walk->counters, HDRTAP_FLAG(GAP));
	walk->stream->gap = 1;
}

/* Bytes are missing before all that is held. */
HDRTAP_INLINE int hdrtap_walk_stuck(struct hdrtap_walk *walk)
{
	if (hdrtap_source_freed(walk->context, walk->work, walk->work->which)) {
		hdrtap_walk_gap(walk);
		return HDRTAP_WALK_ON;
	}
	return walk->work->aside ? hdrtap_walk_turn(walk) : HDRTAP_WALK_END;
}

/* One step: opens a source when there is none, or parses a little of what is in the window, and
 * loads the next one when there is nothing left. */
HDRTAP_INLINE int hdrtap_walk_step(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;
	int offset;

	if (!work->open) {
		if (work->over_budget || !hdrtap_source_waits(work, walk->stream))
			return work->aside ? hdrtap_walk_turn(walk) : HDRTAP_WALK_END;
		offset = hdrtap_source_next(walk->context, work, walk->stream);
		if (offset >= 0)
			hdrtap_walk_open(walk->context, work, walk->counters, offset);
		return offset == HDRTAP_TRACK_EARLY ? hdrtap_walk_stuck(walk) : HDRTAP_WALK_ON;
	}
	if (work->window.position < work->window.end)
		hdrtap_walk_parse(walk);
	if (work->open && work->window.position >= work->window.end)
		hdrtap_walk_more(walk);
	return work->open || work->aside || hdrtap_source_waits(work, walk->stream)
		       ? HDRTAP_WALK_ON
		       : HDRTAP_WALK_END;
}

#endif
