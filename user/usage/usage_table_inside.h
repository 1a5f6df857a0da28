/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a table consists of, for this room alone.
 */
#ifndef HDRTAP_USER_USAGE_TABLE_INSIDE_H
#define HDRTAP_USER_USAGE_TABLE_INSIDE_H

#include "usage/usage_summary.h"
#include "usage/usage_table.h"

/* Slice n begins at n * options.slice; slice 0 is never used. It is summary n % ring, if that has
 * its number; otherwise nothing happened in it, or it is forgotten. */
struct usage_table {
	struct usage_table_options options;
	struct usage_shape shape;
	__u64 known;
	__u64 first, newest;         /* slices that time was in; 0: none yet */
	__u32 ring;                  /* of slices that are kept */
	__u64 last_begin;            /* time that the slice of the last event began at */
	struct usage_summary *last;  /* that slice, NULL: to be looked up */
	struct usage_summary *slice; /* owned */
	struct usage_summary total;  /* if options.total */
};

/* The summary of a slice; NULL: there is none. */
static inline struct usage_summary *usage_table_slice(const struct usage_table *table, __u64 number)
{
	struct usage_summary *s = table->ring ? &table->slice[number % table->ring] : NULL;

	return s && number && s->number == number ? s : NULL;
}

#endif
