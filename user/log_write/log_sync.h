/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes sure in a thread of its own that files are on the disk. A disk may take longer for that
 * than there is room for records, and whoever reads records must not wait for it.
 */
#ifndef HDRTAP_USER_LOG_SYNC_H
#define HDRTAP_USER_LOG_SYNC_H

#include <stdbool.h>

struct log_sync;

/* Returns NULL when out of memory. The thread comes with the first order. */
struct log_sync *log_sync_new(void);

/* Waits until all orders are done. NULL is fine. */
void log_sync_free(struct log_sync *sync);

/*
 * Orders fdatasync(fd) or fsync(fd); `fd` may be closed after this. Waits while there are many
 * orders. Where there can be no thread it is done at once. Returns 0, or -errno (not reported):
 * nothing was ordered.
 */
int log_sync_order(struct log_sync *sync, int fd, int (*how)(int fd));

/* Whether there are orders that are not done. */
bool log_sync_busy(struct log_sync *sync);

/* Waits until there are none. */
void log_sync_wait(struct log_sync *sync);

/* What went wrong since the last call: -errno of the first order that failed (not reported), or 0.
 */
int log_sync_result(struct log_sync *sync);

#endif
