/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Segments of two connections through the native build with a table of its smallest size: records
 * are sound and the accounts close, whatever the segments are. And segments of one stream in an
 * order that has to be put right: the same records as in their own order.
 *
 * Input: a byte whose bit 0 chooses between the two, bit 1 the header elements; a byte that says
 * how many steps follow; the steps; the text that the segments are cut from.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "capture/native.h"
#include "record_check.h"
#include "record_room.h"

#define HEADERS     40
#define STEPS_MAX   64
#define TEXT_MAX    4096
#define ORDERED_MAX 384 /* bytes: no more heads in them than are read of one packet */
#define RECORDS_MAX 128
#define WAIT_NS     50000000ULL

#define SYN 0x02
#define ACK 0x10

/* One segment. */
struct step {
	__u8 which; /* bit 0: from the server, 1: the other connection, 2: the other hook direction
		     */
	__u8 flags; /* of TCP */
	__u8 offset[2]; /* of the sequence number from the stream's first; little-endian, signed */
	__u8 length;    /* bytes of the text */
	__u8 cut;       /* bytes that were not captured */
	__u8 wait;      /* WAIT_NS since the last one */
	__u8 acknowledged; /* bytes of the other direction; 0: of unknown number */
};

struct run {
	struct native *native;
	__u64 time;
	__u64 packets;
	__u32 count; /* records */
	union record_room record[RECORDS_MAX];
};

static const __u32 first_number[] = { 0xffffff80, 5000 };

static int keep(void *context, const struct hdrtap_record *rec)
{
	struct run *run = context;

	record_check(rec);
	if (run->count < RECORDS_MAX)
		run->record[run->count] = *record_room(rec);
	run->count++;
	return 0;
}

static void begin(struct run *run, __u8 options)
{
	static const struct hdrtap_config config = { .sets = 1, .heads = 2, .early = 4 };

	run->time = 1000000000000;
	run->packets = 0;
	run->count = 0;
	run->native = native_new(&(struct native_options){
		.settings = fuzz_settings(options >> 1 & 1),
		.config = &config,
		.emit = keep,
		.context = run,
	});
	assert(run->native);
}

static void end(struct run *run)
{
	native_finish(run->native);
	counters_check(native_counters(run->native), run->packets, run->count);
	native_free(run->native);
}

static void put32(__u8 *to, __u32 value)
{
	value = __builtin_bswap32(value);
	memcpy(to, &value, sizeof(value));
}

/* IPv4 with total length 0, between the port of the connection and port 80. */
static void make_headers(__u8 *headers, const struct step *step, __u32 sequence)
{
	__u8 which = step->which;
	__u32 client = 40000 + (which >> 1 & 1);

	headers[0] = 0x45;
	headers[9] = 6;
	headers[15] = 1 + (which & 1);
	headers[19] = 2 - (which & 1);
	put32(headers + 20, which & 1 ? 80 << 16 | client : client << 16 | 80);
	put32(headers + 24, sequence);
	headers[32] = 0x50;
	if (step->acknowledged)
		put32(headers + 28, first_number[~which & 1] + step->acknowledged);
	headers[33] = step->flags;
}

/* `offset`: of the segment's sequence number. The packet ends where its memory does. */
static void segment(struct run *run, const struct step *step, __s32 offset, const __u8 *payload,
		    __u32 size)
{
	__u32 sequence = first_number[step->which & 1] + offset - (step->flags & SYN ? 1 : 0);
	struct native_packet packet = {
		.captured = HEADERS + size - (step->cut < size ? step->cut : size),
		.length = HEADERS + size,
		.link = NATIVE_NETWORK,
		.direction = 1 + (step->which >> 2 & 1),
	};
	__u8 *bytes = calloc(1, packet.captured);

	assert(bytes);
	make_headers(bytes, step, sequence);
	memcpy(bytes + HEADERS, payload, packet.captured - HEADERS);
	run->time += step->wait * WAIT_NS;
	packet.time = run->time;
	packet.data = bytes;
	run->packets++;
	native_packet(run->native, &packet);
	free(bytes);
}

static void hostile(__u8 options, const struct step *steps, __u32 count, const __u8 *text,
		    __u32 size)
{
	static struct run run;

	begin(&run, options);
	for (__u32 i = 0; i < count; i++) {
		__s16 offset = steps[i].offset[0] | steps[i].offset[1] << 8;
		__u32 from = (__u16)offset % (size + 1), length = steps[i].length;

		if (length > size - from)
			length = size - from;
		segment(&run, &steps[i], offset, text + from, length);
	}
	end(&run);
}

/* The text in pieces as long as the steps say, three in turn in the order that the step says. */
static void deliver(struct run *run, __u8 options, const struct step *steps, __u32 count,
		    const __u8 *text, __u32 size, int ordered)
{
	static const __u8 orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					   { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	static const struct step open = { .flags = SYN },
				 answer = { .which = 1, .flags = SYN | ACK },
				 data = { .flags = ACK };
	__u32 from[STEPS_MAX + 4], length, i, j, at = 0;

	begin(run, options);
	segment(run, &open, 0, text, 0);
	segment(run, &answer, 0, text, 0);
	for (i = 0; i < count; i++) {
		length = 1 + steps[i].length;
		from[i] = at;
		at += length < size - at ? length : size - at;
	}
	for (; i < STEPS_MAX + 4; i++) { /* the last piece is the rest */
		from[i] = at;
		at = size;
	}
	for (i = 0; i + 3 < STEPS_MAX + 4; i += 3)
		for (j = 0; j < 3; j++) {
			__u32 n = i + (ordered ? j : orders[steps[i % STEPS_MAX].which % 6][j]);

			if (from[n + 1] > from[n])
				segment(run, &data, from[n], text + from[n], from[n + 1] - from[n]);
		}
	end(run);
}

/* Records up to the first one behind which nothing is sure. */
static __u32 sure(const struct run *run)
{
	__u32 i;

	for (i = 0; i < run->count && i < RECORDS_MAX; i++)
		if (run->record[i].rec.flags & HDRTAP_FLAG(RESYNC))
			break;
	return i;
}

static void disorder(__u8 options, const struct step *steps, __u32 count, const __u8 *text,
		     __u32 size)
{
	static struct run whole, ordered, other;

	deliver(&whole, options, steps, 0, text, size, 1);
	deliver(&ordered, options, steps, count, text, size, 1);
	deliver(&other, options, steps, count, text, size, 0);
	assert(sure(&ordered) == sure(&whole) && sure(&other) == sure(&whole));
	for (__u32 i = 0; i < sure(&whole); i++) {
		assert(!memcmp(&whole.record[i], &ordered.record[i], HDRTAP_RECORD_SIZE_DEFAULT));
		assert(!memcmp(&whole.record[i], &other.record[i], HDRTAP_RECORD_SIZE_DEFAULT));
	}
}

int LLVMFuzzerTestOneInput(const __u8 *input, size_t size)
{
	static struct step steps[STEPS_MAX];
	__u32 count, text;

	if (size < 2)
		return 0;
	count = input[1] % (STEPS_MAX + 1);
	text = 2 + count * sizeof(steps[0]);
	if (text > size)
		return 0;
	memset(steps, 0, sizeof(steps));
	memcpy(steps, input + 2, count * sizeof(steps[0]));
	size -= text;
	if (input[0] & 1)
		hostile(input[0], steps, count, input + text, size < TEXT_MAX ? size : TEXT_MAX);
	else
		disorder(input[0], steps, count, input + text,
			 size < ORDERED_MAX ? size : ORDERED_MAX);
	return 0;
}
