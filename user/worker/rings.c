/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel writes at data_head, we read at data_tail; both only grow. What we read is handed over
 * where it stands, without a copy, unless it goes over the ring's end. The kernel may reuse it when
 * data_tail has passed it, which it is told every now and then, so that a ring that is being
 * emptied has room for more. At the same time another ring may be next: which one is decided by
 * time, so that who puts records into order need not hold all that full rings have.
 */
#include "worker/rings.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hdrtap/record.h>

#include "base/error.h"
#include "base/record_copy.h"
#include "share/ring_size.h"

#define EVENT_MAX   65536      /* perf_event_header.size has 16 bits */
#define RETURN_EACH (64 << 10) /* bytes read, after which the kernel gets them back */

struct ring {
	struct perf_event_mmap_page *page; /* NULL: the CPU has no ring */
	const __u8 *data;
	size_t bytes;
	__u64 end;   /* what is read now ends there */
	__u64 next;  /* when the next record was made */
	__u64 found; /* bytes in it, when it was read last */
	__u64 peak;  /* the most that was found */
	int fd;
	bool added; /* to be mapped */
};

struct rings {
	int epoll_fd;
	unsigned int cpus;
	__u32 record_size;
	struct ring *ring; /* per CPU */
	const struct rings_ops *ops;
	void *context;
	__u8 straddling[EVENT_MAX]; /* a copy of the event that goes over a ring's end */
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

/* A sample may end behind the values of its record. */
static bool is_record(const struct rings *rings, const struct perf_event_header *event)
{
	const struct sample *sample = (const void *)event;

	return event->type == PERF_RECORD_SAMPLE &&
	       event->size >= sizeof(*sample) + HDRTAP_RECORD_HEAD &&
	       sample->size >= HDRTAP_RECORD_HEAD &&
	       sample->size <= event->size - sizeof(*sample) &&
	       sample->size >= record_filled(sample->data, rings->record_size);
}

static void hand_over(const struct rings *rings, unsigned int cpu,
		      const struct perf_event_header *event)
{
	const struct sample *sample = (const void *)event;
	const struct lost *lost = (const void *)event;

	if (event->type == PERF_RECORD_LOST && event->size >= sizeof(*lost))
		rings->ops->lost(rings->context, cpu, lost->count);
	else if (is_record(rings, event))
		rings->ops->record(rings->context, cpu, sample->data);
	else
		rings->ops->invalid(rings->context, cpu);
}

/* The event at `tail` in one piece. Events are aligned to 8 bytes, so their headers never straddle.
 */
static const struct perf_event_header *event_at(struct rings *rings, const struct ring *ring,
						__u64 tail)
{
	size_t at = tail & (ring->bytes - 1), first = ring->bytes - at;
	const struct perf_event_header *event = (const void *)(ring->data + at);

	if (event->size <= first)
		return event;
	memcpy(rings->straddling, event, first);
	memcpy(rings->straddling + first, ring->data, event->size - first);
	return (const void *)rings->straddling;
}

static void give_back(struct ring *ring, __u64 tail)
{
	__atomic_store_n(&ring->page->data_tail, tail, __ATOMIC_RELEASE);
}

/* When the next event's record was made, 0: it is none. */
static __u64 time_of(struct rings *rings, const struct ring *ring, __u64 tail)
{
	const struct perf_event_header *event = event_at(rings, ring, tail);
	__u64 time = 0;

	if (is_record(rings, event))
		memcpy(&time,
		       ((const struct sample *)event)->data + offsetof(struct hdrtap_record, time),
		       sizeof(time));
	return time;
}

/* Takes notice of what is in the ring. */
static void look(struct rings *rings, struct ring *ring)
{
	__u64 tail = ring->page->data_tail;

	ring->end = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	ring->found = ring->end - tail;
	if (ring->found > ring->peak)
		ring->peak = ring->found;
	if (ring->found)
		ring->next = time_of(rings, ring, tail);
}

static bool is_empty(const struct ring *ring)
{
	return !ring->page || ring->page->data_tail == ring->end;
}

/* Hands over what was noticed of it, not much at a time. */
static void drain_some(struct rings *rings, unsigned int cpu)
{
	struct ring *ring = &rings->ring[cpu];
	__u64 tail = ring->page->data_tail, begin = tail;
	const struct perf_event_header *event;

	while (tail != ring->end && tail - begin < RETURN_EACH) {
		event = event_at(rings, ring, tail);
		if (event->size < sizeof(*event) || event->size > ring->end - tail) {
			rings->ops->invalid(rings->context, cpu);
			tail = ring->end;
			break;
		}
		record_prefetch(ring->data + ((tail + event->size) & (ring->bytes - 1)));
		hand_over(rings, cpu, event);
		tail += event->size;
	}
	if (tail != ring->end)
		ring->next = time_of(rings, ring, tail);
	give_back(ring, tail);
}

/* Of the rings that are not empty the one with the oldest record, or `cpus`. */
static unsigned int oldest(const struct rings *rings)
{
	const struct ring *ring = rings->ring;
	unsigned int best = rings->cpus;

	for (unsigned int cpu = 0; cpu < rings->cpus; cpu++)
		if (!is_empty(&ring[cpu]) &&
		    (best == rings->cpus || ring[cpu].next < ring[best].next))
			best = cpu;
	return best;
}

void rings_drain(struct rings *rings)
{
	unsigned int cpu;

	for (cpu = 0; cpu < rings->cpus; cpu++)
		if (rings->ring[cpu].page)
			look(rings, &rings->ring[cpu]);
	while ((cpu = oldest(rings)) < rings->cpus)
		drain_some(rings, cpu);
}

static void let_go(struct ring *ring)
{
	if (ring->page)
		munmap(ring->page, ring->bytes + getpagesize());
	if (ring->fd >= 0)
		close(ring->fd);
	*ring = (struct ring){ .fd = -1 };
}

/* Returns 0 or -errno. */
static int map(struct rings *rings, struct ring *ring, size_t bytes)
{
	const size_t page = getpagesize();
	struct epoll_event event = { .events = EPOLLIN };
	void *memory = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	ring->page = memory;
	ring->data = (const __u8 *)memory + page;
	ring->bytes = bytes;
	return epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, ring->fd, &event) ? -errno : 0;
}

