/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Lines as --format-string has them: every field, widths, defaults, hostile values, what is wrong.
 */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "made.h"
#include "said.h"
#include "view/format_string.h"
#include "view/sink_string.h"

static struct made m;
static const char *format;

static int open_string(struct sink **sink, const struct view_options *options)
{
	struct view_options with = *options;

	with.format_string = format;
	return sink_string_open(sink, &with);
}

static void check_line(const char *with, const char *expected)
{
	const char *line;

	format = with;
	line = made_line(&m, open_string);
	cr_assert_str_eq(line, expected, "%s: '%s', not '%s'", with, line, expected);
}

static void make_request(void)
{
	made_request(&m, "http://example.com/a/b?c=d");
	made_header(&m, "user-agent", "curl/7");
}

static void make_response(void)
{
	made_response(&m, 404);
	m.rec.latency = 1234567890;
	m.rec.paired_method = HDRTAP_METHOD_GET;
	m.rec.paired_cpu = 3;
	m.rec.paired_sequence = 99;
	made_header(&m, "server", "nginx");
}

Test(format_string, fields_of_a_request)
{
	make_request();
	m.rec.depth = 2;
	m.rec.framing = HDRTAP_FRAMING_LENGTH;
	m.rec.body_size = 12;
	check_line("$kind $time $msec", "request 2023-11-14T22:13:20.123456789Z 1700000000.123");
	check_line("$time_iso8601 $time_local",
		   "2023-11-14T22:13:20+00:00 14/Nov/2023:22:13:20 +0000");
	check_line("$source:$source_port $destination:$destination_port",
		   "192.0.2.1:40000 198.51.100.2:80");
	check_line("$remote_addr:$remote_port $server_addr:$server_port",
		   "192.0.2.1:40000 198.51.100.2:80");
	check_line("$request", "GET http://example.com/a/b?c=d HTTP/1.1");
	check_line("$request_method $request_uri $uri $args $host $server_protocol",
		   "GET http://example.com/a/b?c=d /a/b c=d example.com HTTP/1.1");
	check_line("$http_user_agent $sent_http_user_agent $http_referer", "curl/7 - -");
	check_line("$status $latency $latency_ns $paired_method $paired_cpu $paired_sequence",
		   "- - - - - -");
	check_line("$interface $direction $hook $cpu $sequence $ifindex $tcp_sequence $run",
		   "eth0 receive tc 1 5 7 1000 000102030405060708090a0b0c0d0e0f");
	check_line("$head_length $header_count $framing $body_size $depth $element_set $omitted",
		   "100 2 length 12 2 0 0");
}

Test(format_string, fields_of_a_response)
{
	make_response();
	check_line("$kind $status $latency $latency_ns", "response 404 1.234567 1234567890");
	check_line("$paired_method $paired_cpu $paired_sequence", "GET 3 99");
	check_line("$remote_addr $remote_port $server_addr $server_port",
		   "198.51.100.2 80 192.0.2.1 40000");
	check_line("$request $request_method $request_uri $uri $args $host", "- - - - - -");
	check_line("$sent_http_server $http_server", "nginx -");
	check_line("$body_size $depth $proxy_protocol_addr $proxy_protocol_port", "- - - -");
}

