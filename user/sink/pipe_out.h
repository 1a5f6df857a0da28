/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Writes to a descriptor that somebody may read slowly.
 */
#ifndef HDRTAP_USER_PIPE_OUT_H
#define HDRTAP_USER_PIPE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

struct pipe_out {
	int fd;       /* stays open, and as it is */
	__u64 waited; /* ns, in all, since we are asked to end */
};

/*
 * Writes all bytes, for the reader of a pipe, a socket or a terminal as long as that takes; but
 * once the process is asked to end (ending.h; the signals must be blocked) all writes together
 * wait no longer than ENDING_PATIENCE_NS. `*done`: bytes written, also when it fails. SIGPIPE must
 * be ignored. Returns 0 or -errno (not reported), -EPIPE when nobody reads any more, -ETIMEDOUT
 * when the reader was too slow.
 */
int pipe_out_write(struct pipe_out *out, const void *bytes, size_t size, size_t *done);

/*
 * True when nobody reads any more at the other end of a pipe, a socket or a terminal: one need not
 * wait for something to write to know.
 */
bool pipe_out_abandoned(const struct pipe_out *out);

#endif
