/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The flow table: sets of HDRTAP_WAYS connections, and the pools behind them.
 *
 * A connection's set is chosen by its addresses and ports. Which of those with the same ones a
 * packet belongs to, its place tells: interface, VLANs and tunnels are those where its stream was
 * seen last. A packet that comes elsewhere joins a connection only with proof, because networks
 * with equal addresses may be told apart by nothing but that: its numbers (RFC 9293 section 3.4)
 * are within HDRTAP_NEAR of what the connection's streams have come to. Otherwise it begins a
 * connection of its own.
 *
 * Who works on a connection holds its owner word; only then its key is compared, so nobody ever
 * works on a connection that became another one meanwhile. Putting one in needs the lock of its
 * set, and the owner word of the one it replaces. Every wait is bounded; words are taken in the
 * order set, connection, and a second connection's is only tried, so nobody waits in a circle.
 */
#ifndef HDRTAP_TABLE_H
#define HDRTAP_TABLE_H

#include <hdrtap/out/pair.h>

/* Beside numbers of connections. */
enum {
	HDRTAP_FLOW_NONE = -1,
	HDRTAP_FLOW_CONTENDED = -2,
	HDRTAP_FLOW_ELSEWHERE = -3, /* with these addresses and ports, but seen at another place */
};

#define HDRTAP_NEAR (1 << 20) /* bytes that numbers of one connection are apart at most */

/* Unit of ages: 2^30 ns, about a second. They wrap after 19 hours. */
HDRTAP_INLINE __u16 hdrtap_age(__u64 time)
{
	return time >> 30;
}
#define HDRTAP_AGE_SYN   0x4000 /* how much older one without payload looks */
#define HDRTAP_AGE_ENDED 0x7fff /* and one that ended, or is no HTTP/1 */

HDRTAP_INLINE __u32 hdrtap_me(const struct hdrtap_work *work)
{
	return work->origin.cpu + 1;
}

/* Zeroes the bytes of an early segment, which may be part of a secret. */
HDRTAP_GLOBAL int hdrtap_early_wipe(struct hdrtap_early *early)
{
	__u32 i;

	if (!early)
		return 0;
	for (i = 0; i < 2 * HDRTAP_EARLY_SIZE; i += HDRTAP_BLOCK) {
		if (i >= early->stored)
			break;
		hdrtap_block_clear(early->bytes + i);
	}
	early->stored = 0;
	return 0;
}

/* Gives an early segment back to the pool. */
HDRTAP_INLINE void hdrtap_early_free(struct hdrtap_early *early)
{
	hdrtap_early_wipe(early);
	hdrtap_release(&early->used);
}

/* Gives an early segment back to the pool, if `number` is one + 1; there is none then. */
HDRTAP_INLINE void hdrtap_early_release(HDRTAP_CONTEXT *context, __u32 *number)
{
	struct hdrtap_early *early;

	if (!*number)
		return;
	early = hdrtap_platform_early(context, *number - 1);
	*number = 0;
	if (early)
		hdrtap_early_free(early);
}

/* Gives the early segments of a stream back, unread. */
HDRTAP_INLINE void hdrtap_early_drop(HDRTAP_CONTEXT *context, struct hdrtap_stream *stream,
				     struct hdrtap_counters *counters)
{
	__u32 i;

	for (i = 0; i < HDRTAP_EARLY_MAX; i++) {
		if (stream->early[i])
			hdrtap_count(counters, HDRTAP_COUNTER_HELD_DROPPED);
		hdrtap_early_release(context, &stream->early[i]);
	}
}

/* Ends what is in progress on a stream. Where nothing of it goes out, because the rest did not come
 * in time, it is as if none of its bytes had come: they may come again, as behind a window probe.
 * Returns whether the stream goes on so. */
