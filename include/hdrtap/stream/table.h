/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The flow table: sets of HDRTAP_WAYS connections, and the pools behind them.
 *
 * Who works on a connection holds its owner word; only then its key is compared, so nobody ever
 * works on a connection that became another one meanwhile. Putting one in needs the lock of its
 * set, and the owner word of the one it replaces. Every wait is bounded; words are taken in the
 * order set, connection, and a second connection's is only tried, so nobody waits in a circle.
 */
#ifndef HDRTAP_TABLE_H
#define HDRTAP_TABLE_H

#include <hdrtap/stream/held.h>
#include <hdrtap/stream/join.h>

/* Unit of ages: 2^30 ns, about a second. They wrap after 19 hours. */
HDRTAP_INLINE __u16 hdrtap_age(__u64 time)
{
	return time >> 30;
}
#define HDRTAP_AGE_SYN   0x4000 /* how much older one without payload looks */
#define HDRTAP_AGE_ENDED 0x7fff /* and one that ended, or is no HTTP/1 */

/* Ends what is in progress on a stream. Where nothing of it goes out, because the rest did not come
 * in time, it is as if none of its bytes had come: they may come again, as behind a window probe.
 * Returns whether the stream goes on so. */
HDRTAP_INLINE int hdrtap_stream_back(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				     struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				     __u32 which, struct hdrtap_slot *slot, __u64 why)
{
	struct hdrtap_stream *stream = hdrtap_stream_at(flow, which);

	if (stream->state == HDRTAP_STREAM_HEAD &&
	    hdrtap_head_give_up(context, work, counters, flow, which, slot, why))
		return 0;
	if (!(why & (HDRTAP_FLAG(TIMEOUT) | HDRTAP_FLAG(EVICTED))))
		return 0;
	if (stream->state == HDRTAP_STREAM_HEAD) {
		stream->next = slot->head.rec.tcp_sequence;
	} else if (!hdrtap_proxy_blank(&slot->proxy)) {
		stream->next -= slot->proxy.length;
		stream->payload = 0;
	}
	stream->state = stream->sought ? HDRTAP_STREAM_LOST : HDRTAP_STREAM_START;
	return 1;
}

/* Ends the head in progress on a stream of a connection that is held: it goes out with the flags
 * `why`, and where the next one begins is not known. */
HDRTAP_INLINE void hdrtap_stream_end(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				     struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				     __u32 which, __u64 why)
{
	struct hdrtap_stream *stream = hdrtap_stream_at(flow, which);
	struct hdrtap_slot *slot;

	if (!stream->slot)
		return;
	slot = hdrtap_platform_slot(context, stream->slot - 1);
	stream->slot = 0;
	if (!slot)
		return;
	if (!hdrtap_stream_back(context, work, counters, flow, which, slot, why))
		hdrtap_stream_lose(flow, which);
	hdrtap_slot_release(slot);
}

/* Ends everything in progress on a connection that is held, and forgets it. Its key stays. */
HDRTAP_GLOBAL int hdrtap_flow_end(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				  struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				  __u64 why)
{
	if (!work || !counters || !flow)
		return 0;
	hdrtap_stream_end(context, work, counters, flow, 0, why);
	hdrtap_stream_end(context, work, counters, flow, 1, why);
	hdrtap_early_drop(context, &flow->stream[0], counters);
	hdrtap_early_drop(context, &flow->stream[1], counters);
	hdrtap_pending_clear(flow, counters);
	__builtin_memset(&flow->client_port, 0,
			 hdrtap_offsetof(struct hdrtap_flow, pending) -
				 hdrtap_offsetof(struct hdrtap_flow, client_port));
	__builtin_memset(flow->client, 0, sizeof(flow->client));
	__builtin_memset(flow->stream, 0, sizeof(flow->stream));
	return 0;
}

/* Whether the packet's connection, seen at its place, is in this way of the set; then it is held.
 */
