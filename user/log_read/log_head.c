/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Most heads are read at once, with little of what is behind them.
 */
#include "log_read/log_head.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "log/log_block.h"

#define READ_FIRST 192 /* bytes: a batch's head with a filter of up to 64 */

/* Reads until `have` becomes `size`, or less at the file's end. Returns 0 or -errno. */
static int read_until(int fd, __u64 offset, __u8 *bytes, size_t *have, size_t size)
{
	ssize_t got = 1;

	while (got && *have < size) {
		got = pread(fd, bytes + *have, size - *have, offset + *have);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			*have += got;
	}
	return 0;
}

int log_head_read(int fd, __u64 offset, struct log_head *head, __u64 *bytes_read)
{
	enum log_block_state state = LOG_BLOCK_SHORT;
	size_t have = 0;
	int err = read_until(fd, offset, head->bytes, &have, READ_FIRST);

	if (!err)
		state = log_block_check_head(head->bytes, have);
	memcpy(&head->block, head->bytes, sizeof(head->block));
	if (!err && state == LOG_BLOCK_SHORT && have == READ_FIRST) {
		err = read_until(fd, offset, head->bytes, &have, head->block.head_length);
		state = log_block_check_head(head->bytes, have);
	}
	*bytes_read += have;
	if (err)
		return err;
	return state == LOG_BLOCK_BAD ? -EBADMSG : state == LOG_BLOCK_GOOD;
}
