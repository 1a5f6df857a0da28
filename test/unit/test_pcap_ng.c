/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/capture/pcap_ng.c: beside libpcap where that reads the file, by itself where not; and what
 * it says of damage. */
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include <hdrtap/record.h>

#include "capture/pcap_ng.h"
#include "capture/pcap_ng_interface.h"

#define LARGEST 262144 /* bytes of a packet that are looked at */
#define ROOM    (4 << 20)

enum {
	SECTION = 0x0a0d0d0a,
	INTERFACE = 1,
	OBSOLETE = 2,
	SIMPLE = 3,
	ENHANCED = 6,
	UNKNOWN = 0x0bad
};

static __u8 bytes[ROOM];
static __u32 size, begun; /* of the block being written */
static bool swapped;

static void setup(void)
{
	size = 0;
	swapped = false;
}

TestSuite(pcap_ng, .init = setup);

/* --- writing --- */

static void put(const void *from, __u32 count)
{
	cr_assert_leq(size + count, ROOM);
	memcpy(bytes + size, from, count);
	size += count;
}

static void put16(__u16 value)
{
	value = swapped ? __builtin_bswap16(value) : value;
	put(&value, sizeof(value));
}

static void put32(__u32 value)
{
	value = swapped ? __builtin_bswap32(value) : value;
	put(&value, sizeof(value));
}

static void put64(__u64 value)
{
	value = swapped ? __builtin_bswap64(value) : value;
	put(&value, sizeof(value));
}

static void set32(__u32 at, __u32 value)
{
	value = swapped ? __builtin_bswap32(value) : value;
	memcpy(bytes + at, &value, sizeof(value));
}

static void fill(__u32 count)
{
	cr_assert_leq(size + count, ROOM);
	for (__u32 i = 0; i < count; i++)
		bytes[size++] = i * 7 + count;
}

static void pad(void)
{
	put("\0\0\0", -size & 3);
}

static void begin(__u32 type)
{
	begun = size;
	put32(type);
	put32(0);
}

static void end(void)
{
	pad();
	set32(begun + 4, size + 4 - begun);
	put32(size + 4 - begun);
}

static void section(void)
{
	begin(SECTION);
	put32(0x1a2b3c4d);
	put16(1);
	put16(0);
	put64(~0ULL);
	end();
}

static void option(__u16 code, const void *value, __u16 length)
{
	put16(code);
	put16(length);
	put(value, length);
	pad();
}

static void offset_option(__s64 offset)
{
	if (swapped)
		offset = __builtin_bswap64(offset);
	option(14, &offset, sizeof(offset));
}

/* `resolution` 0xff: without the option. */
static void interface(__u16 linktype, __u32 snaplen, __u8 resolution, __s64 offset)
{
	begin(INTERFACE);
	put16(linktype);
	put16(0);
	put32(snaplen);
	option(2, "eth0", 4);
	if (resolution != 0xff)
		option(9, &resolution, 1);
	if (offset)
		offset_option(offset);
	option(0, "", 0);
	end();
}

static void enhanced(__u32 which, __u64 ticks, __u32 captured, __u32 length)
{
	begin(ENHANCED);
	put32(which);
	put32(ticks >> 32);
	put32(ticks);
	put32(captured);
	put32(length);
	fill(captured);
	end();
}

static void obsolete(__u16 which, __u64 ticks, __u32 captured, __u32 length)
{
	begin(OBSOLETE);
	put16(which);
	put16(3);
	put32(ticks >> 32);
	put32(ticks);
	put32(captured);
	put32(length);
	fill(captured);
	end();
}

static void simple(__u32 captured, __u32 length)
{
	begin(SIMPLE);
	put32(length);
	fill(captured);
	end();
}

/* --- reading --- */

static int open_again(void)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	cr_assert_eq(write(fd, bytes, size), size);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

struct reading {
	struct pcap_input *input;
	struct pcap_ng *ng;
};

static struct reading open_reading(void)
{
	struct pcap_input_options options = { .fd = open_again(), .signal_fd = -1 };
	struct reading r = { .input = pcap_input_new(&options) };

