/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Text, CSV and Combined Log Format: exact lines, and that hostile bytes stay harmless in them. */
#include <string.h>

#include <criterion/criterion.h>

#include "made.h"
#include "run/elements.h"
#include "view/sink_clf.h"
#include "view/sink_csv.h"
#include "view/sink_json.h"
#include "view/sink_text.h"

#define TEXT_BEGIN "22:13:20.123456Z eth0 In  192.0.2.1:40000 > 198.51.100.2:80  "
#define CSV_HEADER                                                                               \
	"time,kind,interface,direction,source,source_port,destination,destination_port,version," \
	"method,target,status,head_length,latency_ns,flags,cpu,sequence,paired_cpu,"             \
	"paired_sequence"
#define CSV_BEGIN                                                                                  \
	"2023-11-14T22:13:20.123456789Z,request,\"eth0\",receive,192.0.2.1,40000,198.51.100.2,80," \
	"1.1,"

static const made_open views[] = { sink_text_open, sink_csv_open, sink_combined_open };

static void expect(const struct made *m, made_open open, const char *line)
{
	cr_expect_str_eq(made_line(m, open), line);
}

Test(view_text, request)
{
	struct made m;

	made_request(&m, "/a?b=c");
	made_header(&m, "host", "example.com:8080");
	made_header(&m, "user-agent", "curl/7.88.1");
	expect(&m, sink_text_open,
	       TEXT_BEGIN "GET example.com:8080/a?b=c HTTP/1.1  user-agent=curl/7.88.1");
}

Test(view_text, the_host_is_joined_to_a_path_only)
{
	struct made m;

	made_request(&m, "http://a/");
	made_header(&m, "host", "b");
	expect(&m, sink_text_open, TEXT_BEGIN "GET http://a/ HTTP/1.1  host=b");
	made_request(&m, "/");
	made_header(&m, "host", "a");
	made_header(&m, "host", "b");
	expect(&m, sink_text_open, TEXT_BEGIN "GET a/ HTTP/1.1  host=b");
}

Test(view_text, response)
{
	struct made m;

	made_response(&m, 404);
	made_header(&m, "content-type", "text/html");
	m.rec.latency = 1234567;
	expect(&m, sink_text_open, TEXT_BEGIN "HTTP/1.1 404 in 1.234 ms  content-type=text/html");
}

Test(view_text, values_are_quoted_where_that_is_clearer)
{
	struct made m;

	made_request(&m, "/");
	made_header(&m, "x", "");
	made_header(&m, "x", "a b");
	made_header(&m, "x", "<9 bytes>");
	made_header(&m, "x", "a\"b\\");
	made_header(&m, "x", "a=b");
	expect(&m, sink_text_open,
	       TEXT_BEGIN
	       "GET / HTTP/1.1  x=\"\" x=\"a b\" x=\"<9 bytes>\" x=\"a\\\"b\\\\\" x=a=b");
}

Test(view_text, modes_truncation_flags)
{
	struct made m;

	made_request(&m, "/");
	made_mode(&m, "cookie=length", NULL, 0, 143);
	made_mode(&m, "authorization=scheme", "Bearer", 6, 40);
	made_mode(&m, "referer", "http://exam", 11, 200);
	m.rec.flags = HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(TRUNCATED) | HDRTAP_FLAG(BARE_LF);
	expect(&m, sink_text_open,
	       TEXT_BEGIN "GET / HTTP/1.1  cookie=<143 bytes> authorization=<Bearer, 40 bytes> "
			  "referer=http://exam[of 200] [incomplete,bare_lf]");
}

Test(view_text, other_methods_and_versions)
{
	struct made m;

	made_request(&m, "/");
	m.rec.method = HDRTAP_METHOD_OTHER;
	made_value(&m, HDRTAP_SLOT_METHOD, HDRTAP_MODE_KEEP, "BREW", 4, 0);
	m.rec.version = 0x09;
	expect(&m, sink_text_open, TEXT_BEGIN "BREW / HTTP/0.9");
}

Test(view_text, verbose)
{
	struct made m;

	made_request(&m, "/");
	m.rec.vlan_count = 3;
	m.rec.vlan[0] = 200;
	m.rec.vlan[1] = 30;
	m.rec.vlan[2] = 4;
	m.rec.tunnel[0] = HDRTAP_TUNNEL_GRE;
	m.rec.tunnel[1] = HDRTAP_TUNNEL_VXLAN;
	m.rec.tunnel_id[1] = 77;
	m.rec.depth = 3;
	m.rec.framing = HDRTAP_FRAMING_LENGTH;
	m.rec.body_size = 29;
	cr_assert_str_eq(
		made_lines(&m, sink_text_open, true),
		"2023-11-14 " TEXT_BEGIN "GET / HTTP/1.1\n"
		"\thead 100 bytes, 2 headers, body 29 bytes, message 3, vlan 200, vlan 30, "
		"vlan 4, gre, vxlan 77, "
		"tcp seq 1000, tc, cpu 1 record 5\n");
}

