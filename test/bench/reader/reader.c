// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What the reader does with records by itself: rings are filled by the TC program with the heads of
 * a capture, then read, put in order and written as the worker of a live capture does; only the
 * reading is timed.
 *
 *	hdrtap-bench-reader CAPTURE copy|text|json|log|plain FILLINGS [DIRECTORY]
 *
 * copy: each record is copied once, and that is all. text, json: to stdout. log: to DIRECTORY,
 * compressed; plain: not. What came out stands on stderr, as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "base/clock.h"
#include "base/signals.h"
#include "bench.h"
#include "frames.h"
#include "kernel.h"
#include "live/local_rings.h"
#include "log_write/log_writer.h"
#include "run/elements.h"
#include "share/ring_size.h"
#include "sink/sink_filter.h"
#include "view/sink_json.h"
#include "view/sink_text.h"
#include "view/sink_view.h"
#include "worker/merge.h"

#define RING_BYTES (16 << 20) /* as hdrtap has it */
#define FILLING                                                       \
	(RING_BYTES / RINGS_SAMPLE_SIZE(HDRTAP_RECORD_SIZE_DEFAULT) - \
	 64)           /* packets, each with a head at most */
#define HELD_MAX 16384 /* as hdrtap has it */

/* First bytes of addresses in a frame of hdrtap-bench-traffic. */
enum {
	SOURCE = 14 + 12,
	DESTINATION = SOURCE + 4
};

struct reader {
	struct frames frames;
	size_t next; /* of them */
	struct hdrtap_tc *object;
	struct local_rings *rings;
	struct merge *merge;
	struct run_meta meta;
	struct sink *sink; /* NULL: copy */
	struct accounts accounts;
	__s64 utc_offset;
	__u8 *copies;
	__u64 records, refused;
	__u64 ns;        /* that reading took */
	__u64 thread_ns; /* CPU time of that */
};

