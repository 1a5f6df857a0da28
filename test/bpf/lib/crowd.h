/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Threads, one per CPU, that send segments into the kernel programs at the same time, while the
 * caller sweeps and reads the records.
 */
#ifndef HDRTAP_TEST_CROWD_H
#define HDRTAP_TEST_CROWD_H

#include <stddef.h>

#include "kernel.h"
#include "witness.h"

#define CROWD_THREADS 2

/* Gives a thread its next segment. Returns 0 when there is none. */
typedef int (*crowd_next)(void *context, int thread, struct talk_segment *segment);

struct crowd {
	struct hdrtap_tc *object; /* loaded with TALK_ELEMENTS */
	crowd_next next;
	void *context;
	/* NULL, or called after each sweep. Returns 0 or -errno. */
	int (*between)(void *context);
	__u64 idle;                      /* ns: what the sweep ends; 0: everything in progress */
	struct witness *witness;         /* begun */
	struct hdrtap_counters counters; /* filled in */
	__u64 packets;                   /* sent, filled in */
	__u64 sweeps;                    /* filled in */
};

/* Forgets what the programs know, lets the threads send all there is, sweeps, and checks that the
 * accounts close and nothing is left in use. Returns NULL, or what is wrong, in `why`. */
const char *crowd_run(struct crowd *crowd, char why[KERNEL_WHY_MAX]);

/* Whether this machine has as many CPUs as the threads want. */
int crowd_possible(void);

#endif
