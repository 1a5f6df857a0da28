/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One file after the other, in the order of their names; of each, one block after the other. A
 * segment is over when its end was reached while a later one was already there, because the writer
 * never goes back to it. Whether the last one is still being written is a question to the
 * directory's lock.
 */
#include "log_read/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "log/log_block.h"
#include "log/log_dir.h"
#include "log_read/log_blocks.h"

#define NO_EVENT   (LOG_EVENT_IDLE + 1)
#define LIST_IDLES 5 /* the directory is looked at every so many fruitless tries */

struct log_reader {
	const struct log_source_options *options;
	struct log_decoder *decoder;
	int dir;       /* -1: a stream */
	bool one_file; /* of the directory, `name` */
	char *one_name;
	struct log_names names;
	char name[LOG_NAME_SIZE]; /* of the segment in a directory last opened, "" before the first
				   */
	char *where;              /* of the file, for messages */
	int fd;                   /* -1: none open */
	struct log_blocks blocks;
	bool final; /* a later segment is there: this one is complete */
	unsigned int idles;
	struct log_block head; /* of the segment before, length 0: none */
	bool damaged;
	struct log_batch batch;
};

static int no_memory(void)
{
	return fail(ENOMEM, "cannot read the record log: out of memory; end other programs");
}

static int cannot_read(const char *path, int err)
{
	return fail(-err,
		    "cannot read %s: %s; give a directory, a segment or a stream that you "
		    "may read",
		    path, strerror(-err));
}

/* Begins to read an open file; `fd` is taken over, also on failure. */
static int begin_file(struct log_reader *r, int fd, const char *name)
{
	const char *path = r->options->path;
	size_t begun = r->dir < 0 ? r->options->begun_size : 0;

	free(r->where);
	r->where = NULL;
	r->fd = fd;
	r->final = false;
	r->idles = 0;
	if (name ? asprintf(&r->where, "%s/%s", path, name) < 0 : !(r->where = strdup(path)))
		return no_memory();
	return log_blocks_init(&r->blocks, fd, r->options->begun, begun) ? no_memory() : 0;
}

static void end_file(struct log_reader *r)
{
	log_blocks_free(&r->blocks);
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static int open_dir(struct log_reader *r, const char *path)
{
	int err;

	r->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->dir < 0)
		return cannot_read(path, -errno);
	err = log_dir_list(r->dir, &r->names);
	if (err)
		return cannot_read(path, err);
	if (!r->names.count && !r->options->follow)
		return fail(ENOENT,
			    "cannot read %s: it holds no segment (*%s); give the directory "
			    "hdrtap -w wrote to",
			    path, LOG_SUFFIX);
	return 0;
}

/* A segment on its own; its directory tells whether it is being written. */
static int open_segment(struct log_reader *r, const char *path, int fd)
{
	const char *slash = strrchr(path, '/');
	char *parent = slash ? strndup(path, slash - path + 1) : strdup(".");

	r->one_name = strdup(slash ? slash + 1 : path);
	if (!parent || !r->one_name) {
		free(parent);
		close(fd);
		return no_memory();
	}
	r->one_file = true;
	r->dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(parent);
	return begin_file(r, fd, NULL);
}

