/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Several record logs read as one. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log_fixture.h"
#include "log_read/log_merge.h"
#include "log_write/log_stream.h"

#define S 1000000000ULL

static __u64 now_utc(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * S + now.tv_nsec;
}

/* One log that is written while it is read. */
struct written {
	char path[160];
	struct run_meta meta;
	struct sink *sink;
};

static void begin(struct written *w, const char *base, const char *name)
{
	struct log_options options;

	snprintf(w->path, sizeof(w->path), "%s/%s", base, name);
	options = log_test_options(w->path);
	log_meta(&w->meta);
	w->sink = log_open(&options, &w->meta);
}

/* Writes a record of that UTC time; its sequence is `number`. */
static void put(struct written *w, __u32 number, __u64 utc)
{
	struct hdrtap_record *rec = calloc(1, HDRTAP_RECORD_SIZE_DEFAULT);

	rec->kind = HDRTAP_KIND_REQUEST;
	rec->time = utc - LOG_TEST_OFFSET;
	rec->sequence = number;
	cr_assert_eq(log_write(w->sink, rec), 0);
	log_seal(w->sink);
	free(rec);
}

static void complete(struct written *w, __u64 utc)
{
	cr_assert_eq(w->sink->ops->complete(w->sink, utc - LOG_TEST_OFFSET, LOG_TEST_OFFSET), 0);
}

static void end(struct written *w)
{
	log_done(w->sink);
}

static struct log_merge *open_all(const struct log_source_options *options, size_t count)
{
	struct log_merge *merge;
	struct message error;

	cr_assert_eq(log_merge_new(&merge), 0);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(log_merge_add(merge, &options[i], &error), 0, "%s", error.text);
	return merge;
}

/* The next event that is of one of these kinds. */
static int next_of(struct log_merge *merge, int a, int b)
{
	int event;

	do
		event = log_merge_next(merge);
	while (event > LOG_MERGE_END && event != a && event != b);
	return event;
}

static void expect_record(struct log_merge *merge, unsigned int source, __u64 number)
{
	cr_assert_eq(next_of(merge, LOG_MERGE_RECORD, LOG_MERGE_IDLE), LOG_MERGE_RECORD);
	cr_assert_eq(log_merge_now(merge)->source, source);
	cr_assert_eq(log_merge_now(merge)->rec->sequence, number);
}

static void expect_idle(struct log_merge *merge)
{
	cr_assert_eq(next_of(merge, LOG_MERGE_RECORD, LOG_MERGE_IDLE), LOG_MERGE_IDLE);
}

Test(log_merge, by_time)
{
	const char *base = log_temporary();
	struct log_source_options options[3];
	struct log_merge *merge;
	struct written w[3];
	__u64 last = 0;
	__u32 count[3] = { 0 };

	for (int i = 0; i < 3; i++) {
		char name[8];

		snprintf(name, sizeof(name), "%d", i);
		begin(&w[i], base, name);
		for (__u32 n = 0; n < 50; n++)
			put(&w[i], n, LOG_TEST_OFFSET + n * 3 * S + i * S);
		end(&w[i]);
		options[i] = (struct log_source_options){ .path = w[i].path };
	}
	merge = open_all(options, 3);
	while (next_of(merge, LOG_MERGE_RECORD, LOG_MERGE_RECORD) == LOG_MERGE_RECORD) {
		const struct log_merge_now *now = log_merge_now(merge);
		__u64 utc = now->rec->time + now->batch->utc_offset;

		cr_assert_gt(utc, last);
		cr_assert_eq(now->rec->sequence, count[now->source]++);
		cr_assert_eq(now->batch->number + now->at, now->rec->sequence);
		last = utc;
	}
	cr_assert(count[0] == 50 && count[1] == 50 && count[2] == 50);
	log_merge_free(merge);
}

