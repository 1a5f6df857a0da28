/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sink that makes calls of records (usage_call.h).
 */
#ifndef HDRTAP_USER_USAGE_SINK_H
#define HDRTAP_USER_USAGE_SINK_H

#include "sink/sink.h"
#include "usage/usage_call.h"

#define USAGE_RUN_PATIENCE 5000000000ULL /* ns: a run this far behind the others is over */

struct usage_options {
	const struct api_names *const *names; /* where the documents are; *names may be another one
						 from any event on (reload). NULL: by rule */
	__u64 timeout;                        /* ns of the records' time; 0: the default */
};

/*
 * Owns `taker` from here on, also when it fails: close() closes both. Returns 0 or -ENOMEM
 * (reported).
 */
int usage_sink_open(struct sink **sink, struct usage_taker *taker,
		    const struct usage_options *options);

#endif
