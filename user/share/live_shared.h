/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The memory of a live capture that both its processes see, which is its stat file (stat_file.h):
 * the guard writes the kernel's counters, which only it may read, and the worker reads them; the
 * worker writes its own for whoever reads the file.
 */
#ifndef HDRTAP_USER_LIVE_SHARED_H
#define HDRTAP_USER_LIVE_SHARED_H

#include <hdrtap/counters.h>

#include "run/accounts.h"
#include "share/live_options.h"
#include "stat/stat_file.h"

struct live_shared {
	unsigned int cpus; /* that are possible */
	char name[2 * 16 + sizeof(STAT_SUFFIX)];
	int dir_fd;  /* STAT_DIRECTORY, -1: no file, or not ours to name */
	int lock_fd; /* likewise */
	int unseen;  /* why there is no file, -errno; 0: there is one */
	__u8 *memory;
	struct stat_layout at;
};

/*
 * Zeroed memory that children share, in a file without a name where there can be one. Returns 0 or
 * -errno (reported); to be closed in any case.
 */
int live_shared_open(struct live_shared *shared, unsigned int cpus,
		     const struct live_options *options);

/* The capture has begun: gives the file its name, or says why there is none. */
void live_shared_show(struct live_shared *shared);

/* Takes the file away, if it is this process's. */
void live_shared_close(struct live_shared *shared);

/* The process is the worker: the file is not its own, and what the guard writes is only read. */
void live_shared_protect(struct live_shared *shared);

/* By the guard. `lost` has one number per CPU, `interfaces` at most STAT_INTERFACES of them. */
void live_shared_write(struct live_shared *shared, const struct stat_guard *guard,
		       const __u64 *lost, const struct stat_interface *interfaces);

/* By the worker. `rings` has one per CPU. */
void live_shared_tell(struct live_shared *shared, const struct accounts *accounts,
		      const struct stat_ring *rings);

/* Reads what the guard counted, numbers that belong together: the kernel's counters, and of the
 * others the guard's. `lost` has one number per CPU. */
void live_shared_read(const struct live_shared *shared, struct accounts *accounts, __u64 *lost);

#endif
