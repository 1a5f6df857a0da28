/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the parser needs of the kernel, for TC programs: helper functions and maps.
 */
#ifndef HDRTAP_TC_PLATFORM_H
#define HDRTAP_TC_PLATFORM_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define HDRTAP_CONTEXT struct __sk_buff

#include <hdrtap/sweep.h>
#include "headers.h"
#include "maps.h"

/* An array's element. The key lives here alone, not on the programs' frames. */
static __always_inline void *element(void *map, __u32 key)
{
	return bpf_map_lookup_elem(map, &key);
}

/* The verifier wants the context wherever a global function has it as argument; clang would not
 * pass what is not used. */
#define USE(skb) asm volatile("" : : "r"(skb))

static __always_inline int hdrtap_platform_load(struct __sk_buff *skb, __u32 offset, void *to,
						__u32 length)
{
	return bpf_skb_load_bytes(skb, offset, to, length);
}

static __always_inline int hdrtap_platform_emit(struct __sk_buff *skb, const void *rec)
{
	return bpf_perf_event_output(skb, &events, BPF_F_CURRENT_CPU, (void *)rec,
				     HDRTAP_RECORD_SIZE);
}

static __always_inline __u16 hdrtap_platform_cpu(struct __sk_buff *skb)
{
	USE(skb);
	return bpf_get_smp_processor_id();
}

/* Atomic, because a packet may interrupt the sweep. */
static __always_inline __u64 hdrtap_platform_sequence(struct __sk_buff *skb)
{
	__u64 *next = element(&sequence, 0);

	USE(skb);
	return next ? __sync_fetch_and_add(next, 1) : 0;
}

#define PLATFORM_ELEMENT(type, name, map)                                                 \
	static __always_inline struct type *hdrtap_platform_##name(struct __sk_buff *skb, \
								   __u32 number)          \
	{                                                                                 \
		USE(skb);                                                                 \
		return element(&map, number);                                             \
	}
PLATFORM_ELEMENT(hdrtap_set, set, sets)
PLATFORM_ELEMENT(hdrtap_flow, flow, flows)
PLATFORM_ELEMENT(hdrtap_slot, slot, heads)
PLATFORM_ELEMENT(hdrtap_early, early, early)

static __always_inline const struct hdrtap_elements *hdrtap_platform_elements(struct __sk_buff *skb)
{
	USE(skb);
	return element(&elements, active & 1);
}

static __always_inline const struct hdrtap_elements *hdrtap_platform_elements_of(
	struct __sk_buff *skb, __u16 generation)
{
	const struct hdrtap_elements *set = element(&elements, active & 1);

	USE(skb);
	if (set && (__u16)set->generation != generation)
		set = element(&elements, ~active & 1);
	return set && (__u16)set->generation == generation ? set : NULL;
}

static __always_inline const volatile struct hdrtap_config *hdrtap_platform_config(
	struct __sk_buff *skb)
{
	USE(skb);
	return &config;
}

static int walk_step(__u64 step __attribute__((unused)), void *walk)
{
	return hdrtap_walk_step(walk);
}

static __always_inline void hdrtap_platform_walk(struct hdrtap_walk *walk)
{
	bpf_loop(HDRTAP_STEPS_MAX, walk_step, walk, 0);
}

#endif
