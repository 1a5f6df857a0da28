/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The blocks of one file or stream, without those that are not wanted as far as they need not be
 * read.
 */
#ifndef HDRTAP_USER_LOG_FILE_H
#define HDRTAP_USER_LOG_FILE_H

#include "log_read/log_blocks.h"
#include "log_read/log_find.h"

struct log_file {
	int fd;                   /* -1: none open */
	struct log_blocks blocks; /* results */
	struct log_want want;
	struct log_passed passed; /* of all files so far */
	__u64 bytes;              /* read from files that were ended */
	bool finding;
	struct log_find find;
};

/* Begins to read; `fd` is taken over, also on failure. `begun`: bytes already read from it. Returns
 * 0 or -ENOMEM. */
int log_file_begin(struct log_file *file, int fd, const __u8 *begun, size_t begun_size);
void log_file_end(struct log_file *file);

/* As log_blocks_next(). */
int log_file_next(struct log_file *file, bool final);

/* The block just found is a segment head: from here on blocks need not be read. Returns 0 or
 * -ENOMEM. */
int log_file_headed(struct log_file *file);

/* Whether the block just found is a batch that is not wanted; it counts as passed over then. */
bool log_file_pass_over(struct log_file *file);

/* Bytes read so far, of all files. */
__u64 log_file_bytes(const struct log_file *file);

#endif
