/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Waking the reader costs the kernel many times what a record costs, so it is done once per batch.
 * What is not a whole batch yet is fetched by the caller's timer.
 *
 * Every CPU has a perf buffer of its own. Its perf event ends for good when the CPU goes offline:
 * the kernel takes it off the CPU and does not put it back, and output to it fails. What is in the
 * ring by then can still be read. So the ring is emptied and closed, and a CPU that comes online
 * gets a new one.
 */
#include "rings.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <hdrtap/record.h>

#include "capability.h"
#include "cpu_events.h"
#include "error.h"

/* One record in a ring: perf_event_header, the length of the raw data, the record, padding to 8
 * bytes. */
#define SAMPLE_SIZE 784

/*
 * Room for 50 ms of 400,000 records per second on one CPU, which is more than one CPU parses: 15.7
 * MB. So much time may pass between two looks of the reader into a ring. On machines with many CPUs
 * all rings together take 512 MiB at most.
 */
#define BYTES_DEFAULT   (16UL << 20)
#define BYTES_ALL_CPUS  (512UL << 20)
#define BYTES_PERMITTED (512UL << 10) /* what anybody may lock, kernel.perf_event_mlock_kb */

#define BATCH_MAX 512 /* records per wake-up */

struct rings {
	int events_fd; /* the map */
	int epoll_fd;
	size_t bytes; /* per CPU */
	struct cpu_events *events;
	int cpus;                    /* that are possible */
	struct perf_buffer **buffer; /* per CPU, NULL: it has none */
	bool *online;                /* per CPU, when it was looked at last */
	const struct rings_ops *ops;
	void *context;
};

/* PERF_RECORD_SAMPLE with PERF_SAMPLE_RAW alone. */
struct sample {
	struct perf_event_header header;
	__u32 size;
	__u8 data[];
};

/* PERF_RECORD_LOST. */
struct lost {
	struct perf_event_header header;
	__u64 id;
	__u64 count;
};

static enum bpf_perf_event_ret on_event(void *context, int cpu, struct perf_event_header *event)
{
	const struct rings *rings = context;
	const struct sample *sample = (const void *)event;
	const struct lost *lost = (const void *)event;

	if (event->type == PERF_RECORD_LOST && event->size >= sizeof(*lost))
		rings->ops->lost(rings->context, cpu, lost->count);
	else if (event->type == PERF_RECORD_SAMPLE &&
		 event->size >= sizeof(*sample) + HDRTAP_RECORD_SIZE &&
		 sample->size >= HDRTAP_RECORD_SIZE)
		rings->ops->record(rings->context, cpu, sample->data);
	else
		rings->ops->invalid(rings->context, cpu);
	return LIBBPF_PERF_EVENT_CONT;
}

/* Records per wake-up: a batch, but never more than half of a ring. */
static __u32 batch(size_t bytes)
{
	size_t fit = bytes / SAMPLE_SIZE / 2;

	return fit < 1 ? 1 : fit < BATCH_MAX ? fit : BATCH_MAX;
}

/* Reads what is left and closes. */
static void close_one(struct rings *rings, int cpu)
{
	if (!rings->buffer[cpu])
		return;
	perf_buffer__consume(rings->buffer[cpu]);
	perf_buffer__free(rings->buffer[cpu]);
	rings->buffer[cpu] = NULL;
}

/* Opens a CPU's ring. Returns 0 or -errno, saying nothing. */
static int open_one(struct rings *rings, int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.wakeup_events = batch(rings->bytes),
	};
	LIBBPF_OPTS(perf_buffer_raw_opts, opts, .cpu_cnt = 1, .cpus = &cpu, .map_keys = &cpu);
	struct epoll_event event = { .events = EPOLLIN };
	struct perf_buffer *buffer =
		perf_buffer__new_raw(rings->events_fd, rings->bytes / getpagesize(), &attr,
				     on_event, rings, &opts);

	if (!buffer)
		return -errno;
	rings->buffer[cpu] = buffer;
	if (!epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, perf_buffer__epoll_fd(buffer), &event))
		return 0;
	close_one(rings, cpu);
	return -errno;
}

