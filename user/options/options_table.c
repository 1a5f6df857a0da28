/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options one by one: how each is checked and where its value goes.
 */
#include "options/options_table.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/moment.h"
#include "base/numbers.h"
#include "options/options.h"
#include "options/options_config.h"
#include "options/options_where.h"
#include "run/key.h"
#include "view/text_options.h"

#define KEEP_MIN       (1 << 20) /* bytes */
#define TIMEOUT_MAX_MS (24 * 3600 * 1000ULL)
#define FIELD(member)  .field = offsetof(struct options, member)

static int parse_flag(const struct option_row *row, void *field, const char *argument)
{
	(void)row, (void)argument;
	*(bool *)field = true;
	return 0;
}

/* People are used to one more -v than there is. */
static int parse_more(const struct option_row *row, void *field, const char *argument)
{
	__u32 *times = field;

	(void)argument;
	if (*times < row->most)
		(*times)++;
	return 0;
}

/* Of those that mean something else each time, one more is a mistake. */
static int parse_times(const struct option_row *row, void *field, const char *argument)
{
	if (*(__u32 *)field < row->most)
		return parse_more(row, field, argument);
	return fail(EINVAL, "option %s: given more than %u times; see hdrtap(1)", row->option,
		    row->most);
}

static int parse_list(const struct option_row *row, void *field, const char *argument)
{
	struct option_list *list = field;
	const char **items = reallocarray(list->item, list->count + 1, sizeof(*items));

	if (!items)
		return fail(ENOMEM, "option %s: out of memory; free some memory", row->option);
	list->item = items;
	list->item[list->count++] = argument;
	return 0;
}

static int parse_text(const struct option_row *row, void *field, const char *argument)
{
	const char **text = field;

	if (*text)
		return fail(EINVAL, "option %s: given more than once; give it once", row->option);
	if (!*argument)
		return fail(EINVAL, "option %s: its argument is empty; see hdrtap --help",
			    row->option);
	*text = argument;
	return 0;
}

/* One argument of -w. */
static int parse_write(const struct option_row *row, void *field, const char *argument)
{
	struct write_options *to = field;
	bool stream = !strcmp(argument, "-");

	if (stream ? to->stream : to->directory && !strcmp(argument, to->directory))
		return fail(EINVAL, "option %s: %s is given more than once; give it once",
			    row->option, argument);
	if (!stream && to->directory)
		return fail(EINVAL,
			    "option %s: %s and %s are two directories, and there is one record log "
			    "at a time; leave one out",
			    row->option, to->directory, argument);
	if (stream) {
		to->stream = true;
		return 0;
	}
	return parse_text(row, &to->directory, argument);
}

static int parse_word(const struct option_row *row, void *field, const char *argument)
{
	char known[64] = "";
	const struct option_word *word;

	for (word = row->words; word->text; word++) {
		if (!strcmp(word->text, argument)) {
			*(__u32 *)field = word->value;
			return 0;
		}
		if (known[0])
			strcat(known, word[1].text ? ", " : " or ");
		strcat(known, word->text);
	}
	return fail(EINVAL, "option %s: '%s' is none of its values; use %s", row->option, argument,
		    known);
}

static int parse_count(const struct option_row *row, void *field, const char *argument)
{
	__u64 *count = field;

	if (number_parse(argument, count) && *count)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a number of heads; give 1 or more", row->option,
		    argument);
}

static int parse_rate(const struct option_row *row, void *field, const char *argument)
{
	__u64 rate;

	if (!number_parse(argument, &rate) || !rate || rate > UINT32_MAX)
		return fail(EINVAL,
			    "option %s: '%s' is not a rate; give heads per second, 1 or "
			    "more",
			    row->option, argument);
	*(__u32 *)field = rate;
	return 0;
}

static int parse_size(const struct option_row *row, void *field, const char *argument)
{
	__u64 *bytes = field;

	if (size_parse(argument, bytes) && *bytes)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a size; give bytes, or as in 64M or 10G",
		    row->option, argument);
}

/* Somebody who writes 10 means something else than bytes. */
static int parse_keep(const struct option_row *row, void *field, const char *argument)
{
	__u64 *bytes = field;
	int err = parse_size(row, field, argument), digits = strspn(argument, "0123456789");

	if (err || *bytes >= KEEP_MIN)
		return err;
	return fail(EINVAL,
		    "option %s: '%s' is %llu bytes, and a log needs 1M at least; did you mean "
		    "%.*sM or %.*sG?",
		    row->option, argument, *bytes, digits, argument, digits, argument);
}

