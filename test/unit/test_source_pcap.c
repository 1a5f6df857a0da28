/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/capture/source_pcap.c: file formats, filters, broken files, pipes, and what it does with the
 * sink's answers. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "captures.h"
#include "said.h"

#define REQUEST  "GET /one HTTP/1.1\r\nHost: a.example\r\n\r\n"
#define RESPONSE "HTTP/1.1 204 No Content\r\nServer: b\r\n\r\n"

static struct capture_file file;
static struct packet request, response, another;
static struct outcome out;

static void setup(void)
{
	packet_ethernet(&request, 0x0800);
	packet_ipv4_tcp(&request, REQUEST);
	another = request;
	another.bytes[14 + 20 + 1] ^= 1; /* on a connection of its own, from port 40001 */
	packet_ethernet(&response, 0x86dd);
	packet_ipv6_tcp(&response, RESPONSE);
}

TestSuite(source_pcap, .init = setup);

/* Three packets: request, response, request. `offset[n]` is the size with n packets. */
static void make_pcap(__u32 *offset)
{
	file.size = 0;
	pcap_file(&file, 1);
	offset[0] = file.size;
	pcap_record(&file, &request, request.size);
	offset[1] = file.size;
	pcap_record(&file, &response, response.size);
	offset[2] = file.size;
	pcap_record(&file, &another, another.size);
	offset[3] = file.size;
}

static void make_pcapng(__u32 *offset)
{
	file.size = 0;
	pcapng_section(&file);
	pcapng_interface(&file, 1);
	offset[0] = file.size;
	pcapng_packet(&file, 0, &request);
	offset[1] = file.size;
	pcapng_packet(&file, 0, &response);
	offset[2] = file.size;
	pcapng_packet(&file, 0, &another);
	offset[3] = file.size;
}

static void run(const char *filter)
{
	memset(&out, 0, sizeof(out));
	capture_run(&out, &file, filter);
}

static void check_three(void)
{
	const __u64 *count = out.accounts.kernel.count;
	__u32 i;

	cr_assert_eq(out.result, 0, "%s", out.said);
	cr_assert_str_empty(out.said);
	cr_assert_eq(out.records, 3);
	cr_assert_eq(out.described, 1);
	cr_assert_gt(out.ticks, 0);
	for (i = 0; i < 3; i++)
		cr_assert_eq(out.record[i].rec.time, file.nanoseconds ? CAPTURE_NS : CAPTURE_US_NS);
	cr_assert_eq(out.complete, out.record[2].rec.time);
	cr_assert_eq(out.record[0].rec.kind, HDRTAP_KIND_REQUEST);
	cr_assert_eq(out.record[0].rec.method, HDRTAP_METHOD_GET);
	cr_assert_eq(out.record[1].rec.kind, HDRTAP_KIND_RESPONSE);
	cr_assert_eq(out.record[1].rec.status, 204);
	cr_assert(!memcmp(out.record[2].rec.arena, "/onea.example", 13));
	cr_assert_eq(capture_packets(&out), 3);
	cr_assert_eq(count[HDRTAP_COUNTER_HEAD], 3);
	cr_assert_eq(count[HDRTAP_COUNTER_HEADS], 3);
	cr_assert_eq(count[HDRTAP_COUNTER_EMITTED], 3);
	cr_assert_eq(out.accounts.user[HDRTAP_USER_WRITTEN], 3);
	cr_assert_eq(out.accounts.user[HDRTAP_USER_DROPPED], 0);
	cr_assert(!out.accounts.live);
}

Test(source_pcap, formats)
{
	__u32 offset[4];
	int i;

	for (i = 0; i < 8; i++) {
		file.big_endian = i & 1;
		file.nanoseconds = i & 2;
		if (i & 4)
			make_pcapng(offset);
		else
			make_pcap(offset);
		run(NULL);
		check_three();
	}
}

static const struct {
	const char *name;
	compress_bytes compress;
	__u32 tail; /* bytes behind the last of the data */
} compressions[] = {
	{ "gzip", compress_gzip, 8 },
	{ "zstd", compress_zstd, 4 },
	{ "lz4", compress_lz4, 4 },
};

#define COMPRESSIONS (sizeof(compressions) / sizeof(compressions[0]))

