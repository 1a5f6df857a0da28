/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The command line: what is accepted and what it means, what is refused and how; numbers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/numbers.h"
#include "option/option_usage.h"
#include "options/options_read.h"
#include "options/options_table.h"
#include "view/text_options.h"
#include "said.h"

#define ARGUMENTS_MAX 16

/* Splits at spaces, which no argument here has. */
static int parse(struct options *options, const char *line)
{
	static char text[512];
	char *argv[ARGUMENTS_MAX + 2] = { "hdrtap" }, *rest = text;
	int argc = 1;

	cr_assert_lt(strlen(line), sizeof(text));
	strcpy(text, line);
	while (rest && *rest && argc <= ARGUMENTS_MAX)
		argv[argc++] = strsep(&rest, " ");
	return options_parse(options, argc, argv);
}

Test(options, live)
{
	struct options o;

	cr_assert_eq(
		parse(&o, "-i eth0 -n -i any -Q in -v -q -l -c 18446744073709551615 --hook tc"), 0);
	cr_assert_eq(o.interfaces.count, 2);
	cr_assert_str_eq(o.interfaces.item[0], "eth0");
	cr_assert_str_eq(o.interfaces.item[1], "any");
	cr_assert_eq(o.directions, 1 << HDRTAP_DIRECTION_RECEIVE);
	cr_assert(o.verbose && o.quiet && o.line_buffered && o.numeric && !o.follow);
	cr_assert_eq(o.count, ~0ULL);
	cr_assert_eq(o.hook, OPTIONS_HOOK_TC);
	cr_assert(!o.read.count && !o.write.directory && !o.write.stream && !o.filter && !o.format);
	options_free(&o);
}

/* More often is more, up to a point. */
Test(options, lines_of_text)
{
	struct options o;

	cr_assert_eq(parse(&o, "-i lo -vvvv -ttt -tt --local-time --color always"), 0);
	cr_assert_eq(o.verbose, TEXT_VERBOSE_MAX);
	cr_assert_eq(o.timestamps, TEXT_TIMES_MAX);
	cr_assert_eq(o.color, TEXT_COLOR_ALWAYS);
	cr_assert(o.local_time);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo"), 0);
	cr_assert(!o.verbose && !o.timestamps && !o.local_time && o.color == TEXT_COLOR_AUTO);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo -tttttt"), -EINVAL);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo -t -f csv"), -EINVAL);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo -t -w /x"), -EINVAL);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo -t -w /x -f text"), 0);
	options_free(&o);
}

Test(options, promiscuous)
{
	struct options o;

	cr_assert_eq(parse(&o, "-i lo"), 0);
	cr_assert(!o.no_promiscuous);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo -p"), 0);
	cr_assert(o.no_promiscuous);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo --no-promiscuous"), 0);
	cr_assert(o.no_promiscuous);
	options_free(&o);
}

Test(options, hooks)
{
	struct options o;

	cr_assert_eq(parse(&o, "-i lo --hook auto"), 0);
	cr_assert_eq(o.hook, OPTIONS_HOOK_AUTO);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo --hook xdp"), 0);
	cr_assert_eq(o.hook, OPTIONS_HOOK_XDP);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo --hook xdp-native"), 0);
	cr_assert_eq(o.hook, OPTIONS_HOOK_XDP_NATIVE);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo --hook xdp-generic"), 0);
	cr_assert_eq(o.hook, OPTIONS_HOOK_XDP_GENERIC);
	options_free(&o);
}

Test(options, defaults)
{
	struct options o;
	const struct log_options log = LOG_OPTIONS_DEFAULT;

	cr_assert_eq(parse(&o, "-i lo"), 0);
	cr_assert_eq(o.settings.kinds, 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE);
	cr_assert_eq(o.directions, 0);
	cr_assert_eq(o.count, 0);
	cr_assert_eq(memcmp(&o.log, &log, sizeof(log)), 0);
	cr_assert_eq(o.config.tunnels,
		     1 << HDRTAP_TUNNEL_VXLAN | 1 << HDRTAP_TUNNEL_GRE | 1 << HDRTAP_TUNNEL_ERSPAN);
	cr_assert_eq(o.config.links, HDRTAP_LINKS_DEFAULT);
	cr_assert_eq(o.config.vxlan_port, 4789);
	cr_assert_eq(o.config.geneve_port, 6081);
	cr_assert_eq(o.config.sets * HDRTAP_WAYS, 16384);
	cr_assert_eq(o.settings.ports.chosen, 0);
	cr_assert(!o.config_option);
	options_free(&o);
}

