/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The head of a segment: what its records mean.
 */
#ifndef HDRTAP_USER_LOG_SEGMENT_H
#define HDRTAP_USER_LOG_SEGMENT_H

#include <stddef.h>

#include "log/log_format.h"
#include "run/meta.h"

/*
 * The segment head of `meta` with its tables, but for segment, time, length and checksums. Returns
 * `*size` bytes, for the caller to free, or NULL: out of memory.
 */
__u8 *log_segment_make(const struct run_meta *meta, size_t *size);

#endif
