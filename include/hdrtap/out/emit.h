/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What becomes of a head: its record is emitted, or it is abandoned. Every head that was counted is
 * counted again here, once.
 */
#ifndef HDRTAP_EMIT_H
#define HDRTAP_EMIT_H

#include <hdrtap/counters.h>
#include <hdrtap/out/limit.h>
#include <hdrtap/state/platform.h>

HDRTAP_INLINE void hdrtap_count(struct hdrtap_counters *counters, enum hdrtap_counter counter)
{
	counters->count[counter]++;
}

/* Counts a head that goes on in a later segment. */
HDRTAP_INLINE void hdrtap_count_paused(struct hdrtap_counters *counters, struct hdrtap_slot *slot)
{
	if (slot->counted)
		return;
	hdrtap_count(counters, HDRTAP_COUNTER_HEADS);
	hdrtap_count(counters, HDRTAP_COUNTER_IN_PROGRESS);
	slot->counted = 1;
}

/* Counts a head that ended. */
HDRTAP_INLINE void hdrtap_count_ended(struct hdrtap_counters *counters, struct hdrtap_slot *slot)
{
	if (slot->counted)
		counters->count[HDRTAP_COUNTER_IN_PROGRESS]--;
	else
		hdrtap_count(counters, HDRTAP_COUNTER_HEADS);
	slot->counted = 0;
}

#define HDRTAP_FLAGS_COUNTED                                                         \
	(HDRTAP_FLAGS_MALFORMED | HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(TRUNCATED) | \
	 HDRTAP_FLAG(RESYNC) | HDRTAP_FLAG(UNSOLICITED) | HDRTAP_FLAG(UNPAIRED))

/* Counts what is notable about a head that was emitted. */
HDRTAP_INLINE void hdrtap_count_emitted(struct hdrtap_counters *counters,
					const struct hdrtap_record *rec)
{
	hdrtap_count(counters, HDRTAP_COUNTER_EMITTED);
	hdrtap_count(counters, rec->kind == HDRTAP_KIND_REQUEST ? HDRTAP_COUNTER_REQUESTS
								: HDRTAP_COUNTER_RESPONSES);
	if (!(rec->flags & HDRTAP_FLAGS_COUNTED))
		return;
	if (rec->flags & HDRTAP_FLAG(INCOMPLETE))
		hdrtap_count(counters, HDRTAP_COUNTER_INCOMPLETE);
	if (rec->flags & HDRTAP_FLAG(TRUNCATED))
		hdrtap_count(counters, HDRTAP_COUNTER_TRUNCATED_VALUES);
	if (rec->flags & HDRTAP_FLAGS_MALFORMED)
		hdrtap_count(counters, HDRTAP_COUNTER_MALFORMED_HEADS);
	if (rec->flags & HDRTAP_FLAG(SMUGGLING))
		hdrtap_count(counters, HDRTAP_COUNTER_SMUGGLING);
	if (rec->flags & HDRTAP_FLAG(RESYNC))
		hdrtap_count(counters, HDRTAP_COUNTER_RESYNC);
	if (rec->flags & HDRTAP_FLAG(UNSOLICITED))
		hdrtap_count(counters, HDRTAP_COUNTER_UNSOLICITED);
	if (rec->flags & HDRTAP_FLAG(UNPAIRED))
		hdrtap_count(counters, HDRTAP_COUNTER_UNPAIRED);
}

/* Whether the record is beyond the rate that is set now, whatever its head began with. */
HDRTAP_INLINE int hdrtap_beyond_limit(HDRTAP_CONTEXT *context, const struct hdrtap_record *rec)
{
	const struct hdrtap_settings *settings = hdrtap_platform_settings(context);
	__u64 *word;

	if (!settings || !settings->limit)
		return 0;
	word = hdrtap_platform_limit(context);
	return word && hdrtap_limited(word, settings->limit, rec->time);
}

