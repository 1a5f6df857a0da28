/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The perf events that kernel programs put records out to, one per CPU that is online: the writing
 * ends of the rings (rings.h), which whoever reads maps. Takes CAP_PERFMON.
 */
#ifndef HDRTAP_USER_PERF_EVENTS_H
#define HDRTAP_USER_PERF_EVENTS_H

#include <stddef.h>

#include <hdrtap/types.h>

struct perf_events;

struct perf_events_ops {
	/*
	 * A CPU's event is there, to be mapped with `bytes`; perf_events_mapped() is to be called
	 * when it was, later. `fd` stays ours. Returns 0 or -errno (reported).
	 */
	int (*opened)(void *context, unsigned int cpu, int fd, size_t bytes);
	/* The CPU went offline: what is in its ring can still be read. */
	void (*gone)(void *context, unsigned int cpu);
};

/*
 * Prepares the events of a BPF_MAP_TYPE_PERF_EVENT_ARRAY, for records of `record_size` bytes, and
 * watches CPUs. `bytes` per CPU are rounded up to a power of two of pages; 0: the default. Returns
 * 0 or -errno (reported). `ops` must stay.
 */
int perf_events_open(struct perf_events **events, int map_fd, size_t bytes, __u32 record_size,
		     const struct perf_events_ops *ops, void *context);

/* NULL is fine. */
void perf_events_close(struct perf_events *events);

/* Wanted per CPU. */
size_t perf_events_bytes(const struct perf_events *events);

/* Readable when a CPU came or went. */
int perf_events_fd(const struct perf_events *events);

/*
 * Opens the events of CPUs that are online and have none, and closes those of others. To be called
 * at the start, when perf_events_fd() is readable, and now and then. Returns 0 or the first -errno
 * (reported).
 */
int perf_events_follow(struct perf_events *events);

/* All events so far were mapped: programs may use them. Returns 0 or -errno (reported). */
int perf_events_mapped(struct perf_events *events);

#endif
