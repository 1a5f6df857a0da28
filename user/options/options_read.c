/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What of hdrtap's options is not in its table: the trailing expression, and what all of them are
 * together.
 */
#include "options/options_read.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "option/option_read.h"
#include "options/options_check.h"
#include "options/options_config.h"
#include "options/options_table.h"

/* What is left of the command line, with spaces between. */
static int join_filter(struct options *options, int argc, char **argv)
{
	size_t size = 1;
	int i;

	if (optind >= argc)
		return 0;
	for (i = optind; i < argc; i++)
		size += strlen(argv[i]) + 1;
	options->filter = calloc(1, size);
	if (!options->filter)
		return fail(ENOMEM, "cannot read the command line: out of memory; free some "
				    "memory");
	for (i = optind; i < argc; i++) {
		if (i > optind)
			strcat(options->filter, " ");
		strcat(options->filter, argv[i]);
	}
	return 0;
}

/* Whether the option is about a record log. */
static bool is_about_log(const struct option_row *row)
{
	return row->field - offsetof(struct options, log) < sizeof(struct log_options);
}

/* Whether the option is about how packets are looked at. */
static bool chooses_packets(const struct option_row *row)
{
	return row->field - offsetof(struct options, config) < sizeof(struct hdrtap_config) ||
	       row->field == offsetof(struct options, settings.ports) ||
	       row->field == offsetof(struct options, settings.sample) ||
	       row->field == offsetof(struct options, settings.limit);
}

/* The last ones on the command line that are about a record log, or about packets. */
static void note_kinds(struct options *options)
{
	for (size_t i = 0; i < options->given.count; i++) {
		const struct option_given *given = &options->given.item[i];

		if (*given->place)
			continue;
		if (is_about_log(given->row))
			options->log_option = given->row->option;
		else if (chooses_packets(given->row))
			options->config_option = given->row->option;
	}
}

static int parse_all(struct options *options, int argc, char **argv)
{
	int err = option_read(&options_table, &options->given, options, &options->config_file, argc,
			      argv);

	if (err)
		return err;
	note_kinds(options);
	return join_filter(options, argc, argv);
}

int options_parse(struct options *options, int argc, char **argv)
{
	int err;

	*options = (struct options){
		.settings.kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE,
		.config = HDRTAP_CONFIG_DEFAULT,
		.log = LOG_OPTIONS_DEFAULT,
	};
	options->config.tunnels = CONFIG_TUNNELS_UNSET;
	err = parse_all(options, argc, argv);
	config_choose_tunnels(&options->config, !options->read.count);
	if (err || options->help || options->version || options->list_interfaces ||
	    options->check || options->detach)
		return err;
	if (options->check_config && !options->config_file)
		return fail(EINVAL, "option --check-config: no file " CONFIG_FILE_DEFAULT
				    "; name a file with --config");
	if (!options->format && options->format_string)
		options->format = OPTIONS_STRING;
	err = options_check(options);
	config_fit(&options->config);
	return err;
}

void options_free(struct options *options)
{
	option_free(&options_table, &options->given, options);
	free(options->filter);
}
