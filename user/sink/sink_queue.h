/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * In front of a sink whose reader may be slow: a thread of its own hands records on to it, and
 * whoever hands them over never waits. What there is no room for is counted, and told to the sink
 * behind as lost, so that a record stream says where it has holes.
 */
#ifndef HDRTAP_USER_SINK_QUEUE_H
#define HDRTAP_USER_SINK_QUEUE_H

#include "run/accounts.h"
#include "sink/sink.h"

/*
 * Owns `inner` from here on, also when it fails. `name`: of what it writes to, for messages, not
 * copied. `unwritten`: where the inner sink's close() leaves how many records it had taken and
 * could not write. HDRTAP_USER_STDOUT and those behind it are kept in `accounts`.
 *
 * Up to RECORD_QUEUE_SIZE bytes wait. The thread comes with the first record or tick, so that it is
 * as confined as the process then is. Signals must be blocked as signals_open() does it. Once one
 * has asked the process to end, close() waits about a second for the reader, else until all is
 * written. When nobody reads any more that is reported, and nothing is handed on from then on.
 * close() fails neither for that nor for a slow reader. Returns 0 or -ENOMEM (reported).
 */
int sink_queue_open(struct sink **sink, struct sink *inner, const char *name,
		    const __u64 *unwritten, struct accounts *accounts);

#endif
