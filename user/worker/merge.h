/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Puts the records of all CPUs into the order of time, as far as they come within a bounded number
 * of records of each other.
 */
#ifndef HDRTAP_USER_MERGE_H
#define HDRTAP_USER_MERGE_H

#include <hdrtap/record.h>

struct merge;

/* Takes the next record in order, valid during the call. */
typedef void (*merge_emit)(void *context, const struct hdrtap_record *rec);

/* For CPUs 0 to cpus - 1, at most `slots` records (at least 1) of `record_size` bytes held at a
 * time. NULL: out of memory. */
struct merge *merge_new(unsigned int cpus, __u32 slots, __u32 record_size, merge_emit emit,
			void *context);

/* Frees what is held without emitting it. NULL is fine. */
void merge_free(struct merge *merge);

/*
 * Copies a record, which may stand at any address and without the zeros behind its values, as the
 * newest of `cpu`. When all slots are taken the oldest record held is emitted first, however young
 * it is: order suffers, no record does. A record that is older than what was released already is
 * flagged LATE.
 */
void merge_push(struct merge *merge, unsigned int cpu, const void *record);

/* Emits the records held whose time is at most `until`, oldest first; of equal times the lower
 * CPU's first. ~0: all, which says nothing of later ones. */
void merge_release(struct merge *merge, __u64 until);

#endif