HDRTAP_INLINE int hdrtap_way_find(HDRTAP_CONTEXT *context, struct hdrtap_work *work, __u32 number)
{
	struct hdrtap_flow *flow = hdrtap_platform_flow(context, number);
	const struct hdrtap_stream *stream;
	int found = HDRTAP_FLOW_NONE;

	if (!flow)
		return HDRTAP_FLOW_NONE;
	if (!hdrtap_acquire(&flow->owner, hdrtap_me(work)))
		return HDRTAP_FLOW_CONTENDED;
	if (hdrtap_key_equal(&flow->key, &work->key)) {
		stream = hdrtap_stream_at(flow, work->which);
		if (stream->place == work->place && stream->state != HDRTAP_STREAM_NEW)
			return number;
		found = HDRTAP_FLOW_ELSEWHERE;
	}
	hdrtap_release(&flow->owner);
	return found;
}

/* Looks for the packet's connection. Returns its number, then it is held, or HDRTAP_FLOW_*. */
HDRTAP_INLINE int hdrtap_flow_search(HDRTAP_CONTEXT *context, struct hdrtap_work *work)
{
	__u32 number = hdrtap_set_number(context, work), tag = hdrtap_tag(work), way;
	struct hdrtap_set *set = hdrtap_platform_set(context, number);
	int found, elsewhere = 0;

	if (!set)
		return HDRTAP_FLOW_NONE;
	for (way = 0; way < HDRTAP_WAYS; way++) {
		if (set->tag[way] != tag)
			continue;
		found = hdrtap_way_find(context, work, number * HDRTAP_WAYS + way);
		if (found >= HDRTAP_FLOW_CONTENDED && found != HDRTAP_FLOW_NONE)
			return found;
		elsewhere |= found == HDRTAP_FLOW_ELSEWHERE;
	}
	return elsewhere ? hdrtap_flow_join(context, work) : HDRTAP_FLOW_NONE;
}

/* The same where it is rare, and has a stack of its own. */
HDRTAP_GLOBAL int hdrtap_flow_search_again(HDRTAP_CONTEXT *context, struct hdrtap_work *work)
{
	return work ? hdrtap_flow_search(context, work) : HDRTAP_FLOW_NONE;
}

/* Finds the connection of work->packet, and its stream: work->which. Returns its number, then it is
 * held, or HDRTAP_FLOW_*. */
HDRTAP_INLINE int hdrtap_flow_find(HDRTAP_CONTEXT *context, struct hdrtap_work *work)
{
	__u64 seed = hdrtap_platform_config(context)->seed;

	work->which = hdrtap_flow_key(&work->key, &work->packet);
	work->hash = hdrtap_key_hash(&work->key, seed);
	work->place = hdrtap_place_of(&work->packet, work->origin.ifindex, seed);
	return hdrtap_flow_search(context, work);
}

/* The way of a set that can be missed most: a free one, or the one whose last payload is longest
 * ago. */
HDRTAP_INLINE __u32 hdrtap_way_oldest(const struct hdrtap_set *set, __u16 now)
{
	__u32 way, oldest = 0, found = 0, score;

	for (way = 0; way < HDRTAP_WAYS; way++) {
		score = set->tag[way] ? (__u16)(now - set->age[way]) + 1 : 0x20000;
		found = score > oldest ? way : found;
		oldest = score > oldest ? score : oldest;
		HDRTAP_FORGET(found, score, HDRTAP_WAYS - 1);
		HDRTAP_FORGET(oldest, score, ~0u);
	}
	HDRTAP_MASK(found, HDRTAP_WAYS - 1);
	return found;
}

/* Puts work->key into a way of a set that is locked. */
HDRTAP_INLINE int hdrtap_way_replace(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				     struct hdrtap_counters *counters, struct hdrtap_set *set,
				     __u32 number, __u32 way)
{
	struct hdrtap_flow *flow;

	number = number * HDRTAP_WAYS + way;
	flow = hdrtap_platform_flow(context, number);
	if (!flow || !hdrtap_acquire_free(&flow->owner, hdrtap_me(work)))
		return HDRTAP_FLOW_CONTENDED;
	if (set->tag[way]) {
		if (!(flow->stream[0].ended & flow->stream[1].ended))
			hdrtap_count(counters, HDRTAP_COUNTER_EVICTED);
		hdrtap_flow_end(context, work, counters, flow, HDRTAP_FLAG(EVICTED));
	}
	flow->key = work->key;
	set->tag[way] = hdrtap_tag(work);
	set->age[way] = hdrtap_age(work->origin.time) - HDRTAP_AGE_SYN;
	hdrtap_count(counters, HDRTAP_COUNTER_CONNECTIONS);
	return number;
}