static int open_path(struct log_reader *r, const char *path)
{
	struct stat st;
	int fd;

	if (!strcmp(path, "-")) {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		return fd < 0 ? cannot_read(path, -errno) : begin_file(r, fd, NULL);
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return cannot_read(path, -errno);
	if (S_ISREG(st.st_mode))
		return open_segment(r, path, fd);
	if (!S_ISDIR(st.st_mode))
		return begin_file(r, fd, NULL);
	close(fd);
	return open_dir(r, path);
}

int log_reader_open(struct log_reader **reader, const struct log_source_options *options)
{
	struct log_reader *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return no_memory();
	r->options = options;
	r->dir = r->fd = -1;
	r->decoder = log_decoder_new();
	err = r->decoder ? open_path(r, options->path) : no_memory();
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
	end_file(r);
	if (r->dir >= 0)
		close(r->dir);
	log_names_free(&r->names);
	log_decoder_free(r->decoder);
	free(r->one_name);
	free(r->where);
	free(r);
}

static int damaged(struct log_reader *r, __u64 at, __u64 size, const char *what)
{
	r->damaged = true;
	return fail(EBADMSG, "cannot read all of %s: bytes %llu to %llu %s; they were passed over",
		    r->where, at, at + size - 1, what);
}

/* Nobody may still write the file. */
static bool is_complete(const struct log_reader *r)
{
	const char *name = r->one_file ? r->one_name : r->name;
	struct log_names names = { 0 };
	bool newest;

	if (r->dir < 0 || r->final || !log_dir_has_writer(r->dir))
		return true;
	newest = !log_dir_list(r->dir, &names) && log_names_behind(&names, name) == names.count;
	log_names_free(&names);
	return !newest;
}

/* What is left at the end of a file. */
static int report_end(struct log_reader *r)
{
	const struct log_blocks *b = &r->blocks;
	bool no_head = !b->current.length;

	if (b->torn) {
		if (no_head && !b->skipped && (r->one_file || r->dir < 0))
			return fail(EBADMSG,
				    "cannot read %s: it is empty; give what hdrtap -w wrote",
				    r->where);
		if (b->skipped && is_complete(r))
			warn_line("cannot read all of %s: the last %llu bytes, from byte %llu on, "
				  "are no whole batch, "
				  "as after a crash; they were passed over",
				  r->where, b->skipped, b->skipped_at);
		return 0;
	}
	if (no_head && !b->headed)
		return fail(EBADMSG,
			    "cannot read %s: it does not begin as a segment of a record "
			    "log or a record stream does; give what hdrtap -w wrote",
			    r->where);
	if (no_head)
		return fail(EBADMSG,
			    "cannot read %s: its segment head is damaged, so nobody knows "
			    "what its records mean; they are left out",
			    r->where);
	return damaged(r, b->skipped_at, b->skipped, "are damaged");
}

/* Segments of one run that were deleted, or never copied. */
static void report_missing(struct log_reader *r, const struct log_block *head)
{
	bool same_run = !memcmp(head->run_id, r->head.run_id, sizeof(head->run_id));

	if (r->head.length && same_run && head->segment > r->head.segment + 1)
		warn_line("%s: %u segments of this run before it are missing; their records are "
			  "left out",
			  r->where, head->segment - r->head.segment - 1);
	r->head = *head;
}

/* Returns an event or -errno (said). */
static int take_head(struct log_reader *r)
{
	const struct log_blocks *b = &r->blocks;
	int changed = log_decode_head(r->decoder, b->block, r->where);

	report_missing(r, &b->current);
	if (changed == -EBADMSG) {
		fail(EBADMSG,
		     "cannot read %s: its segment head contradicts itself; its records are left "
		     "out",
		     r->where);
		r->damaged = true;
		end_file(r);
		return NO_EVENT;
	}
	if (changed < 0)
		return changed;
	return changed ? LOG_EVENT_META : NO_EVENT;
}

static int take_batch(struct log_reader *r)
{
	const struct log_blocks *b = &r->blocks;

	if (!log_decode_batch(r->decoder, b->block, &r->batch))
		return LOG_EVENT_BATCH;
	damaged(r, b->offset, b->length,
		"are a batch that contradicts itself; its records are left out");
	return NO_EVENT;
}

static int take_block(struct log_reader *r)
{
	__u16 kind = log_block_kind(r->blocks.block);

	if (kind == LOG_KIND_SEGMENT)
		return take_head(r);
	if (kind == LOG_KIND_BATCH)
		return take_batch(r);
	if (kind & LOG_KIND_OPTIONAL)
		return NO_EVENT;
	return fail(ENOTSUP,
		    "cannot read %s: it holds a block of kind %u that this hdrtap does not know; "
		    "use a newer hdrtap",
		    r->where, kind);
}

/* Goes on in the open file. Returns an event or -errno (said). */
static int next_block(struct log_reader *r)
{
	struct log_blocks *b = &r->blocks;
	int result = log_blocks_next(b, r->final || !r->options->follow);

	if (result < 0) {
		r->damaged = true;
		cannot_read(r->where, result);
		result = LOG_BLOCKS_END;
	} else if (result == LOG_BLOCKS_END && report_end(r)) {
		r->damaged = true;
	}
	if (result == LOG_BLOCKS_END)
		end_file(r);
	if (result == LOG_BLOCKS_WAIT)
		return LOG_EVENT_IDLE;
	if (result != LOG_BLOCKS_FOUND)
		return NO_EVENT;
	r->idles = 0;
	if (b->skipped)
		damaged(r, b->skipped_at, b->skipped, "are damaged");
	return take_block(r);
}

/* Looks for new segments. True when there are some behind the one last opened. */
static bool list_again(struct log_reader *r)
{
	return r->idles++ % LIST_IDLES == 0 && !log_dir_list(r->dir, &r->names) &&
	       log_names_behind(&r->names, r->name) < r->names.count;
}

/* Opens the segment behind the last one. Returns an event or -errno (said). */
static int next_file(struct log_reader *r)
{
	size_t next = log_names_behind(&r->names, r->name);
	int fd;

	if (r->dir < 0 || r->one_file)
		return LOG_EVENT_END;
	if (next == r->names.count) {
		if (r->options->follow)
			return list_again(r) ? NO_EVENT : LOG_EVENT_IDLE;
		return LOG_EVENT_END;
	}
	memcpy(r->name, r->names.name[next], sizeof(r->name));
	fd = openat(r->dir, r->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		return begin_file(r, fd, r->name) ? -ENOMEM : NO_EVENT;
	if (errno != ENOENT) { /* deleted since, to keep the log small */
		fail(errno, "cannot read %s/%s: %s; its records are left out", r->options->path,
		     r->name, strerror(errno));
		r->damaged = true;
	}
	return NO_EVENT;
}

int log_reader_next(struct log_reader *r)
{
	int event = NO_EVENT;

	while (event == NO_EVENT) {
		event = r->fd >= 0 ? next_block(r) : next_file(r);
		if (event == LOG_EVENT_IDLE && r->fd >= 0 && r->dir >= 0 && !r->one_file &&
		    list_again(r)) {
			r->final = true;
			event = NO_EVENT;
		}
	}
	return event == LOG_EVENT_END && r->damaged ? -EBADMSG : event;
}

const struct run_meta *log_reader_meta(const struct log_reader *r)
{
	return log_decoder_meta(r->decoder);
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
	return r->dir < 0 ? r->fd : -1;
}
