/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The pcap-filter expression: which packets are looked at at all. User space replaces the
 * instructions of expression() before it loads the programs (user/attach/stub.c). It is a function
 * of its own, so that nothing else of a program depends on them. Without an expression it is never
 * called, and what calls it is not part of the loaded program.
 */
#ifndef HDRTAP_BPF_EXPRESSION_H
#define HDRTAP_BPF_EXPRESSION_H

#include <linux/if_packet.h>

#include "platform.h"

#define TAG_AT 12 /* where a VLAN tag is in a frame: behind two addresses */

/* Bytes of the packet. */
static __u32 packet_size(HDRTAP_CONTEXT *context);

/* The VLAN tag beside a packet that begins with `ethertype`, in the order of the wire; 0: none. */
static __u32 tag_beside(HDRTAP_CONTEXT *context, __u16 ethertype);

/* Whether the packet passes, 0: it does not. What is here stands for what user space puts here. */
HDRTAP_GLOBAL int expression(HDRTAP_CONTEXT *context, struct hdrtap_prefix *prefix)
{
	int passes = 1;

	USE(context);
	USE(prefix);
	asm volatile("" : "+r"(passes)); /* clang must not know */
	return passes;
}

/* Makes room for the tag before what was loaded behind it. */
static __always_inline void put_tag(struct hdrtap_prefix *prefix, __u32 tag)
{
	__u32 *to = (__u32 *)prefix->bytes;

	to[0] = to[1];
	to[1] = to[2];
	to[2] = to[3];
	to[TAG_AT / sizeof(tag)] = tag;
}

/* Returns 0 when the prefix could be loaded. */
static __always_inline int load_prefix(HDRTAP_CONTEXT *context, __u32 tag,
				       struct hdrtap_prefix *prefix)
{
	__u32 length = packet_size(context);
	int err;

	prefix->beside = tag ? HDRTAP_PREFIX_TAG : 0;
	prefix->length = length + prefix->beside;
	if (length > HDRTAP_PREFIX)
		length = HDRTAP_PREFIX;
	length--; /* a mask shows the verifier the bounds, but only of a range from 0 */
	HDRTAP_MASK(length, HDRTAP_PREFIX - 1);
	length++;
	if (!tag)
		return hdrtap_platform_load(context, 0, prefix->bytes, length);
	err = hdrtap_platform_load(context, 0, prefix->bytes + HDRTAP_PREFIX_TAG, length);
	put_tag(prefix, tag);
	return err;
}

/* The outcome of a packet that is not to be looked at, HDRTAP_COUNTER_MAX: it is. */
static __always_inline __u32 expression_outcome(HDRTAP_CONTEXT *context, __u16 ethertype,
						__u8 direction)
{
	struct hdrtap_prefix *prefix = element(&prefixes, 0);
	__u32 outcome = HDRTAP_COUNTER_MAX;

	if (!prefix)
		return HDRTAP_COUNTER_LOAD_FAILED;
	if (prefix->in_use)
		return HDRTAP_COUNTER_NESTED;
	prefix->in_use = 1;
	prefix->type = direction == HDRTAP_DIRECTION_TRANSMIT ? PACKET_OUTGOING : PACKET_HOST;
	if (load_prefix(context, tag_beside(context, ethertype), prefix))
		outcome = HDRTAP_COUNTER_LOAD_FAILED;
	else if (!expression(context, prefix))
		outcome = HDRTAP_COUNTER_EXPRESSION;
	prefix->in_use = 0;
	return outcome;
}

#endif