Test(options, words)
{
	struct options o;

	cr_assert_eq(parse(&o, "-r x -Q out -f csv --heads request"), 0);
	cr_assert_eq(o.directions, 1 << HDRTAP_DIRECTION_TRANSMIT);
	cr_assert_eq(o.settings.kinds, 1 << HDRTAP_KIND_REQUEST);
	cr_assert_eq(o.format, OPTIONS_CSV);
	options_free(&o);
	cr_assert_eq(parse(&o, "-r x -Q inout -f clf --heads=response -f json"), 0);
	cr_assert_eq(o.directions, 0);
	cr_assert_eq(o.settings.kinds, 1 << HDRTAP_KIND_RESPONSE);
	cr_assert_eq(o.format, OPTIONS_JSON, "the last one counts");
	options_free(&o);
}

Test(options, elements_in_order)
{
	struct options o;

	cr_assert_eq(parse(&o, "-r x -e none -e host,x-a=length:5 -ecookie"), 0);
	cr_assert_eq(o.elements.count, 3);
	cr_assert_str_eq(o.elements.item[0], "none");
	cr_assert_str_eq(o.elements.item[1], "host,x-a=length:5");
	cr_assert_str_eq(o.elements.item[2], "cookie");
	options_free(&o);
}

Test(options, expression_is_what_is_left)
{
	struct options o;

	cr_assert_eq(parse(&o, "-r - tcp port 80 -c 1"), 0);
	cr_assert_str_eq(o.filter, "tcp port 80");
	cr_assert_eq(o.count, 1);
	options_free(&o);
	cr_assert_eq(parse(&o, "-r - -- tcp[12] -c 1"), 0);
	cr_assert_str_eq(o.filter, "tcp[12] -c 1");
	cr_assert_eq(o.count, 0);
	options_free(&o);
}

Test(options, log)
{
	struct options o;

	cr_assert_eq(
		parse(&o, "-i lo -w /d --segment-size 1M --segment-age 10m --keep 10G --sync 500ms "
			  "--group adm"),
		0);
	cr_assert_str_eq(o.write.directory, "/d");
	cr_assert(!o.write.stream);
	cr_assert_eq(o.log.segment_size, 1 << 20);
	cr_assert_eq(o.log.segment_age_ms, 600000);
	cr_assert_eq(o.log.keep, 10ULL << 30);
	cr_assert_eq(o.log.sync_ms, 500);
	cr_assert_str_eq(o.log.group, "adm");
	options_free(&o);
}

Test(options, tunnels)
{
	struct options o;

	cr_assert_eq(parse(&o, "-i lo --tunnels ipip,6in4 --vxlan-port 4789"), 0);
	cr_assert_eq(o.config.tunnels, 1 << HDRTAP_TUNNEL_IPIP | 1 << HDRTAP_TUNNEL_6IN4);
	cr_assert_str_eq(o.config_option, "--vxlan-port");
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo --tunnels geneve,vxlan,gre --vxlan-port 8472"), 0);
	cr_assert_eq(o.config.tunnels,
		     1 << HDRTAP_TUNNEL_VXLAN | 1 << HDRTAP_TUNNEL_GRE | 1 << HDRTAP_TUNNEL_GENEVE);
	cr_assert_eq(o.config.vxlan_port, 8472);
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo --tunnels gre --tunnels none"), 0, "the last one counts");
	cr_assert_eq(o.config.tunnels, 0);
	options_free(&o);
	cr_assert_eq(parse(&o, "-r x"), 0);
	cr_assert_eq(o.config.tunnels, HDRTAP_TUNNELS_ALL);
	options_free(&o);
	cr_assert_eq(parse(&o, "-r x --tunnels gtp,erspan"), 0);
	cr_assert_eq(o.config.tunnels, 1 << HDRTAP_TUNNEL_GTP | 1 << HDRTAP_TUNNEL_ERSPAN);
	options_free(&o);
	cr_assert_eq(parse(&o, "-r x --vxlan-port 6081"), 0, "Geneve's port is given to VXLAN");
	cr_assert_eq(o.config.tunnels, HDRTAP_TUNNELS_ALL & ~(1 << HDRTAP_TUNNEL_GENEVE));
	options_free(&o);
}

