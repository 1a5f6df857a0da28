/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "streams.h"

#include <string.h>

#include <criterion/criterion.h>

#include "run/elements.h"

#define HEADERS 40

struct streams streams;

static int keep(void *context, const struct hdrtap_record *rec)
{
	(void)context;
	cr_assert_lt(streams.count, STREAMS_RECORDS_MAX);
	streams.record[streams.count++] = *record_room(rec);
	return 0;
}

static void begin(__u32 heads, __u32 early, __u32 kinds)
{
	struct hdrtap_config config = { .sets = 1, .heads = heads, .early = early };
	struct native_options options = { .config = &config, .emit = keep };
	struct hdrtap_settings settings = { 0 };
	struct run_meta meta;

	cr_assert_eq(run_meta_init(&meta), 0);
	elements_default(&meta);
	cr_assert_eq(elements_build(&settings.elements, &meta, kinds, 1), 0);
	options.settings = &settings;
	streams = (struct streams){ .native = native_new(&options), .time = 1000000000000 };
	cr_assert_not_null(streams.native);
}

void streams_begin(__u32 heads, __u32 early)
{
	begin(heads, early, 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE);
}

void streams_begin_kind(enum hdrtap_kind kind)
{
	begin(4, 4, 1 << kind);
}

__u64 streams_counted(enum hdrtap_counter counter)
{
	return native_counters(streams.native)->count[counter];
}

void streams_finish(void)
{
	__u64 fates = 0;

	cr_assert_eq(native_finish(streams.native), 0);
#define X_ADD(symbol, ...) fates += streams_counted(HDRTAP_COUNTER_##symbol);
	HDRTAP_HEAD_COUNTERS(X_ADD)
	cr_assert_eq(fates, 2 * streams_counted(HDRTAP_COUNTER_HEADS));
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_IN_PROGRESS), 0);
	cr_assert_eq(streams_counted(HDRTAP_COUNTER_EMITTED), streams.count);
}

void streams_end(void)
{
	streams_finish();
	native_free(streams.native);
}

static void put16(__u8 *to, __u16 value)
{
	to[0] = value >> 8;
	to[1] = value & 0xff;
}

/* IPv4 with total length 0, as segmentation offload leaves it: the payload may be of any size. */
static void make_headers(__u8 *headers, const struct segment *s)
{
	static const __u8 addresses[2][4] = { { 192, 0, 2, 1 }, { 198, 51, 100, 2 } };

	headers[0] = 0x45;
	headers[8] = 64;
	headers[9] = 6;
	memcpy(headers + 12, addresses[s->answer], 4);
	memcpy(headers + 16, addresses[!s->answer], 4);
	put16(headers + 20, s->answer ? 80 : s->port);
	put16(headers + 22, s->answer ? s->port : 80);
	put16(headers + 24, s->sequence >> 16);
	put16(headers + 26, s->sequence & 0xffff);
	put16(headers + 28, s->acknowledged >> 16);
	put16(headers + 30, s->acknowledged & 0xffff);
	headers[32] = 0x50;
	headers[33] = s->flags;
	if (s->answer || !(s->flags & STREAMS_SYN))
		headers[33] |= 0x10; /* ACK */
}

void streams_segment(const struct segment *s)
{
	static __u8 bytes[131072];
	struct native_packet packet = {
		.data = bytes,
		.length = HEADERS + s->size,
		.captured = HEADERS + s->size - s->cut,
		.link = NATIVE_NETWORK,
		.direction = s->direction,
		.ifindex = s->ifindex,
		.no_time = s->no_time,
	};

	cr_assert_leq(packet.length, sizeof(bytes));
	memset(bytes, 0, HEADERS);
	make_headers(bytes, s);
	if (s->size)
		memcpy(bytes + HEADERS, s->payload, s->size);
	streams.time += 1000000;
	packet.time = s->no_time ? 0 : streams.time;
	cr_assert_eq(native_packet(streams.native, &packet), 0);
}

struct connection connection_open(__u16 port, __u32 sequence)
{
	struct connection c = { .port = port, .client = sequence, .server = 5000 };

	streams_segment(
		&(struct segment){ .port = port, .sequence = c.client - 1, .flags = STREAMS_SYN });
	streams_segment(&(struct segment){
		.port = port, .sequence = c.server - 1, .flags = STREAMS_SYN, .answer = true });
	return c;
}

/* What one side sends next. */
static struct segment next_segment(const struct connection *c, bool answer)
{
	return (struct segment){
		.port = c->port,
		.answer = answer,
		.sequence = answer ? c->server : c->client,
		.acknowledged = answer ? c->client : c->server,
	};
}

static void says(struct connection *c, const char *text, bool answer)
{
	struct segment s = next_segment(c, answer);

	s.payload = text;
	s.size = strlen(text);
	streams_segment(&s);
	if (answer)
		c->server += s.size;
	else
		c->client += s.size;
}

void client_says(struct connection *c, const char *text)
{
	says(c, text, false);
}

void server_says(struct connection *c, const char *text)
{
	says(c, text, true);
}

void client_flags(const struct connection *c, __u8 flags)
{
	struct segment s = next_segment(c, false);

	s.flags = flags;
	streams_segment(&s);
}

void server_flags(const struct connection *c, __u8 flags)
{
	struct segment s = next_segment(c, true);

	s.flags = flags;
	streams_segment(&s);
}
