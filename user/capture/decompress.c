/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One row per compression. The libraries differ in how they say that a frame ended: each row's
 * function makes `inside` of it.
 */
#include "capture/decompress.h"

#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define ZSTD_WINDOW_LOG 23 /* 8 MiB: what every level without --ultra or --long stays within */

#define FRAME_BEGIN 7 /* bytes that a frame of either has at least */

struct decompress {
	const struct decompress_kind *kind;
	bool inside;
	const char *why;
	size_t wants; /* bytes of zstd or lz4; 0: the begin of a frame */
	union {
		z_stream zlib;
		ZSTD_DStream *zstd;
		LZ4F_dctx *lz4;
	};
};

struct decompress_kind {
	__u8 magic[DECOMPRESS_MAGIC_MAX];
	__u8 magic_size;
	__u8 any; /* bits of the first byte that may be anything */
	const char *damaged, *early;
	bool (*begin)(struct decompress *d); /* false: out of memory */
	int (*some)(struct decompress *d, struct decompress_step *step);
	void (*end)(struct decompress *d);
};

static void took(struct decompress_step *step, size_t in, size_t out)
{
	step->in += in;
	step->in_size -= in;
	step->out += out;
	step->out_size -= out;
}

static bool gzip_begin(struct decompress *d)
{
	return inflateInit2(&d->zlib, 15 + 16) == Z_OK; /* 16: gzip */
}

static int gzip_some(struct decompress *d, struct decompress_step *step)
{
	z_stream *zlib = &d->zlib;
	int status;

	if (!d->inside)
		inflateReset(zlib);
	d->inside = true;
	zlib->next_in = (__u8 *)step->in;
	zlib->avail_in = step->in_size;
	zlib->next_out = step->out;
	zlib->avail_out = step->out_size;
	status = inflate(zlib, Z_NO_FLUSH);
	took(step, step->in_size - zlib->avail_in, step->out_size - zlib->avail_out);
	if (status == Z_STREAM_END)
		d->inside = false;
	return status == Z_STREAM_END || status == Z_OK || status == Z_BUF_ERROR ? 0 : -1;
}

static void gzip_end(struct decompress *d)
{
	inflateEnd(&d->zlib);
}

static bool zstd_begin(struct decompress *d)
{
	d->zstd = ZSTD_createDStream();
	return d->zstd &&
	       !ZSTD_isError(ZSTD_DCtx_setParameter(d->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
}

/*
 * Where zstd and lz4 find damage they do not tell what they made before in the same call. So they
 * get no more at a time than they ask for: a block, or what ends the frame.
 */
static size_t wanted(const struct decompress *d, const struct decompress_step *step)
{
	size_t wants = d->wants ? d->wants : FRAME_BEGIN;

	return step->in_size < wants ? step->in_size : wants;
}

/* `wants`: what the library asks for next, 0: the frame ended. It asks for another frame also when
 * nothing was there. */
static void went_on(struct decompress *d, struct decompress_step *step, size_t in, size_t out,
		    size_t wants)
{
	took(step, in, out);
	d->wants = wants;
	if (!wants)
		d->inside = false;
	else if (in || out)
		d->inside = true;
}

static int zstd_some(struct decompress *d, struct decompress_step *step)
{
	ZSTD_inBuffer in = { step->in, wanted(d, step), 0 };
	ZSTD_outBuffer out = { step->out, step->out_size, 0 };
	size_t wants = ZSTD_decompressStream(d->zstd, &out, &in);

	if (ZSTD_isError(wants)) {
		took(step, in.pos, out.pos);
		if (ZSTD_getErrorCode(wants) == ZSTD_error_frameParameter_windowTooLarge)
			d->why = "its zstd data need a window of more than 8 MiB (zstd -dc does "
				 "that)";
		return -1;
	}
	went_on(d, step, in.pos, out.pos, wants);
	return 0;
}

static void zstd_end(struct decompress *d)
{
	ZSTD_freeDStream(d->zstd);
}

static bool lz4_begin(struct decompress *d)
{
	return !LZ4F_isError(LZ4F_createDecompressionContext(&d->lz4, LZ4F_VERSION));
}

static int lz4_some(struct decompress *d, struct decompress_step *step)
{
	size_t in = wanted(d, step), out = step->out_size;
	size_t wants = LZ4F_decompress(d->lz4, step->out, &out, step->in, &in, NULL);

	if (LZ4F_isError(wants))
		return -1;
	went_on(d, step, in, out, wants);
	return 0;
}

static void lz4_end(struct decompress *d)
{
	LZ4F_freeDecompressionContext(d->lz4);
}

static const struct decompress_kind kinds[] = {
	{ .magic = { 0x1f, 0x8b },
	  .magic_size = 2,
	  .damaged = "the gzip data are damaged",
	  .early = "the gzip data end early",
	  .begin = gzip_begin,
	  .some = gzip_some,
	  .end = gzip_end },
	{ .magic = { 0x28, 0xb5, 0x2f, 0xfd },
	  .magic_size = 4,
	  .damaged = "the zstd data are damaged",
	  .early = "the zstd data end early",
	  .begin = zstd_begin,
	  .some = zstd_some,
	  .end = zstd_end },
	/* A frame that is to be skipped; lz4 has the same. pzstd begins with one. */
	{ .magic = { 0x50, 0x2a, 0x4d, 0x18 },
	  .magic_size = 4,
	  .any = 0x0f,
	  .damaged = "the zstd data are damaged",
	  .early = "the zstd data end early",
	  .begin = zstd_begin,
	  .some = zstd_some,
	  .end = zstd_end },
	{ .magic = { 0x04, 0x22, 0x4d, 0x18 },
	  .magic_size = 4,
	  .damaged = "the lz4 data are damaged",
	  .early = "the lz4 data end early",
	  .begin = lz4_begin,
	  .some = lz4_some,
	  .end = lz4_end },
};

const struct decompress_kind *decompress_kind(const __u8 *begin, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct decompress_kind *kind = &kinds[i];

		if (size >= kind->magic_size && (begin[0] & ~kind->any) == kind->magic[0] &&
		    !memcmp(begin + 1, kind->magic + 1, kind->magic_size - 1))
			return kind;
	}
	return NULL;
}

struct decompress *decompress_new(const struct decompress_kind *kind)
{
	struct decompress *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->kind = kind;
	d->why = kind->damaged;
	if (kind->begin(d))
		return d;
	decompress_free(d);
	return NULL;
}

void decompress_free(struct decompress *d)
{
	if (!d)
		return;
	d->kind->end(d);
	free(d);
}

int decompress_some(struct decompress *d, struct decompress_step *step)
{
	return d->kind->some(d, step);
}

bool decompress_inside(const struct decompress *d)
{
	return d->inside;
}

const char *decompress_why(const struct decompress *d)
{
	return d->why;
}

const char *decompress_early(const struct decompress *d)
{
	return d->kind->early;
}
