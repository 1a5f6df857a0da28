/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Reading a record log while it is written, and the record stream. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log_fixture.h"
#include "log_write/log_encode.h"
#include "log_write/log_stream.h"
#include "said.h"

/* A writer that goes on whenever the reader has nothing to do. */
struct writer {
	struct sink *sink;
	struct run_meta meta;
	__u32 written, until;
	__u32 idle; /* ticks since everything was written */
};

static int write_some(struct log_seen *seen)
{
	struct writer *w = seen->context;

	if (w->written < w->until) {
		log_put(w->sink, w->written, 50);
		log_seal(w->sink);
		w->written += 50;
		return 0;
	}
	return seen->records == w->written || w->idle++ > 200 ? -ECANCELED : 0;
}

static void follow(const char *directory, const char *path, struct writer *w, struct log_seen *seen)
{
	struct log_source_options source = { .path = path, .follow = true };

	memset(seen, 0, sizeof(*seen));
	seen->on_tick = write_some;
	seen->context = w;
	said_begin();
	cr_assert_eq(log_read_options(&source, seen), -ECANCELED);
	cr_assert_str_eq(said_end(), "");
	cr_assert_eq(seen->records, w->written);
	log_expect(seen, 0, 0, seen->records);
	log_done(w->sink);
	log_seen_free(seen);
	cr_assert_eq(log_read(directory, seen), 0);
	cr_assert_eq(seen->records, w->written);
	log_seen_free(seen);
}

Test(log_live, follow_across_segments)
{
	struct log_options options = log_test_options(log_temporary());
	struct writer w = { .until = 2000 };
	struct log_seen seen;

	options.segment_size = 20000;
	log_meta(&w.meta);
	w.sink = log_open(&options, &w.meta);
	follow(options.path, options.path, &w, &seen);
	cr_assert_gt(log_segments(options.path), 2);
}

Test(log_live, follow_one_segment)
{
	struct log_options options = log_test_options(log_temporary());
	struct writer w = { .until = 1000 };
	struct log_seen seen;

	log_meta(&w.meta);
	w.sink = log_open(&options, &w.meta);
	follow(options.path, log_segment(options.path, 0), &w, &seen);
}

Test(log_live, follow_before_there_is_a_segment)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_source_options source = { .path = options.path, .follow = true };
	struct log_reader *reader;
	struct message error;
	struct run_meta meta;
	struct sink *sink;
	int event, tries = 0;

	cr_assert_eq(log_reader_open(&reader, &source, &error), 0);
	cr_assert_eq(log_reader_next(reader), LOG_EVENT_IDLE);
	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 3);
	log_seal(sink);
	while ((event = log_reader_next(reader)) == LOG_EVENT_IDLE && tries++ < 100)
		;
	cr_assert_eq(event, LOG_EVENT_META);
	cr_assert_eq(log_reader_next(reader), LOG_EVENT_BATCH);
	cr_assert_eq(log_reader_batch(reader)->record_count, 3);
	cr_assert_eq(log_reader_next(reader), LOG_EVENT_IDLE);
	log_reader_close(reader);
	log_done(sink);
}

/* The reader may see any part of a batch that is being appended. */
Test(log_live, follow_byte_by_byte)
{
	const char *base = log_temporary();
	char path[128], copy[128];
	struct log_source_options source = { .path = copy, .follow = true };
	struct log_reader *reader;
	struct message error;
	__u32 records = 0;
	size_t size, i;
	__u8 *bytes;
	int event, fd;

	snprintf(path, sizeof(path), "%s/log", base);
	snprintf(copy, sizeof(copy), "%s/copy.hdl", base);
	bytes = log_load(log_make(path, LOG_CODEC_ALL, 3, 2), &size);
	log_store(copy, "", 0);
	fd = open(copy, O_WRONLY | O_APPEND);
	cr_assert_eq(log_reader_open(&reader, &source, &error), 0);
	for (i = 0; i < size; i++) {
		cr_assert_eq(write(fd, bytes + i, 1), 1);
		while ((event = log_reader_next(reader)) != LOG_EVENT_IDLE) {
			cr_assert_geq(event, 0);
			if (event == LOG_EVENT_BATCH)
				records += log_reader_batch(reader)->record_count;
		}
	}
	cr_assert_eq(records, 6);
	log_reader_close(reader);
	close(fd);
	free(bytes);
}

