/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "crowd.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <hdrtap/packet/packet.h>

#include "live/local_rings.h"
#include "record_room.h"

#define RING_BYTES (8 << 20) /* per CPU */
#define PAUSE_NS   (100 * 1000)

struct thread {
	struct crowd *crowd;
	struct hdrtap_tc *object;
	pthread_t id;
	int number;
	__u64 packets;
	int err;
};

static atomic_int running;

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

static void *send_all(void *argument)
{
	struct thread *thread = argument;
	struct hdrtap_tc *object = thread->object;
	const struct bpf_program *programs[2] = {
		[WIRE_CLIENT] = object->progs.hdrtap_receive_eth,
		[WIRE_SERVER] = object->progs.hdrtap_transmit_eth,
	};
	struct talk_segment segment;
	__u8 frame[KERNEL_FRAME_MAX];

	pin(thread->number);
	while (!thread->err &&
	       thread->crowd->next(thread->crowd->context, thread->number, &segment)) {
		thread->err =
			kernel_run(programs[segment.side], frame, talk_frame(frame, &segment));
		thread->packets++;
	}
	atomic_fetch_sub(&running, 1);
	return NULL;
}

static void on_record(void *context, unsigned int cpu, const void *record)
{
	union record_room room;

	memcpy(&room, record, sizeof(room));
	witness_record(context, cpu, &room.rec);
}

static void on_lost(void *context, unsigned int cpu, __u64 count)
{
	(void)cpu;
	((struct witness *)context)->lost += count;
}

static void on_invalid(void *context, unsigned int cpu)
{
	(void)cpu;
	((struct witness *)context)->faults++;
	printf("something in a ring is no record\n");
}

static const struct rings_ops ops = {
	.record = on_record,
	.lost = on_lost,
	.invalid = on_invalid,
};

static __u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* Until the threads are ready: sweeps and reads. */
static int sweep_on(struct crowd *crowd, struct hdrtap_tc *object, struct local_rings *rings)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int err = 0;

	while (atomic_load(&running)) {
		tc_object_sweep(object, now() - crowd->idle, HDRTAP_FLAG(TIMEOUT));
		crowd->sweeps++;
		if (crowd->between && !err)
			err = crowd->between(crowd->context);
		local_rings_drain(rings);
		nanosleep(&pause, NULL);
	}
	return err;
}

static const char *run_threads(struct crowd *crowd, struct hdrtap_tc *object,
			       struct local_rings *rings)
{
	struct thread threads[CROWD_THREADS] = { 0 };
	int i, err;

	atomic_store(&running, CROWD_THREADS);
	for (i = 0; i < CROWD_THREADS; i++) {
		threads[i] = (struct thread){ .crowd = crowd, .object = object, .number = i };
		if (pthread_create(&threads[i].id, NULL, send_all, &threads[i]))
			abort();
	}
	err = sweep_on(crowd, object, rings);
	for (i = 0; i < CROWD_THREADS; i++) {
		pthread_join(threads[i].id, NULL);
		crowd->packets += threads[i].packets;
		if (threads[i].err)
			err = threads[i].err;
	}
	return err ? strerror(-err) : NULL;
}

static const char *run(struct crowd *crowd, struct local_rings *rings, char why[KERNEL_WHY_MAX])
{
	struct hdrtap_tc *object = crowd->object;
	const char *wrong;

	kernel_forget(object);
	wrong = kernel_leftover(object, why);
	if (!wrong)
		wrong = run_threads(crowd, object, rings);
	tc_object_sweep(object, ~0ULL, HDRTAP_FLAG(INCOMPLETE));
	local_rings_drain(rings);
	crowd->counters = kernel_counters(object);
	if (!wrong)
		wrong = counters_open(&crowd->counters, crowd->packets, why);
	if (!wrong)
		wrong = kernel_leftover(object, why);
	if (!wrong && crowd->counters.count[HDRTAP_COUNTER_EMITTED] != crowd->witness->records)
		wrong = "records are missing";
	return wrong;
}

const char *crowd_run(struct crowd *crowd, char why[KERNEL_WHY_MAX])
{
	int events = bpf_map__fd(crowd->object->maps.events);
	struct local_rings *rings = local_rings_open(events, RING_BYTES, HDRTAP_RECORD_SIZE_DEFAULT,
						     &ops, crowd->witness);
	const char *wrong;

	if (!rings)
		return "no rings";
	wrong = run(crowd, rings, why);
	local_rings_close(rings);
	return wrong;
}

int crowd_possible(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) >= CROWD_THREADS;
}
