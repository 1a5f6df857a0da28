/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What waits for a slow sink: records, each with its interface's name, and between them what they
 * mean and what is missing. Two
 * halves: one is filled while somebody works through the other. Nothing here locks anything.
 */
#ifndef HDRTAP_USER_RECORD_QUEUE_H
#define HDRTAP_USER_RECORD_QUEUE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "run/meta.h"

#define RECORD_QUEUE_SIZE (8 << 20) /* bytes of both halves */

enum record_item_kind {
	RECORD_ITEM_DESCRIBE,
	RECORD_ITEM_RECORD,
	RECORD_ITEM_LOST,
	RECORD_ITEM_COMPLETE
};

struct record_item {
	__u16 kind;       /* enum record_item_kind */
	__u16 cpu;        /* LOST */
	__u32 size;       /* bytes to the next item */
	__s64 utc_offset; /* RECORD, COMPLETE */
	union {
		struct run_meta *meta; /* DESCRIBE: for whoever takes the item to free */
		__u64 count;           /* LOST */
		__u64 until;           /* COMPLETE */
	};
	char interface[IF_NAMESIZE]; /* RECORD: its interface's name, "": not known */
	__u8 record[];               /* RECORD: its first record_filled() bytes */
};

struct record_half {
	size_t used;
	__u8 bytes[RECORD_QUEUE_SIZE / 2];
};

struct record_queue {
	struct record_half *filling, *other; /* owned */
	size_t last;           /* where in `filling` its last item begins, if it has any */
	struct run_meta *meta; /* found no room: to go before the next record, owned; or NULL */
	__u32 record_size;     /* bytes of the records that are added */
	__u64 *lost;           /* per CPU: likewise, owned */
	__u32 lost_cpus;       /* CPUs from here on lost nothing */
	__u64 until;           /* likewise, 0: nothing new is known */
	__s64 until_offset;
};

/* Returns 0 or -ENOMEM (not reported). To be freed in any case; `queue` must be zeroed. */
int record_queue_init(struct record_queue *queue);
void record_queue_free(struct record_queue *queue);

/* What the records from here on mean; keeps a copy. Returns 0 or -ENOMEM (reported): nothing may be
 * added any more. */
int record_queue_describe(struct record_queue *queue, const struct run_meta *meta);

/* So many records of a CPU are missing from here on. */
void record_queue_lost(struct record_queue *queue, __u32 cpu, __u64 count);

/* No later record is older than `until` (sink.h). */
void record_queue_complete(struct record_queue *queue, __u64 until, __s64 utc_offset);

/* Adds a record; the rest as for a sink's write(). Returns false when there is no room for it: then
 * it is missing, as after record_queue_lost(). */
bool record_queue_add(struct record_queue *queue, const struct hdrtap_record *rec, __s64 utc_offset,
		      const char *interface);

/* Adds what would go before the next record, as far as there is room. */
void record_queue_settle(struct record_queue *queue);

/*
 * What was added since the last call, for the caller to work through and to empty
 * (record_half_next()) before the next call.
 */
struct record_half *record_queue_swap(struct record_queue *queue);

/* The item at `*at`, which moves to the next one; NULL: there is none, and the half is empty. */
struct record_item *record_half_next(struct record_half *half, size_t *at);

#endif
