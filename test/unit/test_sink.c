/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The filter in front of a sink, and how lines leave: blocks, ticks, full disks, readers that went
 * away. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "made.h"
#include "record_room.h"
#include "said.h"
#include "sink/sink_filter.h"
#include "view/sink_text.h"

/* --- filter
 * --------------------------------------------------------------------------------------------------------
 */

struct counting_sink {
	struct sink sink;
	int described, written, lost, ticks, closed;
	__u64 complete_until;
	int result; /* of write */
};

static int counting_describe(struct sink *sink, const struct run_meta *meta)
{
	(void)meta;
	((struct counting_sink *)sink)->described++;
	return 0;
}

static int counting_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
			  const char *interface)
{
	struct counting_sink *c = (struct counting_sink *)sink;

	(void)rec, (void)utc_offset, (void)interface;
	c->written++;
	return c->result;
}

static int counting_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	(void)cpu;
	((struct counting_sink *)sink)->lost += count;
	return 0;
}

static int counting_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	((struct counting_sink *)sink)->complete_until = until + utc_offset;
	return 0;
}

static int counting_tick(struct sink *sink)
{
	((struct counting_sink *)sink)->ticks++;
	return 0;
}

static int counting_close(struct sink *sink)
{
	((struct counting_sink *)sink)->closed++;
	return -ENOSPC;
}

static const struct sink_ops counting_ops = {
	.describe = counting_describe,
	.write = counting_write,
	.lost = counting_lost,
	.complete = counting_complete,
	.tick = counting_tick,
	.close = counting_close,
};

struct filtered {
	struct counting_sink inner;
	struct accounts accounts;
	struct sink *sink;
};

static void filtered_open(struct filtered *f, const struct filter_options *options)
{
	memset(f, 0, sizeof(*f));
	f->inner.sink.ops = &counting_ops;
	cr_assert_eq(sink_filter_open(&f->sink, &f->inner.sink, options, &f->accounts), 0);
}

static int filtered_write(struct filtered *f, __u8 kind, __u8 direction)
{
	union record_room room = { .rec = { .kind = kind, .direction = direction } };

	return f->sink->ops->write(f->sink, &room.rec, 0, NULL);
}

Test(filter, kinds_and_counts)
{
	struct filter_options options = { .kinds = 1 << HDRTAP_KIND_RESPONSE, .count = 2 };
	struct filtered f;

	filtered_open(&f, &options);
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_REQUEST, 0), 0);
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_RESPONSE, 0), 0);
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_RESPONSE, 0), SINK_ENOUGH);
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_RESPONSE, 0), SINK_ENOUGH);
	cr_assert_eq(f.inner.written, 2, "nothing goes through when there is enough");
	cr_assert_eq(f.accounts.output[HDRTAP_KIND_REQUEST], 0);
	cr_assert_eq(f.accounts.output[HDRTAP_KIND_RESPONSE], 2);
	f.sink->ops->close(f.sink);
}

Test(filter, refused_records_do_not_count)
{
	struct filter_options options = { .count = 1 };
	struct filtered f;

	filtered_open(&f, &options);
	f.inner.result = -ENOSPC;
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_REQUEST, 0), -ENOSPC);
	cr_assert_eq(f.accounts.output[HDRTAP_KIND_REQUEST], 0);
	f.inner.result = 0;
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_REQUEST, 0), SINK_ENOUGH);
	f.sink->ops->close(f.sink);
}

Test(filter, directions)
{
	struct filter_options options = { .directions = 1 << HDRTAP_DIRECTION_TRANSMIT };
	struct filtered f;
	const char *said;

	filtered_open(&f, &options);
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_REQUEST, HDRTAP_DIRECTION_RECEIVE), 0);
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_REQUEST, HDRTAP_DIRECTION_NONE), 0);
	cr_assert_eq(f.inner.written, 0);
	cr_assert_eq(filtered_write(&f, HDRTAP_KIND_REQUEST, HDRTAP_DIRECTION_TRANSMIT), 0);
	cr_assert_eq(f.inner.written, 1);
	said_begin();
	f.sink->ops->close(f.sink);
	said = said_end();
	cr_assert(said_line(said, "1 heads were left out"), "%s", said);
}

Test(filter, hands_everything_else_on)
{
	struct filter_options options = { 0 };
	struct filtered f;

	filtered_open(&f, &options);
	cr_assert_eq(f.sink->ops->describe(f.sink, NULL), 0);
	cr_assert_eq(f.sink->ops->lost(f.sink, 1, 5), 0);
	cr_assert_eq(f.sink->ops->complete(f.sink, 20, 3), 0);
	cr_assert_eq(f.sink->ops->tick(f.sink), 0);
	cr_assert_eq(filtered_write(&f, 200, 200), 0);
	cr_assert_eq(f.sink->ops->close(f.sink), -ENOSPC);
	cr_assert(f.inner.described == 1 && f.inner.lost == 5 && f.inner.ticks == 1);
	cr_assert(f.inner.written == 1 && f.inner.closed == 1 && f.inner.complete_until == 23);
}

/* --- lines
 * ---------------------------------------------------------------------------------------------------------
 */

static struct sink *open_text(int fd, bool line_buffered, const struct made *m)
{
	struct view_options options = { .fd = fd,
					.name = "somewhere",
					.line_buffered = line_buffered };
	struct sink *sink;