Test(log_merge, losses_and_descriptions_pass_on)
{
	const char *base = log_temporary();
	struct log_source_options options[2];
	__u64 lost[2] = { 0 }, described[2] = { 0 };
	struct log_merge *merge;
	struct written w[2];
	int event;

	for (int i = 0; i < 2; i++) {
		begin(&w[i], base, i ? "b" : "a");
		put(&w[i], 0, LOG_TEST_OFFSET + S + i);
		cr_assert_eq(w[i].sink->ops->lost(w[i].sink, 1, 3 + i), 0);
		put(&w[i], 1, LOG_TEST_OFFSET + 2 * S + i);
		end(&w[i]);
		options[i] = (struct log_source_options){ .path = w[i].path };
	}
	merge = open_all(options, 2);
	while ((event = next_of(merge, LOG_MERGE_LOSS, LOG_MERGE_META)) != LOG_MERGE_END) {
		const struct log_merge_now *now = log_merge_now(merge);

		if (event == LOG_MERGE_META) {
			described[now->source]++;
			cr_assert_arr_eq(now->description->meta.run_id, w[now->source].meta.run_id,
					 16);
		} else {
			cr_assert_eq(now->loss.cpu, 1);
			lost[now->source] += now->loss.count;
		}
	}
	cr_assert(lost[0] == 3 && lost[1] == 4);
	cr_assert(described[0] == 1 && described[1] == 1);
	log_merge_free(merge);
}

/* Two logs that are followed; the second has nothing yet. */
static struct log_merge *follow_two(struct written w[2])
{
	const char *base = log_temporary();
	struct log_source_options options[2];

	for (int i = 0; i < 2; i++) {
		begin(&w[i], base, i ? "b" : "a");
		options[i] = (struct log_source_options){ .path = w[i].path, .follow = true };
	}
	return open_all(options, 2);
}

static void end_two(struct written w[2], struct log_merge *merge)
{
	log_merge_free(merge);
	end(&w[0]);
	end(&w[1]);
}

/* What the idle log gets meanwhile comes first. */
Test(log_merge, an_idle_log_is_waited_for)
{
	struct written w[2];
	struct log_merge *merge = follow_two(w);
	__u64 now =
		now_utc() + 3600 * S; /* of a host whose clock is ahead: its age tells nothing */

	put(&w[0], 0, now + 2);
	expect_idle(merge);
	cr_assert_geq(log_merge_wait(merge), 0);
	put(&w[1], 0, now + 1);
	expect_record(merge, 1, 0);
	expect_idle(merge);
	end_two(w, merge);
}

/* But not for ever. */
Test(log_merge, an_idle_log_is_not_waited_for_for_ever, .timeout = 60)
{
	struct written w[2];
	struct log_merge *merge = follow_two(w);
	__u64 now = now_utc() + 3600 * S;

	put(&w[0], 0, now);
	put(&w[0], 1, now + 1);
	expect_idle(merge);
	while (next_of(merge, LOG_MERGE_RECORD, LOG_MERGE_IDLE) == LOG_MERGE_IDLE)
		poll(NULL, 0, 20);
	cr_assert_eq(log_merge_now(merge)->source, 0);
	expect_record(merge, 0, 1);
	/* once it goes on it is waited for again */
	put(&w[1], 0, now + 2);
	put(&w[0], 2, now + 3);
	poll(NULL, 0, 100); /* it is looked at more often than that */
	expect_record(merge, 1, 0);
	expect_idle(merge);
	end_two(w, merge);
}

/* A log that says it has nothing older holds nobody up, nor does a record that is old. */
Test(log_merge, a_complete_log_is_not_waited_for)
{
	struct written w[2];
	struct log_merge *merge = follow_two(w);
	__u64 now = now_utc() + 3600 * S;

	put(&w[1], 0, now - S);
	complete(&w[1], now + S);
	put(&w[1], 1, now + 1);
	put(&w[0], 0, now + 2);
	put(&w[0], 1, now + 2 * S);
	expect_record(merge, 1, 0);
	expect_record(merge, 1, 1);
	expect_record(merge, 0, 0);
	expect_idle(merge);
	end_two(w, merge);
}

