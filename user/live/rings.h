/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The reading ends of the per-CPU perf buffers that the kernel programs put their records into.
 */
#ifndef HDRTAP_USER_RINGS_H
#define HDRTAP_USER_RINGS_H

#include <stddef.h>

#include <hdrtap/types.h>

struct rings;

struct rings_ops {
	/* HDRTAP_RECORD_SIZE bytes at `record`, which is not aligned; valid during the call. */
	void (*record)(void *context, unsigned int cpu, const void *record);
	/* The kernel says that `count` records of that CPU found no room. */
	void (*lost)(void *context, unsigned int cpu, __u64 count);
	/* Something arrived that is no record. */
	void (*invalid)(void *context, unsigned int cpu);
};

/*
 * Opens a ring on every CPU that is online; others get theirs when they are. `bytes` per CPU are
 * rounded up to a power of two of pages; 0: the default. When the kernel does not let us lock that
 * much memory, rings are smaller, which is said. Takes CAP_PERFMON; reading takes nothing. Returns
 * 0 or -errno (said). `ops` must stay.
 */
int rings_open(struct rings **rings, int events_fd, size_t bytes, const struct rings_ops *ops,
	       void *context);

/* NULL is fine. */
void rings_close(struct rings *rings);

/* Becomes readable when a ring has a batch of records. Fewer wait for whoever calls rings_drain()
 * regularly. */
int rings_fd(const struct rings *rings);

/*
 * Looks for CPUs that came online or went offline. rings_drain() does it when the kernel told of
 * one; where it does not, to be called now and then. A CPU that gets no ring is said.
 */
void rings_follow(struct rings *rings);

/* Hands over all that was in the rings at the time of the call. Returns 0 or -errno (said). */
int rings_drain(struct rings *rings);

#endif
