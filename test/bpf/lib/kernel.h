/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel programs as tests use them: loaded, given frames by BPF_PROG_TEST_RUN, and looked at
 * from outside: counters, and whether anything in their maps is still in use.
 */
#ifndef HDRTAP_TEST_KERNEL_H
#define HDRTAP_TEST_KERNEL_H

#include <hdrtap/counters.h>
#include <hdrtap/settings.h>

#include "attach/tc_object.h"
#include "tc.skel.h"

#define KERNEL_FRAME_MAX 3600 /* bytes that fit in a page beside what the kernel keeps there */
#define KERNEL_WHY_MAX   256

/* `*settings` for requests and responses with the names of `choice` (as in -e), NULL: the default
 * ones. Ends the program when that fails. */
void kernel_settings(struct hdrtap_settings *settings, const char *choice);

/* Secret query keys as in --redact-query, in place of the default ones. Likewise. */
void kernel_secret_keys(struct hdrtap_settings *settings, const char *list);

/* Likewise, with a predicate (NULL: none). */
void kernel_settings_where(struct hdrtap_settings *settings, const char *choice,
			   const char *predicate);

/* Loads the programs; `config` NULL: the defaults. Ends the program when that fails. */
struct hdrtap_tc *kernel_load(const struct hdrtap_settings *settings,
			      const struct hdrtap_config *config);

/* The programs' counters, the sweep's among them, of all CPUs. */
struct hdrtap_counters kernel_counters(const struct hdrtap_tc *object);

/* Makes the kernel forget all connections and early segments, and count from 0 again. No head may
 * be in progress. */
void kernel_forget(const struct hdrtap_tc *object);

/*
 * Makes the pool of heads in progress what it is natively: with one spare, that all CPUs and
 * working spaces share. From then on only one thread may run programs. It stays on this CPU.
 */
void kernel_alone(const struct hdrtap_tc *object);

/* The spare of working space HDRTAP_WORK_* of this CPU becomes the one that all share. */
void kernel_share_spare(const struct hdrtap_tc *object, __u32 which);

/* Runs a program on a frame of 14 to KERNEL_FRAME_MAX bytes. Returns 0 or -errno. */
int kernel_run(const struct bpf_program *program, const void *frame, __u32 length);

/* Their exported names. */
extern const char *const counter_names[];

/* Sum of the outcomes of packets. */
__u64 counters_packets(const struct hdrtap_counters *counters);

/* Whether the accounts close when `packets` were looked at and nothing is in progress any more:
 * NULL, or what does not, in `why`. */
const char *counters_open(const struct hdrtap_counters *counters, __u64 packets,
			  char why[KERNEL_WHY_MAX]);

/* Prints the counters that are not 0, four a line. */
void counters_print(const struct hdrtap_counters *counters);

/* What is still in use when nothing is in progress: locks, connections, places in pools. NULL, or
 * the first such thing, in `why`. */
const char *kernel_leftover(const struct hdrtap_tc *object, char why[KERNEL_WHY_MAX]);

#endif
