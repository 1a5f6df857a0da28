/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sink of a pipe: the same blocks as in a segment, written as soon as they are sealed.
 */
#include "log_write/log_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "log_write/log_encode.h"
#include "sink/pipe_out.h"

#define BATCH_AGE_NS 100000000ULL
#define CARRY_NS     1000000000ULL /* until when all is there is written this often */

struct log_stream {
	struct sink sink;
	struct log_encoder *encoder;
	struct pipe_out out;
	int failed;    /* -errno for good: the reader's place in the stream is unknown */
	__u64 refused; /* 1: the encoder has a record that was not taken */
	__u64 *unwritten;
};

/* Bytes of the blocks that are whole within the first `size` bytes. */
static size_t whole_blocks(const __u8 *blocks, size_t size)
{
	size_t at = 0;

	while (at + sizeof(struct log_block) <= size &&
	       at + ((const struct log_block *)(blocks + at))->length <= size)
		at += ((const struct log_block *)(blocks + at))->length;
	return at;
}

static int flush(struct log_stream *s)
{
	size_t size, done;
	const __u8 *blocks = log_encoder_blocks(s->encoder, &size);

	if (s->failed || !size)
		return s->failed;
	s->failed = pipe_out_write(&s->out, blocks, size, &done);
	log_encoder_taken(s->encoder, whole_blocks(blocks, done));
	if (s->failed && s->failed != -EPIPE)
		fail(-s->failed,
		     "cannot write the record stream: %s; check its reader and "
		     "the free space",
		     strerror(-s->failed));
	return s->failed;
}

static int stream_describe(struct sink *sink, const struct run_meta *meta)
{
	struct log_stream *s = (struct log_stream *)sink;
	int err = log_encoder_describe(s->encoder, meta);

	return err < 0 ? err : flush(s);
}

static int stream_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
			const char *interface)
{
	struct log_stream *s = (struct log_stream *)sink;
	size_t sealed;

	if (s->failed)
		return s->failed;
	/* There is room: all was flushed. */
	log_encoder_add(s->encoder, rec, utc_offset, interface);
	log_encoder_blocks(s->encoder, &sealed);
	if (sealed && flush(s))
		s->refused = 1;
	return s->failed;
}

static int stream_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	struct log_stream *s = (struct log_stream *)sink;

	log_encoder_lost(s->encoder, cpu, LOG_LOSS_BEFORE, count);
	return 0;
}

static int stream_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct log_stream *s = (struct log_stream *)sink;

	log_encoder_complete(s->encoder, until, utc_offset);
	return 0;
}

static int stream_tick(struct sink *sink)
{
	struct log_stream *s = (struct log_stream *)sink;
	__u64 since = log_encoder_since(s->encoder), now = clock_boottime();

	if (since && now - since >= BATCH_AGE_NS)
		log_encoder_seal(s->encoder);
	if (!since && now - log_encoder_sealed(s->encoder) >= CARRY_NS)
		log_encoder_carry(s->encoder);
	if (!flush(s) && pipe_out_abandoned(&s->out))
		s->failed = -EPIPE;
	return s->failed;
}

static int stream_close(struct sink *sink)
{
	struct log_stream *s = (struct log_stream *)sink;
	int err;

	log_encoder_carry(s->encoder);
	err = flush(s);
	if (s->unwritten)
		*s->unwritten = log_encoder_records(s->encoder) - s->refused;
	log_encoder_free(s->encoder);
	free(s);
	return err;
}

static const struct sink_ops stream_ops = {
	.describe = stream_describe,
	.write = stream_write,
	.lost = stream_lost,
	.complete = stream_complete,
	.tick = stream_tick,
	.close = stream_close,
};

int sink_stream_open(struct sink **sink, int fd, __u64 *unwritten)
{
	struct log_stream *s = calloc(1, sizeof(*s));

	if (s)
		s->encoder = log_encoder_new(LOG_CODEC_ALL);
	if (!s || !s->encoder) {
		free(s);
		return fail(ENOMEM, "cannot write the record stream: out of memory; free some "
				    "memory");
	}
	s->sink.ops = &stream_ops;
	s->unwritten = unwritten;
	s->out.fd = fd;
	*sink = &s->sink;
	return 0;
}
