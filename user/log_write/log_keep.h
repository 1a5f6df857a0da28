/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * No more bytes in a log's directory than are to be kept: the oldest segments are deleted.
 */
#ifndef HDRTAP_USER_LOG_KEEP_H
#define HDRTAP_USER_LOG_KEEP_H

#include <stdbool.h>

#include "log/log_dir.h"

struct log_keep {
	__u64 limit;  /* bytes of all segments together, 0: none */
	__u64 others; /* bytes of all segments but the open one */
	bool said;    /* that an old segment cannot be deleted */
};

/* Counts the bytes of the segments in `names`, without the open one. */
void log_keep_count(struct log_keep *keep, int dir, const struct log_names *names,
		    const char *open);

/*
 * Deletes the oldest segments until the rest fits with the open one, which has `size` bytes. What
 * cannot be deleted is reported once. `path`: of `dir`, for messages.
 */
void log_keep_delete(struct log_keep *keep, int dir, const char *path, const char *open,
		     __u64 size);

#endif
