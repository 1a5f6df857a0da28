/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* tools/alert/outbox.h, checkpoint.h and buffer.h: what is kept until receivers were told. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "alert/checkpoint.h"
#include "alert/outbox.h"
#include "said.h"

static struct notice notice(__u64 alarm, __u64 starts, __u64 ends)
{
	return (struct notice){
		.alarm = alarm,
		.episode = notice_episode(alarm, starts),
		.receivers = ~0ULL,
		.starts = starts,
		.ends = ends,
		.labels = strdup("{}"),
		.annotations = strdup("{}"),
		.line = strdup("line"),
	};
}

static int put(struct outbox *outbox, __u64 alarm, __u64 starts, __u64 ends)
{
	struct notice one = notice(alarm, starts, ends);

	return outbox_put(outbox, &one);
}

static void report(struct outbox *outbox, size_t i, __u32 receiver, enum deliver_outcome outcome)
{
	const struct deliver_report what = {
		.id = outbox->list[i].notice.id,
		.episode = outbox->list[i].notice.episode,
		.receiver = receiver,
		.outcome = outcome,
	};

	outbox_report(outbox, &what);
}

/* One notice per episode, until everybody was told that it is over. */
Test(alert_outbox, episodes)
{
	struct outbox outbox = { .all = 3 };

	cr_assert_eq(put(&outbox, 1, 10, 0), 0);
	cr_assert_eq(put(&outbox, 1, 20, 0), 0);
	cr_assert_eq(put(&outbox, 1, 10, 15), 0);
	cr_assert_eq(outbox.count, 2);
	cr_expect_eq(outbox.list[0].notice.ends, 15);
	report(&outbox, 0, 0, DELIVER_TOLD);
	report(&outbox, 0, 1, DELIVER_FAILED);
	cr_assert_eq(outbox.count, 2, "one has still to be told");
	report(&outbox, 0, 1, DELIVER_REFUSED);
	cr_assert_eq(outbox.count, 1);
	report(&outbox, 0, 0, DELIVER_TOLD);
	report(&outbox, 0, 1, DELIVER_TOLD);
	cr_expect_eq(outbox.count, 1, "it still fires");
	cr_expect_eq(outbox_waiting(&outbox), 0);
	cr_expect(outbox.counts.told == 3 && outbox.counts.failed == 1 &&
		  outbox.counts.refused == 1);
	outbox_free(&outbox);
}

/* What became of an older notice says nothing of the later one. */
Test(alert_outbox, old_report)
{
	struct outbox outbox = { .all = 1 };
	struct deliver_report old;

	cr_assert_eq(put(&outbox, 1, 10, 0), 0);
	old = (struct deliver_report){ outbox.list[0].notice.id, outbox.list[0].notice.episode, 0,
				       DELIVER_TOLD };
	cr_assert_eq(put(&outbox, 1, 10, 15), 0);
	outbox_report(&outbox, &old);
	cr_expect_eq(outbox_waiting(&outbox), 1);
	outbox_free(&outbox);
}

/* Full: the oldest that is over goes; what fires stays. */
Test(alert_outbox, full)
{
	struct outbox outbox = { .all = 1 };

	for (__u64 i = 0; i < OUTBOX_MAX; i++)
		cr_assert_eq(put(&outbox, i, 10, i == 5 ? 15 : 0), 0);
	cr_expect_eq(put(&outbox, OUTBOX_MAX, 10, 0), 0);
	cr_expect_eq(outbox.counts.dropped, 1);
	cr_expect_eq(outbox.list[5].notice.alarm, 6);
	cr_expect_eq(put(&outbox, OUTBOX_MAX + 1, 10, 0), -ENOSPC);
	cr_expect_eq(put(&outbox, 7, 10, 15), 0, "one that is there has its place");
	cr_expect_eq(outbox.count, OUTBOX_MAX);
	outbox_free(&outbox);
}

static int received(int fd)
{
	char bytes[4096];
	int count = 0;

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		count++;
	return count;
}

