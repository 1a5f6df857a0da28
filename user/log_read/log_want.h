/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which records are wanted, and which batches may hold one.
 */
#ifndef HDRTAP_USER_LOG_WANT_H
#define HDRTAP_USER_LOG_WANT_H

#include <stdbool.h>

#include "log/log_format.h"

struct log_want {
	__u64 since, until; /* UTC, ns: since <= time < until; 0: no bound */
	__u64 host;         /* log_host_hash() of one, 0: any */
};

/* `host` may be NULL. */
struct log_want log_want(__u64 since, __u64 until, const char *host);

/* Whether anything may be passed over. */
bool log_want_some(const struct log_want *want);

bool log_want_time(const struct log_want *want, __u64 utc);

/* What log_decode_batch_head() made of a batch's head: whether the batch may hold something. */
bool log_want_batch(const struct log_want *want, const struct log_batch_head *head,
		    const __u8 *filter);

/* Batches that were passed over. */
struct log_passed {
	__u64 batches;
	__u64 complete_until; /* of the last one that says, as in struct log_batch_head; 0: none */
	__s64 utc_offset;     /* of the same */
};

void log_passed_over(struct log_passed *passed, const struct log_batch_head *head);

#endif
