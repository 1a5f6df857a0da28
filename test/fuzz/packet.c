/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One packet through the native build: its records are sound, its counters close, and it gives the
 * same records again.
 *
 * The first byte of the input says what the rest is: bits 0-2 how it begins, bit 3 which header
 * elements are chosen, bits 4-7 how much of the packet the capture cut.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "capture/native.h"
#include "record_check.h"
#include "record_room.h"

#define RECORDS_MAX 64
#define CUT_UNIT    61 /* bytes */

/* IPv4 with total length 0 and TCP: whatever follows is payload. */
static const __u8 segment[40] = { 0x45, [8] = 64, 6, [12] = 192, 0, 2, 1, [32] = 0x50, 0x18 };

static const struct {
	enum native_link link;
	__u16 protocol;
} begins[] = {
	{ NATIVE_ETHERNET, 0 },     { NATIVE_NETWORK, 0 },      { NATIVE_NETWORK, 0x0800 },
	{ NATIVE_NETWORK, 0x86dd }, { NATIVE_NETWORK, 0x8100 }, { NATIVE_NETWORK, 0x8847 },
	{ NATIVE_NETWORK, 0x8864 },
};

/* Small tables: they are made anew for each input. */
static const struct hdrtap_config config = {
	.sets = 1,
	.heads = 4,
	.early = 4,
	.tunnels = ~0,
	.links = ~0,
	.vxlan_port = HDRTAP_VXLAN_PORT,
	.geneve_port = HDRTAP_GENEVE_PORT,
};

struct run {
	union record_room record[RECORDS_MAX];
	__u32 count;
};

static int keep(void *context, const struct hdrtap_record *rec)
{
	struct run *run = context;

	assert(run->count < RECORDS_MAX);
	run->record[run->count++] = *record_room(rec);
	return 0;
}

static void check_records(const struct run *run, const struct native_packet *packet, __u64 sequence)
{
	__u32 i, heads = 0;

	for (i = 0; i < run->count; i++) {
		record_check(&run->record[i].rec);
		assert(run->record[i].rec.sequence == sequence + i);
		assert(run->record[i].rec.hook == HDRTAP_HOOK_PCAP);
		heads += run->record[i].rec.head_length;
	}
	assert(heads <= packet->captured);
}

/* The same packet again in another parser gives the same; in the same parser, nothing new. */
static void parse_again(const struct native_packet *packet, const struct native_options *options)
{
	static union record_room first[RECORDS_MAX];
	struct run *run = options->context;
	struct native *again = native_new(options);
	__u32 i, count = run->count;

	assert(again);
	memcpy(first, run->record, count * sizeof(first[0]));
	run->count = 0;
	native_packet(again, packet);
	native_finish(again);
	assert(run->count == count);
	for (i = 0; i < count; i++)
		assert(!memcmp(&first[i], &run->record[i], sizeof(first[i])));
	native_free(again);
}

static void parse(const struct native_packet *packet, const struct hdrtap_settings *settings)
{
	static struct run run;
	struct native_options options = {
		.settings = settings,
		.config = &config,
		.emit = keep,
		.context = &run,
	};
	struct native *native = native_new(&options);

	assert(native);
	run.count = 0;
	native_packet(native, packet);
	native_finish(native);
	check_records(&run, packet, 0);
	counters_check(native_counters(native), 1, run.count);
	parse_again(packet, &options);
	native_free(native);
}

int LLVMFuzzerTestOneInput(const __u8 *input, size_t size)
{
	size_t begin = size ? input[0] & 7 : 0, headers = 0;
	struct native_packet packet = { 0 };
	__u8 *bytes;

	if (!size)
		return 0;
	if (begin < sizeof(begins) / sizeof(begins[0])) {
		packet.link = begins[begin].link;
		packet.protocol = begins[begin].protocol;
	} else {
		packet.link = NATIVE_NETWORK;
		headers = sizeof(segment);
	}
	packet.captured = headers + size - 1;
	packet.length = packet.captured + (input[0] >> 4) * CUT_UNIT;
	bytes = malloc(packet.captured + 1);
	assert(bytes);
	packet.data = bytes + 1; /* so that the packet ends where the memory does */
	memcpy(bytes + 1, segment, headers);
	memcpy(bytes + 1 + headers, input + 1, size - 1);
	parse(&packet, fuzz_settings(input[0] >> 3 & 1));
	free(bytes);
	return 0;
}
