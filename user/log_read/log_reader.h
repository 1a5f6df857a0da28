/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads one record log back: a directory, one segment, or a record stream. Prints nothing: what is
 * to be told is an event with a text.
 */
#ifndef HDRTAP_USER_LOG_READER_H
#define HDRTAP_USER_LOG_READER_H

#include "log_read/log_decode.h"
#include "log_read/log_want.h"

struct log_source_options {
	const char *path; /* directory, segment, or "-": a stream on standard input */
	bool stream;      /* read `fd`, of which a duplicate is made; `path` is its name */
	int fd;
	const __u8 *begun; /* bytes the caller already took from the stream, or NULL */
	size_t begun_size; /* 64 KiB at most */
	bool follow;       /* at the end wait for more, which a stream does anyway */
	/* What is wanted; the rest is not read where that can be avoided. */
	__u64 since, until; /* UTC: since <= time < until; 0: any */
	const char *host;   /* only batches that may hold this one; NULL: any */
};

enum log_event {
	LOG_EVENT_END,
	LOG_EVENT_META, /* before the first batch, and when records mean something else from here on
			 */
	LOG_EVENT_BATCH,
	LOG_EVENT_IDLE,   /* nothing more for now */
	LOG_EVENT_NOTICE, /* something is damaged, torn or missing, and was passed over */
};

struct log_reader;

/* Returns 0, or -errno with a message. `options` is copied. */
int log_reader_open(struct log_reader **reader, const struct log_source_options *options,
		    struct message *message);
void log_reader_close(struct log_reader *reader);

/*
 * Returns enum log_event, or -errno: then there is nothing more. Never blocks. The torn end that a
 * crash leaves is a notice but no damage; the open end of a segment that is being written is
 * neither.
 */
int log_reader_next(struct log_reader *reader);

/* After LOG_EVENT_NOTICE, until the next event. */
const char *log_reader_notice(const struct log_reader *reader);

/* After -errno: the message. */
const char *log_reader_error(const struct log_reader *reader);

/* Whether records may be missing because something was damaged, other than a torn end. */
bool log_reader_damaged(const struct log_reader *reader);

/* NULL before the first LOG_EVENT_META, another one after each. */
struct log_description *log_reader_description(const struct log_reader *reader);

/* After LOG_EVENT_BATCH, until the next event. */
const struct log_batch *log_reader_batch(const struct log_reader *reader);
const struct hdrtap_record *log_reader_record(struct log_reader *reader, __u32 i);

/* Becomes readable when a stream has more; -1: only time tells. */
int log_reader_fd(const struct log_reader *reader);

struct log_read_counters {
	__u64 bytes;   /* read from files and streams, those given as begun included */
	__u64 batches; /* read */
	__u64 skipped; /* batches that were passed over */
};

/* The batches that were passed over before what the last event is about. */
struct log_passed log_reader_passed(const struct log_reader *reader);

struct log_read_counters log_reader_counters(const struct log_reader *reader);

#endif