/* ns of CPU time. */
static __u64 cpu_time(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static void on_merged(void *context, const struct hdrtap_record *record)
{
	struct reader *r = context;

	r->refused += r->sink->ops->write(r->sink, record, r->utc_offset, "eth0") < 0;
}

static void on_record(void *context, unsigned int cpu, const void *record)
{
	struct reader *r = context;
	__u64 number = r->records++;

	if (r->sink)
		merge_push(r->merge, cpu, record);
	else
		memcpy(r->copies + number % HELD_MAX * HDRTAP_RECORD_SIZE_DEFAULT, record,
		       HDRTAP_RECORD_SIZE_DEFAULT);
}

/* As many packets as make a filling. Each time through the capture its connections are others. */
static void fill(struct reader *r)
{
	const struct frame *frame;

	for (int count = 0; count < FILLING; count++, r->next++) {
		frame = &r->frames.list[r->next % r->frames.count];
		frame->bytes[SOURCE] = frame->bytes[DESTINATION] = r->next / r->frames.count;
		if (kernel_run(r->object->progs.hdrtap_receive_eth, frame->bytes, frame->length))
			give_up("a program cannot be run");
	}
}

static void read_out(struct reader *r)
{
	local_rings_drain(r->rings);
	if (!r->sink)
		return;
	merge_release(r->merge, (__u64)-1);
	if (r->sink->ops->tick)
		r->sink->ops->tick(r->sink);
}

static void open_sink(struct reader *r, const char *kind, const char *directory)
{
	const struct view_options view = { .fd = STDOUT_FILENO, .name = "standard output" };
	const struct filter_options all = { 0 };
	struct log_options log = LOG_OPTIONS_DEFAULT;
	struct sink *inner;
	int err;

	log.path = directory;
	if (!strcmp(kind, "plain"))
		log.codec = LOG_CODEC_NONE;
	if (!strcmp(kind, "text"))
		err = sink_text_open(&inner, &view);
	else if (!strcmp(kind, "json"))
		err = sink_json_open(&inner, &view);
	else
		err = sink_log_open(&inner, &log);
	if (err || sink_filter_open(&r->sink, inner, &all, &r->accounts) ||
	    r->sink->ops->describe(r->sink, &r->meta))
		exit(1);
}

static void open_reader(struct reader *r, const char *capture)
{
	static struct rings_ops ops;
	struct hdrtap_settings settings;

	ops = bench_rings_ops;
	ops.record = on_record;
	if (frames_read(&r->frames, capture) || run_meta_init(&r->meta))
		give_up(capture);
	elements_default(&r->meta);
	run_meta_generation(&r->meta, 0);
	kernel_settings(&settings, NULL);
	r->object = kernel_load(&settings, NULL);
	r->rings = local_rings_open(bpf_map__fd(r->object->maps.events), RING_BYTES,
				    HDRTAP_RECORD_SIZE_DEFAULT, &ops, r);
	r->merge = merge_new(libbpf_num_possible_cpus(), HELD_MAX, HDRTAP_RECORD_SIZE_DEFAULT,
			     on_merged, r);
	r->copies = malloc((size_t)HELD_MAX * HDRTAP_RECORD_SIZE_DEFAULT);
	r->utc_offset = clock_utc_offset();
	if (!r->rings || !r->merge || !r->copies)
		give_up("no memory");
}

static void close_reader(struct reader *r)
{
	free(r->copies);
	merge_free(r->merge);
	local_rings_close(r->rings);
	hdrtap_tc__destroy(r->object);
	frames_free(&r->frames);
}

/* Runs `step`, and adds what it took. */
static void timed(struct reader *r, void (*step)(struct reader *))
{
	__u64 begun = bench_now(), cpu = cpu_time(CLOCK_THREAD_CPUTIME_ID);

	step(r);
	r->ns += bench_now() - begun;
	r->thread_ns += cpu_time(CLOCK_THREAD_CPUTIME_ID) - cpu;
}

static void close_sink(struct reader *r)
{
	if (r->sink && r->sink->ops->close(r->sink))
		exit(1);
}

/* Returns CPU time of all threads of it, without what filling took. */
static __u64 run(struct reader *r, int fillings)
{
	__u64 all = cpu_time(CLOCK_PROCESS_CPUTIME_ID), filling = 0, begun;

	for (int i = 0; i < fillings; i++) {
		begun = cpu_time(CLOCK_THREAD_CPUTIME_ID);
		fill(r);
		filling += cpu_time(CLOCK_THREAD_CPUTIME_ID) - begun;
		timed(r, read_out);
	}
	timed(r, close_sink);
	return cpu_time(CLOCK_PROCESS_CPUTIME_ID) - all - filling;
}

/* Memory is there, and files are. */
static void warm_up(struct reader *r)
{
	fill(r);
	read_out(r);
	r->records = 0;
}

int main(int argc, char **argv)
{
	struct reader r = { 0 };
	bool file = argc > 2 && (!strcmp(argv[2], "log") || !strcmp(argv[2], "plain"));
	__u64 all;

	if (argc != 4 + file) {
		fprintf(stderr, "usage: hdrtap-bench-reader CAPTURE copy|text|json|log|plain "
				"FILLINGS [DIRECTORY]\n");
		return 2;
	}
	close(signals_open(true)); /* without SIGPIPE */
	open_reader(&r, argv[1]);
	if (strcmp(argv[2], "copy"))
		open_sink(&r, argv[2], argv[4]);
	bench_begin();
	warm_up(&r);
	all = run(&r, atoi(argv[3]));
	fprintf(stderr,
		"{\"records\":%llu,\"refused\":%llu,\"seconds\":%.6f,\"reader_cpu\":%.6f,"
		"\"all_cpu\":%.6f}\n",
		r.records, r.refused, r.ns / 1e9, r.thread_ns / 1e9, all / 1e9);
	close_reader(&r);
	return 0;
}
