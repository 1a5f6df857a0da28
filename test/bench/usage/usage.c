// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What counting calls costs: records in memory, joined, named by rule and counted.
 *
 *	hdrtap-bench-usage read|join|name|count ROUNDS
 *
 * read: each record is looked at, and that is all. join: requests and responses become calls. name:
 * these get names, too. count: they are counted by API, with quantiles of latency, and by client,
 * in ten slices each, and since the start. A round is RECORDS records of 10,000 APIs and 100,000
 * clients, 100,000 a second. What came out stands on standard output, as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run/elements.h"
#include "usage/usage_key.h"
#include "usage/usage_sink.h"
#include "usage/usage_window.h"

#define CALLS   32768 /* in a round */
#define RECORDS (2 * CALLS)
#define AHEAD   64 /* requests in front of their responses */
#define APIS    10000
#define CLIENTS 100000
#define S       1000000000ULL
#define STEP    (S / 1000000) /* between two records */

union record {
	struct hdrtap_record rec;
	__u8 bytes[HDRTAP_RECORD_SIZE_DEFAULT];
};

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
	struct run_meta meta;
	union record *record; /* requests and responses in turn */
	__u64 sequence, calls, read;
};

static void give_up(const char *text)
{
	fprintf(stderr, "hdrtap-bench-usage: %s\n", text);
	exit(1);
}

/* --- records --- */

static void add_value(struct hdrtap_record *rec, __u8 slot, const char *value)
{
	struct hdrtap_entry *entry = &rec->entry[rec->entry_count++];

	entry->slot = slot;
	entry->mode = HDRTAP_MODE_KEEP;
	entry->stored = entry->original = strlen(value);
	memcpy(rec->arena + rec->arena_used, value, entry->stored);
	rec->arena_used += entry->stored;
}

static __u8 slot_of(const struct bench *b, const char *name)
{
	return view_slot(&b->meta, name);
}

static void make_request(struct bench *b, struct hdrtap_record *rec, __u32 number)
{
	__u32 api = number * 7919 % APIS;
	char target[128];

	rec->kind = HDRTAP_KIND_REQUEST;
	rec->method = api % 4 ? HDRTAP_METHOD_GET : HDRTAP_METHOD_POST;
	rec->source_port = 40000 + number % 20000;
	rec->destination_port = 80;
	snprintf(target, sizeof(target), "/api/v1/service-%c%c/items/%u/part%c%c?page=%u&sort=name",
		 'a' + api / 1000, 'a' + api / 100 % 10, number, 'a' + api / 10 % 10,
		 'a' + api % 10, number % 9);
	add_value(rec, HDRTAP_SLOT_TARGET, target);
	add_value(rec, slot_of(b, "host"), "shop.example.com");
	add_value(rec, slot_of(b, "user-agent"), "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0");
	add_value(rec, slot_of(b, "x-request-id"), "550e8400-e29b-41d4-a716-446655440000");
}

/* Of an API, within a factor of two; one in a hundred is ten times as long. */
static __u64 latency_of(__u32 number)
{
	__u64 least = 1000000 + number * 7919ULL % APIS * 5000;
	__u64 latency = least + least * (number * 104729ULL % 1024) / 1024;

	return number % 100 ? latency : 10 * latency;
}

static void make_response(struct bench *b, struct hdrtap_record *rec, __u32 number)
{
	rec->kind = HDRTAP_KIND_RESPONSE;
	rec->status = number % 50 ? 200 : 503;
	rec->source_port = 80;
	rec->destination_port = 40000 + number % 20000;
	rec->latency = latency_of(number);
	add_value(rec, slot_of(b, "server"), "nginx/1.22.1");
	add_value(rec, slot_of(b, "content-type"), "application/json");
}

static void make_records(struct bench *b)
{
	b->record = calloc(RECORDS, sizeof(*b->record));
	if (!b->record || run_meta_init(&b->meta))
		give_up("no memory");
	elements_default(&b->meta);
	run_meta_generation(&b->meta, 0);
	for (__u32 i = 0; i < CALLS; i++) {
		make_request(b, &b->record[2 * i].rec, i);
		make_response(b, &b->record[2 * i + 1].rec, i);
	}
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
		.slice = S,
		.slices = 4,
		.total = true,
		.ends = true,
		.quantiles = true,
		.rows = APIS,
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

static void set_client(struct hdrtap_record *rec, __u32 client)
{
	const __u8 mapped[16] = { [10] = 0xff, 0xff, 10, client >> 16, client >> 8, client };

	memcpy(rec->source, mapped, sizeof(mapped));
}

/* Request i, and the response to request i - AHEAD. */
static void pass(struct bench *b, struct sink *sink, __u32 i)
{
	struct hdrtap_record *request = &b->record[2 * i].rec;
	struct hdrtap_record *response = &b->record[2 * ((i - AHEAD) % CALLS) + 1].rec;

	set_client(request, b->sequence * 31 % CLIENTS);
	request->sequence = b->sequence++;
	request->time = 100 * S + request->sequence * STEP;
	response->sequence = b->sequence++;
	response->time = 100 * S + response->sequence * STEP;
	response->paired_sequence = request->sequence - 2 * AHEAD;
	if (b->what == READ) {
		b->read += request->arena[0] + response->arena[0] + request->entry[0].stored;
		return;
	}
	sink->ops->write(sink, request, 0, "eth0");
	if (request->sequence >= 2 * AHEAD)
		sink->ops->write(sink, response, 0, "eth0");
}

static __u64 now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * S + time.tv_nsec;
}

static __u64 run(struct bench *b, struct sink *sink, int rounds)
{
	__u64 begun = now();

	for (int round = 0; round < rounds; round++)
		for (__u32 i = 0; i < CALLS; i++)
			pass(b, sink, i);
	return now() - begun;
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
	make_records(&b);
	open_tables(&b);
	if (usage_sink_open(&sink, &b.taker, &(struct usage_options){ 0 }) ||
	    sink->ops->describe(sink, &b.meta))
		return 1;
	ns = run(&b, sink, atoi(argv[2]));
	printf("{\"records\":%llu,\"seconds\":%.6f,\"rows\":%u,\"memory\":%zu}\n", b.sequence,
	       ns / 1e9, b.what == COUNT ? check(&b) : 0,
	       usage_table_memory(b.apis) + usage_table_memory(b.clients));
	sink->ops->close(sink);
	usage_table_free(b.apis);
	usage_table_free(b.clients);
	free(b.record);
	return 0;
}
