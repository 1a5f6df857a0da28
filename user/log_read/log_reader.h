/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads a record log back: a directory, one segment, or a record stream.
 */
#ifndef HDRTAP_USER_LOG_READER_H
#define HDRTAP_USER_LOG_READER_H

#include "log_read/log_decode.h"

struct log_source_options {
	const char *path;  /* directory, segment, or "-": a stream on standard input */
	const __u8 *begun; /* bytes the caller already took from standard input, or NULL */
	size_t begun_size; /* 64 KiB at most */
	bool follow;       /* at the end wait for more, which a stream does anyway */
};

enum log_event {
	LOG_EVENT_END,
	LOG_EVENT_META, /* before the first batch, and when records mean something else from here on
			 */
	LOG_EVENT_BATCH,
	LOG_EVENT_IDLE, /* nothing more for now */
};

struct log_reader;

/* Returns 0 or -errno (said). `options` and what it points to must outlive the reader. */
int log_reader_open(struct log_reader **reader, const struct log_source_options *options);
void log_reader_close(struct log_reader *reader);

/*
 * Returns enum log_event or -errno (said). Never blocks. What is damaged is said and passed over;
 * when that was so LOG_EVENT_END becomes -EBADMSG. The torn end that a crash leaves is said and is
 * no error; the open end of a segment that is being written is neither.
 */
int log_reader_next(struct log_reader *reader);

const struct run_meta *log_reader_meta(const struct log_reader *reader);

/* After LOG_EVENT_BATCH, until the next event. */
const struct log_batch *log_reader_batch(const struct log_reader *reader);
const struct hdrtap_record *log_reader_record(struct log_reader *reader, __u32 i);

/* Becomes readable when a stream has more; -1: only time tells. */
int log_reader_fd(const struct log_reader *reader);

#endif
