/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * In front of two sinks: each gets everything.
 */
#ifndef HDRTAP_USER_SINK_TEE_H
#define HDRTAP_USER_SINK_TEE_H

#include "sink/sink.h"

/*
 * Owns both from here on, also when it fails: close closes both. The first is served first, and
 * what it returns is what the tee returns: a record that it refused was not taken, whatever the
 * second did with it. The second must not wait for anybody (sink_queue.h) and keeps its own
 * accounts; only its close() can make the tee's fail. Returns 0 or -ENOMEM (reported).
 */
int sink_tee_open(struct sink **sink, struct sink *first, struct sink *second);

#endif
