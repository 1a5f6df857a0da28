/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A reader that is slow is waited for, because what is lost here would be lost to nobody's benefit;
 * but not for ever once this process is asked to end. To be able to stop waiting, a pipe or a
 * terminal is reopened without blocking, which leaves the descriptor that others may share as it
 * is; a socket cannot be reopened, but be written to without blocking.
 */
#include "sink/pipe_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/signals.h"

#define WAIT_MS    50
#define LAST_WAITS 20 /* once we are asked to end */

/* A non-blocking descriptor of the same pipe or terminal, or -1. */
static int open_again(int fd, const struct stat *st)
{
	char path[32];

	if (!S_ISFIFO(st->st_mode) && !isatty(fd))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void pipe_out_open(struct pipe_out *out, int fd)
{
	struct stat st = { 0 };

	out->fd = fstat(fd, &st) < 0 ? -1 : open_again(fd, &st);
	out->socket = S_ISSOCK(st.st_mode);
	out->own_fd = out->fd >= 0;
	if (!out->own_fd)
		out->fd = fd;
}

void pipe_out_close(struct pipe_out *out)
{
	if (out->own_fd)
		close(out->fd);
}

/* Waits until the reader takes more. Returns 0 or -ETIMEDOUT. */
static int wait_writable(const struct pipe_out *out, int *waits)
{
	struct pollfd fd = { .fd = out->fd, .events = POLLOUT };

	while (!poll(&fd, 1, WAIT_MS))
		if (signals_asked_to_end() && ++*waits > LAST_WAITS)
			return -ETIMEDOUT;
	return 0;
}

/* As write(2). */
static ssize_t put(const struct pipe_out *out, const void *bytes, size_t size)
{
	struct iovec part = { (void *)bytes, size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return out->socket ? sendmsg(out->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL)
			   : write(out->fd, bytes, size);
}

int pipe_out_write(const struct pipe_out *out, const void *bytes, size_t size, size_t *done)
{
	int err = 0, waits = 0;

	*done = 0;
	while (!err && *done < size) {
		ssize_t wrote = put(out, (const char *)bytes + *done, size - *done);

		if (wrote > 0)
			*done += wrote;
		else if (wrote < 0 && errno == EAGAIN)
			err = wait_writable(out, &waits);
		else if (wrote < 0 && errno != EINTR)
			err = -errno;
	}
	return err;
}

bool pipe_out_abandoned(const struct pipe_out *out)
{
	struct pollfd fd = { .fd = out->fd };

	return poll(&fd, 1, 0) == 1 && fd.revents & POLLERR;
}