Test(format_string, fields_of_the_way)
{
	static const __u8 client[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

	make_request();
	check_line("$vlan $vni $tunnel $tunnel_id $inner_tunnel $inner_tunnel_id $mpls $service",
		   "- - - - - - - -");
	check_line("$flags $names", "- -");
	m.rec.vlan_count = 2;
	m.rec.vlan[0] = 10;
	m.rec.vlan[1] = 20;
	m.rec.tunnel[0] = HDRTAP_TUNNEL_VXLAN;
	m.rec.tunnel_id[0] = 42;
	m.rec.tunnel[1] = HDRTAP_TUNNEL_GRE;
	m.rec.mpls = 17 | 2 << 20;
	m.rec.service = 5;
	m.rec.flags = HDRTAP_FLAG(PROXIED) | HDRTAP_FLAG(GAP);
	m.rec.names = 1 | 1 << HDRTAP_NAME_SERVER;
	memcpy(m.rec.client, client, sizeof(client));
	m.rec.client_port = 4711;
	check_line("$vlan $vni $tunnel $tunnel_id $inner_tunnel $inner_tunnel_id $mpls $service",
		   "10,20 42 vxlan 42 gre 0 17 5");
	check_line("$flags $names $proxy_protocol_addr $proxy_protocol_port",
		   "gap,proxied host,server 2001:db8::1 4711");
}

Test(format_string, widths_and_defaults)
{
	make_request();
	check_line("[${http_user_agent%10}] [${http_user_agent%-10}]", "[    curl/7] [curl/7    ]");
	check_line("[${http_user_agent%.4}] [${http_user_agent%-6.4}] [${http_user_agent%6.4}]",
		   "[curl] [curl  ] [  curl]");
	check_line("[${http_user_agent%2}]", "[curl/7]");
	check_line("[${status|}] [${status|n/a}] [${status%5}] [${status%-5|\\t$$|}]",
		   "[] [n/a] [    -] [\t$|  ]");
	check_line("$${a}\\\\\\t\\$", "${a}\\\t$");
	check_line("${kind}x", "requestx");
	check_line("plain", "plain");
}

/* What stands in a line is printable, and does not end a quoted field. */
Test(format_string, hostile_values)
{
	made_request(&m, "/\"\\\x1b[2J\x80?\n");
	made_header(&m, "user-agent", "");
	check_line("\"$request_uri\" \"$http_user_agent\"",
		   "\"/\\\"\\\\\\x1b[2J\\x80?\\x0a\" \"\"");
	check_line("${request_uri%.2}|${request_uri%.5}|${request_uri%.8}|${request_uri%6.4}",
		   "/|/\\\"\\\\|/\\\"\\\\|   /\\\"");
}

/* A '-' of a name is written '_': both names are meant where both were chosen. */
Test(format_string, repeated_fields_and_names_that_become_one)
{
	made_request(&m, "/");
	made_header(&m, "x-a", "1");
	made_header(&m, "x_a", "2");
	made_header(&m, "x-a", "3");
	made_mode(&m, "x-b=length", NULL, 0, 70);
	made_mode(&m, "x-c=hash", "\1\2\3\4\5\6\7\x08", 8, 70);
	made_mode(&m, "authorization", "Bearer", 6, 70);
	check_line("$http_x_a; $http_x_b; $http_x_c; $http_authorization",
		   "1, 2, 3; 70; 0102030405060708; Bearer");
}

static const struct {
	const char *text;
	const char *said;
} faults[] = {
	{ "$foo", "column 2: there is no field 'foo'; use time, " },
	{ "abc ${Time}", "column 7: a field's name" },
	{ "${time", "column 1: the brace is not closed" },
	{ "ab${time|x", "column 3: the brace is not closed" },
	{ "${time%}", "column 8: a width is 1 to 1000" },
	{ "${time%0}", "column 8: a width is 1 to 1000" },
	{ "${time%-1001}", "column 9: a width is 1 to 1000" },
	{ "${time%99999999999999999999}", "column 8: a width is 1 to 1000" },
	{ "${time%5.}", "column 10: a width is 1 to 1000" },
	{ "${time%-.5}", "column 9: a width is 1 to 1000" },
	{ "${time%5x}", "column 9: not a name, width or default" },
	{ "$", "column 2: a field's name belongs here" },
	{ "a\\", "column 2: no such escape" },
	{ "\\q", "column 1: no such escape" },
	{ "${time|\\q}", "column 8: no such escape" },
	{ "$http_", "column 2: there is no field 'http_'" },
	{ "$sent_http_", "column 2: there is no field 'sent_http_'" },
	{ "$http_a_name_of_more_than_47_bytes_which_no_header_element_has", "column 2: there" },
	{ "${kind|$time}", "column 8: not a name, width or default" },
};

Test(format_string, faults)
{
	struct format_string *parsed;
	const char *text;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		said_begin();
		cr_assert_eq(format_string_parse(&parsed, faults[i].text, " (f:1:2)"), -EINVAL,
			     "%s", faults[i].text);
		format_string_free(parsed);
		text = said_end();
		cr_assert(said_line(text, "option --format-string (f:1:2): "), "%s", text);
		cr_assert(strstr(text, faults[i].said), "%s: %s", faults[i].text, text);
	}
}

Test(format_string, fields_that_are_not_chosen)
{
	struct format_string *parsed;

	make_request();
	cr_assert_eq(format_string_parse(&parsed, "$http_host $http_x_one", ""), 0);
	cr_assert_eq(format_string_check(parsed, &m.meta, ""), -EINVAL);
	made_choose(&m, "x-one");
	cr_assert_eq(format_string_check(parsed, &m.meta, ""), 0);
	format_string_free(parsed);
}

/* Far more lines fit the buffer than of other formats. */
Test(format_string, shortest_lines_while_nothing_can_be_written)
{
	struct view_options options = { .fd = open("/dev/full", O_WRONLY | O_CLOEXEC),
					.name = "/dev/full",
					.format_string = "x" };
	__u64 unwritten = 0, taken = 0;
	struct sink *sink;

	make_request();
	options.unwritten = &unwritten;
	cr_assert_eq(sink_string_open(&sink, &options), 0);
	cr_assert_eq(sink->ops->describe(sink, &m.meta), 0);
	for (int i = 0; i < 100000; i++)
		taken += !sink->ops->write(sink, &m.rec, 0, m.interface);
	cr_assert_neq(sink->ops->close(sink), 0);
	cr_assert_eq(taken, unwritten);
	cr_assert_geq(taken, 20000);
	close(options.fd);
}
