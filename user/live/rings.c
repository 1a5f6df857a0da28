/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Waking the reader costs the kernel many times what a record costs, so it is done once per batch.
 * What is not a whole batch yet is fetched by the caller's timer.
 */
#include "rings.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdrtap/record.h>

#include "capability.h"
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
	struct perf_buffer *buffer;
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

/* Opens rings of so many bytes. Returns 0 or -errno, saying nothing. */
static int open_rings(struct rings *rings, int events_fd, size_t bytes)
{
	size_t fit = bytes / SAMPLE_SIZE / 2;
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.wakeup_events = fit < 1           ? 1
				 : fit < BATCH_MAX ? fit
						   : BATCH_MAX,
	};

	rings->buffer = perf_buffer__new_raw(events_fd, bytes / getpagesize(), &attr, on_event,
					     rings, NULL);
	return rings->buffer ? 0 : -errno;
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
static int open_largest(struct rings *rings, int events_fd, size_t bytes)
{
	size_t wanted = bytes;
	int err = open_rings(rings, events_fd, bytes);

	while ((err == -EPERM || err == -ENOMEM) && bytes > BYTES_PERMITTED) {
		bytes /= 2;
		err = open_rings(rings, events_fd, bytes);
	}
	if (!err && bytes < wanted)
		warn_line(
			"perf buffers have %zu KiB per CPU, not %zu: no more memory may be locked; "
			"CAP_IPC_LOCK or a higher 'ulimit -l' lets them grow",
			bytes >> 10, wanted >> 10);
	return err;
}

int rings_open(struct rings **to, int events_fd, size_t bytes, const struct rings_ops *ops,
	       void *context)
{
	struct rings *rings = calloc(1, sizeof(*rings));
	int err;

	if (!rings)
		return fail(ENOMEM, "cannot open the perf buffers: out of memory; free some");
	rings->ops = ops;
	rings->context = context;
	err = open_largest(rings, events_fd, round_up(bytes ? bytes : default_bytes()));
	if (!err) {
		*to = rings;
		return 0;
	}
	free(rings);
	if (err == -EPERM || err == -EACCES)
		return fail_not_permitted(-err, "cannot open the perf buffers");
	return fail(-err, "cannot open the perf buffers: %s; is there enough memory?",
		    strerror(-err));
}

void rings_close(struct rings *rings)
{
	if (!rings)
		return;
	perf_buffer__free(rings->buffer);
	free(rings);
}

int rings_fd(const struct rings *rings)
{
	return perf_buffer__epoll_fd(rings->buffer);
}

int rings_drain(struct rings *rings)
{
	int err = perf_buffer__consume(rings->buffer);

	if (err)
		return fail(-err, "cannot read the perf buffers: %s; please report it",
			    strerror(-err));
	return 0;
}
