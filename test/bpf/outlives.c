/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs that outlive their process look at packets only until the time it puts off; others
 * always do.
 */
#include "clock.h"
#include "kernel.h"
#include "live_net.h"

#define SECOND 1000000000ULL

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
	if (tc_object_load(&object, &settings, NULL, outlives))
		exit(1);
	return object;
}

int main(void)
{
	struct hdrtap_tc *object = load(true);

	check("at_first", looked_at(object) == 1, "it does not look");
	tc_object_put_off(object, clock_coarse() + 100 * SECOND);
	check("in_time", looked_at(object) == 1, "it does not look");
	tc_object_put_off(object, clock_coarse() - SECOND);
	check("too_late", looked_at(object) == 0, "it looks");
	tc_object_put_off(object, clock_coarse() + 100 * SECOND);
	check("put_off_again", looked_at(object) == 1, "it does not look");
	hdrtap_tc__destroy(object);
	object = load(false);
	tc_object_put_off(object, 1);
	check("link", looked_at(object) == 1, "it does not look");
	hdrtap_tc__destroy(object);
	return failures != 0;
}
