/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What this process takes, as Prometheus' clients say it.
 */
#ifndef HDRTAP_TOOLS_METRICS_SELF_H
#define HDRTAP_TOOLS_METRICS_SELF_H

#include <hdrtap/types.h>

struct self {
	__u64 cpu;      /* ns */
	__u64 resident; /* bytes */
	__u64 virtual;  /* bytes */
	__u64 open;     /* descriptors */
	__u64 open_max;
	__u64 started; /* UTC, ns */
};

/* What cannot be read is 0. `started`: when the process began (UTC, ns). */
void self_read(struct self *self, __u64 started);

#endif
