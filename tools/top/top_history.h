/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The last calls that ended, as far back as there is room: so that they can be counted by something
 * else when the source cannot be read again.
 */
#ifndef HDRTAP_TOP_HISTORY_H
#define HDRTAP_TOP_HISTORY_H

#include "usage/usage_call.h"

#define TOP_HISTORY_DEFAULT (64 << 20) /* bytes */

struct top_history;

/* `bytes`: that it may take; 0: it keeps nothing. NULL: out of memory (not reported). */
struct top_history *top_history_new(size_t bytes);

/* NULL is fine. */
void top_history_free(struct top_history *history);

/* Copies a call that ended (usage_ops.end). When there is no memory, it is forgotten. */
void top_history_add(struct top_history *history, const struct usage_call *call);

/* Records that were lost (usage_ops.lost). */
void top_history_lost(struct top_history *history, __u64 time, __u64 count);

/* Hands on all losses, then all calls that are kept, the oldest first, as if each began and ended
 * anew: once with `end` false where it was known before its end, then with true. */
typedef void (*top_history_take)(void *context, struct usage_call *call, bool end);
typedef void (*top_history_lose)(void *context, __u64 time, __u64 count);
void top_history_each(const struct top_history *history, top_history_take take,
		      top_history_lose lose, void *context);

/* UTC ns: the last moment of which something was forgotten; 0: nothing was. */
__u64 top_history_forgot(const struct top_history *history);

#endif