/* Puts a finished head's record out if it is wanted. Returns 1 when it has a record number. */
HDRTAP_GLOBAL int hdrtap_emit(HDRTAP_CONTEXT *context, struct hdrtap_counters *counters,
			      const struct hdrtap_elements *set, struct hdrtap_slot *slot)
{
	struct hdrtap_record *rec;
	int error;

	if (!counters || !set || !slot)
		return 0;
	rec = &slot->head.rec;
	hdrtap_count_ended(counters, slot);
	if (!(set->kinds & 1u << (rec->kind & 3))) {
		hdrtap_count(counters, HDRTAP_COUNTER_FILTERED);
		return 0;
	}
	hdrtap_where_look(&slot->head, set, 1);
	if (slot->head.excluded) {
		hdrtap_count(counters, HDRTAP_COUNTER_EXCLUDED);
		return 0;
	}
	if (hdrtap_beyond_limit(context, rec)) {
		hdrtap_count(counters, HDRTAP_COUNTER_LIMITED);
		return 0;
	}
	rec->cpu = hdrtap_platform_cpu(context);
	rec->sequence = hdrtap_platform_sequence(context);
	error = hdrtap_platform_emit(context, rec);
	if (!error)
		hdrtap_count_emitted(counters, rec);
	else if (error == -28) /* ENOSPC */
		hdrtap_count(counters, HDRTAP_COUNTER_LOST_SPACE);
	else if (error == -2) /* ENOENT */
		hdrtap_count(counters, HDRTAP_COUNTER_LOST_RING);
	else
		hdrtap_count(counters, HDRTAP_COUNTER_LOST_OTHER);
	return 1;
}

/* Writes where a head was seen into its record, which is measured. `end`: offset in the payload of
 * the byte behind what was read of it. */
HDRTAP_INLINE void hdrtap_record_place(const struct hdrtap_work *work,
				       const struct hdrtap_flow *flow, struct hdrtap_record *rec,
				       __u32 end)
{
	const struct hdrtap_packet *packet = &work->packet;
	const struct hdrtap_origin *origin = &work->origin;

	if (origin->time > rec->time) /* the bytes of a head may come in any order */
		rec->time = origin->time;
	rec->flags |= origin->flags;
	rec->ifindex = origin->ifindex;
	rec->direction = origin->direction;
	rec->hook = origin->hook;
	rec->source_port = packet->source_port;
	rec->destination_port = packet->destination_port;
	rec->tcp_sequence = packet->tcp_sequence + end - rec->head_length;
	rec->vlan[0] = packet->vlan[0];
	rec->vlan[1] = packet->vlan[1];
	rec->vlan[2] = packet->vlan[2];
	rec->vlan_count = packet->vlan_count;
	rec->tunnel[0] = packet->tunnel[0];
	rec->tunnel[1] = packet->tunnel[1];
	rec->tunnel_id[0] = packet->tunnel_id[0];
	rec->tunnel_id[1] = packet->tunnel_id[1];
	rec->mpls = packet->mpls;
	hdrtap_copy_address(rec->source, packet->source);
	hdrtap_copy_address(rec->destination, packet->destination);
	if (!flow->proxied)
		return;
	rec->flags |= HDRTAP_FLAG(PROXIED);
	rec->client_port = flow->client_port;
	hdrtap_copy_address(rec->client, flow->client);
}

/* Counts a head that ends without a record, by why it was abandoned. */
HDRTAP_INLINE void hdrtap_count_abandoned(struct hdrtap_counters *counters,
					  struct hdrtap_slot *slot, __u64 why)
{
	if (!slot->counted)
		return;
	hdrtap_count_ended(counters, slot);
	hdrtap_count(counters, why & HDRTAP_FLAG(EVICTED)       ? HDRTAP_COUNTER_ABANDONED_EVICTED
			       : why & HDRTAP_FLAG(TIMEOUT)     ? HDRTAP_COUNTER_ABANDONED_TIMEOUT
			       : why & HDRTAP_FLAG(OVER_BUDGET) ? HDRTAP_COUNTER_ABANDONED_BUDGET
			       : why & HDRTAP_FLAG(GAP)         ? HDRTAP_COUNTER_ABANDONED_GAP
			       : why                            ? HDRTAP_COUNTER_ABANDONED_END
								: HDRTAP_COUNTER_ABANDONED_BAD);
}

/* hdrtap_head_cut_off() where it is not worth being inlined; adds the flags `why`. */
HDRTAP_GLOBAL int hdrtap_cut_off(struct hdrtap_head *head, struct hdrtap_window *window,
				 const struct hdrtap_elements *set, __u64 why)
{
	if (!head || !window || !set || hdrtap_head_cut_off(head, window, set) != HDRTAP_DONE)
		return HDRTAP_NOT_HTTP;
	head->rec.flags |= why;
	return HDRTAP_DONE;
}

#endif
