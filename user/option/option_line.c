/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * getopt's two lists are made of the table.
 */
#include "option/option_line.h"

#include <errno.h>
#include <getopt.h>

#include "base/error.h"

/* What getopt_long() returns for the table's first row if it has no letter. */
#define LONG_ONLY_FIRST 256

static char letter_of(const struct option_row *row)
{
	return row->option[1] == '-' ? 0 : row->option[1];
}

/* What getopt_long() returns for row number `i`. */
static int code_of(const struct option_row *row, size_t i)
{
	return letter_of(row) ? letter_of(row) : LONG_ONLY_FIRST + (int)i;
}

static const struct option_row *row_of(const struct option_table *table, int code)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row_at(table, i)); i++)
		if (row->option && code_of(row, i) == code)
			break;
	return row;
}

/* What is behind its two dashes, NULL: it has only a letter. */
static const char *name_of(const struct option_row *row)
{
	const char *name = letter_of(row) ? row->name : row->option;

	return name ? name + 2 : NULL;
}

/* The table for getopt_long(); the leading colon makes it tell a missing argument from an unknown
 * option. */
static void build_lists(const struct option_table *table, char *letters, struct option *names)
{
	const struct option_row *row;

	*letters++ = ':';
	for (size_t i = 0; (row = option_row_at(table, i)); i++) {
		if (!row->option)
			continue;
		if (letter_of(row)) {
			*letters++ = letter_of(row);
			if (row->argument)
				*letters++ = ':';
		}
		if (name_of(row))
			*names++ = (struct option){ name_of(row), !!row->argument, NULL,
						    code_of(row, i) };
	}
	*letters = '\0';
	*names = (struct option){ 0 };
}

/* Says what getopt_long() did not like about an option. */
static int refuse(const struct option_table *table, int code, char **argv)
{
	const struct option_row *row = row_of(table, optopt);
	const char *program = table->program;

	if (code == ':' && row)
		return fail(EINVAL, "option %s: needs an argument, %s; see %s --help", row->option,
			    row->argument, program);
	if (row)
		return fail(EINVAL, "option %s: takes no argument; see %s --help", row->option,
			    program);
	if (optopt)
		return fail(EINVAL, "option -%c: no such option; see %s --help", optopt, program);
	return fail(EINVAL, "option %s: unknown or ambiguous; see %s --help", argv[optind - 1],
		    program);
}

int option_line_read(struct options_given *to, const struct option_table *table, int argc,
		     char **argv)
{
	struct option names[OPTION_ROWS_MAX + 1];
	char letters[2 * OPTION_ROWS_MAX + 2];
	const struct option_row *row;
	int code, err = 0;

	build_lists(table, letters, names);
	optind = 0; /* glibc: start again */
	opterr = 0;
	while (!err && (code = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		row = code == ':' || code == '?' ? NULL : row_of(table, code);
		if (!row)
			return refuse(table, code, argv);
		err = given_add(to, row, optarg, "");
	}
	return err;
}
