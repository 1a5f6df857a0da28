/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * In front of another sink: passes on only the heads that `--where` is true for.
 *
 * A head that is decided by itself goes on at once. Others are held until the other half comes, or
 * can no longer come, or for the timeout (transaction_sink.h), so they go on later than heads that
 * came after them.
 */
#ifndef HDRTAP_USER_WHERE_SINK_H
#define HDRTAP_USER_WHERE_SINK_H

#include <stdbool.h>

#include "sink/sink.h"

struct where_sink_options {
	const char *text; /* where_text(), for all records; NULL: as run_meta.where says */
	__u64 timeout;    /* ns of the records' time; 0: the default */
	bool at_once;     /* a head that is not decided without the other half goes on at once */
	__u64 *unwritten; /* records that were held and could not be handed on are added by close();
			     or NULL */
	__u64 *excluded;  /* records that were not wanted are added */
};

/*
 * Owns `inner` from here on, also when it fails: close closes both. Returns 0 or -ENOMEM
 * (reported).
 */
int where_sink_open(struct sink **sink, struct sink *inner,
		    const struct where_sink_options *options);

#endif