static int parse_duration(const struct option_row *row, void *field, const char *argument)
{
	if (duration_parse(argument, field))
		return 0;
	return fail(EINVAL,
		    "option %s: '%s' is not a time; give seconds, or as in 500ms, 10m or 24h",
		    row->option, argument);
}

static int parse_timeout(const struct option_row *row, void *field, const char *argument)
{
	__u64 *ms = field;

	if (duration_parse(argument, ms) && *ms && *ms <= TIMEOUT_MAX_MS)
		return 0;
	return fail(EINVAL,
		    "option %s: '%s' is not a time to wait for a response; give 1ms to 24h, as in "
		    "500ms or 30s",
		    row->option, argument);
}

static int parse_moment(const struct option_row *row, void *field, const char *argument)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (moment_parse(argument, now.tv_sec * 1000000000ULL + now.tv_nsec, field))
		return 0;
	return fail(EINVAL,
		    "option %s: '%s' is not a moment; give a time of today in UTC, as in 14:05, a "
		    "date, as in 2026-11-29 or 2026-11-29T14:05:00Z, or an age, as in 10m",
		    row->option, argument);
}

static const struct option_word formats[] = {
	{ "text", OPTIONS_TEXT }, { "json", OPTIONS_JSON },         { "csv", OPTIONS_CSV },
	{ "clf", OPTIONS_CLF },   { "combined", OPTIONS_COMBINED }, { 0 },
};

static const struct option_word colors[] = {
	{ "auto", TEXT_COLOR_AUTO },
	{ "always", TEXT_COLOR_ALWAYS },
	{ "never", TEXT_COLOR_NEVER },
	{ 0 },
};

static const struct option_word profiles[] = {
	{ "otel", OPTIONS_OTEL },
	{ "ecs", OPTIONS_ECS },
	{ "zeek", OPTIONS_ZEEK },
	{ "apipark", OPTIONS_APIPARK },
	{ 0 },
};

static const struct option_word directions[] = {
	{ "in", 1 << HDRTAP_DIRECTION_RECEIVE },
	{ "out", 1 << HDRTAP_DIRECTION_TRANSMIT },
	{ "inout", 0 },
	{ 0 },
};

static const struct option_word kinds[] = {
	{ "request", 1 << HDRTAP_KIND_REQUEST },
	{ "response", 1 << HDRTAP_KIND_RESPONSE },
	{ "both", 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE },
	{ 0 },
};

static const struct option_word hooks[] = { { "auto", OPTIONS_HOOK_AUTO },
					    { "tc", OPTIONS_HOOK_TC },
					    { "xdp", OPTIONS_HOOK_XDP },
					    { "xdp-native", OPTIONS_HOOK_XDP_NATIVE },
					    { "xdp-generic", OPTIONS_HOOK_XDP_GENERIC },
					    { 0 } };

static const struct option_word orders[] = { { "first", OPTIONS_ORDER_FIRST },
					     { "last", OPTIONS_ORDER_LAST },
					     { 0 } };

