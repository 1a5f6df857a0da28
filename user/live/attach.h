/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Puts the kernel programs in front of interfaces and takes them away again. What it shares with
 * the reader is the file descriptors in struct attach_maps and nothing else: the two can become
 * processes with different privileges.
 *
 * Takes CAP_BPF and CAP_NET_ADMIN. Other programs, filters and qdiscs are never touched.
 */
#ifndef HDRTAP_USER_ATTACH_H
#define HDRTAP_USER_ATTACH_H

#include <stdbool.h>

#include <hdrtap/config.h>
#include <hdrtap/elements.h>

#include "interfaces.h"

struct attach;

/* Valid until attach_close(). */
struct attach_maps {
	int events;   /* BPF_MAP_TYPE_PERF_EVENT_ARRAY: records leave here */
	int counters; /* BPF_MAP_TYPE_PERCPU_ARRAY of HDRTAP_WORK_MAX struct hdrtap_counters */
};

/*
 * Loads the programs; heads will be read with `elements`. `clsact_only`: as on a kernel without TCX
 * links. Returns 0 or -errno (said: not permitted, kernel too old).
 */
int attach_open(struct attach **attach, const struct hdrtap_elements *elements,
		const struct hdrtap_config *config, bool clsact_only);

struct attach_maps attach_maps(const struct attach *attach);

/*
 * Attaches at `directions` (mask of 1 << HDRTAP_DIRECTION_*) of the interface, in front of other
 * programs where the kernel lets us. Returns 0 or -errno (said); then nothing of it stays attached.
 */
int attach_interface(struct attach *attach, const struct interface *interface, __u32 directions);

/*
 * Ends what waits in the kernel since before `before` (CLOCK_BOOTTIME, ns): heads in progress are
 * put out with the flags `why`, early segments are read. Returns 0 or -errno (said).
 */
int attach_sweep(struct attach *attach, __u64 before, __u64 why);

/*
 * Detaches everything and returns when no program of ours runs any more: what they did is in the
 * maps. An interface that went away is no error. Returns 0, or -errno (said) when something stays
 * attached or may still run.
 */
int attach_detach(struct attach *attach);

/* Detaches what is attached, frees everything. NULL is fine. */
void attach_close(struct attach *attach);

#endif