	cr_assert(r.input);
	r.ng = pcap_ng_new(r.input);
	cr_assert(r.ng);
	return r;
}

static void close_reading(struct reading *r)
{
	pcap_ng_free(r->ng);
	pcap_input_free(r->input);
}

/* Reads all. Returns what it ended with; `packets` were before that, the last of them is `*last`.
 */
static int read_all(__u32 *packets, struct pcap_packet *last, char why[200])
{
	struct reading r = open_reading();
	struct pcap_packet packet;
	int got;

	for (*packets = 0; (got = pcap_ng_next(r.ng, &packet)) == 1; ++*packets)
		*last = packet;
	snprintf(why, 200, "%s", pcap_ng_why(r.ng));
	close_reading(&r);
	return got;
}

static void same_packets(__u32 expected)
{
	struct reading r = open_reading();
	struct pcap_packet packet;
	struct pcap_pkthdr *other;
	const __u8 *data;
	char why[PCAP_ERRBUF_SIZE];
	__u32 count;
	pcap_t *pcap;

	pcap = pcap_fopen_offline_with_tstamp_precision(fdopen(open_again(), "r"),
							PCAP_TSTAMP_PRECISION_NANO, why);
	cr_assert(pcap, "%s", why);
	for (count = 0; pcap_ng_next(r.ng, &packet) == 1; count++) {
		cr_assert_eq(pcap_next_ex(pcap, &other, &data), 1, "%s", pcap_geterr(pcap));
		cr_assert_eq(packet.dlt, pcap_datalink(pcap));
		cr_assert_eq(packet.captured, other->caplen);
		cr_assert_eq(packet.length, other->len);
		cr_assert(!memcmp(packet.data, data, packet.captured));
		if (!packet.no_time)
			cr_assert_eq(packet.time,
				     other->ts.tv_sec * 1000000000ULL + other->ts.tv_usec);
	}
	cr_assert_eq(count, expected);
	cr_assert_str_empty(pcap_ng_why(r.ng));
	cr_assert_neq(pcap_next_ex(pcap, &other, &data), 1);
	pcap_close(pcap);
	close_reading(&r);
}

Test(pcap_ng, beside_libpcap)
{
	static const __u8 resolutions[] = { 0xff, 0, 3, 6, 9, 0x80 | 10, 0x80 | 20 };
	static const __u32 sizes[] = { 0, 1, 2, 3, 60, 1514, 65535, LARGEST - 1, LARGEST };

	srand(1);
	for (int round = 0; round < 56; round++) {
		__u8 resolution = resolutions[round % 7];
		__u32 unit = resolution == 0xff ? 6 : resolution;
		__u64 second = 1;

		for (; unit < 0x80 && unit; unit--)
			second *= 10;
		if (unit & 0x80)
			second = 1ULL << (unit & 0x7f);
		size = 0;
		swapped = round & 1;
		section();
		interface(round & 2 ? 1 : 101, LARGEST, resolution, round & 4 ? -12345 : 0);
		for (int i = 0; i < 12; i++) {
			__u32 captured = sizes[rand() % 9];
			__u64 ticks = (1700000000 + rand() % 1000) * second + rand() % second;

			if (i % 3 == 0)
				enhanced(0, ticks, captured, captured + rand() % 100);
			else if (i % 3 == 1)
				obsolete(0, ticks, captured, captured + rand() % 100);
			else
				simple(captured, captured);
		}
		same_packets(12);
	}
}

Test(pcap_ng, interfaces_that_differ)
{
	struct pcap_packet last;
	char why[200];
	__u32 packets;

	section();
	interface(1, 65535, 0xff, 0);
	enhanced(0, 1, 60, 60);
	interface(101, 64, 9, 100);
	enhanced(1, 2000000005, 300, 300); /* longer than the snapshot length */
	cr_assert_eq(read_all(&packets, &last, why), 0, "%s", why);
	cr_assert_eq(packets, 2);
	cr_assert_eq(last.dlt, DLT_RAW);
	cr_assert_eq(last.captured, 300);
	cr_assert_eq(last.time, 102000000005ULL);
}

