/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the parser needs of the kernel, as far as it is the same at every hook. A hook's own
 * platform.h defines HDRTAP_CONTEXT, includes this, and adds what differs.
 */
#ifndef HDRTAP_BPF_PLATFORM_H
#define HDRTAP_BPF_PLATFORM_H

#include <hdrtap/stream/process.h>
#include "maps.h"

/* An array's element. The key lives here alone, not on the programs' frames. */
static __always_inline void *element(void *map, __u32 key)
{
	return bpf_map_lookup_elem(map, &key);
}

/* The verifier wants the context wherever a global function has it as argument; clang would not
 * pass what is not used. */
#define USE(context) asm volatile("" : : "r"(context))

#define WORD_AT_MAX 0x7fff /* the verifier follows no offsets beyond 65535 */

/* From the packet's linear part. */
static __always_inline int hdrtap_platform_word(HDRTAP_CONTEXT *context, __u32 offset, __u64 *word)
{
	const __u8 *data = (const __u8 *)(long)context->data;
	const __u8 *end = (const __u8 *)(long)context->data_end;

	if (offset > WORD_AT_MAX)
		return -1;
	HDRTAP_MASK(offset, WORD_AT_MAX);
	data += offset;
	if (data + sizeof(*word) > end)
		return -1;
	*word = hdrtap_load64(data);
	return 0;
}

/* At the default size a sample is the whole record, of known length; larger ones end behind the
 * values. */
static __always_inline int hdrtap_platform_emit(HDRTAP_CONTEXT *context,
						const struct hdrtap_record *rec)
{
	__u64 size = HDRTAP_RECORD_SIZE_DEFAULT;

	if (config.size.record > HDRTAP_RECORD_SIZE_DEFAULT) {
		size = rec->arena_used + 7;
		HDRTAP_MASK_BY(size, config.size.work_mask & ~7);
		size += HDRTAP_RECORD_HEAD;
	}
	return bpf_perf_event_output(context, &events, BPF_F_CURRENT_CPU, (void *)rec, size);
}

static __always_inline __u16 hdrtap_platform_cpu(HDRTAP_CONTEXT *context)
{
	USE(context);
	return bpf_get_smp_processor_id();
}

static __always_inline __u64 hdrtap_platform_time(HDRTAP_CONTEXT *context,
						  const struct hdrtap_origin *origin)
{
	USE(context);
	USE(origin);
	return bpf_ktime_get_boot_ns();
}

/* Atomic, because a packet may interrupt the sweep. */
static __always_inline __u64 hdrtap_platform_sequence(HDRTAP_CONTEXT *context)
{
	__u64 *next = element(&sequence, 0);

	USE(context);
	return next ? __sync_fetch_and_add(next, 1) : 0;
}

#define PLATFORM_ELEMENT(type, name, map)                                                   \
	static __always_inline struct type *hdrtap_platform_##name(HDRTAP_CONTEXT *context, \
								   __u32 number)            \
	{                                                                                   \
		USE(context);                                                               \
		return element(&map, number);                                               \
	}
PLATFORM_ELEMENT(hdrtap_set, set, sets)
PLATFORM_ELEMENT(hdrtap_flow, flow, flows)
PLATFORM_ELEMENT(hdrtap_slot, slot, heads)
PLATFORM_ELEMENT(hdrtap_early, early, early)

static __always_inline const struct hdrtap_settings *hdrtap_platform_settings(
	HDRTAP_CONTEXT *context)
{
	USE(context);
	return element(&settings, active % HDRTAP_GENERATIONS);
}

static __always_inline const struct hdrtap_settings *hdrtap_platform_settings_of(
	HDRTAP_CONTEXT *context, __u16 generation)
{
	const struct hdrtap_settings *found = element(&settings, generation % HDRTAP_GENERATIONS);

	USE(context);
	return found && (__u16)found->elements.generation == generation ? found : NULL;
}

static __always_inline __u64 *hdrtap_platform_limit(HDRTAP_CONTEXT *context)
{
	USE(context);
	return element(&limit, 0);
}

static __always_inline const volatile struct hdrtap_config *hdrtap_platform_config(
	HDRTAP_CONTEXT *context)
{
	USE(context);
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
