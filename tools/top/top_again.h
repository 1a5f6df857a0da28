/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Logs that were read to their end are read once more, a piece at a time between keys and pictures,
 * because something else of them is to be counted.
 */
#ifndef HDRTAP_TOP_AGAIN_H
#define HDRTAP_TOP_AGAIN_H

#include "lib/companion.h"
#include "top_count.h"

struct top_again;

/* `options`, `names` and `count` must outlive it. Returns 0 or -errno (reported). */
int top_again_start(struct top_again **again, struct companion *companion,
		    const struct companion_options *options, const struct api_names *names,
		    struct top_count *count);

/* Whether everything was counted. */
bool top_again_done(const struct top_again *again);

/* Records that were read. */
__u64 top_again_records(const struct top_again *again);

/* Ends it, also before it is done. NULL is fine. */
void top_again_stop(struct top_again *again);

#endif
