/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Batch mode: a plain table for each window, one behind the other, by the records' time.
 */
#ifndef HDRTAP_TOP_BATCH_H
#define HDRTAP_TOP_BATCH_H

#include "top.h"

/* Opens the output. Returns 0 or -errno (reported); closed by whoever closes `top->out`. */
int top_batch_open(struct top *top);

/*
 * Time has come to `time` (UTC ns): prints what ended before. `known`: nothing to come is older;
 * otherwise a second more is waited for. To be called before what has that time is counted. Returns
 * 0 or -errno (reported).
 */
int top_batch_time(struct top *top, __u64 time, bool known);

/* There is no more: the window that was begun. */
int top_batch_end(struct top *top);

#endif
