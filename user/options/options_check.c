/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "options/options_check.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "options/options_config.h"
#include "options/options_table.h"

static bool on_line(const struct options *options, const char *option)
{
	return given_on_line(&options->given, option_row_named(option));
}

static const char *place(const struct options *options, const char *option)
{
	return given_place(&options->given, option_row_named(option));
}

/* Of two options of which at least one is in the file, if any. */
static const char *place_of_one(const struct options *options, const char *one, const char *other)
{
	const char *found = place(options, one);

	return *found ? found : place(options, other);
}

/* There is one standard input, and one log that can be written. */
static int check_read(const struct options *options)
{
	const struct option_list *read = &options->read;
	unsigned int streams = 0;

	for (size_t i = 0; i < read->count; i++)
		streams += !strcmp(read->item[i], "-");
	if (streams > 1)
		return fail(EINVAL, "-r -%s: given more than once; give it once",
			    place(options, "-r"));
	if (read->count > 1 && (options->write.directory || options->write.stream))
		return fail(EINVAL,
			    "-r and -w%s: several logs cannot be written as one; write each to a "
			    "directory of its own",
			    place_of_one(options, "-w", "-r"));
	return 0;
}

/* What is for the other kind of source. */
static int check_source_options(const struct options *options)
{
	static const char *const attaching[] = { "--order", "--hook", "-p" };

	if (options->interfaces.count && on_line(options, "--follow"))
		return fail(EINVAL,
			    "option --follow: a live interface has no end; use it with -r DIR");
	if (options->interfaces.count && (options->since || options->until))
		return fail(EINVAL,
			    "options --since and --until: a live interface has no past; use them "
			    "with -r DIR");
	for (size_t i = 0; i < sizeof(attaching) / sizeof(*attaching); i++)
		if (options->read.count && on_line(options, attaching[i]))
			return fail(EINVAL,
				    "option %s: nothing is attached with -r; use it with -i",
				    attaching[i]);
	return 0;
}

static int check_source(const struct options *options)
{
	if (options->interfaces.count && options->read.count)
		return fail(EINVAL,
			    "-i and -r together%s: there can be only one source; remove one",
			    place_of_one(options, "-r", "-i"));
	if (!options->interfaces.count && !options->read.count && !options->check_config)
		return fail(EINVAL, "no source: give -i or -r; see hdrtap --help");
	if (options->since && options->until && options->since >= options->until)
		return fail(EINVAL,
			    "options --since and --until: nothing is between them; give --since "
			    "the earlier one");
	return check_source_options(options);
}

static int check_log(const struct options *options)
{
	if (!options->write.directory && !options->check_config)
		return 0;
	return log_options_check(&options->log, place_of_one(options, "--segment-size", "--keep"),
				 place(options, "--group"));
}

/* Whether there are lines on standard output. */
static bool has_lines(const struct options *options)
{
	return !options->write.stream && (!options->write.directory || options->format);
}

/* Only lines of text can be chosen so. */
static int check_text(const struct options *options)
{
	static const char *const choosing[] = { "-t", "--local-time" };

	if (has_lines(options) && (!options->format || options->format == OPTIONS_TEXT))
		return 0;
	for (size_t i = 0; i < sizeof(choosing) / sizeof(*choosing); i++)
		if (on_line(options, choosing[i]))
			return fail(EINVAL,
				    "option %s: only for lines of text; use it with -f text",
				    choosing[i]);
	return 0;
}

#define ALL_KINDS (1u << HDRTAP_KIND_REQUEST | 1u << HDRTAP_KIND_RESPONSE)

static int check_transactions(const struct options *options)
{
	bool lines = options_of_transactions(options);

	if (options->transactions && !has_lines(options) && !options->check_config)
		return fail(EINVAL,
			    "option --transactions%s: records are written as they are; use it with "
			    "lines, -f text, json or csv",
			    place_of_one(options, "--transactions", "-w"));
	if (lines && options->settings.kinds && options->settings.kinds != ALL_KINDS)
		return fail(
			EINVAL,
			"%s and --heads together%s: such lines need requests and responses; leave "
			"out --heads",
			options->transactions ? "--transactions" : "-f clf or combined",
			place_of_one(options, "--heads",
				     options->transactions ? "--transactions" : "-f"));
	if (options->timeout_ms && !lines && !options->where)
		return fail(EINVAL,
			    "option --timeout%s: only requests with their responses wait; use it "
			    "with --transactions, --where, -f clf or -f combined",
			    place_of_one(options, "--timeout", "-f"));
	return 0;
}

static int check_output(const struct options *options)
{
	int err = check_text(options);

	if (!err)
		err = check_transactions(options);
	if (err)
		return err;
	if (options->format_string && options->format != OPTIONS_STRING)
		return fail(EINVAL,
			    "-f and --format-string together%s: a line has one format; leave one "
			    "out",
			    place_of_one(options, "--format-string", "-f"));
	if (options->profile && options->format != OPTIONS_JSON && on_line(options, "--profile"))
		return fail(EINVAL, "option --profile: it names keys of JSON; use it with -f json");
	if (options->csv_safe && options->format != OPTIONS_CSV && on_line(options, "--csv-safe"))
		return fail(EINVAL, "option --csv-safe: it guards CSV; use it with -f csv");
	if (options->write.stream && options->format_string)
		return fail(EINVAL,
			    "-w - and --format-string together%s: standard output takes records or "
			    "lines; leave one out",
			    place_of_one(options, "--format-string", "-w"));
	if (options->write.stream && options->format)
		return fail(EINVAL,
			    "-w - and -f together%s: standard output takes records or lines; "
			    "leave one out",
			    place_of_one(options, "-f", "-w"));
	if (options->log_option && !options->write.directory)
		return fail(EINVAL, "option %s: only for a record log; use it with -w DIR",
			    options->log_option);
	return check_log(options);
}

/* The command line may choose tunnels that the file's port is of no use for. */
static void leave_port_out(struct options *options)
{
	if (on_line(options, "--tunnels") && !on_line(options, "--vxlan-port"))
		config_leave_port_out(&options->config);
}

int options_check(struct options *options)
{
	int err = check_source(options);

	if (!err)
		err = check_read(options);
	if (!err)
		err = check_output(options);
	if (err)
		return err;
	leave_port_out(options);
	return config_check(&options->config, place_of_one(options, "--vxlan-port", "--tunnels"));
}