static void unmap(struct rings *rings, struct ring *ring)
{
	epoll_ctl(rings->epoll_fd, EPOLL_CTL_DEL, ring->fd, NULL);
	munmap(ring->page, ring->bytes + getpagesize());
	ring->page = NULL;
}

/* Maps those marked `added`, all or none. Returns 0 or -errno. */
static int map_added(struct rings *rings, size_t bytes)
{
	struct ring *ring = rings->ring, *end = ring + rings->cpus;
	int err = 0;

	for (; ring < end && !err; ring++)
		if (ring->added)
			err = map(rings, ring, bytes);
	for (ring = rings->ring; ring < end && err; ring++)
		if (ring->added && ring->page)
			unmap(rings, ring);
	return err;
}

ssize_t rings_map(struct rings *rings, size_t bytes)
{
	int err = map_added(rings, bytes);

	while ((err == -EPERM || err == -ENOMEM) && bytes > RINGS_BYTES_PERMITTED) {
		bytes /= 2;
		err = map_added(rings, bytes);
	}
	for (unsigned int cpu = 0; cpu < rings->cpus; cpu++) {
		if (rings->ring[cpu].added && err)
			let_go(&rings->ring[cpu]);
		rings->ring[cpu].added = false;
	}
	return err ? err : (ssize_t)bytes;
}

void rings_add(struct rings *rings, unsigned int cpu, int fd)
{
	if (cpu >= rings->cpus) {
		close(fd);
		return;
	}
	rings_remove(rings, cpu);
	rings->ring[cpu].fd = fd;
	rings->ring[cpu].added = true;
}

void rings_remove(struct rings *rings, unsigned int cpu)
{
	if (cpu >= rings->cpus)
		return;
	if (rings->ring[cpu].page)
		look(rings, &rings->ring[cpu]);
	while (!is_empty(&rings->ring[cpu]))
		drain_some(rings, cpu);
	let_go(&rings->ring[cpu]);
}

int rings_new(struct rings **to, unsigned int cpus, __u32 record_size, const struct rings_ops *ops,
	      void *context)
{
	struct rings *rings = calloc(1, sizeof(*rings));

	if (!rings)
		return fail(ENOMEM, "cannot open the ring buffers: out of memory; free some "
				    "memory");
	rings->record_size = record_size;
	rings->ops = ops;
	rings->context = context;
	rings->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	rings->ring = calloc(cpus, sizeof(*rings->ring));
	if (rings->epoll_fd < 0 || !rings->ring) {
		rings_free(rings);
		return fail(ENOMEM, "cannot open the ring buffers: out of memory; free some "
				    "memory");
	}
	rings->cpus = cpus;
	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		rings->ring[cpu].fd = -1;
	*to = rings;
	return 0;
}

void rings_free(struct rings *rings)
{
	if (!rings)
		return;
	for (unsigned int cpu = 0; cpu < rings->cpus; cpu++)
		let_go(&rings->ring[cpu]);
	if (rings->epoll_fd >= 0)
		close(rings->epoll_fd);
	free(rings->ring);
	free(rings);
}

struct stat_ring rings_state(const struct rings *rings, unsigned int cpu)
{
	const struct ring *ring = &rings->ring[cpu];

	if (!ring->page)
		return (struct stat_ring){ .peak = ring->peak };
	return (struct stat_ring){ ring->bytes, ring->found, ring->peak };
}

int rings_fd(const struct rings *rings)
{
	return rings->epoll_fd;
}
