/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * write(2) that comes back, whatever it writes to: a pipe of another user, a socket, a stopped
 * terminal.
 */
#ifndef HDRTAP_USER_TIMED_WRITE_H
#define HDRTAP_USER_TIMED_WRITE_H

#include <stddef.h>
#include <sys/types.h>

#define TIMED_WRITE_MS 50 /* what a write takes that blocks, at most about */

/*
 * Waits up to `ms` (0: not at all) until there is room, and then writes what fits in about
 * TIMED_WRITE_MS. Returns as write(2), with -errno instead of -1: -EAGAIN when nothing was written
 * in that time. Of any thread. Takes SIGRTMIN for itself.
 */
ssize_t timed_write(int fd, const void *bytes, size_t size, int ms);

#endif
