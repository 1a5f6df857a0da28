/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the parser needs of the kernel, for XDP programs.
 */
#ifndef HDRTAP_XDP_PLATFORM_H
#define HDRTAP_XDP_PLATFORM_H

#include <linux/bpf.h>

#define HDRTAP_CONTEXT struct xdp_md

#include "../bpf/look.h"

#define HEADERS_END 0x4000 /* beyond all offsets of headers, as hdrtap/network.h bounds them */

/* Whose packets these are, set before loading: what a bond is given runs in the interfaces it is
 * made of, and the context names those. */
const volatile __u32 attached_to = 0;

/* Headers that are not in the linear part, at the offsets that they have in the packet. */
struct copied {
	__u8 bytes[HEADERS_END + HEADERS_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct copied);
} copies SEC(".maps");

static __always_inline int hdrtap_platform_load(struct xdp_md *xdp, __u32 offset, void *to,
						__u32 length)
{
	return bpf_xdp_load_bytes(xdp, offset, to, length);
}

static __always_inline __u32 packet_size(struct xdp_md *xdp)
{
	return bpf_xdp_get_buff_len(xdp);
}

/* VLAN tags that the device took off are not seen here. */
static __always_inline __u32 tag_beside(struct xdp_md *xdp __attribute__((unused)),
					__u16 ethertype __attribute__((unused)))
{
	return 0;
}

static __always_inline void headers_begin(struct xdp_md *xdp __attribute__((unused)),
					  __u16 ethertype, struct hdrtap_work *work)
{
	hdrtap_packet_begin(&work->packet, ethertype, work->origin.captured);
}

/* Copies a level's headers: nothing can be pulled into the linear part, which may even be empty. */
HDRTAP_GLOBAL int headers_far(struct xdp_md *xdp, struct hdrtap_packet *packet)
{
	struct copied *copy = element(&copies, 0);
	__u32 offset, length;

	if (!packet || !copy)
		return HDRTAP_COUNTER_LOAD_FAILED;
	offset = packet->layer.offset;
	length = packet->layer.limit - offset;
	if (length > HEADERS_MAX)
		length = HEADERS_MAX;
	HDRTAP_MASK(offset, HDRTAP_LEVEL_AT_MAX);
	length--; /* a mask shows the verifier the bounds, but only of a range from 0 */
	HDRTAP_MASK(length, HEADERS_MAX - 1);
	length++;
	if (bpf_xdp_load_bytes(xdp, offset, copy->bytes + offset, length))
		return HDRTAP_COUNTER_LOAD_FAILED;
	return hdrtap_parse_rest(copy->bytes, copy->bytes + offset + length, &config, packet);
}

static __always_inline void note_origin(struct xdp_md *xdp, struct hdrtap_work *work)
{
	const struct hdrtap_packet *packet = &work->packet;
	__u64 flags = hdrtap_packet_flags(packet);

	if (xdp->data_end - xdp->data < packet->payload + packet->payload_length)
		flags |= HDRTAP_FLAG(NON_LINEAR);
	work->origin.flags = flags;
	work->origin.ifindex = attached_to;
	work->origin.hook = HDRTAP_HOOK_XDP;
}

#endif
