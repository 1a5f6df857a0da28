/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Until when a log is complete, from the sink that is told to the source that tells. */
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log_fixture.h"
#include "log_write/log_stream.h"
#include "source/source_log.h"
#include "sink/sink_filter.h"

static void complete(struct sink *sink, __u64 until)
{
	cr_assert_eq(sink->ops->complete(sink, until, LOG_TEST_OFFSET), 0);
}

/* complete_until of all batches, and their number of records, until the end or for now. */
struct batches {
	__u32 count;
	__u64 until[16], number[16];
	__u32 records[16];
};

static void read_batches(const char *path, struct batches *b)
{
	struct log_source_options options = { .path = path };
	struct log_reader *reader;
	struct message error;
	const struct log_batch *batch;
	int event;

	memset(b, 0, sizeof(*b));
	cr_assert_eq(log_reader_open(&reader, &options, &error), 0);
	while ((event = log_reader_next(reader)) != LOG_EVENT_END) {
		cr_assert_geq(event, 0);
		if (event != LOG_EVENT_BATCH)
			continue;
		cr_assert_lt(b->count, 16);
		batch = log_reader_batch(reader);
		cr_assert_eq(batch->utc_offset, LOG_TEST_OFFSET);
		b->until[b->count] = batch->complete_until;
		b->number[b->count] = batch->number;
		b->records[b->count++] = batch->record_count;
	}
	log_reader_close(reader);
}

Test(log_complete, the_newest_value_is_in_every_batch)
{
	struct log_options options = log_test_options(log_temporary());
	struct batches b;
	struct run_meta meta;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 10);
	log_seal(sink);
	complete(sink, 1000);
	log_put(sink, 10, 5);
	complete(sink, 2000);
	complete(sink, 1500); /* it never goes back */
	log_seal(sink);
	log_put(sink, 15, 1);
	log_done(sink);
	read_batches(options.path, &b);
	cr_assert_eq(b.count, 3);
	cr_assert(b.until[0] == 0 && b.until[1] == 2000 && b.until[2] == 2000);
	cr_assert(b.number[0] == 0 && b.number[1] == 10 && b.number[2] == 15);
}

Test(log_complete, a_batch_without_records_carries_it_on)
{
	struct log_options options = log_test_options(log_temporary());
	struct batches b;
	struct run_meta meta;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	complete(sink, 1000);
	log_seal(sink);
	log_seal(sink); /* nothing new */
	complete(sink, 2000);
	log_seal(sink);
	complete(sink, 3000);
	log_done(sink);
	read_batches(options.path, &b);
	cr_assert_eq(b.count, 3);
	cr_assert(b.until[0] == 1000 && b.until[1] == 2000 && b.until[2] == 3000);
	cr_assert(b.records[0] == 0 && b.records[1] == 0 && b.records[2] == 0);
}

/* The minute is not over. */
Test(log_complete, not_all_the_time)
{
	struct log_options options = log_test_options(log_temporary()),
			   defaults = LOG_OPTIONS_DEFAULT;
	struct batches b;
	struct run_meta meta;
	struct sink *sink;

	options.carry_ms = defaults.carry_ms;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	complete(sink, 1000);
	log_seal(sink);
	read_batches(options.path, &b);
	cr_assert_eq(b.count, 0);
	log_done(sink);
}

/* Nothing but time passes: no new segment for that. */
Test(log_complete, time_alone_begins_no_segment)
{
	struct log_options options = log_test_options(log_temporary());
	struct run_meta meta;
	struct sink *sink;

	options.segment_size = 1;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 1);
	log_seal(sink);
	for (__u64 until = 1; until < 5; until++) {
		complete(sink, until);
		log_seal(sink);
	}
	cr_assert_eq(log_segments(options.path), 1);
	log_put(sink, 1, 1);
	log_seal(sink);
	cr_assert_eq(log_segments(options.path), 2);
	log_done(sink);
}

Test(log_complete, another_run_begins_anew)
{
	struct log_options options = log_test_options(log_temporary());
	struct batches b;
	struct run_meta meta[2];
	struct sink *sink;

	log_meta(&meta[0]);
	log_meta(&meta[1]);
	sink = log_open(&options, &meta[0]);
	log_put(sink, 0, 3);
	complete(sink, 1000);
	cr_assert_eq(sink->ops->describe(sink, &meta[1]), 0);
	log_put(sink, 3, 4);
	log_done(sink);
	read_batches(options.path, &b);
	cr_assert_eq(b.count, 2);
	cr_assert(b.until[0] == 1000 && b.until[1] == 0 && b.number[1] == 0);
}

/* A log becomes a stream, which says the same; the stream is read as a file. */
Test(log_complete, conversion_keeps_it)
{
	const char *path = log_temporary();
	struct log_options options = log_test_options(path);
	struct filter_options all = { 0 };
	struct source source = { .signal_fd = eventfd(0, EFD_NONBLOCK) };
	struct log_source_options from = { .path = path };
	struct accounts accounts = { 0 };
	struct run_meta meta;
	struct log_seen seen;
	struct sink *sink, *stream;
	char file[128];
	int fd;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 3);
	complete(sink, 1000);
	log_seal(sink);
	log_put(sink, 3, 2);
	complete(sink, 2000);
	log_done(sink);
	snprintf(file, sizeof(file), "%s/stream", path);
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	cr_assert_eq(sink_stream_open(&stream, fd, NULL), 0);
	cr_assert_eq(sink_filter_open(&source.sink, stream, &all, &accounts), 0);
	source.meta = &meta;
	source.accounts = &accounts;
	cr_assert_eq(log_source_run(&from, 1, &source), 0);
	cr_assert_eq(source.sink->ops->close(source.sink), 0);
	close(fd);
	cr_assert_eq(log_read(file, &seen), 0);
	cr_assert_eq(seen.records, 5);
	cr_assert_eq(seen.complete_until, 2000);
	log_seen_free(&seen);
}

/* Without records a stream tells the time by itself, as long as it takes. */
Test(log_complete, a_quiet_stream, .timeout = 60)
{
	struct run_meta meta;
	struct sink *sink;
	__u8 bytes[4096];
	int ends[2];
	ssize_t head;

	log_meta(&meta);
	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	cr_assert_eq(sink_stream_open(&sink, ends[1], NULL), 0);
	cr_assert_eq(sink->ops->describe(sink, &meta), 0);
	head = read(ends[0], bytes, sizeof(bytes));
	cr_assert_gt(head, 0);
	complete(sink, 4711);
	while (read(ends[0], bytes, sizeof(bytes)) < 0) {
		usleep(10000);
		log_seal(sink);
	}
	cr_assert_eq(((struct log_batch_head *)bytes)->complete_until, 4711);
	cr_assert_eq(((struct log_batch_head *)bytes)->record_count, 0);
	log_done(sink);
}
