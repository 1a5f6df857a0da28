/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What hdrtap-replay is asked for, and what an engine answers.
 */
#ifndef HDRTAP_REPLAY_H
#define HDRTAP_REPLAY_H

#include <stdbool.h>

#include <hdrtap/config.h>
#include <hdrtap/settings.h>

#include "packets.h"
#include "times.h"

enum replay_engine {
	REPLAY_NATIVE,
	REPLAY_KERNEL,
	REPLAY_WIRE,
};

struct replay_options {
	const char *path;
	enum replay_engine engine;
	bool xdp; /* --hook */
	bool json;
	__u64 loops;
	__u64 warm_up; /* rounds before those that count */
	__u64 rate;    /* packets per second, 0: as fast as possible */
	const char *elements[64];
	size_t element_count;
	__u64 connections;
	struct hdrtap_config config;
	struct hdrtap_settings settings;
};

struct replay_result {
	__u64 packets;                 /* of the rounds that count */
	__u64 ns;                      /* that these took altogether */
	struct times *times;           /* NULL: packets were not timed one by one */
	struct hdrtap_counters counts; /* of all rounds, warm-up among them */
	__u64 records;                 /* that were read, of all rounds */
	__u64 too_large;               /* not run: larger than the engine can */
	/* wire, packets of all rounds; `refused` by the socket, `dropped` before the program */
	__u64 sent, refused, dropped, seen;
	__u64 cpu_ns; /* wire: that hdrtap's processes used once they were attached */
};

/* Engines. Each returns 0 or -errno (reported). `result->times` is to be freed. */
int replay_native(const struct replay_options *options, struct replay_packets *packets,
		  struct replay_result *result);
int replay_kernel(const struct replay_options *options, struct replay_packets *packets,
		  struct replay_result *result);
int replay_wire(const struct replay_options *options, struct replay_packets *packets,
		struct replay_result *result);

/* CLOCK_MONOTONIC in ns. */
__u64 replay_now(void);

/* Shows on a terminal how much of all rounds is done. */
void replay_progress(__u64 done, __u64 all);

void replay_print(const struct replay_options *options, const struct replay_result *result);

#endif
