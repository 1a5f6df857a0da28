/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/capture/source_pcap.c: file formats, filters, broken files, pipes, and what it does with the
 * sink's answers. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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

	for (i = 0; i < 16; i++) {
		file.big_endian = i & 1;
		file.nanoseconds = i & 2;
		if (i & 4)
			make_pcapng(offset);
		else
			make_pcap(offset);
		if (i & 8)
			gzip_file(&file);
		run(NULL);
		check_three();
	}
}

Test(source_pcap, gzip_in_members)
{
	struct capture_file whole, second = { .size = 0 };
	__u32 offset[4];

	make_pcap(offset);
	whole = file;
	file.size = offset[1] + 5;
	second.size = whole.size - file.size;
	memcpy(second.bytes, whole.bytes + file.size, second.size);
	gzip_file(&file);
	gzip_file(&second);
	memcpy(file.bytes + file.size, second.bytes, second.size);
	file.size += second.size;
	run(NULL);
	check_three();
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
		if (file.size == offset[good]) {
			cr_assert_eq(out.result, 0, "at %u: %s", file.size, out.said);
			continue;
		}
		cr_assert_eq(out.result, -EIO, "at %u", file.size);
		cr_assert(said_line(out.said, "cannot read"), "at %u: %s", file.size, out.said);
		if (file.size > offset[0])
			cr_assert(said_line(out.said, ") were processed"));
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

Test(source_pcap, gzip_cut_everywhere)
{
	__u32 offset[4], size;

	make_pcap(offset);
	gzip_file(&file);
	size = file.size;
	for (file.size = 0; file.size < size; file.size++) {
		run(NULL);
		cr_assert_eq(out.result, -EIO, "at %u", file.size);
		cr_assert(said_line(out.said, "cannot read"), "at %u: %s", file.size, out.said);
		if (file.size >= 10)
			cr_assert(said_line(out.said, "the gzip data end early"), "%s", out.said);
	}
	file.size = size - 1; /* all packets were there, but not the whole checksum */
	run(NULL);
	cr_assert_eq(out.records, 3);
}

Test(source_pcap, gzip_damaged)
{
	__u32 offset[4];

	make_pcap(offset);
	gzip_file(&file);
	file.bytes[file.size - 6] ^= 1; /* in the checksum */
	run(NULL);
	cr_assert_eq(out.result, -EIO);
	cr_assert_eq(out.records, 3);
	cr_assert(said_line(out.said, "the gzip data are damaged; the packets before that (3)"),
		  "%s", out.said);
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
			gzip_file(&file);
		for (j = rand() % 5; j; j--)
			file.bytes[rand() % file.size] = rand();
		run(NULL);
		cr_assert(out.result == 0 || said_line(out.said, "cannot read"), "%s", out.said);
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
	cr_assert_eq(capture_packets(&out), 2);
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

Test(source_pcap, interfaces_of_different_link_types)
{
	file.size = 0;
	pcapng_section(&file);
	pcapng_interface(&file, 1);
	pcapng_packet(&file, 0, &request);
	pcapng_interface(&file, 113);
	pcapng_packet(&file, 1, &request);
	run(NULL);
	cr_assert_eq(out.records, 1);
	cr_assert_eq(out.result, -EIO);
	cr_assert(said_line(out.said, "the packets before that (1) were processed"), "%s",
		  out.said);
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
			gzip_file(&file);
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

	for (gz = 0; gz < 2; gz++) {
		make_pcap(offset);
		if (gz)
			gzip_file(&file);
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
