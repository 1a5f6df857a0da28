/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Fuzzing finds what makes a target abort, so everything a record promises is asserted.
 */
#include "record_check.h"

#include <assert.h>
#include <string.h>

#include "record_room.h"
#include "run/elements.h"

static const char crowded[] =
	"none,host:384,accept:200,via:150,x-a:100,x-request-id:8,user-agent:1,content-length:20,"
	"transfer-encoding:16,cookie,set-cookie=length:300,authorization,proxy-authorization,"
	"location=scheme,content-type,x-api-key";

static __u32 slots;

/* Makes both sets. Their slots are of one run. */
static void build(struct hdrtap_settings *set)
{
	__u32 kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE;
	struct run_meta meta;
	int err = run_meta_init(&meta);

	assert(!err);
	elements_default(&meta);
	err = elements_build(&set[0].elements, &meta, kinds, 1);
	assert(!err);
	err = elements_choose(&meta, crowded);
	assert(!err);
	err = elements_build(&set[1].elements, &meta, 1 << HDRTAP_KIND_REQUEST, 2);
	assert(!err);
	slots = meta.slot_count;
}

const struct hdrtap_settings *fuzz_settings(unsigned int which)
{
	static struct hdrtap_settings set[FUZZ_SETS];

	if (!slots)
		build(set);
	return &set[which % FUZZ_SETS];
}

static int all_zero(const void *bytes, size_t size)
{
	const __u8 *at = bytes;

	return !size || (!at[0] && !memcmp(at, at + 1, size - 1));
}

/* Also returns how many bytes the values have together. */
static __u32 check_entries(const struct hdrtap_record *rec)
{
	const struct hdrtap_entry *entry;
	__u32 i, stored = 0, truncated = 0, redacted = 0;

	for (i = 0; i < rec->entry_count; i++) {
		entry = &rec->entry[i];
		assert(entry->slot < slots);
		assert(entry->mode < HDRTAP_MODE_MAX);
		redacted |= entry->mode == HDRTAP_MODE_REDACTED;
		assert(entry->stored <= entry->original || entry->mode == HDRTAP_MODE_REDACTED);
		assert(entry->mode != HDRTAP_MODE_LENGTH || !entry->stored);
		truncated |= entry->mode == HDRTAP_MODE_KEEP && entry->stored < entry->original;
		stored += entry->stored;
	}
	assert(redacted || truncated == !!(rec->flags & HDRTAP_FLAG(TRUNCATED)));
	assert(redacted == !!(rec->flags & HDRTAP_FLAG(REDACTED)));
	return stored;
}

void record_check(const struct hdrtap_record *rec)
{
	assert(rec->kind == HDRTAP_KIND_REQUEST || rec->kind == HDRTAP_KIND_RESPONSE);
	assert(rec->method < HDRTAP_METHOD_MAX);
	assert(rec->framing < HDRTAP_FRAMING_MAX);
	assert(rec->framing == HDRTAP_FRAMING_LENGTH || !rec->body_size);
	assert(rec->status <= 999);
	assert(rec->head_length > 0);
	assert(rec->vlan_count <= HDRTAP_VLANS_MAX);
	assert(!rec->service);
	assert(!rec->mpls || HDRTAP_MPLS_LABELS(rec->mpls));
	assert(all_zero(rec->reserved, sizeof(rec->reserved)));
	assert(!(rec->flags >> HDRTAP_FLAG_MAX));
	assert(!rec->omitted == !(rec->flags & HDRTAP_FLAG(OMITTED)));
	assert(rec->entry_count <= HDRTAP_ENTRIES_MAX);
	assert(rec->arena_used <= ROOM_ARENA);
	assert(rec->arena_used == check_entries(rec));
	assert(all_zero(rec->entry + rec->entry_count,
			(HDRTAP_ENTRIES_MAX - rec->entry_count) * sizeof(rec->entry[0])));
	assert(all_zero(rec->arena + rec->arena_used, ROOM_ARENA - rec->arena_used));
}

#define X_SUM(s, ...) +count[HDRTAP_COUNTER_##s]

void counters_check(const struct hdrtap_counters *counters, __u64 packets, __u64 records)
{
	const __u64 *count = counters->count;
	__u64 fates = (HDRTAP_HEAD_COUNTERS(X_SUM)) - count[HDRTAP_COUNTER_HEADS];

	assert((HDRTAP_PACKET_COUNTERS(X_SUM)) == packets);
	assert(count[HDRTAP_COUNTER_HEADS] == fates);
	assert(count[HDRTAP_COUNTER_EMITTED] == records);
	assert(count[HDRTAP_COUNTER_REQUESTS] + count[HDRTAP_COUNTER_RESPONSES] == records);
	assert(!count[HDRTAP_COUNTER_IN_PROGRESS]);
}