Test(options, links)
{
	struct options o;

	cr_assert_eq(parse(&o, "-i lo --links mpls,llc"), 0);
	cr_assert_eq(o.config.links, 1 << HDRTAP_LINK_MPLS | 1 << HDRTAP_LINK_LLC);
	cr_assert_str_eq(o.config_option, "--links");
	options_free(&o);
	cr_assert_eq(parse(&o, "-r x --links none"), 0);
	cr_assert_eq(o.config.links, 0);
	options_free(&o);
}

/* The ports that have a bit, in order. */
static __u32 chosen(const struct options *o, __u16 *ports, __u32 room)
{
	__u32 port, count = 0;

	for (port = 0; port <= 65535; port++) {
		if (!hdrtap_port_chosen(&o->settings.ports, port))
			continue;
		cr_assert_lt(count, room);
		ports[count++] = port;
	}
	return count;
}

Test(options, ports)
{
	static const __u16 expected[] = { 1, 80, 443, 8000, 8001, 8002, 65534, 65535 };
	struct options o;
	__u16 ports[16];

	cr_assert_eq(parse(&o, "-i lo --ports 8000-8002,80,1-1 --ports 443,65534-65535"), 0);
	cr_assert_eq(o.settings.ports.chosen, 1);
	cr_assert_eq(chosen(&o, ports, 16), 8);
	cr_assert_arr_eq(ports, expected, sizeof(expected));
	options_free(&o);
}

/* Pools take no more memory with larger records. */
Test(options, record_size)
{
	static const struct {
		const char *line;
		__u32 size, heads;
	} rows[] = {
		{ "-i lo", 768, 1024 },
		{ "-i lo --record-size 768", 768, 1024 },
		{ "-i lo --record-size 1024", 1024, 1024 },
		{ "-i lo --record-size 4096", 4096, 256 },
		{ "-i lo --record-size 8192", 8192, 128 },
		{ "-i lo --record-size 4096 --connections 65536", 4096, 1024 },
		{ "-i lo --connections 65536 --record-size 4096", 4096, 1024 },
	};
	struct options o;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_eq(parse(&o, rows[i].line), 0, "%s", rows[i].line);
		cr_expect_eq(o.config.size.record, rows[i].size, "%s", rows[i].line);
		cr_expect_eq(o.config.heads, rows[i].heads, "%s: %u", rows[i].line, o.config.heads);
		options_free(&o);
	}
}

Test(options, connections)
{
	static const struct {
		const char *line;
		__u32 taken, heads;
	} rows[] = {
		{ "-i lo --connections 8", 8, 1024 },
		{ "-i lo --connections 9", 16, 1024 },
		{ "-i lo --connections 1000", 1024, 1024 },
		{ "-i lo --connections 65536", 65536, 4096 },
		{ "-i lo --connections 4194303", 4194304, 16384 },
		{ "-i lo --connections 4194304", 4194304, 16384 },
	};
	struct options o;
	const char *said;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		said_begin();
		cr_expect_eq(parse(&o, rows[i].line), 0, "%s", rows[i].line);
		said = said_end();
		cr_expect_eq(o.config.sets * HDRTAP_WAYS, rows[i].taken, "%s", rows[i].line);
		cr_expect_eq(o.config.heads, rows[i].heads, "%s", rows[i].line);
		cr_expect_eq(o.config.early, rows[i].heads / 4, "%s", rows[i].line);
		if (rows[i].taken == strtoul(rows[i].line + 20, NULL, 10))
			cr_expect_str_empty(said, "%s", said);
		else
			cr_expect(said_line(said, "is not a power of two"), "%s", said);
		options_free(&o);
	}
}

Test(options, outputs)
{
	struct options o;

	cr_assert_eq(parse(&o, "-r x -w d -w -"), 0);
	cr_assert(o.write.stream && !strcmp(o.write.directory, "d"));
	options_free(&o);
	cr_assert_eq(parse(&o, "-r x -w - -w d --keep 1G"), 0);
	cr_assert(o.write.stream && !strcmp(o.write.directory, "d"));
	options_free(&o);
	cr_assert_eq(parse(&o, "-i lo -w d -f csv"), 0);
	cr_assert(!o.write.stream && o.format == OPTIONS_CSV && o.write.directory);
	options_free(&o);
}

