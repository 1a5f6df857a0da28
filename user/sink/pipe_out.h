/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Writes to a descriptor that somebody may read slowly.
 */
#ifndef HDRTAP_USER_PIPE_OUT_H
#define HDRTAP_USER_PIPE_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct pipe_out {
	int fd;
	bool own_fd; /* opened here */
	bool socket;
};

/* The descriptor stays open and as it is, also after pipe_out_close(). */
void pipe_out_open(struct pipe_out *out, int fd);
void pipe_out_close(struct pipe_out *out);

/*
 * Writes all bytes, for the reader of a pipe, a socket or a terminal as long as that takes; but
 * once SIGINT, SIGTERM or SIGHUP came (signals.h; they must be blocked) no more than a second
 * longer. `*done`: bytes written, also when it fails. SIGPIPE must be ignored. Returns 0 or -errno
 * (not reported), -ETIMEDOUT when the reader was too slow.
 */
int pipe_out_write(const struct pipe_out *out, const void *bytes, size_t size, size_t *done);

/* True when a pipe has no reader any more: one need not wait for something to write to know. */
bool pipe_out_abandoned(const struct pipe_out *out);

#endif
