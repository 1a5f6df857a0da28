/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs that outlive their process look at packets only until the time it puts off; others
 * always do.
 */
#include <unistd.h>

#include "kernel.h"
#include "live_net.h"

#define MS     1000000ULL
#define SECOND (1000 * MS)

/* Packets that the program looks at of one. */
static __u64 looked_at(struct hdrtap_tc *object)
{
	__u64 before;
	__u8 frame[64] = { [12] = 0x08, [14] = 0x45 };
	struct hdrtap_counters counters = kernel_counters(object);

	before = counters_packets(&counters);
	if (kernel_run(object->progs.hdrtap_receive_eth, frame, sizeof(frame)))
		exit(1);
	counters = kernel_counters(object);
	return counters_packets(&counters) - before;
}

static struct hdrtap_tc *load(bool outlives)
{
	struct hdrtap_settings settings;
	struct hdrtap_tc *object;

	kernel_settings(&settings, NULL);
	if (tc_object_load(&object, &settings, NULL,
			   (struct tc_object_options){ .outlives = outlives }))
		exit(1);
	return object;
}

/* Returns for how long the programs did not look before, in ns. */
static __u64 put_off(struct hdrtap_tc *object, __u64 more)
{
	__u64 missed;

	if (tc_object_beat(object, more, &missed))
		exit(1);
	return missed;
}

static void try_outliving(struct hdrtap_tc *object)
{
	check("at_first", looked_at(object) == 1, "it does not look");
	check("first_beat", put_off(object, 100 * SECOND) == 0, "it says it did not look");
	check("in_time", looked_at(object) == 1, "it does not look");
	check("beat", put_off(object, 20 * MS) == 0, "it says it did not look");
	usleep(220000);
	check("too_late", looked_at(object) == 0, "it looks");
	check("missed", put_off(object, 0) >= 200 * MS, "it does not say for how long");
	check("at_once", looked_at(object) == 0, "it looks");
	check("missed_again", put_off(object, 100 * SECOND) > 0, "it does not say so");
	check("put_off_again", looked_at(object) == 1, "it does not look");
}

int main(void)
{
	struct hdrtap_tc *object = load(true);

	try_outliving(object);
	hdrtap_tc__destroy(object);
	object = load(false);
	put_off(object, 0);
	check("link", looked_at(object) == 1, "it does not look");
	hdrtap_tc__destroy(object);
	return failures != 0;
}