/* As hdrtap_flow_find(), but puts the connection in when it is not there. */
HDRTAP_GLOBAL int hdrtap_flow_enter(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				    struct hdrtap_counters *counters)
{
	struct hdrtap_set *set;
	__u32 number, way;
	int found;

	if (!work || !counters)
		return HDRTAP_FLOW_NONE;
	number = hdrtap_set_number(context, work);
	set = hdrtap_platform_set(context, number);
	if (!set)
		return HDRTAP_FLOW_NONE;
	if (!hdrtap_acquire(&set->lock, hdrtap_me(work)))
		return HDRTAP_FLOW_CONTENDED;
	found = hdrtap_flow_search_again(context, work);
	if (found == HDRTAP_FLOW_NONE) {
		way = hdrtap_way_oldest(set, hdrtap_age(work->origin.time));
		found = hdrtap_way_replace(context, work, counters, set, number, way);
	}
	hdrtap_release(&set->lock);
	return found;
}

/* Says how much the connection that is held can be missed: it carried payload `older` ages ago. */
HDRTAP_INLINE void hdrtap_flow_touch(HDRTAP_CONTEXT *context, const struct hdrtap_work *work,
				     __u16 older)
{
	struct hdrtap_set *set = hdrtap_platform_set(context, work->flow / HDRTAP_WAYS);
	__u16 age = hdrtap_age(work->origin.time) - older;
	__u32 way = work->flow;

	HDRTAP_MASK(way, HDRTAP_WAYS - 1);
	if (set && set->age[way] != age)
		set->age[way] = age;
}

/* The head in the slot of another connection goes out; its place in the pool is the caller's then.
 * Returns whether it could be had. */
HDRTAP_INLINE int hdrtap_slot_evict(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				    struct hdrtap_counters *counters, __u32 number)
{
	struct hdrtap_slot *slot = hdrtap_platform_slot(context, number);
	struct hdrtap_stream *stream;
	struct hdrtap_flow *flow;
	int had = 0;

	if (!slot || !slot->flow || slot->flow == work->flow + 1)
		return 0;
	flow = hdrtap_platform_flow(context, slot->flow - 1);
	if (!flow || !hdrtap_acquire_free(&flow->owner, hdrtap_me(work)))
		return 0;
	stream = hdrtap_stream_at(flow, slot->stream);
	if (stream->slot == number + 1) {
		hdrtap_stream_end(context, work, counters, flow, slot->stream & 1,
				  HDRTAP_FLAG(EVICTED));
		had = hdrtap_acquire_free(&slot->used, 1);
	}
	hdrtap_release(&flow->owner);
	return had;
}

/* Takes a slot out of the pool. Returns its number + 1, or 0. */
HDRTAP_GLOBAL int hdrtap_slot_take(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				   struct hdrtap_counters *counters)
{
	__u32 i, number, size, oldest = 0;
	struct hdrtap_slot *slot;
	__u64 touched = ~0ULL;

	if (!work || !counters)
		return 0;
	size = hdrtap_platform_config(context)->heads;
	for (i = 0; i < HDRTAP_PROBES; i++) {
		number = hdrtap_probe(work, i, size);
		slot = hdrtap_platform_slot(context, number);
		if (!slot)
			return 0;
		if (hdrtap_acquire_free(&slot->used, 1))
			return number + 1;
		if (slot->flow && slot->touched < touched) {
			touched = slot->touched;
			oldest = number;
		}
	}
	if (touched == ~0ULL || !hdrtap_slot_evict(context, work, counters, oldest))
		return 0;
	return oldest + 1;
}

#endif
