/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the programs share with each other and with user space. User space sets the sizes of the
 * flow table and of the pools before loading, as they are in `config`.
 *
 * This folder is for what the hooks' programs have in common. It is not part of include/hdrtap: it
 * needs the kernel's helpers and maps, which the native build has not. The objects of tc/ and xdp/
 * both define these maps; user space creates them once, with the TC object, and gives the same ones
 * to every other object, all but constants, which every object has a copy of.
 */
#ifndef HDRTAP_BPF_MAPS_H
#define HDRTAP_BPF_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include <hdrtap/config.h>
#include <hdrtap/settings.h>
#include <hdrtap/state/prefix.h>
#include <hdrtap/state/work.h>

/* Set by user space before the programs are loaded. */
const volatile struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;

/* Records leave here, one ring per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

/* The number of the next record of each CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} sequence SEC(".maps");

/* Counters of packets and of the sweep, HDRTAP_WORK_*. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, HDRTAP_WORK_MAX);
	__type(key, __u32);
	__type(value, struct hdrtap_counters);
} counters SEC(".maps");

/* Working space of the parser, too large for the stack, HDRTAP_WORK_*. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, HDRTAP_WORK_MAX);
	__type(key, __u32);
	__type(value, struct hdrtap_work);
} work SEC(".maps");

/* What the expression reads of a packet. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hdrtap_prefix);
} prefixes SEC(".maps");

/* The newest generations of settings: user space writes the next one, then makes it active. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, HDRTAP_GENERATIONS);
	__type(key, __u32);
	__type(value, struct hdrtap_settings);
} settings SEC(".maps");

/* What the rate limit counts in. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} limit SEC(".maps");

/* The flow table: sets, and the connections in them. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hdrtap_set);
} sets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE); /* begins at a page */
	__uint(max_entries, HDRTAP_WAYS);
	__type(key, __u32);
	__type(value, struct hdrtap_flow);
} flows SEC(".maps");

/* Heads in progress, and each CPU's spare. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hdrtap_slot);
} heads SEC(".maps");

/* Segments held until earlier ones come. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hdrtap_early);
} early SEC(".maps");

/*
 * What user space changes while programs run. A map of its own, because all objects have to see it
 * change.
 */
volatile __u32 active SEC(".data.active") = 0;    /* generation of the settings in use */
volatile __u64 until SEC(".data.active") = ~0ULL; /* in kernel ticks: see `outlives` */

/*
 * The programs stay attached when user space is killed. Then they only look at packets until a time
 * that user space keeps putting off. They ask for the time with every packet: the kernel's ticks
 * are read in place, while each of its clocks costs a call. Set before loading.
 */
const volatile __u8 outlives = 0;

/* Whether there is an expression, see expression.h. Set before loading. */
const volatile __u8 has_expression = 0;

#endif