Test(options, actions_need_no_source)
{
	struct options o;

	cr_assert_eq(parse(&o, "--help"), 0);
	cr_assert(o.help);
	options_free(&o);
	cr_assert_eq(parse(&o, "--version"), 0);
	cr_assert(o.version);
	options_free(&o);
	cr_assert_eq(parse(&o, "-D"), 0);
	cr_assert(o.list_interfaces);
	options_free(&o);
}

Test(options, refusals)
{
	static const char *const cases[][2] = {
		{ "", "no source" },
		{ "tcp", "no source" },
		{ "-i lo -r x", "-i and -r" },
		{ "-i lo --follow", "--follow" },
		{ "-r x --hook tc", "--hook" },
		{ "-i lo --hook egress", "'egress'" },
		{ "-r x -w - -f json", "-w - and -f" },
		{ "-r x -w d -w - -f json", "-w - and -f" },
		{ "-r x --keep 1G", "--keep" },
		{ "-r x -w - --sync 1s", "--sync" },
		{ "-i lo --since 10m", "a live interface has no past" },
		{ "-r x --since 14:5", "'14:5' is not a moment" },
		{ "-r x --since 5m --until 10m", "nothing is between them" },
		{ "-r x --until 1s --until 25:00", "'25:00'" },
		{ "-r x -w a -w b", "option -w: a and b are two directories" },
		{ "-r x -w - -w a -w b", "option -w: a and b are two directories" },
		{ "-r x -w a -w a", "option -w: a is given more than once" },
		{ "-r x -w - -w -", "option -w: - is given more than once" },
		{ "-z", "option -z" },
		{ "--zzz", "option --zzz" },
		{ "--s", "option --s" },
		{ "--follow=1 -r x", "option --follow: takes no argument" },
		{ "-i", "option -i: needs an argument, IF" },
		{ "-r x --keep", "option --keep: needs an argument, SIZE" },
		{ "-r x -c 0", "'0'" },
		{ "-r x -c -1", "'-1'" },
		{ "-r x -c +1", "'+1'" },
		{ "-r x -c 1x", "'1x'" },
		{ "-r x -c 18446744073709551616", "'18446744073709551616'" },
		{ "-r x -Q up", "'up'" },
		{ "-r x -f xml", "use text, json, csv, clf or combined" },
		{ "-r x -f JSON", "'JSON'" },
		{ "-r x --transactions --timeout 0", "'0' is not a time to wait for a response" },
		{ "-r x --transactions --timeout 25h", "give 1ms to 24h" },
		{ "-r x --transactions --timeout soon", "'soon'" },
		{ "-r x --timeout 5s", "option --timeout: only requests with their responses" },
		{ "-r x -f json --timeout 5s", "use it with --transactions, --where, -f clf" },
		{ "-r x -w - --transactions", "option --transactions: records are written" },
		{ "-r x -w d --transactions", "option --transactions: records are written" },
		{ "-r x --heads all", "request, response or both" },
		{ "-r x -w d --keep 0", "'0'" },
		{ "-r x -w d --keep 1g", "'1g'" },
		{ "-r x -w d --sync 1w", "'1w'" },
		{ "-r x --tunnels teredo", "'teredo' in 'teredo'" },
		{ "-r x --tunnels gre,", "'' in 'gre,'" },
		{ "-r x --links token", "'token' in 'token'" },
		{ "-r x --tunnels GRE", "'GRE'" },
		{ "-r x --vxlan-port 0", "'0' is not a port" },
		{ "-r x --vxlan-port 65536", "'65536' is not a port" },
		{ "-r x --vxlan-port 1 --tunnels gre", "add vxlan to --tunnels" },
		{ "-r x --vxlan-port 6081 --tunnels vxlan,geneve", "is Geneve's port" },
		{ "-r x --ports 0", "'0' in '0'" },
		{ "-r x --ports 80,65536", "'65536' in '80,65536'" },
		{ "-r x --ports 80-", "'80-' in '80-'" },
		{ "-r x --ports -80", "'-80' in '-80'" },
		{ "-r x --ports 81-80", "'81-80' in '81-80'" },
		{ "-r x --ports 1-2-3", "'1-2-3' in '1-2-3'" },
		{ "-r x --ports 80,,81", "'' in '80,,81'" },
		{ "-r x --record-size 704", "'704' is not a size of records; give a multiple of 64 "
					    "from 768 to 8192" },
		{ "-r x --record-size 800", "'800'" },
		{ "-r x --record-size 8256", "'8256'" },
		{ "-r x --record-size 1k", "'1k'" },
		{ "-r x --connections 7", "'7' is out of range; give a number from 8 to 4194304" },
		{ "-r x --connections 4194305", "'4194305'" },
		{ "-r x --connections many", "'many'" },
		{ "-Z nobody -Z root -r x", "option -Z: given more than once" },
	};
	struct options o;
	const char *said;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int err;

		said_begin();
		err = parse(&o, cases[i][0]);
		said = said_end();
		cr_expect_eq(err, -EINVAL, "%s", cases[i][0]);
		cr_expect(said_line(said, cases[i][1]), "%s: %s", cases[i][0], said);
		cr_expect(strstr(said, "; "), "%s says not what to do: %s", cases[i][0], said);
		options_free(&o);
	}
}

