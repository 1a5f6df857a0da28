/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "guard/kernel_counters.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/state/work.h>

#include "base/error.h"

int kernel_counters_open(struct kernel_counters *counters, int map_fd)
{
	unsigned int cpus = libbpf_num_possible_cpus();

	*counters = (struct kernel_counters){ .map_fd = map_fd, .cpus = cpus };
	counters->element = calloc(cpus, sizeof(*counters->element));
	counters->lost = calloc(cpus, sizeof(*counters->lost));
	if (!counters->element || !counters->lost)
		return fail(ENOMEM, "cannot capture: out of memory; free some memory");
	return 0;
}

void kernel_counters_free(struct kernel_counters *counters)
{
	free(counters->element);
	free(counters->lost);
}

static __u64 lost(const struct hdrtap_counters *counters)
{
	return counters->count[HDRTAP_COUNTER_LOST_SPACE] +
	       counters->count[HDRTAP_COUNTER_LOST_RING] +
	       counters->count[HDRTAP_COUNTER_LOST_OTHER];
}

/* Adds what CPUs counted in one element of the map. */
static int add(struct kernel_counters *counters, __u32 number)
{
	if (bpf_map_lookup_elem(counters->map_fd, &number, counters->element))
		return fail(errno, "cannot read the kernel's counters: %s; please report it",
			    strerror(errno));
	for (unsigned int cpu = 0; cpu < counters->cpus; cpu++) {
		counters->lost[cpu] += lost(&counters->element[cpu]);
		for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
			counters->sum.count[i] += counters->element[cpu].count[i];
		for (int i = 0; i < HDRTAP_UNREAD_MAX; i++)
			hdrtap_unread_add(&counters->sum,
					  counters->element[cpu].unread[i].ethertype,
					  counters->element[cpu].unread[i].packets);
	}
	return 0;
}

int kernel_counters_read(struct kernel_counters *counters)
{
	int err = 0;

	memset(&counters->sum, 0, sizeof(counters->sum));
	memset(counters->lost, 0, counters->cpus * sizeof(*counters->lost));
	for (__u32 number = 0; number < HDRTAP_WORK_MAX && !err; number++)
		err = add(counters, number);
	return err;
}
