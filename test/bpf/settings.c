/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Settings are changed while two threads send heads in pieces, each on connections of its own. Odd
 * generations have other elements than even ones, in other modes, so a head that mixed two would
 * show (lib/talk.h).
 *
 *	few     so few changes that every head can end with what it began with: none is cut
 *	many    places of old generations are taken while heads wait: those go out as they are
 *	ports   odd generations want another port: heads break off and go on
 *	limit   odd generations let few records out
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hdrtap/packet/packet.h>

#include "../hostile/random.h"
#include "crowd.h"
#include "run/elements.h"
#include "run/settings.h"

#define CONNECTIONS 16
#define MESSAGES    150
#define SECOND      1000000000ULL

struct phase {
	const char *name;
	__u32 changes;
	struct settings_options odd; /* beside elements */
	enum hdrtap_counter proof;   /* that odd generations were in use; HEADS: any */
};

static const struct phase phases[] = {
	{ .name = "few", .changes = HDRTAP_GENERATIONS - 1, .proof = HDRTAP_COUNTER_HEADS },
	{ .name = "many", .changes = 60, .proof = HDRTAP_COUNTER_HEADS },
	{ .name = "ports",
	  .changes = 31,
	  .odd = { .ports = { .chosen = 1 } },
	  .proof = HDRTAP_COUNTER_PORT },
	{ .name = "limit", .changes = 31, .odd = { .limit = 5 }, .proof = HDRTAP_COUNTER_LIMITED },
};
#define PHASES (sizeof(phases) / sizeof(*phases))

/* Every CROWD_THREADSth connection, both sides. */
struct sender {
	struct rng rng;
	__u32 turn;
	__u32 at[CONNECTIONS][2]; /* 1 + offset in the stream; 0: not begun */
};

struct test {
	const struct phase *phase;
	struct hdrtap_tc *object;
	struct run_meta meta;
	struct sender sender[CROWD_THREADS];
	atomic_ullong sent; /* bytes */
	__u64 total;        /* bytes */
	__u32 generation;
	atomic_uint changed;
};

static __u32 length_of(__u32 number, __u8 side)
{
	return talk_length(number, side) * MESSAGES;
}

/* How many changes belong before what is sent next. */
static __u32 due(struct test *test)
{
	__u32 changes = atomic_load(&test->sent) * (test->phase->changes + 1) / test->total;

	return changes < test->phase->changes ? changes : test->phase->changes;
}

/* Changes are slow: they may be `behind`. */
static void wait_for_changes(struct test *test, __u32 behind)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 };

	while (due(test) > atomic_load(&test->changed) + behind)
		nanosleep(&pause, NULL);
}

static int next_segment(void *context, int thread, struct talk_segment *segment)
{
	struct test *test = context;
	struct sender *sender = &test->sender[thread];
	__u32 turn, size, end, *at;

	wait_for_changes(test, 1);
	for (__u32 tries = 0; tries < 2 * CONNECTIONS; tries++) {
		turn = sender->turn++;
		*segment = (struct talk_segment){
			.number = (turn / 2 * CROWD_THREADS + thread) % CONNECTIONS,
			.side = turn % 2,
			.flags = HDRTAP_TCP_ACK,
		};
		at = &sender->at[segment->number][segment->side];
		end = length_of(segment->number, segment->side);
		if (*at > end)
			continue;
		size = *at ? 20 + rng_below(&sender->rng, 100) : 0;
		segment->flags |= *at ? 0 : HDRTAP_TCP_SYN;
		segment->from = *at ? *at - 1 : 0;
		segment->to = segment->from + size < end ? segment->from + size : end;
		*at = segment->to + 1;
		atomic_fetch_add(&test->sent, segment->to - segment->from);
		return 1;
	}
	wait_for_changes(test, 0);
	return 0;
}

/* The changes are spread over what is sent. */
static int change(void *context)
{
	static struct hdrtap_settings settings;
	struct test *test = context;
	struct settings_options options = { 0 };
	int err;

	if (atomic_load(&test->changed) >= due(test))
		return 0;
	test->generation++;
	if (test->generation % 2)
		options = test->phase->odd;
	options.kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE;
	err = elements_choose(&test->meta,
			      test->generation % 2 ? TALK_OTHERS : "none," TALK_ELEMENTS);
	if (!err)
		err = settings_build(&settings, &test->meta, &options, test->generation);
	if (!err)
		err = tc_object_change(test->object, &settings);
	atomic_fetch_add(&test->changed, 1);
	return err;
}

static const char *check(const struct test *test, const struct crowd *crowd,
			 const struct witness *witness)
{
	__u64 all = 2 * CONNECTIONS * MESSAGES;

	if (test->changed != test->phase->changes)
		return "settings were not changed as often";
	if (witness->faults)
		return "see above";
	if (!test->phase->odd.ports.chosen &&
	    (!witness->others || witness->others == witness->records))
		return "all heads had the same settings";
	if (!crowd->counters.count[test->phase->proof])
		return "odd settings did nothing";
	if (test->phase->changes < HDRTAP_GENERATIONS && witness->whole != all)
		return "not every head is whole";
	return NULL;
}

static int run_phase(struct test *test, const struct phase *phase)
{
	struct crowd crowd = { .object = test->object,
			       .next = next_segment,
			       .between = change,
			       .context = test,
			       .idle = 10 * SECOND };
	char why[KERNEL_WHY_MAX];
	struct witness witness;
	const char *wrong;

	test->phase = phase;
	test->changed = 0;
	atomic_store(&test->sent, 0);
	for (__u32 i = 0; i < CROWD_THREADS; i++)
		test->sender[i] = (struct sender){ .rng = { i + 1 } };
	witness_begin(&witness, CONNECTIONS, true);
	witness.limited = phase->odd.limit != 0;
	crowd.witness = &witness;
	wrong = crowd_run(&crowd, why);
	witness_end(&witness);
	if (!wrong)
		wrong = check(test, &crowd, &witness);
	printf("%u changes; heads: %llu whole, %llu incomplete, %llu with other elements, %llu "
	       "lost",
	       test->changed, witness.whole, witness.incomplete, witness.others, witness.lost);
	counters_print(&crowd.counters);
	if (wrong)
		printf("FAIL %s: %s\n", phase->name, wrong);
	else
		printf("ok %s: %llu packets, %llu heads\n", phase->name, crowd.packets,
		       witness.records);
	return wrong != NULL;
}

int main(void)
{
	struct hdrtap_settings settings;
	static struct test test;
	int failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!crowd_possible()) {
		printf("skip settings: it takes %d CPUs\n", CROWD_THREADS);
		return 0;
	}
	kernel_settings(&settings, TALK_ELEMENTS);
	test.object = kernel_load(&settings, NULL);
	if (run_meta_init(&test.meta) || elements_choose(&test.meta, TALK_ELEMENTS))
		return 1;
	for (__u32 number = 0; number < CONNECTIONS; number++)
		test.total += length_of(number, WIRE_CLIENT) + length_of(number, WIRE_SERVER);
	for (size_t i = 0; i < PHASES; i++)
		failed |= run_phase(&test, &phases[i]);
	hdrtap_tc__destroy(test.object);
	return failed;
}
