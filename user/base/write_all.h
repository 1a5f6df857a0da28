/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Bytes to a descriptor that blocks.
 */
#ifndef HDRTAP_USER_WRITE_ALL_H
#define HDRTAP_USER_WRITE_ALL_H

#include <stddef.h>

/* Writes all of it, whatever signals come. Returns 0 or -errno (not reported). */
int write_all(int fd, const void *bytes, size_t size);

#endif
