/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sink of a directory: decides when a batch is sealed, when it is written, when a segment ends
 * and when the disk has to confirm. A disk that is full or broken is an episode with a beginning
 * and an end, each reported once. Records are refused rather than dropped later, so that whoever
 * hands them over can count exactly.
 */
#include "log_write/log_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "log_write/log_encode.h"
#include "log_write/log_files.h"

#define NS_PER_MS            1000000ULL
#define RETRY_MS             250
#define SEGMENT_SIZE_DEFAULT (64ULL << 20)
#define SEGMENTS_KEPT        4 /* so many at least fit into `keep` */

struct log_writer {
	struct sink sink;
	struct log_options options; /* path is ours, group is not kept */
	struct log_encoder *encoder;
	struct log_files files;
	__u64 begun; /* when the open segment was, 0: a new one is to come */
	__u32 segment;
	__u64 synced; /* when everything was ordered to the disk last */
	bool syncing; /* what came of it is not known yet */
	int failing;  /* -errno since when nothing can be written, 0: it works */
	bool sync_said;
	__u64 retry;   /* when to try next */
	__u64 refused; /* records of this episode */
	bool described;
};

static bool expired(__u64 since, __u64 ms)
{
	return clock_boottime() - since >= ms * NS_PER_MS;
}

static const char *write_advice(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return "free some space";
	case EFBIG:
		return "raise its limit on the size of files (ulimit -f, prlimit --fsize), and "
		       "restart it with a smaller --segment-size";
	default:
		return "let this user write there again";
	}
}

/* Something went wrong at `path`: reported when it is new. */
static int begin_episode(struct log_writer *w, int err)
{
	if (!w->failing)
		fail(-err,
		     "cannot write to %s: %s; %s: hdrtap keeps up to %u MiB until "
		     "then, and loses records beyond that",
		     w->options.path, strerror(-err), write_advice(-err), LOG_PENDING_MAX >> 20);
	w->failing = err;
	w->retry = clock_boottime() + RETRY_MS * NS_PER_MS;
	return err;
}

static void end_episode(struct log_writer *w)
{
	if (w->failing)
		warn_line("writing to %s works again; %llu records were lost", w->options.path,
			  w->refused);
	w->failing = 0;
	w->refused = 0;
}

/* Begins a new segment with the next batch when this one is large or old enough. */
static void rotate(struct log_writer *w)
{
	if (w->segment != w->files.segment || !w->begun) {
		w->segment = w->files.segment;
		w->begun = clock_boottime();
	}
	if (!w->files.filled)
		return;
	if (w->files.end >= w->options.segment_size ||
	    (w->options.segment_age_ms && expired(w->begun, w->options.segment_age_ms)))
		log_encoder_rotate(w->encoder);
}

/* Writes all sealed blocks. */
static int flush(struct log_writer *w)
{
	size_t size, taken;
	const __u8 *blocks = log_encoder_blocks(w->encoder, &size);
	int err;

	if (!size)
		return 0;
	err = log_files_write(&w->files, blocks, size, &taken);
	log_encoder_taken(w->encoder, taken);
	if (err)
		return begin_episode(w, err);
	end_episode(w);
	rotate(w);
	return 0;
}

/* As flush(), but not all the time while it does not work. */
static int try_flush(struct log_writer *w)
{
	if (w->failing && clock_boottime() < w->retry)
		return w->failing;
	return flush(w);
}

static int log_describe(struct sink *sink, const struct run_meta *meta)
{
	struct log_writer *w = (struct log_writer *)sink;
	int err = log_encoder_describe(w->encoder, meta);

	if (err == -ENOSPC) {
		err = try_flush(w);
		if (!err)
			err = log_encoder_describe(w->encoder, meta);
	}
	if (err < 0)
		return err;
	if (err)
		w->begun = 0;
	err = try_flush(w);
	if (err && !w->described)
		return err;
	w->described = true;
	return 0;
}

static int log_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		     const char *interface)
{
	struct log_writer *w = (struct log_writer *)sink;
	size_t sealed;
	int err = log_encoder_add(w->encoder, rec, utc_offset, interface);

	if (err) {
		err = try_flush(w);
		if (!err)
			err = log_encoder_add(w->encoder, rec, utc_offset, interface);
	}
	if (err) {
		log_encoder_lost(w->encoder, rec->cpu, LOG_LOSS_STORAGE, 1);
		w->refused++;
		return err;
	}
	log_encoder_blocks(w->encoder, &sealed);
	if (sealed && !w->failing)
		flush(w);
	return 0;
}

