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

/* A value as it stood in a record: its first and last 8 bytes, and those between. */
struct log_host {
	__u64 first, last;
	__u16 size; /* 0: none */
	__u8 mode;
	__u8 middle[45];
};

/* Zeros where a log begins. */
struct log_hosts {
	__u32 record_size;
	__u8 slot;     /* HDRTAP_SLOT_NONE: hosts are not logged, or nobody knows in which slot */
	bool overflow; /* there are more than a filter takes */
	__u32 count;
	__u16 taken[LOG_FILTER_KEYS];  /* the places of the different hosts */
	__u64 place[LOG_HOSTS_PLACES]; /* hashes, 0: none */
	struct log_host recent[LOG_HOSTS_RECENT];
};

/* What slots mean from the next record on. Nothing was gathered since log_hosts_put(). */
void log_hosts_describe(struct log_hosts *hosts, const struct run_meta *meta);

/* Adds the host that a record's entry says, whose value stands at that offset of the arena. */
void log_hosts_take(struct log_hosts *hosts, const struct hdrtap_record *rec,
		    const struct hdrtap_entry *entry, __u32 offset);

/* Adds the hosts of a record. Here, because every record is looked at, and few have more than one.
 */
static inline void log_hosts_add(struct log_hosts *hosts, const struct hdrtap_record *rec)
{
	const struct hdrtap_entry *entry = rec->entry, *end = entry + rec->entry_count;
	__u32 offset = 0;

	if (hosts->slot == HDRTAP_SLOT_NONE || rec->entry_count > HDRTAP_ENTRIES_MAX)
		return;
	for (; entry < end; offset += entry->stored, entry++)
		if (entry->slot == hosts->slot)
			log_hosts_take(hosts, rec, entry, offset);
}

/* Writes the filter, at most LOG_FILTER_MAX bytes, and starts again. Returns its bytes, 0: there is
 * none, any host may be there. */
size_t log_hosts_put(struct log_hosts *hosts, __u8 *filter);

#endif
