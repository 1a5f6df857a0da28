/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A capture file, compressed or not, in whichever format its first bytes claim: packets stay inside
 * what was read, and what the native build makes of them is sound.
 */
#include <assert.h>
#include <stdint.h>

#include "capture/native.h"
#include "capture/pcap_file.h"
#include "record_check.h"

/* Small tables: they are made anew for each input. */
static const struct hdrtap_config config = {
	.sets = 4,
	.heads = 8,
	.early = 4,
	.tunnels = ~0,
	.links = ~0,
	.vxlan_port = HDRTAP_VXLAN_PORT,
	.geneve_port = HDRTAP_GENEVE_PORT,
};

static int check(void *context, const struct hdrtap_record *rec)
{
	__u64 *records = context;

	record_check(rec);
	assert(rec->sequence == *records);
	assert(!(rec->flags & HDRTAP_FLAG(NO_TIME)) || !rec->latency);
	++*records;
	return 0;
}

static void parse(struct pcap_file *file)
{
	__u64 records = 0, packets = 0;
	struct native_options options = {
		.settings = fuzz_settings(0),
		.config = &config,
		.emit = check,
		.context = &records,
	};
	struct native *native = native_new(&options);
	struct native_packet packet;
	volatile __u8 last;
	int got;

	assert(native);
	while ((got = pcap_file_next(file, &packet)) == 1) {
		assert(packet.captured <= packet.length);
		assert(packet.no_time || packet.time <= INT64_MAX);
		assert(packet.direction < HDRTAP_DIRECTION_MAX);
		for (__u32 i = 0; i < packet.captured; i++)
			last = packet.data[i];
		packets++;
		native_packet(native, &packet);
	}
	(void)last;
	assert(got <= 0);
	native_finish(native);
	counters_check(native_counters(native), packets, records);
	native_free(native);
}

int LLVMFuzzerTestOneInput(const __u8 *input, size_t size)
{
	const struct pcap_file_options options = {
		.path = "/dev/null", /* nothing follows what has begun */
		.input = { .signal_fd = -1, .begun = input, .begun_size = size },
	};
	struct pcap_file *file;

	if (size && !pcap_file_open(&file, &options)) {
		parse(file);
		pcap_file_close(file);
	}
	return 0;
}
