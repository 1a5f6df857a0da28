/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One file after the other; of each, one block after the other. A segment is over when its end was
 * reached while a later one was already there, because the writer never goes back to it. One block
 * may have several things to tell: they wait in a row and come out before it.
 */
#include "log_read/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/log_block.h"
#include "log_read/log_file.h"
#include "log_read/log_segments.h"

#define NO_EVENT    (LOG_EVENT_NOTICE + 1)
#define NOTICES_MAX 4 /* of one block: damage before it, segments missing, a bad head */

struct log_reader {
	struct log_segments segments;
	struct log_decoder *decoder;
	struct log_file file;
	__u64 batches; /* read */
	bool stream;
	bool follow;
	bool final;            /* a later segment is there: this one is complete */
	struct log_block head; /* of the segment before, length 0: none */
	bool damaged;
	struct log_batch batch;
	struct message notice[NOTICES_MAX];
	unsigned int notices, told; /* how many wait, and how many of them were told */
	int event;                  /* what they belong to */
	struct message error;
};

/* Where the next notice is written to. */
static struct message *notice(struct log_reader *r)
{
	return &r->notice[r->notices < NOTICES_MAX ? r->notices++ : NOTICES_MAX - 1];
}

static int no_memory(struct message *error)
{
	return message_set(error, ENOMEM,
			   "cannot read the record log: out of memory; free some memory");
}

static int cannot_read(struct message *error, const char *path, int err)
{
	return message_set(error, -err,
			   "cannot read %s: %s; give a directory, a segment or a stream "
			   "that you can read",
			   path, strerror(-err));
}

/* As log_file_begin(). A stream is read as it comes, also from a file: it need not stand at its
 * beginning. */
static int begin_file(struct log_reader *r, int fd, const __u8 *begun, size_t begun_size)
{
	int err = log_file_begin(&r->file, fd, begun, begun_size);

	r->final = false;
	r->segments.idles = 0;
	if (r->segments.dir < 0)
		r->file.blocks.spare = false;
	return err;
}

static int open_source(struct log_reader *r, const struct log_source_options *options,
		       struct message *message)
{
	bool stream = options->stream || !strcmp(options->path, "-");
	int fd, err;