	cr_assert_eq(sink_text_open(&sink, &options), 0);
	cr_assert_eq(sink->ops->describe(sink, &m->meta), 0);
	return sink;
}

static int waiting(int fd)
{
	int bytes;

	cr_assert_eq(ioctl(fd, FIONREAD, &bytes), 0);
	return bytes;
}

Test(lines, wait_for_the_tick_or_not)
{
	struct sink *sink;
	struct made m;
	int fds[2];

	made_request(&m, "/");
	cr_assert_eq(pipe(fds), 0);
	sink = open_text(fds[1], false, &m);
	cr_assert_eq(sink->ops->write(sink, &m.rec, 0, NULL), 0);
	cr_assert_eq(waiting(fds[0]), 0);
	cr_assert_eq(sink->ops->tick(sink), 0);
	cr_assert_gt(waiting(fds[0]), 0);
	cr_assert_eq(sink->ops->close(sink), 0);
	close(fds[0]);
	close(fds[1]);
	cr_assert_eq(pipe(fds), 0);
	sink = open_text(fds[1], true, &m);
	cr_assert_eq(sink->ops->write(sink, &m.rec, 0, NULL), 0);
	cr_assert_gt(waiting(fds[0]), 0);
	cr_assert_eq(sink->ops->close(sink), 0);
}

Test(lines, nobody_reads_any_more)
{
	struct sink *sink;
	const char *said;
	struct made m;
	int fds[2], err = 0, i;

	signal(SIGPIPE, SIG_IGN);
	made_request(&m, "/");
	cr_assert_eq(pipe(fds), 0);
	close(fds[0]);
	sink = open_text(fds[1], false, &m);
	said_begin();
	for (i = 0; i < 10000 && !err; i++)
		err = sink->ops->write(sink, &m.rec, 0, NULL);
	cr_assert_eq(err, -EPIPE);
	cr_assert_eq(sink->ops->tick(sink), -EPIPE);
	cr_assert_eq(sink->ops->close(sink), -EPIPE);
	said = said_end();
	cr_assert_str_eq(said, "");
}

Test(lines, a_reader_that_left_is_noticed_without_lines)
{
	struct sink *sink;
	struct made m;
	int fds[2];

	signal(SIGPIPE, SIG_IGN);
	made_request(&m, "/");
	cr_assert_eq(pipe(fds), 0);
	sink = open_text(fds[1], false, &m);
	cr_assert_eq(sink->ops->tick(sink), 0);
	close(fds[0]);
	cr_assert_eq(sink->ops->tick(sink), -EPIPE);
	sink->ops->close(sink);
}

Test(lines, full_disk_is_said_once_and_refuses)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC), taken = 0, i;
	struct sink *sink;
	const char *said;
	struct made m;

	made_request(&m, "/");
	sink = open_text(fd, false, &m);
	said_begin();
	for (i = 0; i < 10000; i++)
		taken += !sink->ops->write(sink, &m.rec, 0, NULL);
	cr_assert_eq(sink->ops->write(sink, &m.rec, 0, NULL), -ENOSPC);
	cr_assert_eq(sink->ops->tick(sink), -ENOSPC);
	cr_assert_eq(sink->ops->close(sink), -ENOSPC);
	said = said_end();
	cr_assert(said_line(said, "somewhere: No space left"), "%s", said);
	cr_assert(taken > 0 && taken < 2000, "about a block is kept, %d", taken);
	close(fd);
}

/* A reader that has stopped does not keep us from ending. */
Test(lines, a_stuck_reader)
{
	struct sink *sink;
	const char *said;
	sigset_t set;
	struct made m;
	int fds[2], err = 0, i;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGTERM);
	made_request(&m, "/");
	cr_assert_eq(pipe(fds), 0);
	sink = open_text(fds[1], false, &m);
	said_begin();
	for (i = 0; i < 10000 && !err; i++)
		err = sink->ops->write(sink, &m.rec, 0, NULL);
	cr_assert_eq(err, -ETIMEDOUT);
	cr_assert_eq(sink->ops->write(sink, &m.rec, 0, NULL), -ETIMEDOUT);
	cr_assert_eq(sink->ops->close(sink), -ETIMEDOUT);
	said = said_end();
	cr_assert(said_line(said, "nobody reads it"), "%s", said);
}

/* What could not be written is written later, whole and once. */
Test(lines, a_pipe_that_does_not_block)
{
	static char text[1 << 20];
	struct sink *sink;
	struct made m;
	int fds[2], i, lines = 0, status;
	size_t have = 0;
	pid_t child;
	ssize_t got;

	made_request(&m, "/");
	cr_assert_eq(pipe2(fds, O_NONBLOCK), 0);
	child = fork();
	if (!child) {
		close(fds[0]);
		sink = open_text(fds[1], false, &m);
		for (i = 0; i < 5000; i++)
			sink->ops->write(sink, &m.rec, 0, NULL);
		_exit(sink->ops->close(sink) ? 1 : 0);
	}
	close(fds[1]);
	fcntl(fds[0], F_SETFL, 0);
	while ((got = read(fds[0], text + have, sizeof(text) - have)) > 0)
		have += got;
	for (i = 0; i < (int)have; i++)
		lines += text[i] == '\n';
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
	cr_assert_eq(lines, 5000);
	cr_assert_eq(have % 5000, 0, "all lines are as long");
}