Test(log_merge, old_records_are_not_held_up)
{
	struct written w[2];
	struct log_merge *merge = follow_two(w);

	put(&w[0], 0, now_utc() - 10 * S);
	expect_record(merge, 0, 0);
	expect_idle(merge);
	end_two(w, merge);
}

/* How far everything is known is the least of all logs. */
Test(log_merge, complete_until)
{
	const char *base = log_temporary();
	struct log_source_options options[2];
	struct log_merge *merge;
	struct written w[2];
	__u64 t = LOG_TEST_OFFSET + 100 * S, before = 0;
	int event, advanced = 0;

	for (int i = 0; i < 2; i++) {
		begin(&w[i], base, i ? "b" : "a");
		for (__u32 n = 0; n < 10; n++) {
			complete(&w[i], t + n * S + i);
			put(&w[i], n, t + n * S + i + 5);
		}
		end(&w[i]);
		options[i] = (struct log_source_options){ .path = w[i].path };
	}
	merge = open_all(options, 2);
	while ((event = next_of(merge, LOG_MERGE_RECORD, LOG_MERGE_COMPLETE)) != LOG_MERGE_END) {
		const struct log_merge_now *now = log_merge_now(merge);
		__u64 complete = log_merge_complete(merge);

		cr_assert(complete >= before || !complete);
		if (event == LOG_MERGE_RECORD)
			cr_assert_leq(complete, now->rec->time + now->batch->utc_offset);
		else
			advanced++;
		before = complete;
	}
	cr_assert_eq(advanced, 20);
	log_merge_free(merge);
}

/* A stream and a log; the stream's descriptor tells when it goes on. */
Test(log_merge, a_stream_and_a_log)
{
	const char *base = log_temporary();
	struct log_source_options options[2];
	struct log_merge *merge;
	struct written w, stream;
	struct pollfd ready;
	int ends[2];

	begin(&w, base, "a");
	put(&w, 0, LOG_TEST_OFFSET + 2 * S);
	end(&w);
	cr_assert_eq(pipe(ends), 0);
	log_meta(&stream.meta);
	options[0] = (struct log_source_options){ .path = w.path };
	options[1] = (struct log_source_options){ .path = "pipe", .stream = true, .fd = ends[0] };
	merge = open_all(options, 2);
	ready = (struct pollfd){ .fd = log_merge_fd(merge), .events = POLLIN };
	expect_record(merge, 0, 0); /* it is old */
	expect_idle(merge);
	cr_assert_eq(poll(&ready, 1, 0), 0);
	cr_assert_eq(log_merge_wait(merge), -1);
	cr_assert_eq(sink_stream_open(&stream.sink, ends[1], NULL), 0);
	cr_assert_eq(stream.sink->ops->describe(stream.sink, &stream.meta), 0);
	put(&stream, 7, LOG_TEST_OFFSET + S);
	log_done(stream.sink);
	close(ends[1]);
	cr_assert_eq(poll(&ready, 1, 1000), 1);
	expect_record(merge, 1, 7);
	cr_assert_eq(next_of(merge, LOG_MERGE_RECORD, LOG_MERGE_IDLE), LOG_MERGE_END);
	log_merge_free(merge);
}

/* What cannot be read does not keep the others from being read. */
Test(log_merge, one_cannot_be_read)
{
	struct log_merge *merge;
	struct message error;
	const char *path = log_temporary();
	struct log_source_options good = { .path = path }, bad = { .path = "/no/such" };

	log_make(path, LOG_CODEC_ALL, 2, 5);
	cr_assert_eq(log_merge_new(&merge), 0);
	cr_assert_eq(log_merge_add(merge, &bad, &error), -ENOENT);
	cr_assert_not_null(strstr(error.text, "/no/such"));
	cr_assert_eq(log_merge_add(merge, &good, &error), 0);
	for (int i = 0; i < 10; i++)
		expect_record(merge, 0, i);
	cr_assert_eq(next_of(merge, LOG_MERGE_RECORD, LOG_MERGE_IDLE), LOG_MERGE_END);
	cr_assert(!log_merge_damaged(merge));
	log_merge_free(merge);
}
