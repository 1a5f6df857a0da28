/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The different hosts of a batch, gathered record by record, for its filter over hosts.
 */
#ifndef HDRTAP_USER_LOG_HOSTS_H
#define HDRTAP_USER_LOG_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "log/log_filter.h"
#include "run/meta.h"

#define LOG_HOSTS_RECENT 64   /* places of values that were seen lately; a power of two */
#define LOG_HOSTS_PLACES 4096 /* of hashes; a power of two, more than twice LOG_FILTER_KEYS */

/* A value as it stood in a record; size 0: none. */
struct log_host {
	__u8 mode, size;
	__u8 bytes[62];
};

/* Zeros where a log begins. */
struct log_hosts {
	__u32 record_size;
	bool is_host[256]; /* by slot */
	bool has_slot;     /* one of them is */
	bool overflow;     /* there are more than a filter takes */
	__u32 count;
	__u16 taken[LOG_FILTER_KEYS];  /* the places of the different hosts */
	__u64 place[LOG_HOSTS_PLACES]; /* hashes, 0: none */
	struct log_host recent[LOG_HOSTS_RECENT];
};

/* What slots mean from the next record on. Nothing was gathered since log_hosts_put(). */
void log_hosts_describe(struct log_hosts *hosts, const struct run_meta *meta);

void log_hosts_add(struct log_hosts *hosts, const struct hdrtap_record *rec);

/* Writes the filter, at most LOG_FILTER_MAX bytes, and begins anew. Returns its bytes, 0: there is
 * none, any host may be there. */
size_t log_hosts_put(struct log_hosts *hosts, __u8 *filter);

#endif