Test(view_text, verbose_names_the_response_of_an_answered_request)
{
	struct made m;

	made_request(&m, "/");
	m.rec.paired_cpu = 2;
	m.rec.paired_sequence = 4;
	cr_assert(strstr(made_lines(&m, sink_text_open, true), ", cpu 1 record 5\n"));
	m.rec.flags = HDRTAP_FLAG(ANSWERED);
	cr_assert(strstr(made_lines(&m, sink_text_open, true),
			 ", cpu 1 record 5, response cpu 2 record 4\n"));
}

Test(view_text, ipv6_has_brackets)
{
	struct made m;

	made_request(&m, "/");
	memset(m.rec.source, 0, 15);
	m.rec.source[15] = 1;
	m.rec.direction = HDRTAP_DIRECTION_NONE;
	m.interface = NULL;
	expect(&m, sink_text_open,
	       "22:13:20.123456Z [::1]:40000 > 198.51.100.2:80  GET / HTTP/1.1");
}

Test(view_csv, header_line_and_request)
{
	struct made m;

	made_request(&m, "/a,b");
	made_choose(&m, "none,host,user-agent,referer,cookie=length");
	made_header(&m, "host", "h");
	made_header(&m, "user-agent", "");
	made_mode(&m, "cookie=length", NULL, 0, 9);
	m.rec.flags = HDRTAP_FLAG(SNAPLEN) | HDRTAP_FLAG(MERGED);
	cr_assert_str_eq(made_lines(&m, sink_csv_open, false),
			 CSV_HEADER ",host,user-agent,referer,cookie.length\n" CSV_BEGIN
				    "GET,\"/a,b\",,100,,snaplen merged,1,5,,,\"h\",\"\",,\"9\"\n");
}

Test(view_csv, quotes_and_repeats)
{
	struct made m;

	made_request(&m, "/");
	made_choose(&m, "none,x");
	made_header(&m, "x", "say \"hi\"\\");
	made_header(&m, "x", "\"");
	expect(&m, sink_csv_open, CSV_BEGIN "GET,\"/\",,100,,,1,5,,,\"say \"\"hi\"\"\\\\, \"\"\"");
}

Test(view_csv, response)
{
	struct made m;

	made_response(&m, 200);
	made_choose(&m, "none");
	m.rec.latency = 7;
	expect(&m, sink_csv_open,
	       "2023-11-14T22:13:20.123456789Z,response,\"eth0\",receive,192.0.2.1,40000,198.51."
	       "100.2,80,1.1,"
	       ",,200,100,7,,1,5,0,0");
}

/* Responses name their requests, and requests only responses that were logged first. */
Test(view_csv, other_half)
{
	struct made m;

	made_request(&m, "/");
	made_choose(&m, "none");
	m.rec.paired_cpu = 2;
	m.rec.paired_sequence = 4;
	expect(&m, sink_csv_open, CSV_BEGIN "GET,\"/\",,100,,,1,5,,");
	m.rec.flags = HDRTAP_FLAG(ANSWERED);
	expect(&m, sink_csv_open, CSV_BEGIN "GET,\"/\",,100,,answered,1,5,2,4");
	m.rec.paired_sequence = HDRTAP_SEQUENCE_NONE - 1;
	m.rec.kind = HDRTAP_KIND_RESPONSE;
	m.rec.flags = 0;
	cr_assert(strstr(made_line(&m, sink_csv_open), ",1,5,2,18446744073709551614"));
	m.rec.paired_sequence = HDRTAP_SEQUENCE_NONE;
	cr_assert(strstr(made_line(&m, sink_csv_open), ",1,5,,"));
	m.rec.paired_sequence = 4;
	m.rec.flags = HDRTAP_FLAG(UNPAIRED);
	cr_assert(strstr(made_line(&m, sink_csv_open), ",unpaired,1,5,,"));
}

Test(view_clf, request)
{
	struct made m;

	made_request(&m, "/a?b");
	made_header(&m, "referer", "http://\"x\"/");
	expect(&m, sink_combined_open,
	       "192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /a?b HTTP/1.1\" 444 - "
	       "\"http://\\\"x\\\"/\" \"-\"");
	expect(&m, sink_clf_open,
	       "192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /a?b HTTP/1.1\" 444 -");
}

