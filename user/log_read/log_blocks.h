/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The whole blocks in a row of bytes that may be damaged, unfinished, or still growing.
 */
#ifndef HDRTAP_USER_LOG_BLOCKS_H
#define HDRTAP_USER_LOG_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>

#include "log/log_format.h"

enum log_blocks_result {
	LOG_BLOCKS_FOUND, /* `block` is the next one, `skipped` bytes before it are damaged */
	LOG_BLOCKS_WAIT,  /* no whole block for now; more bytes may come */
	LOG_BLOCKS_END,   /* no more; `skipped` bytes at the end are no whole block */
};

struct log_blocks {
	int fd;     /* not closed here */
	bool pipe;  /* its end is final, and reading might block */
	bool spare; /* no more is read than is known to be needed */
	__u8 *bytes;
	size_t start, end, capacity;
	__u64 offset;             /* of bytes[start] in the file */
	__u64 read;               /* bytes read from the file, those begun included */
	bool at_end;              /* the last read found nothing, for now or for ever */
	bool finished;            /* for ever */
	bool resync;              /* bytes before `start` were skipped */
	bool zeros;               /* all bytes skipped were 0 */
	struct log_block current; /* of the last segment head; length 0: none yet */
	/* results */
	const __u8 *block; /* valid until the next call */
	size_t length;
	__u64 skipped_at;
	__u64 skipped;
	bool torn;   /* at the end: those are the beginning of a block, or zeros */
	bool headed; /* at the end: they begin as a block does */
};

/* `begun`: bytes already read from fd. Returns 0 or -ENOMEM (not reported). */
int log_blocks_init(struct log_blocks *blocks, int fd, const __u8 *begun, size_t begun_size);
void log_blocks_free(struct log_blocks *blocks);

/*
 * Looks for the next block. `final`: where the file ends now it ends for ever. Never blocks when fd
 * is a pipe. Returns enum log_blocks_result or -errno (not reported). What is found first is a
 * segment head; before the first nothing is skipped.
 */
int log_blocks_next(struct log_blocks *blocks, bool final);

/* Where the next block begins that is read, of a file. */
__u64 log_blocks_at(const struct log_blocks *blocks);

/* Goes on at that offset of a file, with the block that begins there and no byte behind it. Returns
 * 0 or -errno. */
int log_blocks_seek(struct log_blocks *blocks, __u64 offset);

#endif
