/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reading what running captures tell. A file may be anything: what is read is checked, and texts
 * are printable.
 */
#ifndef HDRTAP_USER_STAT_READ_H
#define HDRTAP_USER_STAT_READ_H

#include "stat/stat_file.h"

/* A capture as it was at one moment. */
struct stat_snapshot {
	struct stat_head head;
	struct stat_guard guard; /* interface_count, program_count: of those that follow */
	struct stat_worker worker;
	__u32 interfaces_untold;      /* that found no place in the file */
	const struct stat_cpu *cpu;   /* per CPU */
	const struct stat_ring *ring; /* likewise */
	const struct stat_interface *interface;
	__u8 *memory; /* owned */
};

/*
 * Reads a file. Returns 0, or -errno: -ESTALE (not reported) when its capture does not run any
 * more, others are reported. `to` is to be freed by stat_free() when it returned 0.
 */
int stat_read(struct stat_snapshot *to, int dir_fd, const char *name);
void stat_free(struct stat_snapshot *snapshot);

struct stat_list {
	struct stat_snapshot *item; /* oldest first */
	size_t count;
};

/*
 * Reads those of all captures that run on this host. Those that cannot be read are left out, and
 * reported. Returns 0 or the first -errno (reported). To be freed by stat_list_free() in any case.
 */
int stat_list_read(struct stat_list *list);
void stat_list_free(struct stat_list *list);

#endif
