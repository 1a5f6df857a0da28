/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "metrics_options.h"

#include <errno.h>

#include "base/error.h"
#include "base/numbers.h"
#include "series.h"

#define FIELD(member) .field = offsetof(struct metrics_options, member)
#define SETS_MIN      2 /* one beside `other` */

static int parse_series(const struct option_row *row, void *field, const char *argument)
{
	__u64 *series = field;

	if (number_parse(argument, series) && *series && *series <= SERIES_LIMIT)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a number of time series; give 1 to %d",
		    row->option, argument, SERIES_LIMIT);
}

static int parse_interval(const struct option_row *row, void *field, const char *argument)
{
	__u64 *ms = field;
	int err = option_parse_duration(row, field, argument);

	if (err || *ms >= 1000)
		return err;
	return fail(EINVAL, "option %s: '%s' is less than a second; give 1s or more", row->option,
		    argument);
}

static const struct option_row rows[] = {
	{ .help = "Where to" },
	{ "--listen", "listen", "ADDR:PORT",
	  "answer /metrics and /healthz there (default: " ADDRESS_DEFAULT
	  " without --textfile); [::1]:9982; :9982 for all addresses",
	  address_parse, FIELD(listen) },
	{ "--web-config", "web-config", "FILE",
	  "TLS and basic authentication, as in Prometheus' web configuration file; reread on "
	  "SIGHUP",
	  option_parse_text, FIELD(web_file), .live = true },
	{ "--textfile", "textfile", "FILE",
	  "write this file, for node_exporter's textfile collector, every --interval and at exit",
	  option_parse_text, FIELD(textfile) },
	{ "--interval", "interval", "TIME", "how often to write the textfile (default 15s)",
	  parse_interval, FIELD(interval_ms), .live = true },
	{ .help = "Series" },
	{ "--label", "labels", "FIELD",
	  "label series by this field of calls: api, source, method, host, path, client, server, "
	  "interface, status, request[NAME] or response[NAME] (repeatable, up to 4; default: "
	  "method, "
	  "host and path)",
	  option_parse_list, FIELD(label), .list = OPTION_REPEATED },
	{ "--require", "require", "NAME",
	  "count requests without this header field; response[NAME]: responses (repeatable)",
	  option_parse_list, FIELD(require), .list = OPTION_REPEATED },
	{ "--buckets", "buckets", "LIST",
	  "bounds of the latency histogram's buckets in seconds, with commas (default: 14 of them, "
	  "0.0005 to 10)",
	  buckets_parse, FIELD(buckets), .list = OPTION_COMMAS },
	{ "--series", "series", "N",
	  "at most N time series of calls (default 10000); once they are in use, new label values "
	  "count as `other`",
	  parse_series, FIELD(series) },
	{ 0 },
};

static const struct option_part parts[] = {
	{ companion_source_rows, offsetof(struct metrics_options, common) },
	{ rows, 0 },
	{ companion_apis_rows, offsetof(struct metrics_options, apis) },
	{ companion_other_rows, offsetof(struct metrics_options, common) },
	{ 0 },
};

const struct option_table metrics_table = {
	.program = "hdrtap-metrics",
	.usage = "Usage: hdrtap-metrics -r DIR|- [--follow] [OPTION...]\n"
		 "Counts HTTP requests, errors and latencies per API for Prometheus.\n",
	.examples = "  hdrtap-metrics -r /var/log/hdrtap/eth0 --follow\n"
		    "  hdrtap -i eth0 -w - | hdrtap-metrics -r - --require x-request-id\n"
		    "  hdrtap-metrics -r /var/log/hdrtap/eth0 --follow --openapi shop.yaml\n"
		    "  hdrtap-metrics -r /var/log/hdrtap/eth0 --textfile "
		    "/var/lib/prometheus/node-exporter/http.prom\n",
	.manual = "hdrtap-metrics(1)",
	.file = "/etc/hdrtap/metrics.yaml",
	.without_file = (const char *const[]){ "-h", "--help", "--version", NULL },
	.part = parts,
};

void metrics_options_default(void *to)
{
	struct metrics_options *options = to;
	static const struct option_row buckets = { .option = "--buckets" };
	static const struct option_row listen = { .option = "--listen" };

	options->series = SERIES_DEFAULT;
	options->interval_ms = TEXTFILE_INTERVAL;
	buckets_parse(&buckets, &options->buckets, BUCKETS_DEFAULT);
	address_parse(&listen, &options->listen, ADDRESS_DEFAULT);
	options->listen.given = false;
}

static const char *place(const struct metrics_options *options, const char *option)
{
	return given_place(&options->common.given, option_row_of(&metrics_table, option));
}

static __u32 per_set(const struct metrics_options *options)
{
	const struct series_shape shape = { options->buckets, options->required.count };

	return series_per_set(&shape);
}

__u32 metrics_sets(const struct metrics_options *options)
{
	return options->series / per_set(options);
}

static int check_series(const struct metrics_options *options)
{
	if (metrics_sets(options) >= SETS_MIN)
		return 0;
	return fail(EINVAL,
		    "option --series%s: each set of labels takes %u time series, and there are two "
		    "at least; give %u or more",
		    place(options, "--series"), per_set(options), SETS_MIN * per_set(options));
}

static int check_required(struct metrics_options *options)
{
	int err = 0;

	for (size_t i = 0; i < options->require.count && !err; i++)
		err = required_add(&options->required, options->require.item[i],
				   given_place_of(&options->common.given,
						  options->require.item[i]));
	return err;
}

static int check_web(struct metrics_options *options)
{
	if (!options->web_file)
		return 0;
	if (options->textfile && !options->listen.given)
		return fail(EINVAL,
			    "options --textfile and --web-config%s: nobody listens; add --listen",
			    place(options, "--web-config"));
	return web_config_read(&options->web, options->web_file);
}

int metrics_options_check(void *to)
{
	struct metrics_options *options = to;
	int err = labels_choose(&options->labels, &options->label, place(options, "--label"));

	if (!err)
		err = check_required(options);
	if (!err)
		err = check_series(options);
	if (!err)
		err = companion_apis_read(&options->names, &options->apis);
	return err ? err : check_web(options);
}

void metrics_options_discard(void *to)
{
	struct metrics_options *options = to;

	required_free(&options->required);
	api_names_free(options->names);
	web_config_free(&options->web);
}
