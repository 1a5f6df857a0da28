/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Heads that wait for their other halves: found by their identity or by their connection, kept in
 * the order in which they came, of one run or of all. Says how much memory they take, and bounds
 * nothing itself.
 */
#ifndef HDRTAP_USER_TRANSACTION_HELD_H
#define HDRTAP_USER_TRANSACTION_HELD_H

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

#include "transaction/transaction.h"

#define HELD_BUCKETS (1 << 15)

struct held;

/* Some of them in the order in which they came. All zero: empty. */
struct held_link {
	struct held_link *before, *after;
	struct held *held; /* that it is a part of */
};

struct held_list {
	struct held_link *first, *last;
};

struct held {
	struct held_link in_run, in_identity, in_connection; /* the last only of requests */
	struct held_list *list;                              /* of its run */
	struct held *interim, *interims; /* request: its interim responses, first and last */
	struct held *next;               /* interim response: the one behind it */
	__u32 interim_count;
	__u64 arrival; /* number, of all runs */
	__u64 since;   /* ns by the run's clock: time of the newest record then */
	__u64 utc;     /* likewise, of all runs, UTC */
	__u64 floor;   /* ns: what complete() had said when it came */
	size_t size;   /* bytes it takes, without interim responses */
	void *note;    /* the taker's */
	struct transaction_head head;
	char interface[IF_NAMESIZE];
	__u64 record[]; /* its first record_filled() bytes */
};

struct held_table {
	size_t bytes;                            /* that all held heads take */
	__u64 arrivals;                          /* heads that were held so far */
	struct held_list *identity, *connection; /* HELD_BUCKETS each, owned */
};

/* Returns 0 or -ENOMEM (not reported). To be freed in any case, when all heads are; `table` must be
 * zeroed. */
int held_table_init(struct held_table *table);
void held_table_free(struct held_table *table);

/* Bytes that a copy of the record takes. */
size_t held_size(const struct hdrtap_record *rec, __u32 record_size);

/* A copy of what a sink's write() got, in no list; NULL: out of memory (not reported). */
struct held *held_new(const struct hdrtap_record *rec, __u32 record_size, __s64 utc_offset,
		      const char *interface);

/* Puts it behind all others. */
void held_add(struct held_table *table, struct held_list *list, struct held *held);

/* Puts an interim response to a request that is held behind those before it. */
void held_add_interim(struct held_table *table, struct held *request, struct held *interim);

/* Takes it out, with its interim responses. */
void held_remove(struct held_table *table, struct held *held);

/* Frees what is in no list, with its interim responses. NULL is allowed. */
void held_free(struct held *held);

/* The one of that kind and identity that came first; NULL: there is none. */
struct held *held_find(const struct held_table *table, const struct held_list *list, __u8 kind,
		       __u16 cpu, __u64 sequence);

/* A request that was sent on the connection of `request`, in front of it, and is held; the one of
 * them that came first. NULL: there is none. */
struct held *held_in_front(const struct held_table *table, const struct held *request);

/* The one that came first; NULL: there is none. */
static inline struct held *held_first(const struct held_list *list)
{
	return list->first ? list->first->held : NULL;
}

#endif
