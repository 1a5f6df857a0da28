/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The same connections on two CPUs at once: threads pinned to them run the kernel programs on the
 * segments of a few connections, while a third sweeps. Every value of every head carries the number
 * of its connection and of its message (lib/talk.h), so nothing that belongs to another can hide.
 *
 *	shared    each segment goes to whichever thread comes first: neighbours of one stream meet
 *	doubled   both threads send everything: every byte is retransmitted from another CPU
 *	by_side   one thread has the clients, the other the servers: each stream is in order
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/packet/packet.h>

#include "../hostile/random.h"
#include "crowd.h"

enum mode {
	SHARED,
	DOUBLED,
	BY_SIDE,
};

struct phase {
	const char *name;
	enum mode mode;
	__u32 connections, messages;
	__u32 shortest, longest; /* payload of a segment */
	__u8 lives;              /* of each connection, all with the same messages */
	__u64 idle;              /* ns, of the sweep */
};

#define SECOND 1000000000ULL
#define MILLI  1000000ULL

static const struct phase phases[] = {
	{ "split_heads", SHARED, 4, 400, 20, 120, 1, 10 * SECOND },
	{ "split_heads_swept", SHARED, 8, 400, 20, 120, 1, MILLI / 10 },
	{ "pipelined", SHARED, 4, 900, 100, 1400, 1, 10 * SECOND },
	{ "single_bytes", BY_SIDE, 16, 8, 1, 1, 1, 10 * SECOND },
	{ "single_bytes_swept", BY_SIDE, 4, 30, 1, 1, 1, MILLI },
	{ "single_bytes_shared", SHARED, 4, 10, 1, 1, 1, 10 * SECOND },
	{ "retransmitted", DOUBLED, 8, 200, 20, 300, 1, 10 * SECOND },
	{ "both_directions", BY_SIDE, 16, 300, 20, 300, 1, 10 * SECOND },
	{ "new_connections", SHARED, 16, 4, 20, 120, 40, 10 * SECOND },
	{ "new_connections_doubled", DOUBLED, 16, 4, 20, 120, 20, MILLI },
};
#define PHASES (sizeof(phases) / sizeof(*phases))

/* Segments in the order in which they are sent; a thread has its own place in BY_SIDE and DOUBLED.
 */
struct script {
	enum mode mode;
	struct talk_segment *list;
	size_t count, room;
	atomic_size_t next[CROWD_THREADS];
};

static struct rng rng = { 1 };
static int failed;

/* --- what is sent --- */

static void add(struct script *script, const struct talk_segment *segment)
{
	if (script->count == script->room) {
		script->room = script->room * 2 + 1024;
		script->list = realloc(script->list, script->room * sizeof(*script->list));
		if (!script->list)
			abort();
	}
	script->list[script->count++] = *segment;
}

/* How far one connection is. */
struct progress {
	__u32 at[2]; /* offset in each stream */
	__u8 begun[2], ended[2];
	__u8 life;
};

/* The next segment of one side: SYN, payload, then FIN or RST. */
static void add_segment(struct script *script, const struct phase *phase, __u32 number,
			struct progress *progress, __u8 side)
{
	__u32 end = talk_length(number, side) * phase->messages, size;
	struct talk_segment segment = {
		.number = number,
		.side = side,
		.life = progress->life % 4,
		.flags = HDRTAP_TCP_ACK,
		.from = progress->at[side],
	};

	size = phase->shortest + rng_below(&rng, phase->longest - phase->shortest + 1);
	segment.to = segment.from + size < end ? segment.from + size : end;
	if (!progress->begun[side]) {
		segment.flags = HDRTAP_TCP_SYN | (side == WIRE_SERVER ? HDRTAP_TCP_ACK : 0);
		segment.to = segment.from;
		progress->begun[side] = 1;
	} else if (segment.from == end) {
		segment.flags |= rng_once_in(&rng, 4) ? HDRTAP_TCP_RST : HDRTAP_TCP_FIN;
		progress->ended[side] = 1;
	}
	progress->at[side] = segment.to;
	add(script, &segment);
}

