/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is counted of calls.
 */
#ifndef HDRTAP_USER_USAGE_COUNTS_H
#define HDRTAP_USER_USAGE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

#define USAGE_NO_LATENCY (~0ULL)

/* Classes of how a call ended. */
enum usage_class {
	USAGE_UNANSWERED, /* no response */
	USAGE_1XX,        /* only 101 */
	USAGE_2XX,
	USAGE_3XX,
	USAGE_4XX,
	USAGE_5XX,
	USAGE_BEYOND, /* not from 100 to 599, which is taken as 5xx (RFC 9110, section 15) */
	USAGE_CLASSES
};

enum usage_class usage_class_of(__u16 status);

/* What happened. */
struct usage_event {
	__u64 time;    /* UTC, ns */
	__u64 latency; /* ns, with `end`; USAGE_NO_LATENCY */
	bool call;     /* a call becomes known */
	bool end;      /* it ended; both, where it only became known by its end */
	__u16 status;  /* with `end`; 0: no response */
};

/* Of a window, those that ended in it, whenever they began. */
struct usage_ends {
	__u64 count; /* the sum of the classes */
	__u64 class[USAGE_CLASSES];
	__u64 latencies;   /* how many of them had one */
	__u64 latency_sum; /* ns */
};

/* Numbers of a key, of `other`, or of all. */
struct usage_counts {
	__u64 calls;
	struct usage_ends ends;
};

/* How many of them were errors of the server. */
static inline __u64 usage_errors(const __u64 class[USAGE_CLASSES])
{
	return class[USAGE_5XX] + class[USAGE_BEYOND];
}

void usage_ends_count(struct usage_ends *ends, const struct usage_event *event);

/* Adds. */
void usage_counts_add(struct usage_counts *to, const struct usage_counts *counts);
void usage_ends_add(struct usage_ends *to, const struct usage_ends *ends);

#endif