const struct option_row options_table[] = {
	{ .help = "Source" },
	{ "-i", "interfaces", "IF", "capture on this interface (repeatable); any: all that are up",
	  parse_list, FIELD(interfaces), .list = OPTION_REPEATED },
	{ "-r", "read", "FILE",
	  "a capture (pcap, pcapng, compressed or not), a record log (its directory or one "
	  "segment), or - for standard input: a capture or a record stream (logs and streams: "
	  "repeatable, merged by time)",
	  parse_list, FIELD(read), .list = OPTION_REPEATED },
	{ "-Q", "direction", "DIRECTION",
	  "only heads in this direction: in, out or inout (default)", parse_word, FIELD(directions),
	  directions },
	{ "--heads", "heads", "KIND", "only request or response heads; both (default)", parse_word,
	  FIELD(settings.kinds), kinds },
	{ "--limit", "limit", "N",
	  "log at most this many heads per second; the others are "
	  "counted",
	  parse_rate, FIELD(settings.limit), .live = true },
	{ "--where", "where", "PREDICATE",
	  "only heads that this is true for, as in 'path ~ /api/* && status == 5xx' (repeatable: "
	  "all have to be); see hdrtap-where(7)",
	  options_parse_where, FIELD(where), .list = OPTION_REPEATED, .live = true },
	{ "--sample", "sample", "1/N", "only one of N connections, always the same ones",
	  options_parse_sample, FIELD(settings.sample), .live = true },
	{ "-c", "count", "N", "exit after this many heads", parse_count, FIELD(count) },
	{ "--follow", "follow", NULL, "with -r DIR: keep reading as the log grows", parse_flag,
	  FIELD(follow) },
	{ "--since", NULL, "TIME",
	  "with -r DIR: only heads from then on; 14:05 (today, UTC), 2026-11-29T14:05:00Z, or an "
	  "age: 10m",
	  parse_moment, FIELD(since) },
	{ "--until", NULL, "TIME", "with -r DIR: only heads before", parse_moment, FIELD(until) },
	{ "--hook", "hook", "HOOK",
	  "hook for received packets: tc (auto, the default), xdp "
	  "(native if the driver supports it, otherwise generic), "
	  "xdp-native or xdp-generic; sent packets always go through tc",
	  parse_word, FIELD(hook), hooks },
	{ "--order", "order", "ORDER",
	  "run before other programs on the interface (first, the "
	  "default) or after them (last)",
	  parse_word, FIELD(order), orders },
	{ "-p", "no-promiscuous", NULL,
	  "do not make the interfaces named with -i promiscuous: only packets to and from this "
	  "host",
	  parse_flag, FIELD(no_promiscuous), .name = "--no-promiscuous" },
	{ .help = "Packets" },
	{ "--ports", "ports", "LIST",
	  "only TCP from or to these ports, as in 80,8000-8100 (repeatable; default: all)",
	  config_parse_ports, FIELD(settings.ports), .list = OPTION_REPEATED, .live = true },
	{ "--tunnels", "tunnels", "LIST",
	  "decode vxlan, gre, erspan (these by default; with -r FILE all), ipip, 6in4, geneve, "
	  "gtp, or none",
	  config_parse_tunnels, FIELD(config), .list = OPTION_COMMAS },
	{ "--links", "links", "LIST",
	  "read what is behind tags, mpls, pppoe, llc (all by default), or none",
	  config_parse_links, FIELD(config), .list = OPTION_COMMAS },
	{ "--vxlan-port", "vxlan-port", "N", "UDP port of VXLAN (default 4789)",
	  config_parse_vxlan_port, FIELD(config) },
	{ "--connections", "connections", "N",
	  "connections to track at a time, 968 bytes each; "
	  "rounded up to a power of two (default 16384)",
	  config_parse_connections, FIELD(config) },
	{ .help = "Header elements" },
	{ "-e", "elements", "NAME[=MODE][:MAX]",
	  "also log this field (repeatable, or a list separated by "
	  "commas); none clears the list. MODE: keep, length, hash, "
	  "scheme or names. MAX: bytes reserved for it in the record",
	  parse_list, FIELD(elements), .list = OPTION_REPEATED, .live = true },
	{ "--redact-query", "redact-query", "LIST",
	  "query keys whose values become REDACTED: KEY is one more, *KEY also as the end of a "
	  "longer key, -KEY and -*KEY are none any more, none clears the list (repeatable)",
	  parse_list, FIELD(redact_query), .list = OPTION_REPEATED, .live = true },
	{ "--record-size", "record-size", "BYTES",
	  "size of records, which ends what is kept of long values: a multiple of 64 from 768 "
	  "(default) to 8192, 384 of them for other things than values",
	  config_parse_record_size, FIELD(config) },
	{ .help = "Output" },
	{ "-w", "write", "DIR",
	  "a record log in this directory, or - for a record stream on standard output "
	  "(repeatable: "
	  "a directory and -)",
	  parse_write, FIELD(write), .list = OPTION_REPEATED },
	{ "-f", "format", "FORMAT",
	  "lines: text (default), json, csv, clf or combined; with -w DIR beside the log",
	  parse_word, FIELD(format), formats, .name = "--format" },
	{ "--format-string", "format-string", "FORMAT",
	  "lines as in nginx's log_format: '$time $remote_addr \"$request\" ${status%5|-}'; see "
	  "hdrtap(1)",
	  parse_text, FIELD(format_string) },
	{ "--profile", "profile", "PROFILE",
	  "with -f json: names of keys as in otel (OpenTelemetry, the default), ecs (Elastic), "
	  "zeek or apipark",
	  parse_word, FIELD(profile), profiles },
	{ "--csv-safe", "csv-safe", NULL,
	  "with -f csv: guard fields that a spreadsheet would take for a formula", parse_flag,
	  FIELD(csv_safe) },
	{ "--transactions", "transactions", NULL,
	  "one line for a request and its response (clf and combined have no others)", parse_flag,
	  FIELD(transactions) },
	{ "--timeout", "timeout", "TIME",
	  "wait so long for the response to a request (default 30s)", parse_timeout,
	  FIELD(timeout_ms) },
	{ "-l", "line-buffered", NULL, "write each line immediately", parse_flag,
	  FIELD(line_buffered) },
	{ "-v", "verbose", NULL,
	  "print more: with -f text, each field on a line of its own (-vv: and flags, lengths, "
	  "tunnels); in the summary, all counters",
	  parse_more, FIELD(verbose), .most = TEXT_VERBOSE_MAX },
	{ "-q", "quiet", NULL,
	  "print less: with -f text, short lines (not with -v); no summary at exit", parse_flag,
	  FIELD(quiet) },
	{ "-t", "timestamps", NULL,
	  "-f text: no times; -tt: seconds since 1970; -ttt: since the line before; -tttt: date "
	  "and time; -ttttt: since the first line",
	  parse_times, FIELD(timestamps), .most = TEXT_TIMES_MAX },
	{ "--local-time", "local-time", NULL, "-f text: times of the local time zone, not UTC",
	  parse_flag, FIELD(local_time) },
	{ "--color", "color", "WHEN",
	  "-f text: colors by status and latency: always, never, or on a terminal (auto, the "
	  "default) unless NO_COLOR is set",
	  parse_word, FIELD(color), colors },
	{ "-n", NULL, NULL, "ignored: addresses and ports are never resolved to names", parse_flag,
	  FIELD(numeric) },
	{ .help = "Record log (-w DIR)" },
	{ "--segment-size", "segment-size", "SIZE",
	  "start a new segment after this many bytes (default 64M)", parse_size,
	  FIELD(log.segment_size) },
	{ "--segment-age", "segment-age", "TIME",
	  "start a new segment after this time (default 1h)", parse_duration,
	  FIELD(log.segment_age_ms) },
	{ "--keep", "keep", "SIZE", "delete the oldest segments beyond this total size", parse_keep,
	  FIELD(log.keep) },
	{ "--sync", "sync", "TIME", "sync to disk at least this often (default 1s)", parse_duration,
	  FIELD(log.sync_ms) },
	{ "--group", "group", "GROUP", "group that can read the log", parse_text,
	  FIELD(log.group) },
	{ .help = "Other options" },
	{ "-Z", "user", "USER",
	  "read packets and write records as this user (default: the "
	  "owner of the log that is written or read); requires root",
	  parse_text, FIELD(user) },
	{ "--key", "key", "FILE",
	  "file with the key for mode hash, created if missing "
	  "(default: " KEY_FILE_DEFAULT ")",
	  parse_text, FIELD(key) },
	{ "--config", NULL, "FILE",
	  "read options that are not on the command line (default: " CONFIG_FILE_DEFAULT
	  " if it exists and without -r); reread on SIGHUP",
	  parse_text, FIELD(config_file) },
	{ "--check-config", NULL, NULL, "check the configuration file and exit", parse_flag,
	  FIELD(check_config) },
	{ "-D", NULL, NULL, "list the interfaces and exit", parse_flag, FIELD(list_interfaces) },
	{ "--check", NULL, "IF",
	  "report what is attached to an interface, what prevents a "
	  "capture there and how to fix it, and exit",
	  parse_text, FIELD(check) },
	{ "--detach", NULL, "IF",
	  "remove what killed captures left on an interface (any: on "
	  "all), and exit",
	  parse_text, FIELD(detach) },
	{ "--version", NULL, NULL, "print the version and exit", parse_flag, FIELD(version) },
	{ "--help", NULL, NULL, "print this help and exit", parse_flag, FIELD(help) },
	{ "-h", NULL, NULL, "the same", parse_flag, FIELD(help) },
};

const size_t options_table_count = sizeof(options_table) / sizeof(options_table[0]);
_Static_assert(sizeof(options_table) / sizeof(options_table[0]) <= OPTIONS_ROWS_MAX, "rows");

const struct option_row *option_row_named(const char *option)
{
	const struct option_row *row = options_table;

	while (!row->option || strcmp(row->option, option))
		row++;
	return row;
}
