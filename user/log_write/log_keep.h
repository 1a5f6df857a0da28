/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * No more bytes in a log's directory than are to be kept: the oldest segments are deleted.
 */
#ifndef HDRTAP_USER_LOG_KEEP_H
#define HDRTAP_USER_LOG_KEEP_H

#include "log_write/log_files.h"

/* Counts the bytes of all segments in `names` but the open one. */
void log_keep_count(struct log_files *files, const struct log_names *names);

/* Deletes the oldest segments until the rest fits. What cannot be deleted is said once. */
void log_keep_delete(struct log_files *files);

#endif
