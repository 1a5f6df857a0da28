/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A reader that is slow is waited for, because what is lost here would be lost to nobody's benefit;
 * but not for ever once this process is asked to end.
 */
#include "sink/pipe_out.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/timed_write.h"

/* As timed_write(), and counts the time that it takes from when we are asked to end. */
static ssize_t put(struct pipe_out *out, const char *bytes, size_t size)
{
	bool asked = ending_asked();
	__u64 begin = clock_boottime();
	ssize_t wrote = timed_write(out->fd, bytes, size, TIMED_WRITE_MS);

	if (asked)
		out->waited += clock_boottime() - begin;
	return wrote == -ECONNRESET ? -EPIPE : wrote;
}

int pipe_out_write(struct pipe_out *out, const void *bytes, size_t size, size_t *done)
{
	*done = 0;
	while (*done < size) {
		ssize_t wrote = put(out, (const char *)bytes + *done, size - *done);

		if (wrote > 0)
			*done += wrote;
		else if (wrote && wrote != -EAGAIN)
			return wrote;
		if (*done < size && out->waited >= ENDING_PATIENCE_NS)
			return -ETIMEDOUT;
	}
	return 0;
}

bool pipe_out_abandoned(const struct pipe_out *out)
{
	struct pollfd fd = { .fd = out->fd };

	return poll(&fd, 1, 0) == 1 && fd.revents & (POLLERR | POLLHUP);
}
