/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The record log (-w DIR) as a sink. FORMAT.md says what it writes.
 */
#ifndef HDRTAP_USER_LOG_WRITER_H
#define HDRTAP_USER_LOG_WRITER_H

#include "log/log_format.h"
#include "sink/sink.h"

struct log_options {
	const char *path;   /* the directory; its last component is made when it is not there */
	__u64 segment_size; /* bytes; the batch that reaches it is a segment's last. 0: 64 MiB, or a
			       quarter of `keep` where that is less */
	__u64 segment_age_ms; /* after which the next batch begins a segment, 0: any */
	__u64 keep;           /* bytes of all segments in the directory; the oldest are deleted
				 beyond that. 0: no limit */
	__u64 batch_age_ms;   /* a record waits no longer to be written */
	__u64 sync_ms;        /* nor longer than this after that to be safe from a power failure */
	__u64 carry_ms; /* without records, until when the log is complete is written this often */
	const char *group; /* may read the log; NULL: none */
	__u64 *unwritten;  /* where close() leaves how many records were taken and could not be
			      written; NULL: nowhere */
	enum log_codec codec;
};

#define LOG_OPTIONS_DEFAULT                                                       \
	{                                                                         \
		.segment_age_ms = 3600000, .batch_age_ms = 1000, .sync_ms = 1000, \
		.carry_ms = 60000, .codec = LOG_CODEC_ALL,                        \
	}

/*
 * Whether the sizes and the group make sense. `sizes_place` and `group_place` stand behind their
 * names in messages, "" for none. Returns 0 or -EINVAL (reported: a usage error).
 */
int log_options_check(const struct log_options *options, const char *sizes_place,
		      const char *group_place);

/*
 * Becomes the writer of a directory. Returns 0 or -errno (reported): -EAGAIN when it has another
 * writer, -EINVAL as log_options_check().
 *
 * While the directory cannot be written (which is reported once, and once when it works again) up
 * to LOG_PENDING_MAX bytes of batches are kept and tried again; after that write() refuses, and
 * what it refused is in the next batch's loss table. tick() fails only for good.
 */
int sink_log_open(struct sink **sink, const struct log_options *options);

#endif
