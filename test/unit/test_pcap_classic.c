/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/capture/pcap_classic.c beside libpcap on the same files: the same packets, and the same is
 * wrong. */
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "capture/pcap_classic.h"

#define LARGEST 262144 /* bytes of a packet */
#define PACKETS 40

static FILE *file;
static bool swapped;

static void setup(void)
{
	file = fdopen(memfd_create("capture", 0), "w+");
	cr_assert(file);
}

static void teardown(void)
{
	fclose(file);
}

TestSuite(pcap_classic, .init = setup, .fini = teardown);

static void put32(__u32 value)
{
	if (swapped)
		value = __builtin_bswap32(value);
	cr_assert_eq(fwrite(&value, sizeof(value), 1, file), 1);
}

static void put_head(__u32 magic, __u32 snaplen, __u32 linktype)
{
	rewind(file);
	cr_assert_eq(ftruncate(fileno(file), 0), 0);
	put32(magic);
	put32(swapped ? 2 << 16 | 4 : 4 << 16 | 2);
	put32(0);
	put32(0);
	put32(snaplen);
	put32(linktype);
}

static void put_packet(__u32 captured, __u32 length)
{
	static __u8 bytes[LARGEST + 1];

	put32(rand());
	put32(rand() % 1000000);
	put32(captured);
	put32(length);
	for (__u32 i = 0; i < captured; i += 1 + rand() % 64)
		bytes[i] = rand();
	cr_assert_eq(fwrite(bytes, captured, 1, file), captured > 0);
}

static int do_not_pause(void *context)
{
	(void)context;
	return 0;
}

/* The file once more, from its begin. */
static int open_again(void)
{
	char path[32];

	cr_assert_eq(fflush(file), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	return open(path, O_RDONLY);
}

static struct pcap_input *input(void)
{
	struct pcap_input_options options = {
		.fd = open_again(),
		.signal_fd = -1,
		.pause = do_not_pause,
	};
	struct pcap_input *made = pcap_input_new(&options);

	cr_assert(made);
	return made;
}

static pcap_t *reference(void)
{
	FILE *again = fdopen(open_again(), "r");
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap;

	pcap = pcap_fopen_offline_with_tstamp_precision(again, PCAP_TSTAMP_PRECISION_NANO, why);
	cr_assert(pcap, "%s", why);
	return pcap;
}

/* Reads both to the end. Returns what both end with, 0 or -1. */
static int same_packets(__u32 expected)
{
	struct pcap_input *in = input();
	struct pcap_classic classic;
	struct pcap_packet packet;
	struct pcap_pkthdr *other;
	const __u8 *other_data;
	int got, other_got;
	__u32 count = 0;
	pcap_t *pcap;

	cr_assert(pcap_classic_open(&classic, in));
	pcap = reference();
	cr_assert_eq(classic.dlt, pcap_datalink(pcap));
	for (;; count++) {
		got = pcap_classic_next(&classic, &packet);
		other_got = pcap_next_ex(pcap, &other, &other_data);
		if (got != 1)
			break;
		cr_assert_eq(other_got, 1, "%u: %s", count, pcap_geterr(pcap));
		cr_assert_eq(packet.time, other->ts.tv_sec * 1000000000ULL + other->ts.tv_usec);
		cr_assert_eq(packet.length, other->len);
		cr_assert_eq(packet.captured, other->caplen);
		cr_assert_eq(packet.dlt, classic.dlt);
		cr_assert(!memcmp(packet.data, other_data, packet.captured));
	}
	cr_assert_eq(count, expected);
	cr_assert_eq(other_got, got ? PCAP_ERROR : PCAP_ERROR_BREAK);
	pcap_close(pcap);
	pcap_input_free(in);
	return got;
}

Test(pcap_classic, packets_of_all_sizes)
{
	static const __u32 sizes[] = { 0, 1, 60, 1514, 65535, LARGEST - 1, LARGEST };
	static const __u32 snaplens[] = { 0, 1, 96, 65535, LARGEST, 0x7fffffff };

	srand(1);
	for (int round = 0; round < 24; round++) {
		swapped = round & 1;
		put_head(round & 2 ? 0xa1b2c3d4 : 0xa1b23c4d, snaplens[round % 6],
			 round & 4 ? 1 : 101);
		for (int i = 0; i < PACKETS; i++) {
			__u32 size = sizes[rand() % 7];

			put_packet(size, rand() & 1 ? size : size + rand() % 9000);
		}
		cr_assert_eq(same_packets(PACKETS), 0);
	}
}

Test(pcap_classic, a_packet_that_is_too_large)
{
	for (int round = 0; round < 2; round++) {
		swapped = round;
		put_head(0xa1b2c3d4, LARGEST, 1);
		put_packet(100, 100);
		put_packet(LARGEST + 1, LARGEST + 1);
		cr_assert_eq(same_packets(1), -1);
	}
}

Test(pcap_classic, what_is_left_to_libpcap)
{
	static const struct {
		__u32 magic, linktype;
	} heads[] = {
		{ 0xa1b2cd34, 1 }, /* packets with longer heads */
		{ 0x0a0d0d0a, 1 }, /* pcapng */
		{ 0xa1b2c3d4, 105 }, { 0xa1b2c3d4, 12 }, { 0xa1b2c3d4, 0x14000001 },
	};
	struct pcap_classic classic;
	struct pcap_input *in;

	for (size_t i = 0; i < 2 * sizeof(heads) / sizeof(*heads); i++) {
		swapped = i & 1;
		put_head(heads[i / 2].magic, 65535, heads[i / 2].linktype);
		in = input();
		cr_assert(!pcap_classic_open(&classic, in));
		cr_assert_eq(pcap_input_left(in), 24); /* nothing was taken */
		pcap_input_free(in);
	}
}