Test(source_pcap, compressed)
{
	__u32 offset[4];
	size_t i;

	for (i = 0; i < COMPRESSIONS; i++) {
		make_pcap(offset);
		compress_file(&file, compressions[i].compress);
		run(NULL);
		check_three();
		make_pcapng(offset);
		compress_file(&file, compressions[i].compress);
		run(NULL);
		check_three();
	}
}

/* Members and frames one behind the other, the cut between them inside a packet. */
Test(source_pcap, compressed_in_parts)
{
	struct capture_file whole, second;
	__u32 offset[4];
	size_t i;

	for (i = 0; i < COMPRESSIONS; i++) {
		make_pcap(offset);
		whole = file;
		file.size = offset[1] + 5;
		second.size = whole.size - file.size;
		memcpy(second.bytes, whole.bytes + file.size, second.size);
		compress_file(&file, compressions[i].compress);
		compress_file(&second, compressions[i].compress);
		memcpy(file.bytes + file.size, second.bytes, second.size);
		file.size += second.size;
		run(NULL);
		check_three();
	}
}

/* More comes out of these bytes than any buffer holds: a block of zeros before the packets. */
Test(source_pcap, compressed_zeros)
{
	static const __u32 block[2] = { 0x0bad, 1 << 20 };
	static __u8 plain[(1 << 20) + sizeof(file.bytes)];
	__u32 offset[4], after;
	size_t i;

	for (i = 0; i < COMPRESSIONS; i++) {
		make_pcapng(offset);
		after = offset[0] + block[1];
		memcpy(plain, file.bytes, offset[0]);
		memcpy(plain + offset[0], block, sizeof(block));
		memcpy(plain + after - 4, &block[1], 4);
		memcpy(plain + after, file.bytes + offset[0], file.size - offset[0]);
		compressions[i].compress(&file, plain, file.size + block[1]);
		run(NULL);
		check_three();
	}
}

/* A section's first block, and not yet an interface. */
static bool is_empty_section(void)
{
	return file.size == 28 && !memcmp(file.bytes, "\x0a\x0d\x0d\x0a", 4);
}

/* What was good is processed, then the rest is said to be missing; a cut between packets can't be
 * seen. */
static void cut_everywhere(const __u32 *offset)
{
	__u32 size = file.size, good;

	for (file.size = 0; file.size < size; file.size++) {
		for (good = 0; good < 3 && file.size >= offset[good + 1]; good++)
			;
		run(NULL);
		cr_assert_eq(out.records, good, "at %u", file.size);
		if (file.size == offset[good] || is_empty_section()) {
			cr_assert_eq(out.result, 0, "at %u: %s", file.size, out.said);
			continue;
		}
		cr_assert_eq(out.result, -EIO, "at %u", file.size);
		cr_assert(said_line(out.said, "cannot read"), "at %u: %s", file.size, out.said);
		if (file.size > offset[0])
			cr_assert(
				said_line(out.said, "hdrtap processed the packets before that ("));
	}
}

Test(source_pcap, pcap_cut_everywhere)
{
	__u32 offset[4];

	make_pcap(offset);
	cut_everywhere(offset);
}

Test(source_pcap, pcapng_cut_everywhere)
{
	__u32 offset[4];

	make_pcapng(offset);
	cut_everywhere(offset);
}

Test(source_pcap, compressed_cut_everywhere)
{
	__u32 offset[4], size;
	char early[40];
	size_t i;

	for (i = 0; i < COMPRESSIONS; i++) {
		make_pcap(offset);
		compress_file(&file, compressions[i].compress);
		size = file.size;
		snprintf(early, sizeof(early), "the %s data end early", compressions[i].name);
		for (file.size = 0; file.size < size; file.size++) {
			run(NULL);
			cr_assert_eq(out.result, -EIO, "at %u", file.size);
			cr_assert(said_line(out.said, "cannot read"), "at %u: %s", file.size,
				  out.said);
			if (file.size >= 10)
				cr_assert(said_line(out.said, early), "%s", out.said);
		}
		file.size = size - 1; /* all packets were there, but not the whole checksum */
		run(NULL);
		cr_assert_eq(out.records, 3);
	}
}

