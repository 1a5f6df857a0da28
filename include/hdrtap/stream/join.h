/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which connection a packet belongs to that comes from another place than its stream did.
 *
 * A connection's set is chosen by its addresses and ports. Which of those with the same ones a
 * packet belongs to, its place tells: interface, VLANs and tunnels are those where its stream was
 * seen last. A packet that comes elsewhere joins a connection only with proof, because networks
 * with equal addresses may be told apart by nothing but that: its numbers (RFC 9293 section 3.4)
 * are within HDRTAP_NEAR of what the connection's streams have come to. Otherwise it begins a
 * connection of its own.
 */
#ifndef HDRTAP_JOIN_H
#define HDRTAP_JOIN_H

#include <hdrtap/out/pair.h>

/* Beside numbers of connections. */
enum {
	HDRTAP_FLOW_NONE = -1,
	HDRTAP_FLOW_CONTENDED = -2,
	HDRTAP_FLOW_ELSEWHERE = -3, /* with these addresses and ports, but seen at another place */
};

#define HDRTAP_NEAR (1 << 20) /* bytes that numbers of one connection are apart at most */

HDRTAP_INLINE __u32 hdrtap_me(const struct hdrtap_work *work)
{
	return work->origin.cpu + 1;
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

#endif
