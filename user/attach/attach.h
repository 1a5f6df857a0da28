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
#include <hdrtap/settings.h>

#include "attach/interfaces.h"

struct attach;
struct filter;

/* Where packets are looked at. Those that are transmitted pass no XDP: they are TC's in any case.
 */
enum attach_hook {
	ATTACH_TC,
	ATTACH_XDP,         /* native where the driver can, otherwise generic */
	ATTACH_XDP_NATIVE,  /* in the driver only */
	ATTACH_XDP_GENERIC, /* in front of TC, on any interface */
};

struct attach_options {
	enum attach_hook hook;
	bool last;                          /* behind other programs, not in front of them */
	bool clsact_only;                   /* as on a kernel without TCX links */
	const struct hdrtap_config *config; /* NULL: the defaults */
	const struct filter *filter;        /* the expression, NULL: none */
};

#define ATTACH_BEAT_NS 10000000000ULL

/* How an interface's packets are received: ATTACH_XDP does not occur. */
struct attach_report {
	enum attach_hook receive;
	bool alone; /* XDP: without libxdp's dispatcher, so that no other program fits beside */
	bool above; /* by TC, because the interface is part of one that has an XDP program */
	int native_error; /* generic, because native XDP failed with this -errno; otherwise 0 */
};

/* Valid until attach_close(). */
struct attach_maps {
	int events;   /* BPF_MAP_TYPE_PERF_EVENT_ARRAY: records leave here */
	int counters; /* BPF_MAP_TYPE_PERCPU_ARRAY of HDRTAP_WORK_MAX struct hdrtap_counters */
};

/*
 * Loads the programs, to run with `settings`, whose generation is 0. Returns 0 or -errno (reported:
 * not permitted, kernel too old).
 */
int attach_open(struct attach **attach, const struct hdrtap_settings *settings,
		const struct attach_options *options);

struct attach_maps attach_maps(const struct attach *attach);

/* Calls `visit` for every program that packets are looked at by; several may be called the same. */
void attach_programs(const struct attach *attach,
		     void (*visit)(void *context, const char *name, int fd), void *context);

/*
 * Attaches at `directions` (mask of 1 << HDRTAP_DIRECTION_*) of the interface, in front of other
 * programs or behind them, where the kernel lets us. Returns 0 or -errno (reported, unless
 * refusal_is_for_caller()); then nothing of it stays attached.
 */
int attach_interface(struct attach *attach, const struct interface *interface, __u32 directions,
		     struct attach_report *report);

/* Detaches from an interface that went away or to another namespace, saying nothing. */
void attach_let_go(struct attach *attach, unsigned int ifindex);

/*
 * Ends what waits in the kernel since before `before` (CLOCK_BOOTTIME, ns): heads in progress are
 * emitted with the flags `why`, early segments are read. Returns 0 or -errno (reported).
 */
int attach_sweep(struct attach *attach, __u64 before, __u64 why);

/*
 * Programs that outlive us, where there are no links, look at packets for ATTACH_BEAT_NS from now
 * on. To be called more often than that. `*missed`: for how many ns they did not look before it.
 * Returns 0 or -errno (reported).
 */
int attach_beat(struct attach *attach, __u64 *missed);

/*
 * Changes the settings while programs run, losing nothing: see tc_object_change(). Returns 0 or
 * -errno (reported); then they are as they were.
 */
int attach_change(struct attach *attach, const struct hdrtap_settings *settings);

/*
 * Detaches everything and returns when no program of ours runs any more: what they did is in the
 * maps. An interface that went away is no error. Returns 0, or -errno (reported) when something
 * stays attached or may still run.
 */
int attach_detach(struct attach *attach);

/* Detaches what is attached, frees everything. NULL is fine. */
void attach_close(struct attach *attach);

#endif