Test(source_pcap, compressed_damaged)
{
	__u32 offset[4];
	char damaged[80];
	size_t i;

	for (i = 0; i < COMPRESSIONS; i++) {
		make_pcap(offset);
		compress_file(&file, compressions[i].compress);
		file.bytes[file.size - compressions[i].tail + 2] ^= 1; /* in the checksum */
		run(NULL);
		cr_assert_eq(out.result, -EIO);
		cr_assert_eq(out.records, 3, "%s: %s", compressions[i].name, out.said);
		snprintf(damaged, sizeof(damaged),
			 "the %s data are damaged; hdrtap processed the packets before that (3)",
			 compressions[i].name);
		cr_assert(said_line(out.said, damaged), "%s", out.said);
	}
}

/* A frame that asks for 128 MiB. */
Test(source_pcap, zstd_window_too_large)
{
	static const __u8 frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x01, 0, 0 };

	memcpy(file.bytes, frame, sizeof(frame));
	file.size = sizeof(frame);
	run(NULL);
	cr_assert_eq(out.result, -EIO);
	cr_assert(said_line(out.said, "need a window of more than 8 MiB (zstd -dc does that)"),
		  "%s", out.said);
}

Test(source_pcap, known_and_not_read)
{
	static const struct {
		const char *begin;
		__u32 size;
		const char *said;
	} rows[] = {
		{ "\xfd"
		  "7zXZ\0",
		  6, "it is compressed by xz; decompress it first: xz -dc" },
		{ "BZh91AY", 7, "it is compressed by bzip2; decompress it first: bzip2 -dc" },
		{ "LZIP\1", 5, "it is compressed by lzip" },
		{ "\x1f\x9d\x90", 3, "it is compressed by compress" },
		{ "\x02\x21\x4c\x18", 4, "it is compressed by lz4 in its old format" },
		{ "PK\x03\x04", 4, "it is a zip archive; take the capture out of it" },
		{ "snoop\0\0\0\0\0\0\2", 12, "it is a capture of snoop; convert it first" },
		{ "GMBU\0\2", 6, "it is a capture of Microsoft Network Monitor" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		file.size = rows[i].size;
		memcpy(file.bytes, rows[i].begin, file.size);
		run(NULL);
		cr_assert_eq(out.result, -EIO);
		cr_assert(said_line(out.said, rows[i].said), "%s", out.said);
		cr_assert_eq(out.described, 0);
		compress_file(&file, compress_gzip); /* not hidden from the same question */
		run(NULL);
		cr_assert(said_line(out.said, rows[i].said), "%s", out.said);
	}
	compress_file(&file, compress_gzip);
	compress_file(&file, compress_gzip);
	run(NULL);
	cr_assert(said_line(out.said, "it is compressed twice; decompress it once"), "%s",
		  out.said);
}

Test(source_pcap, no_captures)
{
	static const char *const texts[] = {
		"",
		"x",
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n and so on for a while",
		"HDRTAP01 something else that is no capture at all ------",
		"\x1f\x8b\x08 is not gzip either ....................................",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		file.size = strlen(texts[i]);
		memcpy(file.bytes, texts[i], file.size);
		run(NULL);
		cr_assert_eq(out.result, -EIO, "%s", texts[i]);
		cr_assert(said_line(out.said, "give a pcap or pcapng file"), "%s", out.said);
		cr_assert_eq(out.described, 0);
	}
	file.size = 0;
	run(NULL);
	cr_assert(said_line(out.said, "it is empty"), "%s", out.said);
}

Test(source_pcap, random_bytes)
{
	__u32 offset[4], i, j;

	srand(4);
	for (i = 0; i < 2000; i++) {
		if (i & 1)
			make_pcapng(offset);
		else
			make_pcap(offset);
		if (i & 2)
			compress_file(&file, compress_gzip);
		for (j = rand() % 5; j; j--)
			file.bytes[rand() % file.size] = rand();
		run(NULL);
		cr_assert(out.result == 0 || strstr(out.said, "cannot read"), "%s", out.said);
		cr_assert_eq(out.accounts.kernel.count[HDRTAP_COUNTER_EMITTED], out.records);
	}
}

Test(source_pcap, what_cannot_be_opened)
{
	struct pcap_options missing = { .path = "/nonexistent/x.pcap" },
			    directory = { .path = "/" };

	capture_run_options(&out, &missing);
	cr_assert_eq(out.result, -ENOENT);
	cr_assert(said_line(out.said, "cannot open /nonexistent/x.pcap: No such file"));
	capture_run_options(&out, &directory);
	cr_assert_lt(out.result, 0);
	cr_assert(said_line(out.said, "cannot read /: Is a directory"), "%s", out.said);
}

Test(source_pcap, filters)
{
	__u32 offset[4];

	make_pcap(offset);
	run("");
	check_three();
	run("ip and tcp dst port 80");
	cr_assert_eq(out.records, 2);
	cr_assert_eq(capture_packets(&out), 3);
	cr_assert_eq(out.accounts.kernel.count[HDRTAP_COUNTER_EXPRESSION], 1);
	run("ip6");
	cr_assert_eq(out.records, 1);
	cr_assert_eq(out.record[0].rec.kind, HDRTAP_KIND_RESPONSE);
	run("port 81");
	cr_assert_eq(out.records, 0);
	cr_assert_eq(out.result, 0);
	cr_assert_eq(out.described, 1);
}

Test(source_pcap, bad_filters)
{
	static const char *const bad[] = { "port", "tcp and", "no-such-host.invalid.", "((",
					   "wlan" };
	__u32 offset[4];
	size_t i;

	make_pcap(offset);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		run(bad[i]);
		cr_assert_eq(out.result, -EINVAL, "%s", bad[i]);
		cr_assert(said_line(out.said, bad[i]), "%s", out.said);
		cr_assert(said_line(out.said, "see pcap-filter(7)"), "%s", out.said);
		cr_assert_eq(out.described, 0);
	}
}

