/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A sequence lock: the one writer makes the number odd, writes, and makes it even again; a reader
 * tries again when the number was odd or changed. The guard can be stopped for ever in between, so
 * a reader does not try for ever: numbers that do not belong together are better than none.
 */
#include "live_shared.h"

#include <string.h>
#include <sys/mman.h>

#define TRIES 100000

static size_t size_for(unsigned int cpus)
{
	return sizeof(struct live_shared) + cpus * sizeof(__u64);
}

struct live_shared *live_shared_new(unsigned int cpus)
{
	struct live_shared *shared = mmap(NULL, size_for(cpus), PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return NULL;
	shared->cpus = cpus;
	return shared;
}

void live_shared_free(struct live_shared *shared)
{
	if (shared)
		munmap(shared, size_for(shared->cpus));
}

void live_shared_protect(struct live_shared *shared)
{
	mprotect(shared, size_for(shared->cpus), PROT_READ);
}

void live_shared_write(struct live_shared *shared, const struct hdrtap_counters *kernel,
		       const __u64 *lost)
{
	__u32 sequence = shared->sequence;

	__atomic_store_n(&shared->sequence, sequence + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	shared->kernel = *kernel;
	memcpy(shared->lost, lost, shared->cpus * sizeof(*lost));
	__atomic_store_n(&shared->sequence, sequence + 2, __ATOMIC_RELEASE);
}

void live_shared_read(const struct live_shared *shared, struct hdrtap_counters *kernel, __u64 *lost)
{
	__u32 before, after = 1;

	for (int i = 0; i < TRIES; i++) {
		before = __atomic_load_n(&shared->sequence, __ATOMIC_ACQUIRE);
		*kernel = shared->kernel;
		memcpy(lost, shared->lost, shared->cpus * sizeof(*lost));
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		after = __atomic_load_n(&shared->sequence, __ATOMIC_RELAXED);
		if (before == after && !(before & 1))
			return;
	}
}
