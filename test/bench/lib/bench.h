/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the measuring programs share: one CPU, the kernel's own statistics of programs, rings whose
 * records nobody wants, medians.
 */
#ifndef HDRTAP_BENCH_H
#define HDRTAP_BENCH_H

#include <linux/types.h>
#include <stddef.h>

#include "worker/rings.h"

/* Ends the program; errno says why. */
_Noreturn void give_up(const char *what);

/* From here on this process stays on its CPU, and until it ends the kernel times programs. */
void bench_begin(void);

/* What the kernel says of a program. */
struct program_runs {
	__u64 ns, count;
};
struct program_runs program_runs(int program);

/* Runs a program on a frame by BPF_PROG_TEST_RUN. Returns what it took, in ns. */
__u64 program_time(int program, const void *frame, __u32 length);

/* Records are passed over; one that was lost ends the program. */
extern const struct rings_ops bench_rings_ops;

/* ns, CLOCK_MONOTONIC. */
__u64 bench_now(void);

/* Sorts. Returns the value below which `hundredths` of a hundred of them are. */
__u64 percentile(__u64 *values, __u32 count, __u32 hundredths);

#endif
