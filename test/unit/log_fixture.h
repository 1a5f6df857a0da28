/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Records, logs in temporary directories, and a sink that checks what comes back. */
#ifndef HDRTAP_TEST_LOG_FIXTURE_H
#define HDRTAP_TEST_LOG_FIXTURE_H

#include "log_read/log_reader.h"
#include "log_write/log_writer.h"
#include "record_room.h"
#include "run/accounts.h"

#define LOG_TEST_OFFSET 1700000000000000000LL /* UTC offset of all records */

/* What a source handed on. */
struct log_seen {
	struct sink sink;
	struct accounts accounts;
	struct run_meta meta; /* of the last describe */
	__u32 describes;
	__u32 records;
	__u32 *number; /* of each, as given to log_record() */
	__u64 lost;
	__u32 lost_cpu;       /* the last one told */
	__u64 complete_until; /* told last */
	__u32 completes;
	__u32 ticks;
	int (*on_tick)(struct log_seen *seen); /* may be NULL */
	void *context;
	__u32 enough; /* records after which no more are wanted, 0: never */
};

/* A record full of pseudo-random but sound data that depend on `number` alone; it is also its
 * sequence. */
void log_record(struct hdrtap_record *rec, __u32 number);

/* What its interface is called: "veth7" or "veth8"; NULL: it has another one. */
const char *log_interface(const struct hdrtap_record *rec);

/* A run with a random id and header elements. */
void log_meta(struct run_meta *meta);

/* A new directory, removed by the next call and at the end of the test. A static buffer. */
const char *log_temporary(void);

/* Options for `path` without any waiting. */
struct log_options log_test_options(const char *path);

/* Opens a log and describes `meta`. */
struct sink *log_open(const struct log_options *options, const struct run_meta *meta);
void log_put(struct sink *sink, __u32 first, __u32 count);
int log_write(struct sink *sink, const struct hdrtap_record *rec); /* as its write() */

/* Whatever waits becomes a batch on the disk (log_test_options() provided). */
void log_seal(struct sink *sink);
void log_done(struct sink *sink);

/* A log of `batches` batches of `each` records in one segment. Returns the segment's path, a static
 * buffer. */
const char *log_make(const char *path, enum log_codec codec, __u32 batches, __u32 each);

/* Path of the i-th segment in the directory; NULL: there are not so many. A static buffer. */
const char *log_segment(const char *path, __u32 i);
__u32 log_segments(const char *path);

/* Reads everything; checks every record against log_record(). Returns what log_source_run() does.
 */
int log_read(const char *path, struct log_seen *seen);
int log_read_options(const struct log_source_options *options, struct log_seen *seen);
void log_seen_free(struct log_seen *seen);

/* Checks that exactly the records from `first` on came, in order. */
void log_expect(const struct log_seen *seen, __u32 at, __u32 first, __u32 count);

/* Whole files. */
__u8 *log_load(const char *path, size_t *size);
void log_store(const char *path, const void *bytes, size_t size);

/* The i-th block of a segment of `size` bytes, NULL: there are not so many. */
struct log_block *log_block_at(__u8 *bytes, size_t size, __u32 i);

/* Gives a changed block the right checksums again; or one of that head length and length. */
void log_resum(void *block);
void log_resum_as(__u8 *block, size_t head, size_t length);

/* Bytes of a segment without the index at its end, which must be there. */
size_t log_without_index(__u8 *bytes, size_t size);

#endif
