/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a batch's head says of its records, gathered record by record, so that readers can tell
 * without reading the records whether they need the batch.
 */
#ifndef HDRTAP_USER_LOG_SUMMARY_H
#define HDRTAP_USER_LOG_SUMMARY_H

#include <stddef.h>

#include "log/log_format.h"
#include "log_write/log_hosts.h"
#include "run/meta.h"

/* Zeros where a log begins. */
struct log_summary {
	__u64 time_first, time_last;
	__u16 kinds, statuses; /* as in struct log_batch_head; no kinds: no records */
	struct log_hosts hosts;
};

/* What slots mean from the next record on; the batch before is ended. */
void log_summary_describe(struct log_summary *summary, const struct run_meta *meta);

/* Takes a record of the batch into account. */
void log_summary_add(struct log_summary *summary, const struct hdrtap_record *rec);

/*
 * Writes what was gathered to `head`, which is zeroed, and a filter behind it, and starts again.
 * Returns the bytes of the block's head, the place of its checksum included.
 */
size_t log_summary_put(struct log_summary *summary, struct log_batch_head *head);

#endif
