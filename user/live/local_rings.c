/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "live/local_rings.h"

#include <bpf/libbpf.h>
#include <fcntl.h>
#include <stdlib.h>

#include "guard/perf_events.h"

struct local_rings {
	struct perf_events *events;
	struct rings *rings;
	size_t bytes; /* of each */
};

static int on_opened(void *context, unsigned int cpu, int fd, size_t bytes)
{
	struct local_rings *local = context;

	local->bytes = bytes;
	rings_add(local->rings, cpu, fcntl(fd, F_DUPFD_CLOEXEC, 0));
	return 0;
}

static void on_gone(void *context, unsigned int cpu)
{
	struct local_rings *local = context;

	rings_remove(local->rings, cpu);
}

static const struct perf_events_ops events_ops = { on_opened, on_gone };

struct local_rings *local_rings_open(int events_fd, size_t bytes, __u32 record_size,
				     const struct rings_ops *ops, void *context)
{
	struct local_rings *local = calloc(1, sizeof(*local));

	if (!local)
		return NULL;
	if (!rings_new(&local->rings, libbpf_num_possible_cpus(), record_size, ops, context) &&
	    !perf_events_open(&local->events, events_fd, bytes, record_size, &events_ops, local) &&
	    !perf_events_follow(local->events) && rings_map(local->rings, local->bytes) > 0 &&
	    !perf_events_mapped(local->events))
		return local;
	local_rings_close(local);
	return NULL;
}

void local_rings_drain(struct local_rings *local)
{
	rings_drain(local->rings);
}

int local_rings_fd(const struct local_rings *local)
{
	return rings_fd(local->rings);
}

void local_rings_close(struct local_rings *local)
{
	perf_events_close(local->events);
	rings_free(local->rings);
	free(local);
}