/* Damage in a log that still grows: reading goes on behind it. */
Test(log_live, follow_over_damage)
{
	const char *base = log_temporary();
	char path[128], copy[128];
	struct log_source_options source = { .path = copy, .follow = true };
	struct log_reader *reader;
	struct message error;
	__u32 records = 0;
	size_t size, done = 0, step;
	__u8 *bytes;
	int event, fd, notices = 0;

	snprintf(path, sizeof(path), "%s/log", base);
	snprintf(copy, sizeof(copy), "%s/copy.hdl", base);
	bytes = log_load(log_make(path, LOG_CODEC_ALL, 20, 2), &size);
	memset(bytes + size / 2, 0xff, 40);
	fd = open(copy, O_WRONLY | O_CREAT | O_APPEND, 0600);
	cr_assert_eq(log_reader_open(&reader, &source, &error), 0);
	for (; done < size; done += step) {
		step = size - done < 100 ? size - done : 100;
		cr_assert_eq(write(fd, bytes + done, step), (ssize_t)step);
		while ((event = log_reader_next(reader)) != LOG_EVENT_IDLE) {
			cr_assert_geq(event, 0);
			if (event == LOG_EVENT_BATCH)
				records += log_reader_batch(reader)->record_count;
			if (event != LOG_EVENT_NOTICE)
				continue;
			cr_assert(strstr(log_reader_notice(reader), "are damaged"));
			notices++;
		}
	}
	cr_assert_eq(notices, 1);
	cr_assert(records == 38 || records == 36, "%u", records);
	log_reader_close(reader);
	close(fd);
	free(bytes);
}

static void append_magic(const char *segment)
{
	int fd = open(segment, O_WRONLY | O_APPEND);

	cr_assert_eq(write(fd, LOG_MAGIC, LOG_MAGIC_SIZE), LOG_MAGIC_SIZE);
	close(fd);
}

/* What a writer has not finished is no damage, and after its death it is said. */
Test(log_live, an_open_end_is_normal_while_there_is_a_writer)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	char segment[256];

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 10);
	log_seal(sink);
	strcpy(segment, log_segment(options.path, 0));
	append_magic(segment);
	said_begin();
	cr_assert_eq(log_read(options.path, &seen), 0);
	log_seen_free(&seen);
	cr_assert_eq(log_read(segment, &seen), 0);
	cr_assert_str_eq(said_end(), "");
	cr_assert_eq(seen.records, 10);
	log_seen_free(&seen);
	log_done(sink);
	append_magic(segment);
	said_begin();
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert(said_line(said_end(), "the last 8 bytes"));
	log_seen_free(&seen);
}

/* Killed without warning: what was sealed is there, and the next start is as any other. */
Test(log_live, kill_the_writer)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	int ready[2], status;
	char byte;
	pid_t child;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (!child) {
		struct run_meta meta;
		struct sink *sink;

		log_meta(&meta);
		sink = log_open(&options, &meta);
		log_put(sink, 0, 500);
		log_seal(sink);
		log_put(sink, 500, 10);
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	cr_assert_eq(kill(child, SIGKILL), 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, 500);
	log_expect(&seen, 0, 0, 500);
	log_seen_free(&seen);
	log_make(options.path, LOG_CODEC_ALL, 1, 5);
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, 505);
	log_seen_free(&seen);
}

/* A process that writes a stream of two descriptions and `count` records into `fd`. */
static pid_t stream_writer(int fd, int other, __u32 count)
{
	pid_t child = fork();
	struct run_meta meta;
	struct sink *sink;

	if (child)
		return child;
	close(other);
	log_meta(&meta);
	if (sink_stream_open(&sink, fd, NULL) || sink->ops->describe(sink, &meta))
		_exit(1);
	log_put(sink, 0, count / 2);
	strcpy(meta.slot[meta.slot_count++].name, "accept");
	if (sink->ops->describe(sink, &meta) || sink->ops->lost(sink, 1, 3))
		_exit(1);
	log_put(sink, count / 2, count - count / 2);
	_exit(sink->ops->close(sink) != 0);
}