static struct packet cooked;

/* Request and response on Ethernet, then one more request on a link of this type. */
static void make_two_interfaces(__u16 linktype)
{
	cooked.size = 0;
	if (linktype == 113)
		packet_put(&cooked, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0", 16);
	packet_ipv4_tcp(&cooked, "GET /two HTTP/1.1\r\nHost: b.example\r\n\r\n");
	file.size = 0;
	pcapng_section(&file);
	pcapng_interface(&file, 1);
	pcapng_interface(&file, linktype);
	pcapng_packet(&file, 0, &another);
	pcapng_packet(&file, 0, &response);
	pcapng_packet(&file, 1, &cooked);
}

Test(source_pcap, interfaces_of_different_link_types)
{
	make_two_interfaces(113);
	run(NULL);
	cr_assert_eq(out.result, 0, "%s", out.said);
	cr_assert_str_empty(out.said);
	cr_assert_eq(out.records, 3);
	cr_assert(!memcmp(out.record[2].rec.arena, "/twob.example", 13));
	run("ip and tcp dst port 80"); /* is another program for each */
	cr_assert_eq(out.result, 0, "%s", out.said);
	cr_assert_eq(out.records, 2);
	run("ip6");
	cr_assert_eq(out.records, 1);
}

Test(source_pcap, an_interface_that_is_not_supported)
{
	make_two_interfaces(189);
	run(NULL);
	cr_assert_eq(out.result, 0);
	cr_assert_eq(out.records, 2);
	cr_assert(said_line(out.said, "1 packets of "), "%s", out.said);
	cr_assert(said_line(out.said, "USB_LINUX (189"), "%s", out.said);
	file.size = 0; /* nothing else */
	pcapng_section(&file);
	pcapng_interface(&file, 189);
	pcapng_packet(&file, 0, &cooked);
	run(NULL);
	cr_assert_eq(out.result, -ENOTSUP);
	cr_assert(said_line(out.said, "cannot read "), "%s", out.said);
	cr_assert(said_line(out.said, "USB_LINUX (189"), "%s", out.said);
}

/* What no link type can be asked is a bad filter; what one can't is said. */
Test(source_pcap, filters_of_link_types)
{
	make_two_interfaces(113);
	run("tcp porrt");
	cr_assert_eq(out.result, -EINVAL);
	cr_assert(said_line(out.said, "expression 'tcp porrt'"), "%s", out.said);
	cr_assert_eq(out.described, 0);
	make_two_interfaces(105);
	run("wlan type mgt or ip");
	cr_assert_eq(out.result, 0, "%s", out.said);
	cr_assert_eq(out.records, 0);
	cr_assert(said_line(out.said, "cannot be used with packets of link type EN10MB"), "%s",
		  out.said);
	cr_assert(said_line(out.said, "they are passed over"), "%s", out.said);
	file.size = 0; /* a file without an interface */
	pcapng_section(&file);
	run("tcp porrt");
	cr_assert_eq(out.result, -EINVAL);
}

Test(source_pcap, packets_without_a_time)
{
	__u32 offset[4];

	make_pcapng(offset);
	file.size = offset[0];
	pcapng_packet(&file, 0, &another);
	pcapng_simple(&file, &request);
	pcapng_simple(&file, &response);
	run(NULL);
	cr_assert_eq(out.result, 0, "%s", out.said);
	cr_assert(said_line(out.said, "number 2 is the first"), "%s", out.said);
	cr_assert_eq(out.records, 3);
	cr_assert_eq(out.record[0].rec.time, CAPTURE_US_NS);
	cr_assert(!(out.record[0].rec.flags & HDRTAP_FLAG(NO_TIME)));
	for (int i = 1; i < 3; i++) {
		cr_assert(out.record[i].rec.flags & HDRTAP_FLAG(NO_TIME));
		cr_assert_eq(out.record[i].rec.time, CAPTURE_US_NS); /* for the sake of order */
		cr_assert_eq(out.record[i].rec.latency, 0);
	}
}

Test(source_pcap, sink_has_enough)
{
	__u32 offset[4];

	make_pcap(offset);
	out.enough = 2;
	capture_run(&out, &file, NULL);
	cr_assert_eq(out.result, 0);
	cr_assert_eq(out.records, 2);
	cr_assert_eq(capture_packets(&out), 2);
	cr_assert_eq(out.accounts.user[HDRTAP_USER_WRITTEN], 2);
}

Test(source_pcap, sink_refuses)
{
	__u32 offset[4];

	make_pcap(offset);
	out.refuse = -ENOSPC;
	capture_run(&out, &file, NULL);
	cr_assert_eq(out.result, -ENOSPC);
	cr_assert_eq(out.accounts.kernel.count[HDRTAP_COUNTER_EMITTED], 1);
	cr_assert_eq(out.accounts.user[HDRTAP_USER_DROPPED], 1);
	cr_assert_eq(out.accounts.user[HDRTAP_USER_WRITTEN], 0);
}

/* Makes a pipe with these bytes standard input. Returns its other end, which stays open. */
static int pipe_in(const __u8 *bytes, size_t size)
{
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], bytes, size), (ssize_t)size);
	cr_assert_geq(dup2(ends[0], STDIN_FILENO), 0);
	close(ends[0]);
	return ends[1];
}