Test(view_clf, response)
{
	struct made m;

	made_response(&m, 200);
	expect(&m, sink_combined_open,
	       "198.51.100.2 - - [14/Nov/2023:22:13:20 +0000] \"-\" 200 - \"-\" \"-\"");
	m.rec.framing = HDRTAP_FRAMING_LENGTH;
	m.rec.body_size = 512;
	expect(&m, sink_clf_open, "198.51.100.2 - - [14/Nov/2023:22:13:20 +0000] \"-\" 200 512");
}

/* What HTTP does not have is a 5xx to a client; analysers of logs refuse it. */
Test(view_clf, statuses_that_are_none)
{
	static const __u16 statuses[] = { 0, 99, 600, 999 };
	struct made m;

	for (int i = 0; i < 4; i++) {
		made_response(&m, statuses[i]);
		expect(&m, sink_clf_open,
		       "198.51.100.2 - - [14/Nov/2023:22:13:20 +0000] \"-\" 599 -");
	}
}

Test(view_lines, all_bytes_become_printable_ascii)
{
	__u8 all[256];
	struct made m;
	const char *c;
	size_t i;

	for (i = 0; i < 256; i++)
		all[i] = i;
	made_request(&m, "/");
	made_value(&m, view_slot(&m.meta, "user-agent"), HDRTAP_MODE_KEEP, all, 256, 0);
	m.interface = "e\x1b[31m";
	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		const char *line = made_line(&m, views[i]);

		for (c = line; *c; c++)
			cr_assert(*c >= ' ' && *c <= '~', "view %zu: byte %02x", i,
				  (unsigned char)*c);
		cr_assert(strstr(line, "\\x00\\x01"));
		cr_assert(strstr(line, "\\x1b"));
		cr_assert(strstr(line, "[\\\\]"));
		cr_assert(strstr(line, "~\\x7f\\x80"));
		cr_assert(strstr(line, "\\xff"));
	}
}

#define ARENA_MAX (HDRTAP_RECORD_SIZE_MAX - HDRTAP_RECORD_HEAD)

static void expect_lines(const struct made *m)
{
	static const made_open all[] = { sink_text_open, sink_csv_open, sink_clf_open,
					 sink_combined_open, sink_json_open };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		cr_assert_lt(strlen(made_lines(m, all[i], true)), OUT_LINE_MAX / 2);
}

/* The longest line a record can make is far from the limit. */
Test(view_lines, worst_record_is_a_line)
{
	static const char zeros[ARENA_MAX / HDRTAP_ENTRIES_MAX];
	char name[HDRTAP_NAME_MAX + 1];
	struct made m;
	size_t i;

	made_request(&m, "");
	m.rec.entry_count = m.rec.arena_used = 0;
	for (i = 0; i < HDRTAP_ENTRIES_MAX; i++) {
		struct slot_meta *slot = &m.meta.slot[i];

		memset(name, 'a' + i, sizeof(name) - 1);
		name[HDRTAP_NAME_MAX] = '\0';
		if (i >= HDRTAP_SLOT_NAMES)
			strcpy(slot->name, name);
		slot->active = 1;
		made_value(&m, i, HDRTAP_MODE_KEEP, zeros, sizeof(zeros), 1000);
	}
	m.meta.slot_count = HDRTAP_ENTRIES_MAX;
	m.meta.record_size = HDRTAP_RECORD_SIZE_MAX;
	run_meta_generation(&m.meta, 0);
	m.rec.flags = ~0ULL;
	expect_lines(&m);
}

/* Which several keys have parts of. */
Test(view_lines, longest_target_is_a_line)
{
	static char target[ARENA_MAX + 1];
	struct made m;

	memset(target, 1, ARENA_MAX);
	target[0] = '/';
	target[ARENA_MAX / 2] = '?';
	made_request(&m, target);
	m.meta.record_size = HDRTAP_RECORD_SIZE_MAX;
	expect_lines(&m);
}

/* What has no time is not shown as of 1970. */
Test(view_time, absent)
{
	struct made m;

	made_response(&m, 404);
	m.rec.flags = HDRTAP_FLAG(NO_TIME);
	expect(&m, sink_text_open, "- eth0 In  192.0.2.1:40000 > 198.51.100.2:80  HTTP/1.1 404");
	expect(&m, sink_clf_open, "198.51.100.2 - - [01/Jan/1970:00:00:00 +0000] \"-\" 404 -");
	cr_assert_eq(strncmp(made_line(&m, sink_csv_open), ",response,\"eth0\",", 17), 0);
	cr_assert(strstr(made_line(&m, sink_csv_open), ",no_time"));
	cr_assert(!strstr(made_line(&m, sink_json_open), "timestamp"));
	cr_assert(!strstr(made_line(&m, sink_json_open), "latency"));
	cr_assert(strstr(made_line(&m, sink_json_open), "\"hdrtap.flags\":[\"no_time\"]"));
}
