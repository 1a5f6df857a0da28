// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What counting calls costs: records in memory, joined, named by rule and counted.
 *
 *	hdrtap-bench-usage read|join|name|count ROUNDS
 *
 * read: each record is looked at, and that is all. join: requests and responses become calls. name:
 * these get names, too. count: they are counted by API, with quantiles of latency, and by client,
 * in ten slices each, and since the start. A round is CALLS_RECORDS records of 10,000 APIs and
 * 100,000 clients, 100,000 a second. What came out stands on standard output, as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "usage/usage_key.h"
#include "usage/usage_sink.h"
#include "usage/usage_window.h"

#define STEP (CALLS_S / 1000000) /* between two records */

enum what {
	READ,
	JOIN,
	NAME,
	COUNT,
};

static const char *const words[] = { "read", "join", "name", "count" };

struct bench {
	struct usage_taker taker;
	enum what what;
	struct usage_table *apis, *clients;
	struct usage_key api, client;
	struct calls records;
	__u64 calls, read;
};

static void give_up(const char *text)
{
	fprintf(stderr, "hdrtap-bench-usage: %s\n", text);
	exit(1);
}

/* Of an API, within a factor of two; one in a hundred is ten times as long. */
static __u64 latency_of(__u32 number)
{
	__u64 least = 1000000 + number * 7919ULL % CALLS_APIS * 5000;
	__u64 latency = least + least * (number * 104729ULL % 1024) / 1024;

	return number % 100 ? latency : 10 * latency;
}

/* --- what is done with them --- */

static int on_request(struct usage_taker *taker, struct usage_call *call)
{
	struct bench *b = (struct bench *)taker;

	b->calls++;
	if (b->what == NAME)
		usage_call_api(call);
	if (b->what != COUNT)
		return 0;
	usage_count(b->apis, &b->api, call, false);
	usage_count(b->clients, &b->client, call, false);
	return 0;
}

static int on_end(struct usage_taker *taker, struct usage_call *call)
{
	struct bench *b = (struct bench *)taker;

	if (b->what == NAME)
		usage_call_api(call);
	if (b->what != COUNT)
		return 0;
	usage_count(b->apis, &b->api, call, true);
	usage_count(b->clients, &b->client, call, true);
	return 0;
}

static int on_close(struct usage_taker *taker)
{
	(void)taker;
	return 0;
}

static const struct usage_ops ops = { .request = on_request, .end = on_end, .close = on_close };

static void open_tables(struct bench *b)
{
	struct usage_table_options options = {
		.memory = USAGE_MEMORY_DEFAULT * 3 / 4,
		.slice = CALLS_S,
		.slices = 4,
		.total = true,
		.ends = true,
		.quantiles = true,
		.rows = CALLS_APIS,
	};
	struct message message;

	if (usage_key_parse(&b->api, "api", &message) ||
	    usage_key_parse(&b->client, "client", &message))
		give_up(message.text);
	options.key_max = usage_key_max(&b->api);
	b->apis = usage_table_new(&options);
	options.key_max = usage_key_max(&b->client);
	options.memory = USAGE_MEMORY_DEFAULT / 4;
	options.total = options.ends = options.quantiles = false;
	options.rows = 0;
	b->clients = usage_table_new(&options);
	if (!b->apis || !b->clients)
		give_up("no memory");
}

/* Request i, and the response to one before it. */
static void pass(struct bench *b, struct sink *sink, __u32 i)
{
	const struct call_pair pair = calls_next(&b->records, i);

	if (b->what == READ)
		b->read += pair.request->arena[0] + pair.response->arena[0] +
			   pair.request->entry[0].stored;
	else
		calls_write(&pair, sink);
}

static __u64 run(struct bench *b, struct sink *sink, int rounds)
{
	__u64 begun = calls_cpu_time();

	for (int round = 0; round < rounds; round++)
		for (__u32 i = 0; i < CALLS; i++)
			pass(b, sink, i);
	return calls_cpu_time() - begun;
}

/* How many rows the total by API has, and whether sums close. */
static __u32 check(const struct bench *b)
{
	struct usage_window window = { 0 };
	__u64 sum;
	__u32 count;

	if (usage_total_read(&window, b->apis))
		give_up("no memory");
	sum = window.other.calls;
	for (__u32 i = 0; i < window.count; i++)
		sum += window.rows[i].counts.calls;
	if (sum != b->calls)
		give_up("sums do not close");
	count = window.count;
	usage_window_free(&window);
	return count;
}

int main(int argc, char **argv)
{
	struct bench b = { .taker = { &ops } };
	struct sink *sink;
	__u64 ns;

	while (argc == 3 && b.what <= COUNT && strcmp(argv[1], words[b.what]))
		b.what++;
	if (argc != 3 || b.what > COUNT) {
		fprintf(stderr, "usage: hdrtap-bench-usage read|join|name|count ROUNDS\n");
		return 2;
	}
	if (calls_make(&b.records, STEP, latency_of))
		give_up("no memory");
	open_tables(&b);
	if (usage_sink_open(&sink, &b.taker, &(struct usage_options){ 0 }) ||
	    sink->ops->describe(sink, &b.records.meta))
		return 1;
	ns = run(&b, sink, atoi(argv[2]));
	printf("{\"records\":%llu,\"seconds\":%.6f,\"rows\":%u,\"memory\":%zu}\n",
	       b.records.sequence, ns / 1e9, b.what == COUNT ? check(&b) : 0,
	       usage_table_memory(b.apis) + usage_table_memory(b.clients));
	sink->ops->close(sink);
	usage_table_free(b.apis);
	usage_table_free(b.clients);
	calls_free(&b.records);
	return 0;
}
