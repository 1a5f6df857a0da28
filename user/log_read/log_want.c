/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A batch's times are its lowest and its highest, so records that were late are in them.
 */
#include "log_read/log_want.h"

#include <string.h>

#include "log/log_filter.h"

struct log_want log_want(__u64 since, __u64 until, const char *host)
{
	struct log_want want = { .since = since, .until = until };

	if (host)
		want.host = log_host_hash(HDRTAP_MODE_KEEP, (const __u8 *)host, strlen(host));
	return want;
}

bool log_want_some(const struct log_want *want)
{
	return want->since || want->until || want->host;
}

bool log_want_time(const struct log_want *want, __u64 utc)
{
	return utc >= want->since && (!want->until || utc < want->until);
}

/* Tells only of losses, or of the time. */
static bool want_empty(const struct log_want *want, const struct log_batch_head *head)
{
	if (want->host && !head->loss_count)
		return false;
	return !head->complete_until ||
	       log_want_time(want, head->complete_until + head->utc_offset);
}

bool log_want_batch(const struct log_want *want, const struct log_batch_head *head,
		    const __u8 *filter)
{
	if (!head->record_count)
		return want_empty(want, head);
	if (head->time_last + head->utc_offset < want->since)
		return false;
	if (want->until && head->time_first + head->utc_offset >= want->until)
		return false;
	return !want->host || log_filter_may_have(filter, head->filter_length, want->host);
}

void log_passed_over(struct log_passed *passed, const struct log_batch_head *head)
{
	passed->batches++;
	if (!head->complete_until)
		return;
	passed->complete_until = head->complete_until;
	passed->utc_offset = head->utc_offset;
}
