/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The rings that the kernel programs put their records into, one per CPU: the memory of perf events
 * (perf_event_open(2), "MMAP layout") that others opened. Reading takes no capability.
 */
#ifndef HDRTAP_USER_RINGS_H
#define HDRTAP_USER_RINGS_H

#include <stddef.h>
#include <sys/types.h>

#include <hdrtap/types.h>

#include "stat/stat_file.h"

struct rings;

struct rings_ops {
	/* A record, not aligned and without the zeros behind its values; valid during the call. */
	void (*record)(void *context, unsigned int cpu, const void *record);
	/* The kernel says that `count` records of that CPU found no room. */
	void (*lost)(void *context, unsigned int cpu, __u64 count);
	/* Something arrived that is no record. */
	void (*invalid)(void *context, unsigned int cpu);
};

/* For CPUs below `cpus` and records of `record_size` bytes. Returns 0 or -errno (reported). `ops`
 * must stay. */
int rings_new(struct rings **rings, unsigned int cpus, __u32 record_size,
	      const struct rings_ops *ops, void *context);

/* NULL is fine. */
void rings_free(struct rings *rings);

/* Takes over the perf event of a CPU, for rings_map(). */
void rings_add(struct rings *rings, unsigned int cpu, int fd);

/*
 * Maps the rings that were added, of `bytes` each, a power of two of pages; when the kernel does
 * not let us lock that much memory, smaller ones, down to what anybody may lock. Returns the bytes
 * of each, or -errno (not reported): then they are gone.
 */
ssize_t rings_map(struct rings *rings, size_t bytes);

/* Hands over what is left in a CPU's ring and lets it go; nothing happens when there is none. */
void rings_remove(struct rings *rings, unsigned int cpu);

/* Becomes readable when a ring has a batch of records. Fewer wait for whoever calls rings_drain()
 * regularly. */
int rings_fd(const struct rings *rings);

/*
 * Hands over all that was in the rings at the time of the call, a CPU's records as they were put
 * in; of all CPUs those made earlier first, but for some 80 records.
 */
void rings_drain(struct rings *rings);

/* How full a CPU's ring was. */
struct stat_ring rings_state(const struct rings *rings, unsigned int cpu);

#endif
