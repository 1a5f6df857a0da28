/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "captures.h"

#include <lz4frame.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <criterion/criterion.h>

#include <hdrtap/config.h>

#include "run/elements.h"
#include "said.h"

static void put(struct capture_file *f, const void *bytes, size_t size)
{
	cr_assert_leq(f->size + size, sizeof(f->bytes));
	memcpy(f->bytes + f->size, bytes, size);
	f->size += size;
}

static void put16(struct capture_file *f, __u16 value)
{
	if (f->big_endian)
		value = __builtin_bswap16(value);
	put(f, &value, sizeof(value));
}

static void put32(struct capture_file *f, __u32 value)
{
	if (f->big_endian)
		value = __builtin_bswap32(value);
	put(f, &value, sizeof(value));
}

void pcap_file(struct capture_file *f, __u32 linktype)
{
	put32(f, f->nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
	put16(f, 2);
	put16(f, 4);
	put32(f, 0);
	put32(f, 0);
	put32(f, 65535);
	put32(f, linktype);
}

void pcap_record(struct capture_file *f, const struct packet *p, __u32 captured)
{
	put32(f, CAPTURE_SECONDS);
	put32(f, f->nanoseconds ? 123456789 : 123456);
	put32(f, captured);
	put32(f, p->size);
	put(f, p->bytes, captured);
}

void pcapng_section(struct capture_file *f)
{
	put32(f, 0x0a0d0d0a);
	put32(f, 28);
	put32(f, 0x1a2b3c4d);
	put16(f, 1);
	put16(f, 0);
	put32(f, 0xffffffff);
	put32(f, 0xffffffff);
	put32(f, 28);
}

void pcapng_interface(struct capture_file *f, __u16 linktype)
{
	__u32 length = f->nanoseconds ? 32 : 20;

	put32(f, 1);
	put32(f, length);
	put16(f, linktype);
	put16(f, 0);
	put32(f, 65535);
	if (f->nanoseconds) {
		put16(f, 9); /* if_tsresol */
		put16(f, 1);
		put(f, "\x09\0\0\0", 4);
		put32(f, 0); /* end of options */
	}
	put32(f, length);
}

void pcapng_packet(struct capture_file *f, __u32 interface, const struct packet *p)
{
	__u64 time = f->nanoseconds ? CAPTURE_NS : CAPTURE_US_NS / 1000;
	__u32 padding = -p->size & 3, length = 32 + p->size + padding;

	put32(f, 6);
	put32(f, length);
	put32(f, interface);
	put32(f, time >> 32);
	put32(f, time & 0xffffffff);
	put32(f, p->size);
	put32(f, p->size);
	put(f, p->bytes, p->size);
	put(f, "\0\0\0", padding);
	put32(f, length);
}

void pcapng_simple(struct capture_file *f, const struct packet *p)
{
	__u32 padding = -p->size & 3, length = 16 + p->size + padding;

	put32(f, 3);
	put32(f, length);
	put32(f, p->size);
	put(f, p->bytes, p->size);
	put(f, "\0\0\0", padding);
	put32(f, length);
}

void compress_gzip(struct capture_file *to, const void *from, size_t size)
{
	z_stream zlib = { 0 };

	cr_assert_eq(deflateInit2(&zlib, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
	zlib.next_in = (__u8 *)from;
	zlib.avail_in = size;
	zlib.next_out = to->bytes;
	zlib.avail_out = sizeof(to->bytes);
	cr_assert_eq(deflate(&zlib, Z_FINISH), Z_STREAM_END);
	to->size = zlib.total_out;
	deflateEnd(&zlib);
}

void compress_zstd(struct capture_file *to, const void *from, size_t size)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	size_t made;

	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
	made = ZSTD_compress2(zstd, to->bytes, sizeof(to->bytes), from, size);
	cr_assert(!ZSTD_isError(made));
	to->size = made;
	ZSTD_freeCCtx(zstd);
}

void compress_lz4(struct capture_file *to, const void *from, size_t size)
{
	const LZ4F_preferences_t preferences = {
		.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled,
	};
	/* its bound is for the worst case, which does not come */
	size_t room = LZ4F_compressFrameBound(size, &preferences);
	__u8 *bytes = malloc(room);
	size_t made = LZ4F_compressFrame(bytes, room, from, size, &preferences);

	cr_assert(!LZ4F_isError(made) && made <= sizeof(to->bytes));
	memcpy(to->bytes, bytes, made);
	to->size = made;
	free(bytes);
}

void compress_file(struct capture_file *f, compress_bytes compress)
{
	struct capture_file plain = *f;

	compress(f, plain.bytes, plain.size);
}

struct keeper {
	struct sink sink;
	struct outcome *out;
};

static int keeper_describe(struct sink *sink, const struct run_meta *meta)
{
	struct keeper *keeper = (struct keeper *)sink;

	cr_assert_geq(meta->slot_count, HDRTAP_SLOT_NAMES);
	keeper->out->described++;
	return 0;
}

static int keeper_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
			const char *interface)
{
	struct outcome *out = ((struct keeper *)sink)->out;

	cr_assert_eq(out->described, 1);
	cr_assert_eq(utc_offset, 0);
	cr_assert_null(interface);
	if (out->refuse)
		return out->refuse;
	cr_assert(rec->time >= out->complete || rec->flags & HDRTAP_FLAG(LATE));
	cr_assert_lt(out->records, RECORDS_MAX);
	out->record[out->records++] = *record_room(rec);
	return out->enough && out->records >= out->enough ? SINK_ENOUGH : 0;
}

/* What is told never goes back, and later records are not older unless they say so. */
static int keeper_complete(struct sink *sink, __u64 until, __s64 utc_offset)
{
	struct outcome *out = ((struct keeper *)sink)->out;

	cr_assert_eq(utc_offset, 0);
	cr_assert_gt(until, out->complete);
	out->complete = until;
	return 0;
}

static int keeper_tick(struct sink *sink)
{
	struct outcome *out = ((struct keeper *)sink)->out;

	out->ticks++;
	if (out->on_tick)
		out->on_tick(out);
	return 0;
}

static const struct sink_ops keeper_ops = {
	.describe = keeper_describe,
	.write = keeper_write,
	.complete = keeper_complete,
	.tick = keeper_tick,
};

static int signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void capture_run_options(struct outcome *out, const struct pcap_options *options)
{
	struct keeper keeper = { .sink = { &keeper_ops }, .out = out };
	const struct settings_options both = {
		.kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE,
	};
	struct run_meta meta;
	struct source source = {
		.sink = &keeper.sink,
		.meta = &meta,
		.settings = &both,
		.accounts = &out->accounts,
		.signal_fd = signals(),
	};

	cr_assert_geq(source.signal_fd, 0);
	cr_assert_eq(run_meta_init(&meta), 0);
	elements_default(&meta);
	said_begin();
	out->result = pcap_source_run(options, &source);
	out->said = said_end();
	close(source.signal_fd);
}

/* With small tables: many runs are short, and the sanitizers look at every byte that is cleared. */
void capture_run(struct outcome *out, const struct capture_file *f, const char *filter)
{
	struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;
	struct pcap_options options = { .filter = filter, .config = &config };
	int fd = memfd_create("capture", MFD_CLOEXEC);
	char path[64];

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, f->bytes, f->size), f->size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.path = path;
	config.sets = config.heads = config.early = 64;
	capture_run_options(out, &options);
	close(fd);
}

__u64 capture_packets(const struct outcome *out)
{
	__u64 sum = 0;

#define X_ADD(symbol, ...) sum += out->accounts.kernel.count[HDRTAP_COUNTER_##symbol];
	HDRTAP_PACKET_COUNTERS(X_ADD)
	return sum;
}
