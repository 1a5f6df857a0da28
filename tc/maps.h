/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the programs share with each other and with user space.
 */
#ifndef HDRTAP_MAPS_H
#define HDRTAP_MAPS_H

#include <hdrtap/extract.h>

/* Records leave here, one ring per CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hdrtap_counters);
} counters SEC(".maps");

/* Working space of the parser, too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hdrtap_work);
} work SEC(".maps");

/* Header elements, double-buffered: user space fills the one that is not active, then switches. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct hdrtap_elements);
} elements SEC(".maps");

/* Index of the elements in use. */
volatile __u32 active;

#endif