/* Each notice is handed on once, later where there was no room, and again for other receivers. */
Test(alert_outbox, handed_on)
{
	struct outbox outbox = { .all = 1 };
	const struct receivers same = { .list = { { .name = "a" } }, .count = 1 };
	struct deliver deliver = { 0 };
	int pair[2], all = 0, some;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	deliver.fd = pair[0];
	for (__u64 i = 0; i < OUTBOX_MAX; i++)
		cr_assert_eq(put(&outbox, i, 10, 0), 0);
	do {
		cr_assert_eq(outbox_flush(&outbox, &deliver), 0);
		some = received(pair[1]);
		cr_expect_lt(some, OUTBOX_MAX, "as many as there is room for");
		all += some;
	} while (some);
	cr_expect_eq(all, OUTBOX_MAX);
	cr_assert_eq(put(&outbox, 7, 10, 15), 0);
	cr_assert_eq(outbox_flush(&outbox, &deliver), 0);
	cr_expect_eq(received(pair[1]), 1);
	outbox_change(&outbox, &same, &same);
	cr_assert_eq(outbox_flush(&outbox, &deliver), 0);
	cr_expect_gt(received(pair[1]), 1);
	close(pair[0]);
	close(pair[1]);
	outbox_free(&outbox);
}

static bool has_two(void *context, __u64 alarm)
{
	(void)context;
	return alarm == 2;
}

/* Rules that are gone, and receivers that are others. */
Test(alert_outbox, changes)
{
	struct outbox outbox = { .all = 3 };
	const struct receivers before = {
		.list = { { .name = "a", .url = "u" }, { .name = "b", .url = "v" } }, .count = 2
	};
	const struct receivers after = {
		.list = { { .name = "c", .url = "w" }, { .name = "a", .url = "u" } }, .count = 2
	};

	cr_assert_eq(put(&outbox, 1, 10, 0), 0);
	cr_assert_eq(put(&outbox, 2, 10, 0), 0);
	cr_assert_eq(put(&outbox, 3, 10, 15), 0);
	report(&outbox, 2, 0, DELIVER_TOLD);
	outbox.list[0].handed = true;
	outbox_change(&outbox, &before, &after);
	cr_assert_eq(outbox.count, 2, "only b was to be told of the third");
	cr_expect_eq(outbox.list[0].notice.receivers, 2);
	cr_expect_not(outbox.list[0].handed);
	outbox_end(&outbox, has_two, NULL, 30);
	cr_expect(outbox.list[0].notice.ends == 30 && outbox.list[0].notice.receivers == 3);
	cr_expect_eq(outbox.list[1].notice.ends, 0);
	outbox_free(&outbox);
}

Test(alert_outbox, packed)
{
	struct outbox outbox = { .all = 3 }, again = { 0 };
	struct buffer bytes = { 0 };

	for (__u64 i = 0; i < 10; i++)
		cr_assert_eq(put(&outbox, i, 10 + i, i % 2), 0);
	outbox_pack(&bytes, &outbox);
	for (size_t size = 0; size < bytes.size; size++) {
		cr_expect_eq(outbox_unpack(&again,
					   &(struct buffer_reader){ bytes.bytes, size, false }),
			     -EBADMSG, "%zu", size);
		outbox_free(&again);
	}
	cr_assert_eq(outbox_unpack(&again,
				   &(struct buffer_reader){ bytes.bytes, bytes.size, false }),
		     0);
	cr_expect(again.count == 10 && again.id == 10);
	cr_expect_eq(again.list[7].notice.episode, outbox.list[7].notice.episode);
	cr_expect_str_eq(again.list[7].notice.line, "line");
	buffer_free(&bytes);
	outbox_free(&outbox);
	outbox_free(&again);
}

Test(alert_outbox, alertmanager)
{
	struct notice fires = notice(1, 1700000000000000000, 0);
	struct notice over = notice(1, 1700000000000000000, 1700000600000000000);
	struct buffer text = { 0 };

	notice_alert(&text, &fires, 1, 1700000500123456789);
	buffer_add(&text, "", 1);
	cr_expect_str_eq(text.bytes, "{\"labels\":{},\"annotations\":{},\"startsAt\":"
				     "\"2023-11-14T22:13:20.000000000Z\",\"endsAt\":"
				     "\"2023-11-14T22:21:40.123456789Z\"}");
	text.size = 0;
	notice_alert(&text, &over, 1700000300000000000, 0);
	buffer_add(&text, "", 1);
	cr_expect(strstr(text.bytes, "\"endsAt\":\"2023-11-14T22:18:20.000000000Z\""),
		  "not in the future: %s", text.bytes);
	text.size = 0;
	notice_alert(&text, &over, 5, 0);
	buffer_add(&text, "", 1);
	cr_expect(strstr(text.bytes, "\"endsAt\":\"2023-11-14T22:13:20.000000001Z\""),
		  "not before its start: %s", text.bytes);
	buffer_free(&text);
	notice_free(&fires);
	notice_free(&over);
}

