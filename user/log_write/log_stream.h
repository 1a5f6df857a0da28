/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The record stream (-w -) as a sink. FORMAT.md says what it writes.
 */
#ifndef HDRTAP_USER_LOG_STREAM_H
#define HDRTAP_USER_LOG_STREAM_H

#include "sink/sink.h"

/*
 * Writes to a pipe, socket or file; the descriptor is not closed. A slow reader holds the sink up,
 * unless SIGINT or SIGTERM are pending (they must be blocked). SIGPIPE must be ignored: when nobody
 * reads any more the verbs return -EPIPE (not reported). close() leaves in `*unwritten`, unless
 * that is NULL, how many records were taken and not written. Returns 0 or -ENOMEM (reported).
 */
int sink_stream_open(struct sink **sink, int fd, __u64 *unwritten);

#endif
