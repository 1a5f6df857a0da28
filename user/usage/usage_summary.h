/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One slice of a table, or its total: rows by key, of which the one with the fewest events makes
 * room for a new key (Space-Saving, usage_table.h). For this room alone.
 *
 * Which one that is says a heap whose order is as old as it may be: events of a row do not touch
 * it, and a row that is found at its top with more events than it had there is put in its place
 * first. So an event costs no more than the look-up of its row, and a new key a few steps of the
 * heap for every row that had events since, once.
 */
#ifndef HDRTAP_USER_USAGE_SUMMARY_H
#define HDRTAP_USER_USAGE_SUMMARY_H

#include "usage/usage_counts.h"
#include "usage/usage_quantiles.h"

#define USAGE_NO_ENTRY (~0U)

struct usage_entry {
	__u32 hash;
	__u32 next; /* of those that are free; USAGE_NO_ENTRY: none */
	__u64 calls;
	__u64 events; /* those that it may have missed included */
	__u64 missed;
	__u32 unplaced; /* latencies without room */
	__u16 size;
	union {
		__u8 here[24]; /* a key of at most so many bytes */
		__u8 *there;   /* owned */
	} key;
};

/* Of the entry of the same number, in tables that count ends. */
struct usage_detail {
	struct usage_ends ends;
	struct quantiles quantiles;
};

/* Entries by hash, in places next to each other (linear probing). */
struct usage_place {
	__u32 hash;
	__u32 entry; /* + 1; 0: none */
};

struct usage_heap_place {
	__u32 events; /* that the entry had then, or the largest number; never more than it has */
	__u32 entry;
};

/* What summaries of a table have in common. */
struct usage_shape {
	__u32 rows;            /* entries there may be */
	__u32 places;          /* by hash: half as many again, and one */
	size_t key_room;       /* bytes for keys that are not in their entry */
	size_t quantiles_room; /* bytes for quantiles; 0: none are counted */
	__u64 seed;            /* of the hash */
	bool ends;
};

struct usage_summary {
	const struct usage_shape *shape;
	__u64 number; /* of the slice; 0: not in use */
	__u32 used;   /* entries that ever were in use; those behind are not set */
	__u32 count;  /* in use */
	__u32 heaped; /* places of the heap: as many, or one more */
	__u32 free;   /* first of those that are not any more */
	bool keep;    /* rows never leave */
	size_t key_room, quantiles_room; /* left */
	__u64 floor;                     /* a key without an entry had at most so many events */
	__u64 lost, late;
	struct usage_counts all, other;
	struct quantiles other_quantiles;
	struct usage_entry *entry; /* owned, as all below: shape->rows */
	struct usage_detail *detail;
	struct usage_heap_place *heap;
	struct usage_place *place; /* shape->places */
};

/* How many places so many rows have. */
__u32 usage_summary_places(__u32 rows);

/* Bytes of one row without its key, and of a key of that size. */
size_t usage_summary_row_size(bool ends);
size_t usage_summary_key_size(size_t size);

/* Returns 0 or -ENOMEM; `s` must be zeroed, and is to be freed in any case. */
int usage_summary_init(struct usage_summary *s, const struct usage_shape *shape);
void usage_summary_free(struct usage_summary *s);

/* Forgets everything; it is of that slice from here on. */
void usage_summary_begin(struct usage_summary *s, __u64 number);

__u32 usage_summary_hash(const struct usage_shape *shape, const void *key, size_t size);

struct usage_key_bytes {
	const void *bytes;
	size_t size;
	__u32 hash;
};

/* Says that a key of that hash will be looked for. */
void usage_summary_prefetch(const struct usage_summary *s, __u32 hash);

/* The entry that a key of that hash most likely has, whose memory is on its way into the cache
 * then; USAGE_NO_ENTRY: it has none. */
__u32 usage_summary_guess(const struct usage_summary *s, __u32 hash);

/* Counts. `guess`: usage_summary_guess(), with nothing in between. */
void usage_summary_add(struct usage_summary *s, const struct usage_key_bytes *key, __u32 guess,
		       const struct usage_event *event);

/* Bytes that its keys and quantiles take, and what else it has touched. */
size_t usage_summary_memory(const struct usage_summary *s);

const void *usage_entry_key(const struct usage_entry *entry);

#endif