Test(alert_outbox, hostile_text)
{
	static const char hostile[] = "a\"b\\c\n\x1b[31m\xff\xc3\xa9</script>{{ x }}";
	struct buffer text = { 0 };

	buffer_json(&text, hostile, sizeof(hostile) - 1);
	buffer_add(&text, "", 1);
	cr_expect_str_eq(text.bytes, "\"a\\\"b\\\\c\\n\\u001B[31m\xc3\xbf\xc3\x83\xc2\xa9"
				     "</script>{{ x }}\"");
	buffer_free(&text);
}

/* --- checkpoints --- */

static char directory[] = "/tmp/hdrtap-alert-XXXXXX";
static char path[64];

static void open_directory(void)
{
	strcpy(directory, "/tmp/hdrtap-alert-XXXXXX");
	cr_assert(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/state", directory);
}

static void remove_directory(void)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	cr_assert_eq(system(command), 0);
}

Test(alert_checkpoint, round)
{
	struct buffer state = { 0 }, read = { 0 };

	open_directory();
	cr_assert_eq(checkpoint_read(path, &read), 0);
	cr_expect_eq(read.size, 0, "there is none yet");
	buffer_text(&state, "what is kept");
	cr_assert_eq(checkpoint_write(path, &state), 0);
	cr_assert_eq(checkpoint_read(path, &read), 0);
	cr_expect(read.size == state.size && !memcmp(read.bytes, state.bytes, state.size));
	buffer_free(&state);
	buffer_free(&read);
	remove_directory();
}

/* A change of any byte, and any cut, is found. */
Test(alert_checkpoint, damaged)
{
	struct buffer state = { 0 }, read = { 0 };
	char bytes[256];
	ssize_t size;
	int fd;

	open_directory();
	buffer_text(&state, "what is kept");
	cr_assert_eq(checkpoint_write(path, &state), 0);
	fd = open(path, O_RDWR);
	size = pread(fd, bytes, sizeof(bytes), 0);
	cr_assert_gt(size, 40);
	said_begin();
	for (ssize_t i = 0; i < size; i++) {
		char changed = bytes[i] ^ 0x20;

		if (i >= 12 && i < 16)
			continue; /* reserved */
		cr_assert_eq(pwrite(fd, &changed, 1, i), 1);
		cr_expect_eq(checkpoint_read(path, &read), -EBADMSG, "byte %zd", i);
		cr_expect_eq(read.size, 0);
		cr_assert_eq(pwrite(fd, bytes + i, 1, i), 1);
	}
	for (ssize_t i = size - 1; i >= 0; i--) {
		cr_assert_eq(ftruncate(fd, i), 0);
		cr_expect_eq(checkpoint_read(path, &read), -EBADMSG, "cut at %zd", i);
	}
	said_end();
	close(fd);
	buffer_free(&state);
	remove_directory();
}

/* Writes states without end, each with its number all over it, and says so through a pipe. */
static void write_states(int said)
{
	for (__u64 number = 1;; number++) {
		struct buffer state = { 0 };

		for (int i = 0; i < 2000; i++)
			buffer_number(&state, number);
		if (checkpoint_write(path, &state) || write(said, "", 1) != 1)
			_exit(1);
		buffer_free(&state);
	}
}

/* Starts to write, and is killed at some moment after the first one. */
static void write_and_kill(unsigned int *seed)
{
	struct timespec wait = { .tv_nsec = rand_r(seed) % 5000000 };
	int said[2];
	pid_t pid;
	char byte;

	cr_assert_eq(pipe(said), 0);
	pid = fork();
	if (!pid)
		write_states(said[1]);
	cr_assert_eq(read(said[0], &byte, 1), 1);
	nanosleep(&wait, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(said[0]);
	close(said[1]);
}

/* Killed at any moment, it leaves one that is whole. */
Test(alert_checkpoint, killed)
{
	unsigned int seed = 5;

	open_directory();
	for (int round = 0; round < 40; round++) {
		struct buffer read = { 0 };

		write_and_kill(&seed);
		cr_assert_eq(checkpoint_read(path, &read), 0, "round %d", round);
		cr_assert_eq(read.size, 16000);
		for (size_t at = 8; at < read.size; at += 8)
			cr_assert_eq(memcmp(read.bytes, read.bytes + at, 8), 0);
		buffer_free(&read);
	}
	remove_directory();
}

Test(alert_checkpoint, no_place)
{
	struct buffer state = { 0 };

	buffer_text(&state, "x");
	said_begin();
	cr_expect_eq(checkpoint_write("/nowhere/state", &state), -ENOENT);
	cr_expect(said_line(said_end(), "--state"));
	buffer_free(&state);
}