Test(pcap_ng, sections)
{
	struct pcap_packet last;
	char why[200];
	__u32 packets;

	section();
	interface(1, 0, 0xff, 0);
	enhanced(0, 1, 61, 61);
	swapped = true;
	section();
	interface(113, 0, 9, 0);
	enhanced(0, 7, 62, 62);
	cr_assert_eq(read_all(&packets, &last, why), 0, "%s", why);
	cr_assert_eq(packets, 2);
	cr_assert_eq(last.dlt, 113);
	cr_assert_eq(last.time, 7);
	section(); /* forgets interfaces */
	enhanced(0, 7, 62, 62);
	cr_assert_eq(read_all(&packets, &last, why), -1);
	cr_assert_eq(packets, 2);
	cr_assert(strstr(why, "interface 0, of which there is no description"), "%s", why);
}

Test(pcap_ng, directions)
{
	static const __u8 directions[] = { HDRTAP_DIRECTION_NONE, HDRTAP_DIRECTION_RECEIVE,
					   HDRTAP_DIRECTION_TRANSMIT, HDRTAP_DIRECTION_NONE };
	struct pcap_packet last;
	char why[200];
	__u32 packets;

	for (__u32 i = 0; i < 8; i++) {
		__u32 flags;

		size = 0;
		swapped = i & 4;
		flags = swapped ? __builtin_bswap32(i & 3) : i & 3;
		section();
		interface(1, 0, 0xff, 0);
		begin(ENHANCED);
		for (int field = 0; field < 3; field++)
			put32(0);
		put32(61);
		put32(61);
		fill(61);
		pad();
		option(1, "odd", 3);
		option(2, &flags, 4);
		end();
		cr_assert_eq(read_all(&packets, &last, why), 0, "%s", why);
		cr_assert_eq(last.direction, directions[i & 3]);
	}
}

