// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "bench.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

void give_up(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

void bench_begin(void)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu) || bpf_enable_stats(BPF_STATS_RUN_TIME) < 0)
		give_up("no statistics");
}

struct program_runs program_runs(int program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		give_up("no statistics");
	return (struct program_runs){ info.run_time_ns, info.run_cnt };
}

__u64 program_time(int program, const void *frame, __u32 length)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length, .repeat = 1);
	__u64 before = program_runs(program).ns;

	if (bpf_prog_test_run_opts(program, &opts))
		give_up("a program cannot be run");
	return program_runs(program).ns - before;
}

static void on_record(void *context, unsigned int cpu, const void *record)
{
	(void)context;
	(void)cpu;
	(void)record;
}

static void on_lost(void *context, unsigned int cpu, __u64 count)
{
	(void)context;
	fprintf(stderr, "%s: %llu records of CPU %u were lost\n", program_invocation_short_name,
		count, cpu);
	exit(1);
}

static void on_invalid(void *context, unsigned int cpu)
{
	on_lost(context, cpu, 1);
}

const struct rings_ops bench_rings_ops = { on_record, on_lost, on_invalid };

__u64 bench_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	__u64 left = *(const __u64 *)a, right = *(const __u64 *)b;

	return (left > right) - (left < right);
}

__u64 percentile(__u64 *values, __u32 count, __u32 hundredths)
{
	qsort(values, count, sizeof(*values), compare);
	return values[(__u64)count * hundredths / 100];
}
