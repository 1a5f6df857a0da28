/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A request with its response, and the interface of whoever takes such pairs: the sink that makes
 * them (transaction_sink.h) calls it.
 */
#ifndef HDRTAP_USER_TRANSACTION_H
#define HDRTAP_USER_TRANSACTION_H

#include <stdbool.h>

#include <hdrtap/record.h>

#include "run/meta.h"

/* Bytes of all heads that are held, their management included: more than 32,768 records of the
 * default size. Beyond it, the one that has waited longest ends. */
#define TRANSACTION_HELD_MAX (32 << 20)
#define TRANSACTION_RUNS_MAX 64 /* runs of which heads are held at a time; likewise */

#define TRANSACTION_INTERIM_MAX 16 /* interim responses to one request; others come alone */

#define TRANSACTION_TIMEOUT_DEFAULT 30000000000ULL /* ns */

/* X(symbol, text): how a transaction came to its end. */
#define TRANSACTION_ENDS(X)                                                                   \
	X(ANSWERED, "answered")     /* request and response */                                \
	X(TIMEOUT, "timeout")       /* request without a response, for so long */             \
	X(UNANSWERED, "unanswered") /* request whose response can no longer come */           \
	X(ENDED, "ended")           /* request that still waited at the end of the records */ \
	X(NO_ROOM, "no_room")       /* request that there was no more room to hold */         \
	X(NO_REQUEST, "no_request") /* response alone */

#define TRANSACTION_X_END(s, ...) TRANSACTION_##s,
enum transaction_end {
	TRANSACTION_ENDS(TRANSACTION_X_END) TRANSACTION_END_MAX
};
#undef TRANSACTION_X_END

/* Whether more responses to the same request follow this one (RFC 9110, section 15.2). */
static inline bool transaction_interim(const struct hdrtap_record *rec)
{
	return rec->kind == HDRTAP_KIND_RESPONSE && rec->status / 100 == 1 && rec->status != 101;
}

/* A record and what was known when it came. */
struct transaction_head {
	const struct hdrtap_record *rec;     /* of its bytes, the first record_filled() */
	__s64 utc_offset;                    /* rec->time + utc_offset is UTC, ns */
	const char *interface;               /* name; NULL: not known */
	const struct transaction_head *next; /* of interim responses, the next; otherwise NULL */
};

/* Has a request, a response, or both. All of it belongs to the sink, until take() returns. */
struct transaction {
	enum transaction_end end;
	const struct transaction_head *request;  /* NULL: TRANSACTION_NO_REQUEST */
	const struct transaction_head *response; /* NULL: none but interim ones. Of
						    TRANSACTION_NO_REQUEST it may be one itself */
	const struct transaction_head *interim;  /* those to the request, the first; NULL: none */
	void *note; /* begin() set it; NULL: it did not, or there is no request */
};

struct transaction_taker;

/* The verbs of whoever takes transactions. They return as a sink's do (sink.h), errors reported. */
struct transaction_ops {
	/*
	 * What the transactions from here on mean: when the first run is known, and before the
	 * first transaction of another run or with new slots. `meta` stays valid and unchanged
	 * until the next call of describe() or the end.
	 */
	int (*describe)(struct transaction_taker *taker, const struct run_meta *meta);
	/* A request came, of the run described last; its transaction, which gets `*note` (NULL
	 * until it is set), is taken when it ends, perhaps at once. -errno: the record was not
	 * taken. NULL: not interested. */
	int (*begin)(struct transaction_taker *taker, const struct transaction_head *request,
		     void **note);
	/* One transaction, of the run described last. -errno: it was not taken. */
	int (*take)(struct transaction_taker *taker, const struct transaction *transaction);
	/* As a sink's; NULL: not interested. */
	int (*lost)(struct transaction_taker *taker, __u32 cpu, __u64 count);
	/* Likewise: no record of a later transaction of this run is older, but for those flagged
	 * LATE. Held requests hold it back. */
	int (*complete)(struct transaction_taker *taker, __u64 until, __s64 utc_offset);
	/* As a sink's; NULL: nothing to do. */
	int (*tick)(struct transaction_taker *taker);
	/* Writes out everything, closes and frees, also when it fails. */
	int (*close)(struct transaction_taker *taker);
};

struct transaction_taker {
	const struct transaction_ops *ops;
};

struct transaction_options {
	__u64 timeout; /* ns of the records' time; 0: the default */
	__u32 kinds;   /* mask of 1 << HDRTAP_KIND_*: what may come at all, 0: both. Nothing waits
			  for a kind that does not */
	__u64 *unwritten; /* see below; or NULL */
};

#endif