Test(pcap_ng, times)
{
	static const struct {
		__u8 resolution;
		__s64 offset;
		__u64 ticks;
		bool known;
		__u64 time;
	} rows[] = {
		{ 6, 0, 1700000000123456, true, 1700000000123456000 },
		{ 9, 0, INT64_MAX, true, INT64_MAX },
		{ 9, 0, 1ULL << 63, false, 0 },
		{ 9, 1, INT64_MAX - 1000000000, true, INT64_MAX },
		{ 9, 1, INT64_MAX - 999999999, false, 0 },
		{ 6, -1, 1000000, true, 0 },
		{ 6, -1, 999999, false, 0 },
		{ 6, INT64_MIN, ~0ULL, false, 0 },
		{ 0, INT64_MAX, ~0ULL, false, 0 },
		{ 0, INT64_MIN, ~0ULL, false, 0 },
		{ 0, 0, 1700000000, true, 1700000000000000000 },
		{ 12, 0, 1234567890123, true, 1234567890 },
		{ 127, 0, ~0ULL, true, 0 },
		{ 0xff, 0, ~0ULL, true, 0 },
		{ 0x80, 0, 17, true, 17000000000 },
		{ 0x80 | 1, 0, 3, true, 1500000000 },
		{ 0x80 | 64, 5, 1ULL << 63, true, 5500000000 },
		{ 0x80 | 93, 0, ~0ULL, true, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pcap_ng_interface interface = { .resolution = rows[i].resolution,
						       .offset = rows[i].offset };
		__u64 time = 0;

		cr_assert_eq(pcap_ng_interface_time(&interface, rows[i].ticks, &time),
			     rows[i].known, "row %zu", i);
		cr_assert_eq(time, rows[i].time, "row %zu: %llu", i, time);
	}
}

/* Blocks larger than what can be had in one piece: passed over, their packets read all the same. */
Test(pcap_ng, giant_blocks)
{
	struct pcap_packet last;
	char why[200];
	__u32 packets, wrong;

	section();
	interface(1, 0, 0xff, 0);
	begin(UNKNOWN);
	fill(1000000);
	end();
	enhanced(0, 1, 61, 61);
	begin(ENHANCED);
	for (int field = 0; field < 3; field++)
		put32(0);
	put32(LARGEST + 4);
	put32(LARGEST + 4);
	fill(LARGEST + 4);
	for (int comment = 0; comment < 40; comment++) {
		put16(1);
		put16(60000);
		fill(60000);
	}
	end();
	wrong = size - 4;
	enhanced(0, 1, 62, 62);
	cr_assert_eq(read_all(&packets, &last, why), 0, "%s", why);
	cr_assert_eq(packets, 3);
	cr_assert_eq(last.captured, 62);
	bytes[wrong] ^= 4;
	cr_assert_eq(read_all(&packets, &last, why), -1);
	cr_assert_eq(packets, 2);
	cr_assert_eq(last.captured, LARGEST);
	cr_assert_eq(last.length, LARGEST + 4);
	cr_assert(strstr(why, "at its end"), "%s", why);
}

Test(pcap_ng, cut_everywhere)
{
	__u32 offset[5], whole, packets, good;
	struct pcap_packet last;
	char why[200], where[40];

	section();
	offset[0] = size;
	interface(1, 0, 0xff, 0);
	offset[1] = size;
	enhanced(0, 1, 61, 61);
	offset[2] = size;
	simple(62, 62);
	offset[3] = size;
	obsolete(0, 3, 63, 63);
	offset[4] = whole = size;
	for (size = 0; size <= whole; size++) {
		for (good = 0; good < 5 && size >= offset[good]; good++)
			;
		if (!size || (good && size == offset[good - 1])) {
			cr_assert_eq(read_all(&packets, &last, why), 0, "at %u: %s", size, why);
			cr_assert_str_empty(why);
		} else {
			cr_assert_eq(read_all(&packets, &last, why), -1, "at %u", size);
			snprintf(where, sizeof(where), "the block at byte %u ",
				 good ? offset[good - 1] : 0);
			cr_assert(strstr(why, where) && strstr(why, "file"), "at %u: %s", size,
				  why);
		}
		cr_assert_eq(packets, good > 2 ? good - 2 : 0, "at %u", size);
	}
}

struct damage {
	__u32 at; /* from the begin of the second packet's block; the first one is good */
	__u32 value;
	const char *why;
};

static void damages(const struct damage *rows, size_t count, void (*packet)(void))
{
	struct pcap_packet last;
	char why[200], where[40];
	__u32 packets, second;

	for (size_t i = 0; i < 2 * count; i++) {
		size = 0;
		swapped = i & 1;
		section();
		interface(1, 1000, 0xff, 0);
		enhanced(0, 1, 61, 61);
		second = size;
		packet();
		set32(second + rows[i / 2].at, rows[i / 2].value);
		cr_assert_eq(read_all(&packets, &last, why), -1, "row %zu", i / 2);
		cr_assert_eq(packets, 1);
		snprintf(where, sizeof(where), "the block at byte %u ", second);
		cr_assert(strstr(why, where), "%s", why);
		cr_assert(strstr(why, rows[i / 2].why), "row %zu: %s", i / 2, why);
	}
}

static void one_enhanced(void)
{
	enhanced(0, 5, 100, 100);
}

static void one_simple(void)
{
	simple(100, 100);
}

static void one_section(void)
{
	section();
}

/* Numbers of 16 bits stand in one of 32, as a block has them. */
static __u32 two(__u16 first, __u16 second)
{
	return swapped ? (__u32)first << 16 | second : (__u32)second << 16 | first;
}

Test(pcap_ng, damaged_blocks)
{
	static const struct damage rows[] = {
		{ 4, 0, "claims to have 0 bytes" },
		{ 4, 8, "claims to have 8 bytes" },
		{ 4, 130, "claims to have 130 bytes" },
		{ 4, 0xffffffff, "claims to have 4294967295 bytes" },
		{ 4, 0xfffffffc, "has 4294967292 bytes, and the file ends before them" },
		{ 4, 136, "the file ends before them" },
		{ 4, 128, "bytes at its begin and" },
		{ 4, 12, "bytes at its begin and" },
		{ 128, 128, "has 132 bytes at its begin and 128 at its end" },
		{ 8, 1, "interface 1, of which there is no description" },
		{ 8, 0xffffffff, "interface 4294967295, of" },
		{ 20, 101, "has 132 bytes, and a packet of 101 in them" },
		{ 20, 0xfffffff0, "a packet of 4294967280 in them" },
		{ 20, 0xffffffff, "a packet of 4294967295 in them" },
	};

	damages(rows, sizeof(rows) / sizeof(rows[0]), one_enhanced);
}

Test(pcap_ng, damaged_sections)
{
	static const struct damage rows[] = {
		{ 8, 0x1a2b3c4e, "not with the byte-order magic" },
		{ 4, 24, "bytes at its begin and" },
	};

	damages(rows, 2, one_section);
}

Test(pcap_ng, unknown_versions)
{
	struct pcap_packet last;
	char why[200];
	__u32 packets;

	for (int i = 0; i < 2; i++) {
		size = 0;
		swapped = i;
		section();
		set32(12, two(1, 2)); /* is read */
		cr_assert_eq(read_all(&packets, &last, why), 0, "%s", why);
		set32(12, two(2, 0));
		cr_assert_eq(read_all(&packets, &last, why), -1);
		cr_assert(strstr(why, "version 2, which is not known"), "%s", why);
	}
}

Test(pcap_ng, damaged_simple_packets)
{
	static const struct damage rows[] = {
		{ 8, 101, "a packet of 101 in them" },
		{ 8, 0xffffffff, "a packet of 1000 in them" }, /* the snapshot length */
	};

	damages(rows, 2, one_simple);
}

/* The two words at `at` of an interface's description; that is the second one, what is before it is
 * good. */
static void damaged_interface(__u32 at, __u16 first, __u16 second, const char *expected)
{
	struct pcap_packet last;
	char why[200];
	__u32 packets, block;

	for (int i = 0; i < 2; i++) {
		size = 0;
		swapped = i;
		section();
		interface(1, 0, 0xff, 0);
		enhanced(0, 1, 61, 61);
		block = size;
		interface(1, 0, 6, 77);
		set32(block + at, two(first, second));
		cr_assert_eq(read_all(&packets, &last, why), -1);
		cr_assert_eq(packets, 1);
		cr_assert(strstr(why, expected), "%s", why);
	}
}

Test(pcap_ng, damaged_interfaces)
{
	damaged_interface(16, 2, 65535, "an option longer than the block");
	damaged_interface(24, 9, 2, "resolution is not one byte");
	damaged_interface(32, 14, 4, "offset is not eight bytes");
	damaged_interface(32, 14, 100, "an option longer than the block");
}

Test(pcap_ng, too_many_interfaces)
{
	struct pcap_packet last;
	char why[200];
	__u32 packets;

	section();
	for (int i = 0; i < PCAP_NG_INTERFACES_MAX; i++) {
		begin(INTERFACE);
		put32(1);
		put32(0);
		end();
	}
	enhanced(PCAP_NG_INTERFACES_MAX - 1, 1, 61, 61);
	cr_assert_eq(read_all(&packets, &last, why), 0, "%s", why);
	cr_assert_eq(packets, 1);
	begin(INTERFACE);
	put32(1);
	put32(0);
	end();
	cr_assert_eq(read_all(&packets, &last, why), -1);
	cr_assert(strstr(why, "one interface more than 65536"), "%s", why);
}

Test(pcap_ng, reads_ahead_to_the_packets)
{
	struct reading r;

	section();
	interface(1, 0, 0xff, 0);
	interface(113, 0, 0xff, 0);
	enhanced(0, 1, 61, 61);
	interface(101, 0, 0xff, 0);
	r = open_reading();
	cr_assert(pcap_ng_begins(r.input));
	cr_assert_eq(pcap_ng_read_ahead(r.ng), 0);
	cr_assert_eq(pcap_ng_interfaces(r.ng), 2);
	cr_assert_eq(pcap_ng_dlt(r.ng, 0), 1);
	cr_assert_eq(pcap_ng_dlt(r.ng, 1), 113);
	close_reading(&r);
}
