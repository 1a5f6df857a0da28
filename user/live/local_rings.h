/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Both ends of the rings in one process: for companions that run the programs on packets of their
 * own.
 */
#ifndef HDRTAP_USER_LOCAL_RINGS_H
#define HDRTAP_USER_LOCAL_RINGS_H

#include "worker/rings.h"

struct local_rings;

/*
 * Rings of every CPU that is online, into which output to `events_fd` goes, records of
 * `record_size` bytes. `bytes` as for perf_events_open(). Returns NULL when it fails (reported).
 */
struct local_rings *local_rings_open(int events_fd, size_t bytes, __u32 record_size,
				     const struct rings_ops *ops, void *context);

/* As rings_drain() and rings_fd(). */
void local_rings_drain(struct local_rings *local);
int local_rings_fd(const struct local_rings *local);

void local_rings_close(struct local_rings *local);

#endif
