// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What rules cost: records in memory, joined, and looked at by the rules of a file.
 *
 *	hdrtap-bench-alert join|RULES ROUNDS
 *
 * join: requests and responses become calls, and that is all. A round is CALLS_RECORDS records of
 * 10,000 APIs and 100,000 clients, 50,000 a second. What came out stands on standard output, as
 * JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/judge.h"
#include "calls.h"
#include "usage/usage_sink.h"

#define BATCH 1024              /* calls between two times that it is said how far time is known */
#define STEP  (CALLS_S / 50000) /* between two records */

struct bench {
	struct usage_taker taker;
	struct rules rules;
	struct judge *judge; /* NULL: join */
	struct calls calls;
	__u64 told;
};

static __u64 latency_of(__u32 number)
{
	return 1000000 + number * 104729ULL % 50000000;
}

/* --- what is done with them --- */

static int on_request(struct usage_taker *taker, struct usage_call *call)
{
	struct bench *b = (struct bench *)taker;

	return b->judge ? judge_request(b->judge, call) : 0;
}

static int on_end(struct usage_taker *taker, struct usage_call *call)
{
	struct bench *b = (struct bench *)taker;

	return b->judge ? judge_end(b->judge, call) : 0;
}

static int on_complete(struct usage_taker *taker, __u64 until)
{
	struct bench *b = (struct bench *)taker;

	return b->judge ? judge_complete(b->judge, until) : 0;
}

static int on_close(struct usage_taker *taker)
{
	(void)taker;
	return 0;
}

static const struct usage_ops ops = {
	.request = on_request, .end = on_end, .complete = on_complete, .close = on_close
};

static int tell(void *context, struct told *told)
{
	(void)told;
	((struct bench *)context)->told++;
	return 0;
}

static void open_rules(struct bench *b, const char *path)
{
	const struct judge_options options = {
		.rules = &b->rules, .memory = JUDGE_MEMORY_DEFAULT, .tell = tell, .context = b
	};

	if (rules_read(&b->rules, path) || judge_check(&b->rules, options.memory) ||
	    judge_new(&b->judge, &options))
		exit(1);
}

/* Request i, and the response to one before it. */
static void pass(struct bench *b, struct sink *sink, __u32 i)
{
	const struct call_pair pair = calls_next(&b->calls, i);

	calls_write(&pair, sink);
	if (i % BATCH == 0)
		sink_complete(sink, pair.request->time - CALLS_AHEAD * STEP, 0);
}

static __u64 run(struct bench *b, struct sink *sink, int rounds)
{
	__u64 begun = calls_cpu_time();

	for (int round = 0; round < rounds; round++)
		for (__u32 i = 0; i < CALLS; i++)
			pass(b, sink, i);
	return calls_cpu_time() - begun;
}

int main(int argc, char **argv)
{
	struct bench b = { .taker = { &ops } };
	struct sink *sink;
	__u64 ns;
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: hdrtap-bench-alert join|RULES ROUNDS\n");
		return 2;
	}
	if (calls_make(&b.calls, STEP, latency_of)) {
		fprintf(stderr, "hdrtap-bench-alert: no memory\n");
		return 1;
	}
	if (strcmp(argv[1], "join"))
		open_rules(&b, argv[1]);
	if (usage_sink_open(&sink, &b.taker, &(struct usage_options){ 0 }) ||
	    sink->ops->describe(sink, &b.calls.meta))
		return 1;
	ns = run(&b, sink, atoi(argv[2]));
	printf("{\"records\":%llu,\"seconds\":%.6f,\"rules\":%zu,\"told\":%llu}\n",
	       b.calls.sequence, ns / 1e9, b.rules.count, b.told);
	err = sink->ops->close(sink);
	judge_free(b.judge);
	rules_free(&b.rules);
	calls_free(&b.calls);
	return err;
}