HDRTAP_INLINE int hdrtap_stream_back(HDRTAP_CONTEXT *context, struct hdrtap_work *work,
				     struct hdrtap_counters *counters, struct hdrtap_flow *flow,
				     __u32 which, struct hdrtap_slot *slot, __u64 why)
{
	struct hdrtap_stream *stream = hdrtap_stream_at(flow, which);
	int late = why & (HDRTAP_FLAG(TIMEOUT) | HDRTAP_FLAG(EVICTED));

	if (stream->state == HDRTAP_STREAM_PROXY) {
		if (!late)
			return 0;
		if (!hdrtap_proxy_blank(&slot->proxy)) {
			stream->next -= slot->proxy.length;
			stream->payload = 0;
		}
	} else {
		if (hdrtap_head_give_up(context, work, counters, flow, which, slot, why) || !late)
			return 0;
		stream->next = slot->head.rec.tcp_sequence;
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

HDRTAP_INLINE __u32 hdrtap_tag(const struct hdrtap_work *work)
{
	return (work->hash >> 32) | 1;
}

HDRTAP_INLINE __u32 hdrtap_set_number(HDRTAP_CONTEXT *context, const struct hdrtap_work *work)
{
	return (__u32)work->hash & (hdrtap_platform_config(context)->sets - 1);
}

HDRTAP_INLINE int hdrtap_near(__u32 number, __u32 other)
{
	return number - other + HDRTAP_NEAR <= 2 * HDRTAP_NEAR;
}

/* Whether the packet's SYN is the stream's own once more, or answers the other one's. */
HDRTAP_INLINE int hdrtap_syn_fits(const struct hdrtap_packet *packet,
				  const struct hdrtap_stream *stream,
				  const struct hdrtap_stream *other)
{
	if (stream->syn && stream->start == packet->tcp_sequence + 1)
		return 1;
	return packet->tcp_flags & HDRTAP_TCP_ACK && other->syn &&
	       hdrtap_near(packet->tcp_acknowledged, other->start);
}

/* Whether the packet's numbers are near to those that the streams have come to. */
HDRTAP_INLINE int hdrtap_numbers_fit(const struct hdrtap_packet *packet,
				     const struct hdrtap_stream *stream,
				     const struct hdrtap_stream *other)
{
	int own = stream->state != HDRTAP_STREAM_NEW;
	int others = other->state != HDRTAP_STREAM_NEW && hdrtap_acknowledges(packet);

	if (own && !hdrtap_near(packet->tcp_sequence, stream->next))
		return 0;
	if (others && !hdrtap_near(packet->tcp_acknowledged, other->next))
		return 0;
	return own || others;
}

/* How sure it is that the packet belongs to a connection with its addresses and ports: 0 not, 1 for
 * want of another, 2 proven. */
HDRTAP_INLINE int hdrtap_flow_fits(struct hdrtap_flow *flow, const struct hdrtap_work *work)
{
	const struct hdrtap_stream *stream = hdrtap_stream_at(flow, work->which);
	const struct hdrtap_stream *other = hdrtap_stream_at(flow, work->which ^ 1);
	const struct hdrtap_packet *packet = &work->packet;

	if (packet->tcp_flags & HDRTAP_TCP_SYN ? hdrtap_syn_fits(packet, stream, other)
					       : hdrtap_numbers_fit(packet, stream, other))
		return 2;
	return stream->state == HDRTAP_STREAM_NEW &&
	       (other->state == HDRTAP_STREAM_NEW || other->place == work->place);
}

/* As hdrtap_way_find() for a packet that comes elsewhere, but does not hold it: returns how sure it
 * is, or HDRTAP_FLOW_CONTENDED. */
HDRTAP_INLINE int hdrtap_way_fits(HDRTAP_CONTEXT *context, struct hdrtap_work *work, __u32 number)
{
	struct hdrtap_flow *flow = hdrtap_platform_flow(context, number);
	int sure = 0;

	if (!flow)
		return 0;
	if (!hdrtap_acquire(&flow->owner, hdrtap_me(work)))
		return HDRTAP_FLOW_CONTENDED;
	if (hdrtap_key_equal(&flow->key, &work->key))
		sure = hdrtap_flow_fits(flow, work);
	hdrtap_release(&flow->owner);
	return sure;
}

/* Holds a connection that the packet fits, if it still does. */
HDRTAP_INLINE int hdrtap_way_join(HDRTAP_CONTEXT *context, struct hdrtap_work *work, __u32 number)
{
	struct hdrtap_flow *flow = hdrtap_platform_flow(context, number);

	if (!flow || !hdrtap_acquire(&flow->owner, hdrtap_me(work)))
		return HDRTAP_FLOW_CONTENDED;
	if (hdrtap_key_equal(&flow->key, &work->key) && hdrtap_flow_fits(flow, work))
		return number;
	hdrtap_release(&flow->owner);
	return HDRTAP_FLOW_CONTENDED;
}

/* Looks for the connection that a packet joins which comes elsewhere. Returns its number, then it
 * is held, or HDRTAP_FLOW_*. */
HDRTAP_GLOBAL int hdrtap_flow_join(HDRTAP_CONTEXT *context, struct hdrtap_work *work)
{
	int sure, best = 0, found = HDRTAP_FLOW_NONE;
	struct hdrtap_set *set;
	__u32 number, tag, way;

	if (!work)
		return HDRTAP_FLOW_NONE;
	number = hdrtap_set_number(context, work);
	tag = hdrtap_tag(work);
	set = hdrtap_platform_set(context, number);
	if (!set)
		return HDRTAP_FLOW_NONE;
	for (way = 0; way < HDRTAP_WAYS; way++) {
		if (set->tag[way] != tag)
			continue;
		sure = hdrtap_way_fits(context, work, number * HDRTAP_WAYS + way);
		if (sure < 0)
			return sure;
		if (sure > best)
			found = number * HDRTAP_WAYS + way;
		best = sure > best ? sure : best;
	}
	return found < 0 ? found : hdrtap_way_join(context, work, found);
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

/*
 * Where in a pool of `size` (power of two) the i-th look goes. Elsewhere for every segment: the
 * slots that one stream takes are held by others, so streams that always looked at the same few
 * could fill them while the pool is empty.
 */
HDRTAP_INLINE __u32 hdrtap_probe(const struct hdrtap_work *work, __u32 i, __u32 size)
{
	__u32 hash = (work->flow * 2 + work->which + work->packet.tcp_sequence) * 0x9e3779b1u;

	return ((hash >> 16) + i * (hash | 1)) & (size - 1);
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

/* Takes a place for an early segment. Returns its number + 1, or 0. */
HDRTAP_GLOBAL int hdrtap_early_take(HDRTAP_CONTEXT *context, struct hdrtap_work *work)
{
	struct hdrtap_early *early;
	__u32 i, number, size;

	if (!work)
		return 0;
	size = hdrtap_platform_config(context)->early;
	for (i = 0; i < HDRTAP_PROBES; i++) {
		number = hdrtap_probe(work, i, size);
		early = hdrtap_platform_early(context, number);
		if (early && hdrtap_acquire_free(&early->used, 1))
			return number + 1;
	}
	return 0;
}

#endif
