/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The directory of a record log: names of segments, who may write.
 */
#ifndef HDRTAP_USER_LOG_DIR_H
#define HDRTAP_USER_LOG_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "log/log_format.h"

#define LOG_NAME_SIZE 64 /* of a segment's file name and its zero byte */
#define LOG_RUN_SIZE  40 /* of the part of it that all segments of a run share, likewise */

/* Names of segments in ascending order, which is the order they were begun in. */
struct log_names {
	char (*name)[LOG_NAME_SIZE];
	size_t count;
};

/* Makes the directory if it is not there, and gives it to that user; what goes wrong shows when it
 * is opened. */
void log_dir_make_for(const char *path, uid_t uid, gid_t gid);

/* `names` must be zeroed or filled before. Returns 0 or -errno (not reported). */
int log_dir_list(int dir, struct log_names *names);
void log_names_free(struct log_names *names);

/* Index of the first name behind `name`. */
size_t log_names_behind(const struct log_names *names, const char *name);

/*
 * A name part for a run that begins now, behind all runs in `names` even when the clock was set
 * back since.
 */
void log_dir_run(const struct log_names *names, const __u8 run_id[16], char run[LOG_RUN_SIZE]);

void log_dir_name(const char *run, __u32 segment, char name[LOG_NAME_SIZE]);

/*
 * Makes the caller the directory's one writer for as long as the returned descriptor is open.
 * Returns -EAGAIN when there is another, or another -errno (neither reported).
 */
int log_dir_lock(int dir, int mode);

bool log_dir_has_writer(int dir);

#endif
