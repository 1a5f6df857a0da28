/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "captures.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <zlib.h>

#include <criterion/criterion.h>

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

void gzip_file(struct capture_file *f)
{
	struct capture_file plain = *f;
	z_stream zlib = { 0 };

	cr_assert_eq(deflateInit2(&zlib, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
	zlib.next_in = plain.bytes;
	zlib.avail_in = plain.size;
	zlib.next_out = f->bytes;
	zlib.avail_out = sizeof(f->bytes);
	cr_assert_eq(deflate(&zlib, Z_FINISH), Z_STREAM_END);
	f->size = zlib.total_out;
	deflateEnd(&zlib);
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

static int keeper_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset)
{
	struct outcome *out = ((struct keeper *)sink)->out;

	cr_assert_eq(out->described, 1);
	cr_assert_eq(utc_offset, 0);
	if (out->refuse)
		return out->refuse;
	cr_assert_lt(out->records, RECORDS_MAX);
	out->record[out->records++] = *record_room(rec);
	return out->enough && out->records >= out->enough ? SINK_ENOUGH : 0;
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
	run_meta_free(&meta);
	close(source.signal_fd);
}

void capture_run(struct outcome *out, const struct capture_file *f, const char *filter)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct pcap_options options = { .filter = filter };
	char path[64];

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, f->bytes, f->size), f->size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.path = path;
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
