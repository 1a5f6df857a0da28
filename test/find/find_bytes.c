/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes a log of an hour and counts, through libhdrtap, what is read of it to find a hundredth:
 *
 *	find-bytes make DIRECTORY MEGABYTES
 *	find-bytes span|host|all DIRECTORY
 *
 * The second prints the records found, the bytes read, and the batches read and stepped over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/log.h>

#include "log_write/log_writer.h"
#include "run/elements.h"

#define BEGIN      1800000000000000000ULL /* UTC of the first record */
#define STEP       100000ULL              /* ns from each to the next */
#define HOSTS      50
#define EACH       1024 /* records of a batch */
#define RARE       100  /* one batch of so many has a request to RARE_HOST */
#define RARE_HOST  "rare.example"
#define CHECK_EACH 65536

static __u32 next_random(void)
{
	static __u32 state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void add_value(struct hdrtap_record *rec, __u8 slot, const char *value)
{
	struct hdrtap_entry *entry = &rec->entry[rec->entry_count++];

	entry->slot = slot;
	entry->stored = entry->original = strlen(value);
	memcpy(rec->arena + rec->arena_used, value, entry->stored);
	rec->arena_used += entry->stored;
}

/* Requests and responses in turns, some of whose bytes nobody could foresee. */
static void fill(struct hdrtap_record *rec, __u64 number)
{
	char text[64];

	rec->time = BEGIN + number * STEP;
	rec->sequence = number;
	rec->kind = 1 + number % 2;
	rec->method = HDRTAP_METHOD_GET;
	rec->status = number % 2 ? 200 : 0;
	rec->source_port = next_random();
	rec->tcp_sequence = next_random();
	rec->element_set = 0;
	if (number % 2)
		return;
	sprintf(text, "/api/items/%08x?page=%u", next_random(), next_random() % 100);
	add_value(rec, HDRTAP_SLOT_TARGET, text);
	if (number % (EACH * RARE) == EACH * (RARE / 2))
		strcpy(text, RARE_HOST);
	else
		sprintf(text, "host-%u.example", next_random() % HOSTS);
	add_value(rec, HDRTAP_SLOT_NAMES, text);
}

/* Bytes of all segments. */
static __u64 size_of(const char *directory)
{
	char command[4096];
	__u64 size = 0;
	FILE *du;

	snprintf(command, sizeof(command), "cat '%s'/*.hdl | wc -c", directory);
	du = popen(command, "r");
	if (!du || fscanf(du, "%llu", &size) != 1)
		size = 0;
	if (du)
		pclose(du);
	return size;
}

static int make(const char *directory, __u64 megabytes)
{
	struct log_options options = LOG_OPTIONS_DEFAULT;
	struct hdrtap_record *rec = calloc(1, 8192);
	struct run_meta meta;
	struct sink *sink;
	int err = run_meta_init(&meta);

	options.path = directory;
	elements_default(&meta);
	run_meta_generation(&meta, 0);
	if (err || sink_log_open(&sink, &options) || sink->ops->describe(sink, &meta))
		return 1;
	for (__u64 number = 0; !err; number++) {
		memset(rec, 0, 768);
		fill(rec, number);
		err = sink->ops->write(sink, rec, 0, NULL);
		if (!err && number % EACH == EACH - 1)
			err = sink->ops->tick(sink);
		if (number % CHECK_EACH == CHECK_EACH - 1 && size_of(directory) >= megabytes << 20)
			break;
	}
	free(rec);
	return sink->ops->close(sink) || err;
}

/* The time of the last record. */
static __u64 end_of(const char *directory)
{
	struct hdrtap_log *log;
	__u64 end = 0;
	int event;

	if (hdrtap_log_new(&log) || hdrtap_log_add(log, directory) < 0)
		return 0;
	while ((event = hdrtap_log_next(log)) > HDRTAP_LOG_END)
		if (event == HDRTAP_LOG_RECORD)
			end = hdrtap_rec_time(hdrtap_log_rec(log));
	hdrtap_log_free(log);
	return end;
}

static int find(const char *what, const char *directory)
{
	__u64 records = 0, length = end_of(directory) - BEGIN;
	struct hdrtap_log *log;
	int event = hdrtap_log_new(&log);

	if (event)
		return 1;
	if (!strcmp(what, "span")) {
		hdrtap_log_since(log, BEGIN + length / 2);
		hdrtap_log_until(log, BEGIN + length / 2 + length / 100);
	} else if (!strcmp(what, "host")) {
		hdrtap_log_host(log, RARE_HOST);
	}
	event = hdrtap_log_add(log, directory);
	while (event >= 0 && (event = hdrtap_log_next(log)) != HDRTAP_LOG_END) {
		const struct hdrtap_rec *rec = hdrtap_log_rec(log);
		size_t size;

		if (!rec)
			continue;
		if (strcmp(what, "host"))
			records++;
		else if (hdrtap_rec_find(rec, "host", 0) >= 0)
			records += !strncmp(hdrtap_rec_value(rec, hdrtap_rec_find(rec, "host", 0),
							     &size),
					    RARE_HOST, strlen(RARE_HOST));
	}
	printf("%llu %llu %llu %llu\n", records, (__u64)hdrtap_log_bytes_read(log),
	       (__u64)hdrtap_log_batches_read(log), (__u64)hdrtap_log_batches_skipped(log));
	hdrtap_log_free(log);
	return event < 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "make"))
		return make(argv[2], strtoull(argv[3], NULL, 10));
	return argc == 3 ? find(argv[1], argv[2]) : 2;
}