static int log_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct log_writer *w = (struct log_writer *)sink;

	log_encoder_lost(w->encoder, cpu, LOG_LOSS_BEFORE, count);
	return 0;
}

static int log_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct log_writer *w = (struct log_writer *)sink;

	log_encoder_complete(w->encoder, until, utc_offset);
	return 0;
}

/* Something may have come of the orders. */
static void sync_done(struct log_writer *w, int err)
{
	if (!w->syncing && !err)
		return;
	if (err && !w->sync_said)
		warn_line("cannot sync %s/%s to disk: %s; check the disk", w->files.path,
			  w->files.name, strerror(-err));
	w->sync_said = err;
	w->syncing = false;
	if (err)
		w->files.dirty = w->files.is_new = true;
}

static void sync_disk(struct log_writer *w)
{
	int err = log_files_sync(&w->files);

	w->syncing = true;
	w->synced = clock_boottime();
	if (err)
		sync_done(w, err);
}

static void watch_disk(struct log_writer *w)
{
	if (log_sync_busy(w->files.sync))
		return;
	sync_done(w, log_sync_result(w->files.sync));
	if (w->files.dirty && expired(w->synced, w->options.sync_ms))
		sync_disk(w);
}

static int log_tick(struct sink *sink)
{
	struct log_writer *w = (struct log_writer *)sink;
	__u64 since = log_encoder_since(w->encoder);

	if (since && expired(since, w->options.batch_age_ms))
		log_encoder_seal(w->encoder);
	if (!since && expired(log_encoder_sealed(w->encoder), w->options.carry_ms))
		log_encoder_carry(w->encoder);
	try_flush(w);
	watch_disk(w);
	return 0;
}

static void log_free(struct log_writer *w)
{
	log_encoder_free(w->encoder);
	free((char *)w->options.path);
	free(w);
}

static int log_close(struct sink *sink)
{
	struct log_writer *w = (struct log_writer *)sink;
	int err = flush(w);

	if (!err) {
		log_encoder_carry(w->encoder);
		err = flush(w);
	}
	if (err)
		fail(-err, "cannot write the last %llu records to %s: %s; they are lost",
		     log_encoder_records(w->encoder), w->options.path, strerror(-err));
	if (w->options.unwritten)
		*w->options.unwritten = log_encoder_records(w->encoder);
	log_files_end(&w->files);
	sync_disk(w);
	log_sync_wait(w->files.sync);
	sync_done(w, log_sync_result(w->files.sync));
	log_files_close(&w->files);
	log_free(w);
	return err;
}

static const struct sink_ops log_ops = {
	.describe = log_describe,
	.write = log_write,
	.lost = log_lost,
	.complete = log_complete,
	.tick = log_tick,
	.close = log_close,
};

static __u64 segment_size(const struct log_options *options)
{
	__u64 most = options->keep ? options->keep / SEGMENTS_KEPT : SEGMENT_SIZE_DEFAULT;

	if (options->segment_size)
		return options->segment_size;
	return most < SEGMENT_SIZE_DEFAULT ? most : SEGMENT_SIZE_DEFAULT;
}

int log_options_check(const struct log_options *options, const char *sizes_place,
		      const char *group_place)
{
	gid_t group;

	if (options->keep && segment_size(options) > options->keep / 2)
		return fail(EINVAL,
			    "cannot keep %llu bytes in segments of %llu%s: segments are "
			    "deleted whole; choose smaller segments or keep more",
			    options->keep, segment_size(options), sizes_place);
	return log_files_group(&group, options->group, group_place);
}

int sink_log_open(struct sink **sink, const struct log_options *options)
{
	struct log_writer *w = calloc(1, sizeof(*w));
	int err = -ENOMEM;

	if (w) {
		w->sink.ops = &log_ops;
		w->options = *options;
		w->options.segment_size = segment_size(options);
		w->options.path = strdup(options->path);
		w->encoder = log_encoder_new(options->codec);
		if (w->options.path && w->encoder)
			err = 0;
	}
	if (err)
		fail(ENOMEM, "cannot write to %s: out of memory; free some memory", options->path);
	if (!err)
		err = log_options_check(options, "", "");
	if (!err)
		err = log_files_open(&w->files, w->options.path, options->group);
	if (err) {
		if (w)
			log_free(w);
		return err;
	}
	w->files.keep.limit = w->options.keep;
	*sink = &w->sink;
	return 0;
}
