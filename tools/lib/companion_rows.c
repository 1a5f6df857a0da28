/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "companion.h"

#define FIELD(member) .field = offsetof(struct companion_options, member)
#define VERBOSE_MAX   3

const struct option_row companion_source_rows[] = {
	{ .help = "Source" },
	{ "-r", "read", "DIR",
	  "a record log (its directory or one segment), or - for a record stream on standard "
	  "input (repeatable, merged by time)",
	  option_parse_list, FIELD(read), .list = OPTION_REPEATED },
	{ "--follow", "follow", NULL, "keep reading as the log grows", option_parse_flag,
	  FIELD(follow) },
	{ "--since", NULL, "TIME",
	  "only heads from then on; 14:05 (today, UTC), 2026-11-29T14:05:00Z, or an age: 10m",
	  option_parse_moment, FIELD(since) },
	{ "--until", NULL, "TIME", "only heads before", option_parse_moment, FIELD(until) },
	{ "--where", "where", "PREDICATE",
	  "only heads that this is true for, as in 'path ~ /api/* && status == 5xx' (repeatable: "
	  "all have to be); see hdrtap-where(7)",
	  option_parse_where, FIELD(where), .list = OPTION_REPEATED },
	{ "--timeout", "timeout", "TIME",
	  "wait so long for the response to a request (default 30s)", option_parse_timeout,
	  FIELD(timeout_ms) },
	{ 0 },
};

const struct option_row companion_other_rows[] = {
	{ .help = "Other options" },
	{ "-q", "quiet", NULL, "no summary at exit", option_parse_flag, FIELD(quiet) },
	{ "-v", "verbose", NULL, "print more", option_parse_more, FIELD(verbose),
	  .most = VERBOSE_MAX },
	{ "-Z", "user", "USER",
	  "read as this user (default: the owner of the first log); requires root",
	  option_parse_text, FIELD(user) },
	{ "--config", NULL, "FILE",
	  "read options that are not on the command line from this file; reread on SIGHUP",
	  option_parse_text, FIELD(config) },
	{ "--check-config", NULL, NULL, "check all options and the files they name, and exit",
	  option_parse_flag, FIELD(check_config) },
	{ "--version", NULL, NULL, "print the version and exit", option_parse_flag,
	  FIELD(version) },
	{ "--help", NULL, NULL, "print this help and exit", option_parse_flag, FIELD(help) },
	{ "-h", NULL, NULL, "the same", option_parse_flag, FIELD(help) },
	{ 0 },
};
