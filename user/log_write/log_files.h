/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Blocks into the files of a directory: one segment after the other, old ones deleted.
 */
#ifndef HDRTAP_USER_LOG_FILES_H
#define HDRTAP_USER_LOG_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "log/log_dir.h"
#include "log_write/log_index.h"
#include "log_write/log_keep.h"
#include "log_write/log_sync.h"

struct log_files {
	const char *path; /* of the directory, for messages; not owned */
	struct log_keep keep;
	struct log_sync *sync;
	int dir;
	int lock;
	gid_t group;            /* (gid_t)-1: as it comes */
	int fd;                 /* the open segment, -1: none yet */
	struct log_index index; /* of the open segment */
	struct log_block *head; /* the open segment's first block, NULL: not known */
	char run[LOG_RUN_SIZE];
	char name[LOG_NAME_SIZE];
	__u8 run_id[16];
	__u32 segment;
	__u64 end;   /* bytes of whole blocks in it */
	bool filled; /* it holds a batch */
	bool dirty;  /* that all of it comes to the disk is not ordered */
	bool is_new; /* nor that it comes into the directory */
};

/*
 * Finds the number of a group, (gid_t)-1 when `name` is NULL. `place` stands behind the name in the
 * message. Returns 0 or -errno (reported: -EINVAL when there is none).
 */
int log_files_group(gid_t *group, const char *name, const char *place);

/*
 * Opens the directory, which is made when it is not there, and becomes its writer. `group`: a name,
 * or NULL. Returns 0 or -errno (reported); then there is nothing to close.
 */
int log_files_open(struct log_files *files, const char *path, const char *group);

/*
 * Writes whole blocks; a head block begins a new segment. A directory or segment that was removed
 * is recreated, which is reported. Returns 0 or -errno (not reported). `*taken` is how many bytes
 * need not be given again; they are whole blocks, and nothing follows them in the file.
 */
int log_files_write(struct log_files *files, const __u8 *blocks, size_t size, size_t *taken);

/*
 * Ends the open segment with its index; only a new one can follow. An index for which there is no
 * room is left out: readers do without.
 */
void log_files_end(struct log_files *files);

/* Orders from `sync` that everything comes to the disk. Returns 0 or -errno (not reported). */
int log_files_sync(struct log_files *files);

void log_files_close(struct log_files *files);

#endif
