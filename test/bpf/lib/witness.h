/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is remembered of the records of connections that say who they are (talk.h), and what must be
 * true of all of them together: each belongs together, each message is whole once at most, numbers
 * of records are those of the CPU they came from and without holes, and a response names a request
 * of its own connection.
 */
#ifndef HDRTAP_TEST_WITNESS_H
#define HDRTAP_TEST_WITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "talk.h"

#define WITNESS_CPUS 16

/* A request that had this number on its CPU. */
struct witness_request {
	__u32 number;
	bool request;
};

struct witness_pair {
	__u32 number; /* of the response's connection */
	__u16 cpu;
	__u64 sequence; /* of the request it names */
};

struct witness {
	__u64 records, whole, incomplete, evicted, resync, gap, timeout, paired;
	__u64 others;             /* read with TALK_OTHERS */
	__u64 lost;               /* records that the rings had no room for */
	__u64 faults;             /* the first of them said */
	bool limited;             /* requests may have no record */
	bool once;                /* no message may be whole twice */
	__u8 *seen;               /* per connection, side and message */
	__u64 next[WITNESS_CPUS]; /* record number expected */
	struct witness_request *requests[WITNESS_CPUS];
	size_t room[WITNESS_CPUS];
	struct witness_pair *pairs;
	size_t pairs_room;
};

/* `connections`: how many numbers there are; `once`: no message may be seen whole twice. */
void witness_begin(struct witness *witness, __u32 connections, bool once);

void witness_record(struct witness *witness, unsigned int cpu, const struct hdrtap_record *rec);

/* After the last record: checks the pairs and frees. */
void witness_end(struct witness *witness);

#endif
