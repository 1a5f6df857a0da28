/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The calls that come: kept, counted, held back by the pace.
 */
#ifndef HDRTAP_TOP_FEED_H
#define HDRTAP_TOP_FEED_H

#include "top.h"

/* The verbs of `top->taker`. */
extern const struct usage_ops top_feed_ops;

/* Counts what the state says from here on, and what can be had of before: from the log again, or
 * else what the history has. Returns 0 or -errno (reported). */
int top_feed_recount(struct top *top);

/* When time passes: goes on when the pace allows it. */
void top_feed_tick(struct top *top, __u64 now);

/* UTC ns: the end of the window to be shown now; 0: nothing is known yet. */
__u64 top_feed_until(struct top *top, __u64 now);

#endif