/* Opens the rings of all CPUs that are online. Returns 0 or -errno, saying nothing. */
static int open_rings(struct rings *rings)
{
	int err = cpus_online(rings->online, rings->cpus);

	for (int cpu = 0; cpu < rings->cpus && !err; cpu++)
		if (rings->online[cpu])
			err = open_one(rings, cpu);
	for (int cpu = 0; cpu < rings->cpus && err; cpu++)
		close_one(rings, cpu);
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

	while (bytes * cpus > BYTES_ALL_CPUS && bytes > BYTES_PERMITTED)
		bytes /= 2;
	return bytes;
}

/* Opens rings of the given size, or the largest smaller one that we are let have. */
static int open_largest(struct rings *rings, size_t wanted)
{
	int err;

	rings->bytes = wanted;
	err = open_rings(rings);
	while ((err == -EPERM || err == -ENOMEM) && rings->bytes > BYTES_PERMITTED) {
		rings->bytes /= 2;
		err = open_rings(rings);
	}
	if (!err && rings->bytes < wanted)
		warn_line(
			"perf buffers have %zu KiB per CPU, not %zu: no more memory may be locked; "
			"CAP_IPC_LOCK or a higher 'ulimit -l' lets them grow",
			rings->bytes >> 10, wanted >> 10);
	return err;
}

/* What holds the rings. Returns 0 or -errno, saying nothing. */
static int prepare(struct rings *rings)
{
	struct epoll_event event = { .events = EPOLLIN };
	int err;

	rings->cpus = libbpf_num_possible_cpus();
	rings->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	rings->buffer = calloc(rings->cpus, sizeof(*rings->buffer));
	rings->online = calloc(rings->cpus, sizeof(*rings->online));
	if (rings->epoll_fd < 0 || !rings->buffer || !rings->online)
		return -ENOMEM;
	err = cpu_events_open(&rings->events);
	if (!err && epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, cpu_events_fd(rings->events), &event))
		err = -errno;
	return err;
}

int rings_open(struct rings **to, int events_fd, size_t bytes, const struct rings_ops *ops,
	       void *context)
{
	struct rings *rings = calloc(1, sizeof(*rings));
	int err;

	if (!rings)
		return fail(ENOMEM, "cannot open the perf buffers: out of memory; free some");
	rings->epoll_fd = -1;
	rings->events_fd = events_fd;
	rings->ops = ops;
	rings->context = context;
	err = prepare(rings);
	if (!err)
		err = open_largest(rings, round_up(bytes ? bytes : default_bytes()));
	if (!err) {
		*to = rings;
		return 0;
	}
	rings_close(rings);
	if (err == -EPERM || err == -EACCES)
		return fail_not_permitted(-err, "cannot open the perf buffers");
	return fail(-err, "cannot open the perf buffers: %s; is there enough memory?",
		    strerror(-err));
}

void rings_close(struct rings *rings)
{
	if (!rings)
		return;
	for (int cpu = 0; cpu < rings->cpus && rings->buffer; cpu++)
		perf_buffer__free(rings->buffer[cpu]);
	cpu_events_close(rings->events);
	if (rings->epoll_fd >= 0)
		close(rings->epoll_fd);
	free(rings->buffer);
	free(rings->online);
	free(rings);
}

int rings_fd(const struct rings *rings)
{
	return rings->epoll_fd;
}

static void on_offline(void *context, unsigned int cpu)
{
	struct rings *rings = context;

	if (cpu < (unsigned int)rings->cpus)
		close_one(rings, cpu);
}

void rings_follow(struct rings *rings)
{
	int err;

	if (cpus_online(rings->online, rings->cpus))
		return;
	for (int cpu = 0; cpu < rings->cpus; cpu++) {
		if (!rings->online[cpu])
			close_one(rings, cpu);
		if (!rings->online[cpu] || rings->buffer[cpu])
			continue;
		err = open_one(rings, cpu);
		if (err && err != -ENODEV) /* offline again */
			warn_line("CPU %d has no perf buffer: %s; its records are counted as lost",
				  cpu, strerror(-err));
	}
}

int rings_drain(struct rings *rings)
{
	int err = 0;

	if (cpu_events_read(rings->events, on_offline, rings))
		rings_follow(rings);
	for (int cpu = 0; cpu < rings->cpus && !err; cpu++)
		if (rings->buffer[cpu])
			err = perf_buffer__consume(rings->buffer[cpu]);
	if (err)
		return fail(-err, "cannot read the perf buffers: %s; please report it",
			    strerror(-err));
	return 0;
}
