/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Records of calls in memory, for programs that measure what is done with calls: a round is
 * CALLS_RECORDS of them, of CALLS_APIS APIs and CALLS_CLIENTS clients.
 */
#ifndef HDRTAP_BENCH_CALLS_H
#define HDRTAP_BENCH_CALLS_H

#include "run/meta.h"
#include "sink/sink.h"

#define CALLS         32768 /* in a round */
#define CALLS_RECORDS (2 * CALLS)
#define CALLS_AHEAD   64 /* requests in front of their responses */
#define CALLS_APIS    10000
#define CALLS_CLIENTS 100000
#define CALLS_S       1000000000ULL

union call_record {
	struct hdrtap_record rec;
	__u8 bytes[HDRTAP_RECORD_SIZE_DEFAULT];
};

struct calls {
	struct run_meta meta;
	union call_record *record; /* requests and responses in turn; owned */
	__u64 step;                /* between two records, ns */
	__u64 sequence;            /* of the next record */
};

/* `latency`: that of call `number` of a round, ns. Returns 0 or -ENOMEM. */
int calls_make(struct calls *calls, __u64 step, __u64 (*latency)(__u32 number));
void calls_free(struct calls *calls);

/* Request i of a round, and the response to request i - CALLS_AHEAD. */
struct call_pair {
	struct hdrtap_record *request, *response;
};

/* Gives them their place in the log, and a client. */
struct call_pair calls_next(struct calls *calls, __u32 i);

/* In the first round there are requests before the first response. */
void calls_write(const struct call_pair *pair, struct sink *sink);

/* What this process has used of CPUs, ns. */
__u64 calls_cpu_time(void);

#endif