/* One segment of a connection, from either side. Returns 0 when all of its lives are over. */
static int add_turn(struct script *script, const struct phase *phase, __u32 number,
		    struct progress *progress)
{
	__u8 side = rng_below(&rng, 2), life;

	if (progress->ended[0] && progress->ended[1]) {
		life = progress->life + 1;
		if (life == phase->lives)
			return 0;
		memset(progress, 0, sizeof(*progress));
		progress->life = life;
	}
	if (!progress->begun[WIRE_CLIENT])
		side = WIRE_CLIENT;
	add_segment(script, phase, number, progress, side ^ progress->ended[side]);
	return 1;
}

static void make_script(struct script *script, const struct phase *phase)
{
	struct progress *progress = calloc(phase->connections, sizeof(*progress));
	__u32 left = phase->connections, *numbers = calloc(left, sizeof(*numbers)), i;

	memset(script, 0, sizeof(*script));
	script->mode = phase->mode;
	for (i = 0; i < phase->connections; i++)
		numbers[i] = i;
	while (left) {
		i = rng_below(&rng, left);
		if (!add_turn(script, phase, numbers[i], &progress[numbers[i]]))
			numbers[i] = numbers[--left];
	}
	free(numbers);
	free(progress);
}

static int next_segment(void *context, int thread, struct talk_segment *segment)
{
	struct script *script = context;
	size_t at;

	do {
		at = atomic_fetch_add(&script->next[script->mode == SHARED ? 0 : thread], 1);
		if (at >= script->count)
			return 0;
		*segment = script->list[at];
	} while (script->mode == BY_SIDE && segment->side != thread);
	return 1;
}

/* --- running it --- */

/*
 * A packet that finds its connection in use for too long is not read, and of a stream in single
 * bytes nothing is, from there on: no head need come out when that happened on every connection.
 */

static void run_phase(struct hdrtap_tc *object, const struct phase *phase)
{
	struct crowd crowd = { .object = object, .next = next_segment, .idle = phase->idle };
	char why[KERNEL_WHY_MAX];
	struct witness witness;
	struct script script;
	const char *wrong;

	make_script(&script, phase);
	witness_begin(&witness, phase->connections, phase->lives == 1);
	crowd.context = &script;
	crowd.witness = &witness;
	wrong = crowd_run(&crowd, why);
	witness_end(&witness);
	if (!wrong && witness.faults)
		wrong = "see above";
	if (!wrong && !(phase->idle < SECOND ? witness.records : witness.whole) &&
	    crowd.counters.count[HDRTAP_COUNTER_CONTENDED] < phase->connections)
		wrong = "no head came out";
	printf("%llu sweeps; heads: %llu whole, %llu incomplete, %llu resync, %llu gap, %llu "
	       "timeout, %llu paired, %llu lost; faults: %llu",
	       crowd.sweeps, witness.whole, witness.incomplete, witness.resync, witness.gap,
	       witness.timeout, witness.paired, witness.lost, witness.faults);
	counters_print(&crowd.counters);
	if (wrong)
		printf("FAIL %s: %s\n", phase->name, wrong);
	else
		printf("ok %s: %llu packets, %llu heads\n", phase->name, crowd.packets,
		       witness.records);
	failed |= wrong != NULL;
	free(script.list);
}

/* Usage: concurrent [SEED [PHASE]] */
int main(int argc, char **argv)
{
	struct hdrtap_settings settings;
	struct hdrtap_tc *object;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1)
		rng.state = strtoull(argv[1], NULL, 0);
	if (!crowd_possible()) {
		printf("skip concurrent: it takes %d CPUs\n", CROWD_THREADS);
		return 0;
	}
	kernel_settings(&settings, TALK_ELEMENTS);
	object = kernel_load(&settings, NULL);
	for (size_t i = 0; i < PHASES; i++)
		if (argc < 3 || !strcmp(argv[2], phases[i].name))
			run_phase(object, &phases[i]);
	hdrtap_tc__destroy(object);
	return failed;
}
