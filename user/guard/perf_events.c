/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Waking the reader costs the kernel many times what a record costs, so it is done once per batch.
 * What is not a whole batch yet is fetched by the reader's timer.
 *
 * An event ends for good when its CPU goes offline: the kernel takes it off the CPU and does not
 * put it back, and output to it fails. So a CPU that comes online gets a new one.
 */
#include "guard/perf_events.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attach/capability.h"
#include "base/error.h"
#include "guard/cpu_events.h"
#include "share/ring_size.h"

/*
 * Room for 50 ms of 400,000 records per second on one CPU, which is more than one CPU parses: 15.7
 * MB at the default size of records, and at larger ones of heads with at most 384 bytes of values
 * each on average (see ring_size.h). So much time may pass between two looks of the reader into a
 * ring. On machines with many CPUs all rings together take 512 MiB at most.
 */
#define BYTES_DEFAULT  (16UL << 20)
#define BYTES_ALL_CPUS (512UL << 20)

#define BATCH_MAX 512 /* records per wake-up */

struct perf_events {
	int map_fd;
	size_t bytes; /* per CPU */
	__u32 record_size;
	struct cpu_events *cpu_events;
	unsigned int cpus; /* that are possible */
	bool *online;      /* per CPU, when it was looked at last */
	int *fd;           /* per CPU, -1: it has none */
	const struct perf_events_ops *ops;
	void *context;
};

/* Records per wake-up: a batch, but never more than half of a ring. */
static __u32 batch(const struct perf_events *events)
{
	size_t fit = events->bytes / RINGS_SAMPLE_SIZE(events->record_size) / 2;

	return fit < 1 ? 1 : fit < BATCH_MAX ? fit : BATCH_MAX;
}

/* Returns a descriptor or -errno. */
static int open_event(const struct perf_events *events, int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.wakeup_events = batch(events),
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_failed(int cpu, int err)
{
	if ((err == -EPERM || err == -EACCES) && capability_perf_restricted() &&
	    !capability_effective(CAP_SYS_ADMIN))
		return fail(-err, "cannot open the ring buffers: kernel.perf_event_paranoid is "
				  "above 2, so they require CAP_SYS_ADMIN; grant it, or run "
				  "'sysctl kernel.perf_event_paranoid=2'");
	if (err == -EPERM || err == -EACCES)
		return fail_not_permitted(-err, "cannot open the ring buffers");
	return fail(-err,
		    "CPU %d has no ring buffer: %s; its records count as lost; "
		    "check that there is enough free memory",
		    cpu, strerror(-err));
}

static int open_one(struct perf_events *events, int cpu)
{
	int fd = open_event(events, cpu);

	if (fd == -ENODEV) /* offline again */
		return 0;
	if (fd < 0)
		return open_failed(cpu, fd);
	events->fd[cpu] = fd;
	return events->ops->opened(events->context, cpu, fd, events->bytes);
}

static void close_one(struct perf_events *events, __u32 cpu)
{
	if (cpu >= events->cpus || events->fd[cpu] < 0)
		return;
	bpf_map_delete_elem(events->map_fd, &cpu);
	close(events->fd[cpu]);
	events->fd[cpu] = -1;
	events->ops->gone(events->context, cpu);
}

static void on_offline(void *context, unsigned int cpu)
{
	close_one(context, cpu);
}

int perf_events_follow(struct perf_events *events)
{
	int err, result = 0;

	cpu_events_read(events->cpu_events, on_offline, events);
	err = cpus_online(events->online, events->cpus);
	if (err)
		return fail(-err,
			    "cannot find out which CPUs are online: %s; check that /sys "
			    "is mounted",
			    strerror(-err));
	for (unsigned int cpu = 0; cpu < events->cpus; cpu++) {
		if (!events->online[cpu])
			close_one(events, cpu);
		else if (events->fd[cpu] < 0)
			err = open_one(events, cpu);
		result = result ? result : err;
	}
	return result;
}

int perf_events_mapped(struct perf_events *events)
{
	int err = 0;

	for (__u32 cpu = 0; cpu < events->cpus; cpu++)
		if (events->fd[cpu] >= 0 &&
		    bpf_map_update_elem(events->map_fd, &cpu, &events->fd[cpu], BPF_ANY))
			err = open_failed(cpu, -errno);
	return err;
}

/* The next power of two of pages. */
static size_t round_up(size_t bytes)
{
	size_t rounded = getpagesize();

	while (rounded < bytes)
		rounded *= 2;
	return rounded;
}

static size_t default_bytes(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t bytes = BYTES_DEFAULT;

	while (bytes * cpus > BYTES_ALL_CPUS && bytes > RINGS_BYTES_PERMITTED)
		bytes /= 2;
	return bytes;
}

/* Returns 0 or -errno. */
static int prepare(struct perf_events *events)
{
	events->cpus = libbpf_num_possible_cpus();
	events->online = calloc(events->cpus, sizeof(*events->online));
	events->fd = malloc(events->cpus * sizeof(*events->fd));
	if (!events->online || !events->fd)
		return -ENOMEM;
	memset(events->fd, -1, events->cpus * sizeof(*events->fd));
	return cpu_events_open(&events->cpu_events);
}

int perf_events_open(struct perf_events **to, int map_fd, size_t bytes, __u32 record_size,
		     const struct perf_events_ops *ops, void *context)
{
	struct perf_events *events = calloc(1, sizeof(*events));
	int err = events ? 0 : -ENOMEM;

	if (!err) {
		events->map_fd = map_fd;
		events->record_size = record_size;
		events->bytes = round_up(bytes ? bytes : default_bytes());
		events->ops = ops;
		events->context = context;
		err = prepare(events);
	}
	if (!err) {
		*to = events;
		return 0;
	}
	perf_events_close(events);
	return fail(-err,
		    "cannot open the ring buffers: %s; check that there is "
		    "enough free memory",
		    strerror(-err));
}

void perf_events_close(struct perf_events *events)
{
	if (!events)
		return;
	for (unsigned int cpu = 0; events->fd && cpu < events->cpus; cpu++)
		if (events->fd[cpu] >= 0)
			close(events->fd[cpu]);
	cpu_events_close(events->cpu_events);
	free(events->online);
	free(events->fd);
	free(events);
}

int perf_events_fd(const struct perf_events *events)
{
	return cpu_events_fd(events->cpu_events);
}

size_t perf_events_bytes(const struct perf_events *events)
{
	return events->bytes;
}
