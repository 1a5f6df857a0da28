/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What every hook does with a packet: its headers, its place in the stream, its heads, one count.
 */
#ifndef HDRTAP_BPF_LOOK_H
#define HDRTAP_BPF_LOOK_H

#include <hdrtap/packet/unread.h>
#include "expression.h"
#include "headers.h"

/* Writes what only the hook knows of a packet whose headers are in `work`. */
static void note_origin(HDRTAP_CONTEXT *context, struct hdrtap_work *work);

/* Returns the packet's outcome. */
static __always_inline int look_into(HDRTAP_CONTEXT *context, __u16 ethertype, __u8 direction,
				     struct hdrtap_work *space, struct hdrtap_counters *count)
{
	int outcome;

	space->origin.captured = packet_size(context);
	outcome = headers(context, ethertype, space);
	if (outcome == HDRTAP_COUNTER_NOT_IP)
		hdrtap_count_unread(count, space->packet.layer.protocol);
	if (outcome != HDRTAP_PACKET_TCP)
		return outcome;
	space->origin.cpu = bpf_get_smp_processor_id();
	space->origin.direction = direction;
	note_origin(context, space);
	return hdrtap_process(context, space, count);
}

/*
 * `ethertype`: what the packet begins with, see struct hdrtap_layer. While this CPU's working space
 * is in use, another program may interrupt, and counts one thing only.
 */
static __always_inline void look(HDRTAP_CONTEXT *context, __u16 ethertype, __u8 direction)
{
	const __u8 *data = (const __u8 *)(long)context->data;
	const __u8 *end = (const __u8 *)(long)context->data_end;
	struct hdrtap_counters *count = element(&counters, HDRTAP_WORK_PACKETS);
	struct hdrtap_work *space;
	__u32 outcome;

	if (!count || (outlives && bpf_jiffies64() >= until))
		return;
	if (has_expression) {
		outcome = expression_outcome(context, ethertype, direction);
		if (outcome < HDRTAP_COUNTER_MAX) {
			hdrtap_count(count, outcome);
			return;
		}
	}
	if (hdrtap_plain_empty(data, end, ethertype)) {
		hdrtap_count(count, HDRTAP_COUNTER_NO_PAYLOAD);
		return;
	}
	space = element(&work, HDRTAP_WORK_PACKETS);
	if (!space)
		return;
	if (space->in_use) {
		hdrtap_count(count, HDRTAP_COUNTER_NESTED);
		return;
	}
	space->in_use = 1;
	outcome = look_into(context, ethertype, direction, space, count);
	HDRTAP_FORGET(outcome, space->flow, ~0u); /* the verifier sees its bounds only below */
	if (outcome < HDRTAP_COUNTER_MAX)
		hdrtap_count(count, outcome);
	space->in_use = 0;
}

#endif
