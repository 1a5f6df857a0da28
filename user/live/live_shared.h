/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's counters, which only the guard may read, for the worker: memory that the guard
 * writes and the worker reads.
 */
#ifndef HDRTAP_USER_LIVE_SHARED_H
#define HDRTAP_USER_LIVE_SHARED_H

#include <hdrtap/counters.h>

struct live_shared {
	__u32 sequence;                /* odd while it is written */
	__u32 cpus;                    /* that are possible */
	struct hdrtap_counters kernel; /* sum over CPUs */
	__u64 lost[];                  /* records lost, per CPU */
};

/* Zeroed memory that children share. NULL, with errno set: out of memory. */
struct live_shared *live_shared_new(unsigned int cpus);

/* NULL is fine. */
void live_shared_free(struct live_shared *shared);

/* Makes it read-only for this process. */
void live_shared_protect(struct live_shared *shared);

/* Replaces the numbers; `lost` has one per CPU. */
void live_shared_write(struct live_shared *shared, const struct hdrtap_counters *kernel,
		       const __u64 *lost);

/* Reads numbers that belong together. */
void live_shared_read(const struct live_shared *shared, struct hdrtap_counters *kernel,
		      __u64 *lost);

#endif