Test(options, usage_names_every_option)
{
	static const char *const names[] = {
		"-i IF",
		"-r FILE",
		"-w DIR",
		"-f, --format FORMAT",
		"--format-string FORMAT\n",
		"--where PREDICATE",
		"--sample 1/N",
		"--transactions",
		"--timeout TIME",
		"-e NAME[=MODE][:MAX]",
		"-c N",
		"-n ",
		"-v ",
		"-q ",
		"-l ",
		"-Q DIRECTION",
		"--heads KIND",
		"-D ",
		"-Z USER",
		"--detach IF",
		"--hook HOOK",
		"--follow",
		"--ports LIST",
		"--tunnels LIST",
		"--vxlan-port N",
		"--connections N",
		"--segment-size SIZE",
		"--segment-age TIME",
		"--keep SIZE",
		"--sync TIME",
		"--group GROUP",
		"--limit N",
		"--config FILE",
		"--check-config",
		"--version",
		"--help",
		"EXAMPLES",
	};
	char *text, *line, *rest;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	option_usage(&options_table, out);
	fclose(out);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect(strstr(text, names[i]), "%s", names[i]);
	for (rest = text; (line = strsep(&rest, "\n"));)
		cr_expect_leq(strlen(line), 80, "%s", line);
	free(text);
}

Test(numbers, sizes_and_times)
{
	__u64 n = 7;

	cr_assert(number_parse("0", &n) && n == 0);
	cr_assert(number_parse("00012", &n) && n == 12);
	cr_assert(size_parse("5", &n) && n == 5);
	cr_assert(size_parse("2K", &n) && n == 2048);
	cr_assert(size_parse("1T", &n) && n == 1ULL << 40);
	cr_assert(duration_parse("3", &n) && n == 3000);
	cr_assert(duration_parse("3s", &n) && n == 3000);
	cr_assert(duration_parse("3ms", &n) && n == 3);
	cr_assert(duration_parse("2m", &n) && n == 120000);
	cr_assert(duration_parse("2h", &n) && n == 7200000);
	cr_assert(duration_parse("1d", &n) && n == 86400000);
}

Test(numbers, anything_else_is_none)
{
	static const char *const bad[] = {
		"",
		"K",
		" 1",
		"1 ",
		"-1",
		"+1",
		"0x10",
		"1.5",
		"1e3",
		"1KB",
		"1 K",
		"1MM",
		"1\n",
		"ms",
		"18446744073709551616",
		"99999999999999999999999",
		"18014398509481984K",
	};
	__u64 n = 7;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_expect(!number_parse(bad[i], &n), "number '%s'", bad[i]);
		cr_expect(!size_parse(bad[i], &n), "size '%s'", bad[i]);
		cr_expect(!duration_parse(bad[i], &n), "duration '%s'", bad[i]);
	}
	cr_expect(!duration_parse("18446744073709552", &n), "overflow by the unit");
}
