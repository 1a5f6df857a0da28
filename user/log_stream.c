/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sink of a pipe: the same blocks as in a segment, written as soon as they are sealed. A reader
 * that is slow is waited for, because records lost here would be lost to nobody's benefit; but not
 * for ever once this process is asked to end. To be able to stop waiting, a pipe is opened anew
 * without blocking, which leaves the descriptor that others may share as it is.
 */
#include "log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "log_encode.h"

#define BATCH_AGE_NS 100000000ULL
#define WAIT_MS      50
#define LAST_WAITS   20 /* once we are asked to end */

struct log_stream {
	struct sink sink;
	struct log_encoder *encoder;
	int fd;
	bool own_fd;
	int failed; /* -errno for good: the reader's place in the stream is unknown */
};

static bool asked_to_end(void)
{
	sigset_t pending;

	return !sigpending(&pending) &&
	       (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
}

/* Waits until the reader takes more. Returns 0 or -ETIMEDOUT. */
static int wait_writable(const struct log_stream *s)
{
	struct pollfd fd = { .fd = s->fd, .events = POLLOUT };
	int waits = 0;

	while (!poll(&fd, 1, WAIT_MS))
		if (asked_to_end() && ++waits > LAST_WAITS)
			return -ETIMEDOUT;
	return 0;
}

static int write_all(const struct log_stream *s, const __u8 *bytes, size_t size)
{
	size_t done = 0;
	int err = 0;

	while (!err && done < size) {
		ssize_t wrote = write(s->fd, bytes + done, size - done);

		if (wrote > 0)
			done += wrote;
		else if (wrote < 0 && errno == EAGAIN)
			err = wait_writable(s);
		else if (wrote < 0 && errno != EINTR)
			err = -errno;
	}
	return err;
}

static int flush(struct log_stream *s)
{
	size_t size;
	const __u8 *blocks = log_encoder_blocks(s->encoder, &size);

	if (s->failed || !size)
		return s->failed;
	s->failed = write_all(s, blocks, size);
	if (!s->failed)
		log_encoder_taken(s->encoder, size);
	else if (s->failed != -EPIPE)
		fail(-s->failed,
		     "cannot write the record stream: %s; its reader must keep up, or "
		     "give it room",
		     strerror(-s->failed));
	return s->failed;
}

static int stream_describe(struct sink *sink, const struct run_meta *meta)
{
	struct log_stream *s = (struct log_stream *)sink;
	int err = log_encoder_describe(s->encoder, meta);

	return err < 0 ? err : flush(s);
}

static int stream_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset)
{
	struct log_stream *s = (struct log_stream *)sink;
	size_t sealed;

	if (s->failed)
		return s->failed;
	log_encoder_add(s->encoder, rec, utc_offset); /* there is room: all was flushed */
	log_encoder_blocks(s->encoder, &sealed);
	return sealed ? flush(s) : 0;
}

static int stream_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct log_stream *s = (struct log_stream *)sink;

	log_encoder_lost(s->encoder, cpu, LOG_LOSS_BEFORE, count);
	return 0;
}

static int stream_tick(struct sink *sink)
{
	struct log_stream *s = (struct log_stream *)sink;
	__u64 since = log_encoder_since(s->encoder);

	if (since && clock_boottime() - since >= BATCH_AGE_NS)
		log_encoder_seal(s->encoder);
	return flush(s);
}

static int stream_close(struct sink *sink)
{
	struct log_stream *s = (struct log_stream *)sink;
	int err;

	log_encoder_seal(s->encoder);
	err = flush(s);
	if (s->own_fd)
		close(s->fd);
	log_encoder_free(s->encoder);
	free(s);
	return err;
}

static const struct sink_ops stream_ops = {
	.describe = stream_describe,
	.write = stream_write,
	.lost = stream_lost,
	.tick = stream_tick,
	.close = stream_close,
};

/* A non-blocking descriptor of the same pipe, or -1. */
static int open_again(int fd)
{
	char path[32];
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

int sink_stream_open(struct sink **sink, int fd)
{
	struct log_stream *s = calloc(1, sizeof(*s));

	if (s)
		s->encoder = log_encoder_new(LOG_CODEC_ZSTD);
	if (!s || !s->encoder) {
		free(s);
		return fail(ENOMEM, "cannot write the record stream: out of memory");
	}
	s->sink.ops = &stream_ops;
	s->fd = open_again(fd);
	s->own_fd = s->fd >= 0;
	if (!s->own_fd)
		s->fd = fd;
	*sink = &s->sink;
	return 0;
}
