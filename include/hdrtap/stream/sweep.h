/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Connections that fall silent: a head in progress that waited too long goes out, and segments that
 * were held for earlier ones are read without them. No packet makes this happen, so it is done for
 * one place in the pools at a time, as often as the caller likes, and for all of them at the end.
 */
#ifndef HDRTAP_SWEEP_H
#define HDRTAP_SWEEP_H

#include <hdrtap/stream/process.h>

/* What a sweep ends. */
struct hdrtap_sweep {
	__u64 before;  /* ns: what nothing came for since then */
	__u64 why;     /* HDRTAP_FLAG() bits of the heads that are ended */
	__u32 retired; /* heads that began with generation `retired` - 1, too; 0: none */
};

/* Holds the connection that a place in a pool belongs to. Returns NULL when it belongs to none. */
HDRTAP_INLINE struct hdrtap_flow *hdrtap_sweep_flow(HDRTAP_CONTEXT *context,
						    struct hdrtap_work *work, __u32 flow)
{
	struct hdrtap_flow *found;

	if (!flow)
		return NULL;
	work->flow = flow - 1;
	found = hdrtap_platform_flow(context, work->flow);
	if (!found || !hdrtap_acquire(&found->owner, hdrtap_me(work)))
		return NULL;
	return found;
}

/* Whether a head's settings are to be overwritten. */
HDRTAP_INLINE int hdrtap_sweep_retired(const struct hdrtap_sweep *sweep,
				       const struct hdrtap_slot *slot)
{
	return sweep->retired && slot->head.rec.element_set == ((sweep->retired - 1) & 0xffff);
}

/* The head in slot `number` goes out if it is to be ended. */
HDRTAP_GLOBAL int hdrtap_sweep_slot(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				    struct hdrtap_counters *counters, __u32 number,
				    const struct hdrtap_sweep *sweep)
{
	struct hdrtap_stream *stream;
	struct hdrtap_slot *slot;
	struct hdrtap_flow *flow;

	if (!work || !counters || !sweep)
		return 0;
	slot = hdrtap_platform_slot(context, number);
	if (!slot || !slot->used ||
	    (slot->touched >= sweep->before && !hdrtap_sweep_retired(sweep, slot)))
		return 0;
	flow = hdrtap_sweep_flow(context, work, slot->flow);
	if (!flow)
		return 0;
	stream = hdrtap_stream_at(flow, slot->stream);
	if (stream->slot == number + 1 &&
	    (slot->touched < sweep->before ||
	     (stream->state == HDRTAP_STREAM_HEAD && hdrtap_sweep_retired(sweep, slot))))
		hdrtap_stream_end(context, work, counters, flow, slot->stream & 1, sweep->why);
	hdrtap_release(&flow->owner);
	return 0;
}

/* What is held on the stream of early segment `number` is read if it waits since `before`. */
HDRTAP_INLINE void hdrtap_sweep_early(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				      struct hdrtap_counters *counters, __u32 number, __u64 before)
{
	struct hdrtap_walk walk = { .context = context, .work = work, .counters = counters };
	struct hdrtap_early *early = hdrtap_platform_early(context, number);

	if (!early || !early->used || early->origin.time >= before)
		return;
	hdrtap_source_origin(work, early);
	work->which = early->stream;
	walk.flow = hdrtap_sweep_flow(context, work, early->flow);
	if (!walk.flow)
		return;
	walk.stream = hdrtap_stream_at(walk.flow, work->which);
	hdrtap_work_begin(work);
	if ((walk.stream->early[0] == number + 1 || walk.stream->early[1] == number + 1) &&
	    !hdrtap_walk_ready(&walk)) {
		hdrtap_walk_gap(&walk);
		hdrtap_process_read(&walk);
	}
	hdrtap_release(&walk.flow->owner);
}

/*
 * Looks at one place of the pools: first at those for early segments, whose heads may take slots,
 * then at slots. A stream may hold a segment behind one that is all that is parsed at a time, so
 * places for early segments come as often as a stream may hold some.
 */
HDRTAP_INLINE void hdrtap_sweep(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				struct hdrtap_counters *counters, __u32 number,
				const struct hdrtap_sweep *sweep)
{
	__u32 early = hdrtap_platform_config(context)->early;

	if (number < HDRTAP_EARLY_MAX * early)
		hdrtap_sweep_early(context, work, counters, number & (early - 1), sweep->before);
	else
		hdrtap_sweep_slot(context, work, counters, number - HDRTAP_EARLY_MAX * early,
				  sweep);
}

#endif