	if (stream) {
		fd = fcntl(options->stream ? options->fd : STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		err = fd < 0 ? -errno : log_segments_stream(&r->segments, options->path);
	} else {
		err = log_segments_open(&r->segments, options->path, &fd);
	}
	if (!err && fd >= 0)
		err = begin_file(r, fd, options->begun, stream ? options->begun_size : 0);
	else if (fd >= 0)
		close(fd);
	if (err)
		return err == -ENOMEM ? no_memory(message)
				      : cannot_read(message, options->path, err);
	r->stream = r->segments.dir < 0 && r->file.blocks.pipe;
	if (r->file.fd < 0 && !r->segments.names.count && !r->follow)
		return message_set(message, ENOENT,
				   "cannot read %s: it holds no segment (*%s); give the "
				   "directory that hdrtap -w wrote to",
				   options->path, LOG_SUFFIX);
	return 0;
}

int log_reader_open(struct log_reader **reader, const struct log_source_options *options,
		    struct message *message)
{
	struct log_reader *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return no_memory(message);
	r->segments.dir = r->file.fd = -1;
	r->follow = options->follow;
	r->file.want = log_want(options->since, options->until, options->host);
	r->event = NO_EVENT;
	r->decoder = log_decoder_new();
	err = r->decoder ? open_source(r, options, message) : no_memory(message);
	if (err)
		log_reader_close(r);
	else
		*reader = r;
	return err;
}

void log_reader_close(struct log_reader *r)
{
	if (!r)
		return;
	log_file_end(&r->file);
	log_segments_close(&r->segments);
	log_decoder_free(r->decoder);
	free(r);
}

static void damaged(struct log_reader *r, __u64 at, __u64 size, const char *what)
{
	r->damaged = true;
	message_set(notice(r), EBADMSG,
		    "cannot read all of %s: bytes %llu to %llu %s; skipped them", r->segments.where,
		    at, at + size - 1, what);
}

/* A file none of which can be read. */
static void unreadable(struct log_reader *r, const char *why)
{
	r->damaged = true;
	message_set(notice(r), EBADMSG, "cannot read %s: %s", r->segments.where, why);
}

/* The beginning of a block, or zeros, at the end of a file. */
static void report_torn(struct log_reader *r)
{
	const struct log_blocks *b = &r->file.blocks;
	bool alone = r->segments.one_name || r->segments.dir < 0;

	if (!b->current.length && !b->skipped && alone)
		unreadable(r, "it is empty; give what hdrtap -w wrote");
	else if (b->skipped && (r->final || log_segments_complete(&r->segments)))
		message_set(notice(r), 0,
			    "cannot read all of %s: the last %llu bytes, from byte %llu "
			    "on, are an incomplete batch, as after a crash; skipped them",
			    r->segments.where, b->skipped, b->skipped_at);
}

/* What is left at the end of a file. */
static void report_end(struct log_reader *r)
{
	const struct log_blocks *b = &r->file.blocks;

	if (b->torn)
		report_torn(r);
	else if (b->current.length)
		damaged(r, b->skipped_at, b->skipped, "are damaged");
	else if (b->headed)
		unreadable(r, "its segment head is damaged, so its records cannot be interpreted; "
			      "skipped them");
	else
		unreadable(r, "it does not begin like a record log segment or a record stream; "
			      "give what hdrtap -w wrote");
}

/* Segments of one run that were deleted, or never copied. */
static void report_missing(struct log_reader *r, const struct log_block *head)
{
	bool same_run = !memcmp(head->run_id, r->head.run_id, sizeof(head->run_id));

	if (r->head.length && same_run && head->segment > r->head.segment + 1)
		message_set(notice(r), 0,
			    "%s: %u earlier segments of this run are missing; continuing "
			    "without them",
			    r->segments.where, head->segment - r->head.segment - 1);
	r->head = *head;
}

/* Returns an event or -errno. */
static int take_head(struct log_reader *r)
{
	const struct log_blocks *b = &r->file.blocks;
	int changed = log_decode_head(r->decoder, b->block, r->segments.where, &r->error);

	report_missing(r, &b->current);
	if (changed == -EBADMSG) {
		unreadable(r, "its segment head is inconsistent; skipped its records");
		log_file_end(&r->file);
		return NO_EVENT;
	}
	if (changed == -ENOMEM)
		return no_memory(&r->error);
	if (changed < 0)
		return changed;
	if (log_file_headed(&r->file))
		return no_memory(&r->error);
	return changed ? LOG_EVENT_META : NO_EVENT;
}

static int take_batch(struct log_reader *r)
{
	const struct log_blocks *b = &r->file.blocks;
	int err;

	if (log_file_pass_over(&r->file))
		return NO_EVENT;
	r->batches++;
	err = log_decode_batch(r->decoder, b->block, &r->batch);
	if (!err)
		return LOG_EVENT_BATCH;
	if (err == -ENOMEM)
		return no_memory(&r->error);
	damaged(r, b->offset, b->length, "are an inconsistent batch");
	return NO_EVENT;
}

/* Returns an event or -errno. */
static int take_block(struct log_reader *r)
{
	__u16 kind = log_block_kind(r->file.blocks.block);

	if (kind == LOG_KIND_SEGMENT)
		return take_head(r);
	if (kind == LOG_KIND_BATCH)
		return take_batch(r);
	if (kind & LOG_KIND_OPTIONAL)
		return NO_EVENT;
	return message_set(&r->error, ENOTSUP,
			   "cannot read %s: it holds a block of kind %u that this hdrtap does not "
			   "know; use a newer hdrtap",
			   r->segments.where, kind);
}

/* Goes on in the open file. Returns an event or -errno. */
static int next_block(struct log_reader *r)
{
	struct log_blocks *b = &r->file.blocks;
	int result = log_file_next(&r->file, r->final || !r->follow);

	if (result < 0) {
		r->damaged = true;
		cannot_read(notice(r), r->segments.where, result);
		log_file_end(&r->file);
		return NO_EVENT;
	}
	if (result == LOG_BLOCKS_END) {
		report_end(r);
		log_file_end(&r->file);
		return NO_EVENT;
	}
	if (result == LOG_BLOCKS_WAIT)
		return LOG_EVENT_IDLE;
	r->segments.idles = 0;
	if (b->skipped)
		damaged(r, b->skipped_at, b->skipped, "are damaged");
	return take_block(r);
}

/* Opens the segment behind the last one. Returns an event or -errno. */
static int next_file(struct log_reader *r)
{
	bool more = r->follow && r->segments.dir >= 0 && !r->segments.one_name;
	int fd = log_segments_next(&r->segments);

	if (fd >= 0)
		return begin_file(r, fd, NULL, 0) ? no_memory(&r->error) : NO_EVENT;
	switch (fd) {
	case -ENODATA:
		if (!more)
			return LOG_EVENT_END;
		return log_segments_again(&r->segments) ? NO_EVENT : LOG_EVENT_IDLE;
	case -ENOENT: /* deleted since, to keep the log small */
		return NO_EVENT;
	case -ENOMEM:
		return no_memory(&r->error);
	default:
		r->damaged = true;
		message_set(notice(r), -fd, "cannot read %s: %s; skipped its records",
			    r->segments.where, strerror(-fd));
		return NO_EVENT;
	}
}

static int next_event(struct log_reader *r)
{
	int event = r->file.fd >= 0 ? next_block(r) : next_file(r);

	if (event == LOG_EVENT_IDLE && r->file.fd >= 0 && log_segments_again(&r->segments)) {
		r->final = true;
		return NO_EVENT;
	}
	return event;
}

int log_reader_next(struct log_reader *r)
{
	int event;

	if (r->told == r->notices) {
		r->told = r->notices = 0;
		event = r->event;
		r->event = NO_EVENT;
		while (event == NO_EVENT && !r->notices)
			event = next_event(r);
		if (!r->notices)
			return event;
		r->event = event;
	}
	r->told++;
	return LOG_EVENT_NOTICE;
}

const char *log_reader_notice(const struct log_reader *r)
{
	return r->notice[r->told - 1].text;
}

const char *log_reader_error(const struct log_reader *r)
{
	return r->error.text;
}

bool log_reader_damaged(const struct log_reader *r)
{
	return r->damaged;
}

struct log_description *log_reader_description(const struct log_reader *r)
{
	return log_decoder_description(r->decoder);
}

const struct log_batch *log_reader_batch(const struct log_reader *r)
{
	return &r->batch;
}

const struct hdrtap_record *log_reader_record(struct log_reader *r, __u32 i)
{
	return log_decode_record(r->decoder, &r->batch, i);
}

int log_reader_fd(const struct log_reader *r)
{
	return r->stream ? r->file.fd : -1;
}

struct log_passed log_reader_passed(const struct log_reader *r)
{
	return r->file.passed;
}

struct log_read_counters log_reader_counters(const struct log_reader *r)
{
	return (struct log_read_counters){
		.bytes = log_file_bytes(&r->file),
		.batches = r->batches,
		.skipped = r->file.passed.batches,
	};
}
