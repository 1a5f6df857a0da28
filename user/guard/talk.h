/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the guard and the worker say to each other (channel.h), as the guard sees it. When the
 * worker is gone, or has enough, the guard is to stop.
 */
#ifndef HDRTAP_USER_TALK_H
#define HDRTAP_USER_TALK_H

#include "guard/perf_events.h"
#include "share/channel.h"

struct guard;

/* Each returns 0 or -errno: reported, but for -EPIPE, when the worker is gone. */
int talk_say(struct guard *guard, enum channel_kind kind);
int talk_describe(struct guard *guard, const struct run_meta *meta);

/* A live_tell_name and rings that come and go; their context is the guard. */
int talk_name(void *guard, unsigned int ifindex, const char *name);
extern const struct perf_events_ops talk_ring_events;

/* Takes the worker's next word. Returns its kind or -errno. */
int talk_take(struct guard *guard);

/* Returns 0 when the worker has said so, or -errno. */
int talk_wait_for(struct guard *guard, enum channel_kind kind);

/* All rings were sent. Returns when the worker reads them: 0, or -errno. */
int talk_begin(struct guard *guard, size_t ring_bytes);

/*
 * The capture is to end. The signal stays pending in the worker, for a sink that waits for somebody
 * who does not read (pipe_out.h).
 */
void talk_hurry(const struct guard *guard);

/* It is over; `err`: why, 0: as it should. */
void talk_end(struct guard *guard, int err);

#endif
