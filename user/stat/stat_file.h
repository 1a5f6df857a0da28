/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a running capture tells about itself: /run/hdrtap/<run>.stat, one file per capture, memory
 * that its two processes write and anybody may read (0644: it holds numbers and names of
 * interfaces, nothing of what was captured).
 *
 *	struct stat_head                       written once, before the file has its name
 *	struct stat_guard                      written by the guard, at stat_layout.guard
 *	struct stat_cpu[cpus]
 *	struct stat_interface[STAT_INTERFACES]
 *	struct stat_worker                     written by the worker, at stat_layout.worker
 *	struct stat_ring[cpus]
 *
 * The last two parts begin at a multiple of STAT_PAGE, each with a sequence lock: its number is odd
 * while it is written and differs afterwards. Numbers are of the machine's byte order, times are
 * CLOCK_BOOTTIME in ns except where noted, texts end with NUL.
 *
 * As long as the capture runs its guard holds a write lock on the whole file (F_OFD_SETLK): a file
 * without one was left by a capture that was killed.
 */
#ifndef HDRTAP_USER_STAT_FILE_H
#define HDRTAP_USER_STAT_FILE_H

#include <stddef.h>

#include <hdrtap/counters.h>
#include <hdrtap/record.h>

#define STAT_DIRECTORY "/run/hdrtap"
#define STAT_SUFFIX    ".stat"

#define STAT_MAGIC      0x5441545350415448ULL /* "HTAPSTAT" */
#define STAT_VERSION    3
#define STAT_PAGE       4096
#define STAT_CPUS_MAX   65536
#define STAT_INTERFACES 256 /* told of; a capture may have more */
#define STAT_PROGRAMS   8   /* likewise */
#define STAT_NAME       16  /* bytes of an interface's name, with the NUL */
#define STAT_PROGRAM    32  /* bytes of a program's name, with the NUL */
#define STAT_ASKED      256 /* bytes of the interfaces asked for, with the NUL */

struct stat_head {
	__u64 magic;
	__u32 version;  /* STAT_VERSION: of the layout */
	__u32 cpus;     /* that are possible */
	__u64 counters; /* stat_counters_id() */
	__u64 started;
	__s64 started_utc; /* the same, CLOCK_REALTIME */
	__u32 guard_pid;   /* as the guard's PID namespace has it */
	__u32 unused;
	__u8 run_id[16];
	char program_version[32];
	char asked[STAT_ASKED]; /* -i, with commas between */
};

/*
 * What a kernel program took while kernel.bpf_stats_enabled was 1. Of programs in libxdp's chain
 * the kernel keeps no such numbers.
 */
struct stat_program {
	char name[STAT_PROGRAM];
	__u64 run_ns;
	__u64 runs;
};

/* How an interface is attached to, per direction. */
enum stat_hook {
	STAT_HOOK_NONE,
	STAT_HOOK_TC,
	STAT_HOOK_XDP_NATIVE,
	STAT_HOOK_XDP_GENERIC,
	STAT_HOOK_MAX
};

struct stat_interface {
	char name[STAT_NAME];
	__u32 ifindex;
	__u32 up;       /* 1: it is */
	__u32 receive;  /* enum stat_hook */
	__u32 transmit; /* likewise */
};

struct stat_guard {
	__u32 sequence;
	__u32 worker_pid;
	__u64 updated;
	struct hdrtap_counters kernel; /* sum over CPUs */
	__u64 taken;                   /* HDRTAP_USER_TAKEN, which the worker tells with its own */
	__u32 interface_count;         /* those beyond STAT_INTERFACES are not told of */
	__u32 program_count;
	struct stat_program program[STAT_PROGRAMS];
};

/* A CPU, as the guard has it. */
struct stat_cpu {
	__u64 lost; /* records */
};

struct stat_worker {
	__u32 sequence;
	__u32 unused;
	__u64 updated;
	__u64 user[HDRTAP_USER_MAX];
	__u64 output[HDRTAP_KIND_MAX]; /* struct accounts */
};

/* A CPU's perf buffer, as the worker has it. */
struct stat_ring {
	__u64 bytes; /* 0: it has none */
	__u64 fill;  /* bytes that were in it when it was read last */
	__u64 peak;  /* the most there ever were */
};

/* Where the parts are, in bytes from the beginning. */
struct stat_layout {
	size_t guard;
	size_t cpu;
	size_t interface;
	size_t worker;
	size_t ring;
	size_t bytes; /* of the file */
};

struct stat_layout stat_layout(unsigned int cpus);

/* Of the names of all counters, in order: it tells whether two programs mean the same by them. */
__u64 stat_counters_id(void);

#endif
