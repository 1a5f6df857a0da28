/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Most records have a host that was there a moment ago: their values are compared with those seen
 * lately, and nothing else happens. Others are hashed. What somebody who chooses hosts can make a
 * search cost is bounded; who tries gets batches that readers cannot skip.
 */
#include "log_write/log_hosts.h"

#include <string.h>

#include "base/record_copy.h"

#define PROBES_MAX 16                    /* places a hash may be away from its own */
#define MULTIPLIER 0x9e3779b97f4a7c15ULL /* spreads values that differ little */

_Static_assert(LOG_FILTER_KEYS * 2 < LOG_HOSTS_PLACES, "enough places");
_Static_assert(sizeof(struct log_host) == 64, "a line of the cache");

void log_hosts_describe(struct log_hosts *h, const struct run_meta *meta)
{
	__u32 slot;

	h->record_size = meta->record_size;
	h->slot = HDRTAP_SLOT_NONE;
	for (slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++)
		if (!strcmp(meta->slot[slot].name, "host"))
			h->slot = slot;
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

/* The bytes of a value between its first and its last 8. */
static size_t middle_size(size_t size)
{
	return size > 2 * sizeof(__u64) ? size - 2 * sizeof(__u64) : 0;
}

/* Whether a value was seen lately; it was from now on. */
static bool is_recent(struct log_hosts *h, __u8 mode, const __u8 *value, size_t size)
{
	size_t middle = middle_size(size);
	__u64 first = 0, last = 0;
	struct log_host *recent;

	if (size < sizeof(first)) {
		memcpy(&first, value, size);
	} else {
		first = hdrtap_load64(value);
		last = hdrtap_load64(value + size - sizeof(last));
	}
	recent = &h->recent[((first + last * 3) * MULTIPLIER >> 32) % LOG_HOSTS_RECENT];
	if (recent->first == first && recent->last == last && recent->size == size &&
	    recent->mode == mode &&
	    (!middle || !memcmp(recent->middle, value + sizeof(first), middle)))
		return true;
	if (middle > sizeof(recent->middle))
		return false;
	*recent = (struct log_host){ first, last, size, mode, { 0 } };
	memcpy(recent->middle, value + sizeof(first), middle);
	return false;
}

void log_hosts_take(struct log_hosts *h, const struct hdrtap_record *rec,
		    const struct hdrtap_entry *entry, __u32 offset)
{
	const __u8 *value = rec->arena + offset;
	size_t size = entry->stored;

	if (h->overflow || !size || entry->mode == HDRTAP_MODE_LENGTH ||
	    offset + size > record_filled(rec, h->record_size) - HDRTAP_RECORD_HEAD)
		return;
	if (!is_recent(h, entry->mode, value, size))
		insert(h, log_host_hash(entry->mode, value, size));
}

size_t log_hosts_put(struct log_hosts *h, __u8 *filter)
{
	size_t size = h->slot != HDRTAP_SLOT_NONE && !h->overflow ? log_filter_size(h->count) : 0;
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
