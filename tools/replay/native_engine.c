/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The parser in this process. Two clock reads stand around every packet; what they take themselves
 * is taken off.
 */
#include <errno.h>

#include "base/error.h"
#include "replay.h"

#define BASE_SAMPLES 100000

static int count_record(void *context, const struct hdrtap_record *rec)
{
	struct replay_result *result = context;

	(void)rec;
	result->records++;
	return 0;
}

/* The median of nothing. */
static void measure_base(struct times *times)
{
	struct times_class *class = &times->class[REPLAY_OTHER];

	for (int i = 0; i < BASE_SAMPLES; i++) {
		__u64 start = replay_now();

		times_add(times, REPLAY_OTHER, replay_now() - start);
	}
	times->base = times_percentile(class, 50);
	*class = (struct times_class){ 0 };
}

static void run_round(struct native *native, const struct replay_packets *packets,
		      struct times *times)
{
	for (size_t i = 0; i < packets->count; i++) {
		struct native_packet packet = replay_packet_native(packets, i);
		__u64 start = replay_now();

		native_packet(native, &packet);
		if (times)
			times_add(times, packets->packet[i].class, replay_now() - start);
	}
}

static void run_rounds(const struct replay_options *options, struct native *native,
		       struct replay_packets *packets, struct replay_result *result)
{
	__u64 rounds = options->warm_up + options->loops, start;

	for (__u64 round = 0; round < rounds; round++) {
		bool counts = round >= options->warm_up;

		replay_packets_rewrite(packets, round);
		start = replay_now();
		run_round(native, packets, counts ? result->times : NULL);
		result->ns += counts ? replay_now() - start : 0;
		replay_progress(round + 1, rounds);
	}
	result->packets = options->loops * packets->count;
	native_finish(native);
	result->counts = *native_counters(native);
}

int replay_native(const struct replay_options *options, struct replay_packets *packets,
		  struct replay_result *result)
{
	const struct native_options parser = {
		.settings = &options->settings,
		.config = &options->config,
		.emit = count_record,
		.context = result,
	};
	struct native *native;

	result->times = times_new();
	if (!result->times)
		return -ENOMEM;
	measure_base(result->times);
	native = native_new(&parser);
	if (!native)
		return fail(ENOMEM, "cannot replay: out of memory; free some memory");
	run_rounds(options, native, packets, result);
	native_free(native);
	return 0;
}
