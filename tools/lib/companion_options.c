/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "companion_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "option/option_read.h"

static const char *place(const struct companion_options *options, const struct companion_tool *tool,
			 const char *option)
{
	return given_place(&options->given, option_row_of(tool->table, option));
}

/* How often -r names standard input. */
static unsigned int count_streams(const struct companion_options *options)
{
	unsigned int streams = 0;

	for (size_t i = 0; i < options->read.count; i++)
		streams += !strcmp(options->read.item[i], "-");
	return streams;
}

bool companion_reads_stream(const struct companion_options *options)
{
	return count_streams(options) > 0;
}

static int check_streams(const struct companion_options *options, const struct companion_tool *tool)
{
	unsigned int streams = count_streams(options);

	if (streams > 1)
		return fail(EINVAL, "-r -%s: given more than once; give it once",
			    place(options, tool, "-r"));
	if (streams && !options->check_config && isatty(STDIN_FILENO))
		return fail(EINVAL, "-r -: standard input is a terminal; pipe a record stream "
				    "(hdrtap -w -) to it");
	return 0;
}

/* A check of nothing would say that nothing is wrong. */
static int check_check(const struct companion_options *options, const struct companion_tool *tool)
{
	if (!options->check_config || options->file || options->given.count > 1)
		return 0;
	return fail(EINVAL, "option --check-config: no file %s; name a file with --config",
		    tool->table->file);
}

static int check(const struct companion_options *options, const struct companion_tool *tool)
{
	int err = check_check(options, tool);

	if (!err && !options->read.count && !tool->own_source && !options->check_config)
		err = fail(EINVAL, "no source: give -r; see %s --help", tool->table->program);
	if (!err && options->since && options->until && options->since >= options->until)
		err = fail(EINVAL,
			   "options --since and --until: nothing is between them; give --since the "
			   "earlier one");
	return err ? err : check_streams(options, tool);
}

int companion_options_read(void **to, const struct companion_tool *tool, int argc, char **argv)
{
	struct companion_options *options = calloc(1, tool->options_size);
	int err;

	*to = options;
	if (!options)
		return fail(ENOMEM, "cannot read the options: out of memory; free some memory");
	if (tool->defaults)
		tool->defaults(options);
	err = option_read(tool->table, &options->given, options, &options->file, argc, argv);
	if (!err)
		err = option_check_rest(tool->table, argc, argv);
	if (err || options->help || options->version)
		return err;
	err = check(options, tool);
	return err || !tool->check ? err : tool->check(options);
}

void companion_options_free(void *to, const struct companion_tool *tool)
{
	struct companion_options *options = to;

	if (!options)
		return;
	if (tool->discard)
		tool->discard(options);
	option_free(tool->table, &options->given, options);
	free(options);
}