static void expect_exit(pid_t child, int expected)
{
	int status;

	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

Test(log_live, stream_through_a_pipe)
{
	struct log_source_options source = { .path = "-" };
	struct log_seen seen = { 0 };
	__u8 begun[LOG_MAGIC_SIZE];
	int ends[2];
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = stream_writer(ends[1], ends[0], 100001);
	close(ends[1]);
	cr_assert_eq(read(ends[0], begun, sizeof(begun)), sizeof(begun));
	cr_assert(!memcmp(begun, LOG_MAGIC, LOG_MAGIC_SIZE));
	source.begun = begun;
	source.begun_size = sizeof(begun);
	cr_assert_geq(dup2(ends[0], STDIN_FILENO), 0);
	said_begin();
	cr_assert_eq(log_read_options(&source, &seen), 0);
	cr_assert_str_eq(said_end(), "");
	expect_exit(child, 0);
	cr_assert_eq(seen.records, 100001);
	log_expect(&seen, 0, 0, 100001);
	cr_assert_eq(seen.describes, 2);
	cr_assert_eq(seen.lost, 3);
	log_seen_free(&seen);
}

/* A stream kept in a file is a segment like any other. */
Test(log_live, stream_into_a_file)
{
	struct log_seen seen;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/stream", log_temporary());
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	expect_exit(stream_writer(fd, -1, 3000), 0);
	close(fd);
	cr_assert_eq(log_read(path, &seen), 0);
	cr_assert_eq(seen.records, 3000);
	cr_assert_eq(seen.describes, 2);
	log_seen_free(&seen);
}

Test(log_live, a_stream_that_breaks_off)
{
	struct log_source_options source = { .path = "-" };
	struct log_seen seen = { 0 };
	size_t size;
	int ends[2];
	__u8 *bytes = log_load(log_make(log_temporary(), LOG_CODEC_ALL, 2, 5), &size);

	size = log_without_index(bytes, size);
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], bytes, size - 1), (ssize_t)size - 1);
	close(ends[1]);
	cr_assert_geq(dup2(ends[0], STDIN_FILENO), 0);
	said_begin();
	cr_assert_eq(log_read_options(&source, &seen), 0);
	cr_assert(said_line(said_end(), "an incomplete batch"));
	cr_assert_eq(seen.records, 5);
	log_seen_free(&seen);
	free(bytes);
}

/* The reader of the pipe has gone: no message, no record taken any more. */
Test(log_live, nobody_reads_the_stream)
{
	union record_room room;
	struct run_meta meta;
	struct sink *sink;
	int ends[2], err = 0, i;

	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(ends), 0);
	log_meta(&meta);
	cr_assert_eq(sink_stream_open(&sink, ends[1], NULL), 0);
	cr_assert_eq(sink->ops->describe(sink, &meta), 0);
	close(ends[0]);
	said_begin();
	for (i = 0; !err && i < 100000; i++) {
		log_record(&room.rec, i);
		err = sink->ops->write(sink, &room.rec, 0, NULL);
	}
	cr_assert_eq(err, -EPIPE);
	cr_assert_eq(sink->ops->close(sink), -EPIPE);
	cr_assert_str_eq(said_end(), "");
}

/* The reader of the pipe takes nothing, and we are asked to end. */
Test(log_live, a_stuck_reader_does_not_hold_us_for_ever, .timeout = 60)
{
	union record_room room;
	struct run_meta meta;
	struct sink *sink;
	int ends[2], err = 0, i;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGTERM);
	cr_assert_eq(pipe(ends), 0);
	log_meta(&meta);
	cr_assert_eq(sink_stream_open(&sink, ends[1], NULL), 0);
	cr_assert_eq(sink->ops->describe(sink, &meta), 0);
	said_begin();
	for (i = 0; !err && i < 100000; i++) {
		log_record(&room.rec, i);
		err = sink->ops->write(sink, &room.rec, 0, NULL);
	}
	cr_assert_eq(err, -ETIMEDOUT);
	cr_assert_eq(sink->ops->close(sink), -ETIMEDOUT);
	cr_assert(said_line(said_end(), "cannot write the record stream"));
}

/* test/log_reader.py knows FORMAT.md, and nothing of this code. */
static void compare_with_python(enum log_codec codec)
{
	const char *path = log_temporary();
	union record_room room;
	char command[512], line[64 + 2 * HDRTAP_RECORD_SIZE_DEFAULT + 2], *at;
	FILE *python;
	__u32 i, j;

	log_make(path, codec, 3, 40);
	snprintf(command, sizeof(command), "/usr/bin/python3 %.*s/../log_reader.py --raw %s",
		 (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__, path);
	python = popen(command, "r");
	cr_assert_not_null(python);
	for (i = 0; i < 120; i++) {
		cr_assert_not_null(fgets(line, sizeof(line), python), "record %u is missing", i);
		log_record(&room.rec, i);
		cr_assert_eq(strtoull(line, &at, 10), room.rec.time + LOG_TEST_OFFSET);
		for (j = 0; j < sizeof(room); j++) {
			char hex[3] = { at[1 + 2 * j], at[2 + 2 * j] };

			cr_assert_eq(strtoul(hex, NULL, 16), room.bytes[j]);
		}
	}
	cr_assert_null(fgets(line, sizeof(line), python));
	cr_assert_eq(pclose(python), 0);
}

Test(log_live, another_reader_in_another_language)
{
	compare_with_python(LOG_CODEC_ALL);
}

Test(log_live, another_reader_of_whole_records)
{
	compare_with_python(LOG_CODEC_ZSTD);
}

Test(log_live, another_reader_of_changes)
{
	compare_with_python(LOG_CODEC_CHANGES);
}

Test(log_live, another_reader_of_plain_batches)
{
	compare_with_python(LOG_CODEC_NONE);
}
