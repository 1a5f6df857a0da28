/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * 100,000 connections through a table of 64, half of them seen from the middle on, with split heads
 * of many interleaved: connections and heads are given up for others all the time. What is given up
 * says so, and never does a value appear in the head of a connection that it does not belong to
 * (lib/talk.h). In the kernel from two CPUs at once, while a third thread sweeps; and natively, a
 * quarter of them.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/packet/packet.h>

#include "../hostile/random.h"
#include "capture/native.h"
#include "crowd.h"

#define CONNECTIONS 100000
#define MESSAGES    2    /* requests of each */
#define OPEN        40   /* connections that a thread has at a time */
#define SMALL       120  /* payload of a segment that splits heads */
#define LARGE       1200 /* payload of one that holds all there is to say */
#define PACKET_NS   1000000

static const struct hdrtap_config config = {
	.sets = 64 / HDRTAP_WAYS,
	.heads = 16,
	.early = 8,
	.seed = 1,
};

/* A connection that is being used. */
struct open {
	__u32 number;
	__u32 at[2]; /* offset in each stream */
	__u8 step;   /* 0, 1: SYN of the client, of the server; then payload */
	bool small;  /* its heads are split */
};

/* What a thread sends. */
struct source {
	struct rng rng;
	struct open open[OPEN];
	__u32 count;
};

struct sources {
	struct source source[CROWD_THREADS];
	__u32 connections;
	atomic_uint next; /* connection to be used next */
};

static int failed;

/* Puts an unused connection there; takes the last open one when there is none. */
static void open_next(struct sources *sources, struct source *source, __u32 place)
{
	__u32 number = atomic_fetch_add(&sources->next, 1);

	if (number < sources->connections)
		source->open[place] = (struct open){
			.number = number,
			.step = rng_below(&source->rng, 2) * 2,
			.small = rng_once_in(&source->rng, 3),
		};
	else
		source->open[place] = source->open[--source->count];
}

static void sources_begin(struct sources *sources, __u32 connections, __u64 seed)
{
	struct source *source;

	memset(sources, 0, sizeof(*sources));
	sources->connections = connections;
	for (int i = 0; i < CROWD_THREADS; i++) {
		source = &sources->source[i];
		source->rng.state = seed + i;
		for (source->count = 0; source->count < OPEN; source->count++)
			open_next(sources, source, source->count);
	}
}

/* The next segment of a connection. Returns 0 when it has said everything. */
static int open_segment(struct source *source, struct open *open, struct talk_segment *segment)
{
	__u8 side = open->step < 2 ? open->step : rng_below(&source->rng, 2);
	__u32 end[2], size = open->small ? 1 + rng_below(&source->rng, SMALL) : LARGE;

	for (int i = 0; i < 2; i++)
		end[i] = talk_length(open->number, i) * MESSAGES;
	if (open->at[side] == end[side])
		side ^= 1;
	*segment = (struct talk_segment){
		.number = open->number,
		.side = side,
		.flags = HDRTAP_TCP_ACK,
		.from = open->at[side],
		.to = open->at[side],
	};
	if (open->step == WIRE_CLIENT)
		segment->flags = HDRTAP_TCP_SYN;
	else if (open->step == WIRE_SERVER)
		segment->flags |= HDRTAP_TCP_SYN;
	else
		segment->to += size < end[side] - segment->from ? size : end[side] - segment->from;
	open->step += open->step < 2;
	open->at[side] = segment->to;
	return open->at[0] < end[0] || open->at[1] < end[1];
}

static int next_segment(void *context, int thread, struct talk_segment *segment)
{
	struct sources *sources = context;
	struct source *source = &sources->source[thread];
	__u32 place;

	if (!source->count)
		return 0;
	place = rng_below(&source->rng, source->count);
	if (!open_segment(source, &source->open[place], segment))
		open_next(sources, source, place);
	return 1;
}

/* --- results --- */

static void result(const char *name, const char *wrong, const struct witness *witness,
		   const struct hdrtap_counters *counters)
{
	if (!wrong && witness->faults)
		wrong = "see above";
	if (!wrong &&
	    (!witness->whole || !witness->evicted || !counters->count[HDRTAP_COUNTER_EVICTED]))
		wrong = "nothing was evicted";
	printf("heads: %llu whole, %llu incomplete, %llu evicted, %llu resync, %llu paired, %llu "
	       "lost; faults: %llu",
	       witness->whole, witness->incomplete, witness->evicted, witness->resync,
	       witness->paired, witness->lost, witness->faults);
	counters_print(counters);
	if (wrong)
		printf("FAIL %s: %s\n", name, wrong);
	else
		printf("ok %s: %llu packets, %llu heads\n", name, counters_packets(counters),
		       witness->records);
	failed |= wrong != NULL;
}

static void in_kernel(__u64 seed)
{
	static struct sources sources;
	struct hdrtap_settings settings;
	struct witness witness;
	struct crowd crowd = {
		.next = next_segment,
		.context = &sources,
		.idle = 10 * 1000 * 1000,
		.witness = &witness,
	};
	char why[KERNEL_WHY_MAX];
	const char *wrong;

	if (!crowd_possible()) {
		printf("skip kernel: it takes %d CPUs\n", CROWD_THREADS);
		return;
	}
	kernel_settings(&settings, TALK_ELEMENTS);
	crowd.object = kernel_load(&settings, &config);
	sources_begin(&sources, CONNECTIONS, seed);
	witness_begin(&witness, CONNECTIONS, false);
	wrong = crowd_run(&crowd, why);
	witness_end(&witness);
	result("kernel", wrong, &witness, &crowd.counters);
	hdrtap_tc__destroy(crowd.object);
}

/* --- natively --- */

static int emit(void *witness, const struct hdrtap_record *rec)
{
	witness_record(witness, 0, rec);
	return 0;
}

static void natively(__u64 seed)
{
	static struct sources sources;
	struct hdrtap_settings settings;
	struct talk_segment segment;
	struct witness witness;
	struct native *native;
	char why[KERNEL_WHY_MAX];
	const char *wrong;
	__u8 frame[KERNEL_FRAME_MAX];
	struct native_packet packet = { .data = frame, .link = NATIVE_ETHERNET };
	__u64 packets = 0;

	kernel_settings(&settings, TALK_ELEMENTS);
	native = native_new(&(struct native_options){ &settings, &config, emit, &witness });
	sources_begin(&sources, CONNECTIONS / 4, seed);
	witness_begin(&witness, CONNECTIONS, false);
	for (int i = 0; sources.source[0].count + sources.source[1].count; i ^= 1) {
		if (!next_segment(&sources, i, &segment))
			continue;
		packet.length = packet.captured = talk_frame(frame, &segment);
		packet.direction = segment.side == WIRE_CLIENT ? HDRTAP_DIRECTION_RECEIVE
							       : HDRTAP_DIRECTION_TRANSMIT;
		packet.time += PACKET_NS;
		native_packet(native, &packet);
		packets++;
	}
	native_finish(native);
	wrong = counters_open(native_counters(native), packets, why);
	witness_end(&witness);
	result("native", wrong, &witness, native_counters(native));
	native_free(native);
}

/* Usage: pressure [SEED] */
int main(int argc, char **argv)
{
	__u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	natively(seed);
	in_kernel(seed);
	return failed;
}
