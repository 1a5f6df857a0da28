/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Most records have a host that was there a moment ago: their values are compared with those seen
 * lately, and nothing else happens. Others are hashed. What somebody who chooses hosts can make a
 * search cost is bounded; who tries gets batches that readers cannot skip.
 */
#include "log_write/log_hosts.h"

#include <string.h>

#include "base/record_copy.h"

#define PROBES_MAX 16 /* places a hash may be away from its own */

_Static_assert(LOG_FILTER_KEYS * 2 < LOG_HOSTS_PLACES, "enough places");
_Static_assert(sizeof(struct log_host) == 64, "a line of the cache");

void log_hosts_describe(struct log_hosts *h, const struct run_meta *meta)
{
	__u32 slot;

	memset(h->is_host, 0, sizeof(h->is_host));
	h->has_slot = false;
	h->record_size = meta->record_size;
	for (slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++) {
		if (strcmp(meta->slot[slot].name, "host"))
			continue;
		h->is_host[slot] = true;
		h->has_slot = true;
	}
}

/* Adds a host if it is not there. */
static void insert(struct log_hosts *h, __u64 hash)
{
	__u32 probe, at = hash % LOG_HOSTS_PLACES;

	for (probe = 0; probe < PROBES_MAX && h->place[at]; probe++) {
		if (h->place[at] == hash)
			return;
		at = (at + 1) % LOG_HOSTS_PLACES;
	}
	if (!hash || h->place[at] || h->count == LOG_FILTER_KEYS) {
		h->overflow = true;
		return;
	}
	h->place[at] = hash;
	h->taken[h->count++] = at;
}

/* The place of a value among those seen lately. */
static struct log_host *recent_of(struct log_hosts *h, const __u8 *value, size_t size)
{
	__u64 first = 0, last = 0;

	if (size >= sizeof(first)) {
		first = hdrtap_load64(value);
		last = hdrtap_load64(value + size - sizeof(last));
	} else {
		memcpy(&first, value, size);
	}
	return &h->recent[((first + last * 3) * 0x9e3779b97f4a7c15ULL >> 32) % LOG_HOSTS_RECENT];
}

static void add_value(struct log_hosts *h, __u8 mode, const __u8 *value, size_t size)
{
	struct log_host *recent = recent_of(h, value, size);

	if (recent->size == size && recent->mode == mode && !memcmp(recent->bytes, value, size))
		return;
	if (size <= sizeof(recent->bytes)) {
		recent->mode = mode;
		recent->size = size;
		memcpy(recent->bytes, value, size);
	}
	insert(h, log_host_hash(mode, value, size));
}

void log_hosts_add(struct log_hosts *h, const struct hdrtap_record *rec)
{
	size_t left = record_filled(rec, h->record_size) - HDRTAP_RECORD_HEAD;
	const struct hdrtap_entry *entry = rec->entry;
	const struct hdrtap_entry *end = entry + rec->entry_count;
	const __u8 *value = rec->arena;

	if (!h->has_slot || h->overflow || rec->entry_count > HDRTAP_ENTRIES_MAX)
		return;
	for (; entry < end && entry->stored <= left; entry++) {
		if (h->is_host[entry->slot] && entry->mode != HDRTAP_MODE_LENGTH && entry->stored)
			add_value(h, entry->mode, value, entry->stored);
		value += entry->stored;
		left -= entry->stored;
	}
}

size_t log_hosts_put(struct log_hosts *h, __u8 *filter)
{
	size_t size = h->has_slot && !h->overflow ? log_filter_size(h->count) : 0;
	__u32 i;

	memset(filter, 0, size);
	for (i = 0; i < h->count; i++) {
		if (size)
			log_filter_add(filter, size, h->place[h->taken[i]]);
		h->place[h->taken[i]] = 0;
	}
	memset(h->recent, 0, sizeof(h->recent));
	h->count = 0;
	h->overflow = false;
	return size;
}