static void stop_when_idle(struct outcome *o)
{
	if (o->records == 2)
		raise(SIGTERM);
}

Test(source_pcap, a_quiet_pipe_can_be_stopped)
{
	struct pcap_options options = { .path = "-" };
	__u32 offset[4];
	int gz, end;

	for (gz = 0; gz < 2; gz++) {
		make_pcap(offset);
		file.size = offset[2] + 7; /* and a part of the third packet */
		if (gz) {
			compress_file(&file, compress_gzip);
			file.size -= 8; /* the stream does not end */
		}
		memset(&out, 0, sizeof(out));
		out.on_tick = stop_when_idle;
		end = pipe_in(file.bytes, file.size);
		capture_run_options(&out, &options);
		close(end);
		cr_assert_eq(out.result, 0, "%s", out.said);
		cr_assert_str_empty(out.said);
		cr_assert_eq(out.records, 2);
		cr_assert_eq(out.accounts.kernel.count[HDRTAP_COUNTER_EMITTED], 2);
	}
}

Test(source_pcap, an_empty_pipe)
{
	struct pcap_options options = { .path = "-" };

	close(pipe_in(file.bytes, 0));
	capture_run_options(&out, &options);
	cr_assert_eq(out.result, -EIO);
	cr_assert(said_line(out.said, "cannot read standard input: it is empty"), "%s", out.said);
}

Test(source_pcap, bytes_already_taken)
{
	struct pcap_options options = { .path = "-" };
	__u32 offset[4];
	int gz;

	for (gz = 0; gz < 4; gz++) {
		make_pcap(offset);
		if (gz)
			compress_file(&file, compressions[gz - 1].compress);
		for (options.begun_size = 0; options.begun_size < 9; options.begun_size++) {
			options.begun = file.bytes;
			memset(&out, 0, sizeof(out));
			close(pipe_in(file.bytes + options.begun_size,
				      file.size - options.begun_size));
			capture_run_options(&out, &options);
			check_three();
		}
	}
}
