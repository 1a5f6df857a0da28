/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * hdrtap-stat: which captures run on this host, and their numbers. It reads the files that they
 * keep (stat_file.h), attaches nothing and needs no privilege.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/numbers.h"
#include "base/standard.h"
#include "show.h"

#define INTERVAL_MAX 86400

enum {
	EXIT_DONE,
	EXIT_FAILED,
	EXIT_USAGE
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_PROMETHEUS,
	FORMAT_MAX
};

static const char *const format_names[FORMAT_MAX] = { "text", "json", "prometheus" };

struct options {
	enum format format;
	__u64 interval; /* s, 0: once */
	bool help;
	bool version;
};

static void usage(void)
{
	fputs("Usage: hdrtap-stat [-f FORMAT] [-i SECONDS]\n"
	      "Shows the captures running on this host: counters, losses "
	      "and ring buffers.\n"
	      "  -f FORMAT     text (default), json, prometheus\n"
	      "  -i SECONDS    repeat at this interval, with rates\n"
	      "  --once        show them once (default)\n"
	      "  -h, --help    print this help and exit\n"
	      "  --version     print the version and exit\n"
	      "Examples:\n"
	      "  hdrtap-stat -i 1\n"
	      "  hdrtap-stat -f json | jq "
	      "'.captures[].kernel.heads_emitted'\n"
	      "  hdrtap-stat -f prometheus > "
	      "/var/lib/prometheus/node-exporter/hdrtap.prom\n",
	      stdout);
}

static int parse_format(struct options *options, const char *value)
{
	for (int i = 0; i < FORMAT_MAX; i++)
		if (!strcmp(value, format_names[i])) {
			options->format = i;
			return 0;
		}
	return fail(EINVAL,
		    "option -f: '%s' is not a format; use text, json or "
		    "prometheus",
		    value);
}

static int parse_interval(struct options *options, const char *value)
{
	if (number_parse(value, &options->interval) && options->interval &&
	    options->interval <= INTERVAL_MAX)
		return 0;
	return fail(EINVAL, "option -i: '%s' is not a number of seconds; use 1 to %d", value,
		    INTERVAL_MAX);
}

static int parse_one(struct options *options, int option, char **argv)
{
	switch (option) {
	case 'f':
		return parse_format(options, optarg);
	case 'i':
		return parse_interval(options, optarg);
	case 'o':
		options->interval = 0;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	case 'v':
		options->version = true;
		return 0;
	case ':':
		return fail(EINVAL, "option %s: needs an argument; see --help", argv[optind - 1]);
	default:
		return fail(EINVAL, "option %s: no such option; see --help", argv[optind - 1]);
	}
}

static int parse(struct options *options, int argc, char **argv)
{
	static const struct option names[] = { { "once", no_argument, NULL, 'o' },
					       { "help", no_argument, NULL, 'h' },
					       { "version", no_argument, NULL, 'v' },
					       { 0 } };
	int option, err = 0;

	while (!err && (option = getopt_long(argc, argv, ":f:i:h", names, NULL)) != -1)
		err = parse_one(options, option, argv);
	if (!err && optind < argc)
		err = fail(EINVAL, "argument '%s': unexpected; see --help", argv[optind]);
	if (!err && options->interval && options->format == FORMAT_PROMETHEUS)
		err = fail(EINVAL, "option -i: not for -f prometheus; remove it");
	return err;
}

static int show(const struct options *options, const struct stat_list *now,
		const struct stat_list *before)
{
	switch (options->format) {
	case FORMAT_JSON:
		return show_json(stdout, now);
	case FORMAT_PROMETHEUS:
		return show_prometheus(stdout, now);
	default:
		show_text(stdout, now, before);
		return 0;
	}
}

/* Begins what is printed again: on top of a terminal, otherwise below what was there. */
static void separate(const struct options *options, bool first)
{
	if (options->format != FORMAT_TEXT)
		return;
	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[2J", stdout);
	else if (!first)
		putchar('\n');
}

static int watch(const struct options *options)
{
	const struct timespec pause = { .tv_sec = options->interval };
	struct stat_list before = { 0 }, now;
	bool first = true;
	int err = 0;

	for (; !err; first = false) {
		stat_list_read(&now); /* what cannot be read was reported, the others are shown */
		separate(options, first);
		err = show(options, &now, &before);
		err = err ? err : standard_flush();
		stat_list_free(&before);
		before = now;
		nanosleep(&pause, NULL);
	}
	stat_list_free(&before);
	return err;
}

static int look(const struct options *options)
{
	struct stat_list now;
	int err = stat_list_read(&now), shown = show(options, &now, NULL);

	stat_list_free(&now);
	shown = shown ? shown : standard_flush();
	return err ? err : shown;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	int err = standard_open();

	if (err)
		return EXIT_FAILED;
	if (parse(&options, argc, argv))
		return EXIT_USAGE;
	if (options.help)
		usage();
	else if (options.version)
		printf("hdrtap-stat %s\n", HDRTAP_VERSION);
	else
		err = options.interval ? watch(&options) : look(&options);
	err = err ? err : standard_flush();
	return err ? EXIT_FAILED : EXIT_DONE;
}
