/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the kernel programs counted, over all CPUs and working spaces.
 */
#ifndef HDRTAP_USER_KERNEL_COUNTERS_H
#define HDRTAP_USER_KERNEL_COUNTERS_H

#include <hdrtap/counters.h>

struct kernel_counters {
	int map_fd;
	unsigned int cpus;               /* that are possible */
	struct hdrtap_counters *element; /* per CPU: one element of the map */
	struct hdrtap_counters sum;
	__u64 *lost; /* records lost, per CPU */
};

/* `map_fd`: struct attach_maps. Returns 0 or -ENOMEM (reported). To be freed in any case. */
int kernel_counters_open(struct kernel_counters *counters, int map_fd);
void kernel_counters_free(struct kernel_counters *counters);

/* Takes CAP_BPF on most kernels. Returns 0 or -errno (reported). */
int kernel_counters_read(struct kernel_counters *counters);

#endif
