/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A value is checked when it is read; whether values contradict each other is the program's to
 * check when all is read.
 */
#include "option/option_read.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "option/option_file.h"
#include "option/option_line.h"
#include "option/option_value.h"
#include "where/where.h"

/* Whether a line of the configuration file gives way to the command line. */
static bool is_replaced(const struct option_table *table, const struct options_given *line,
			const struct option_row *row)
{
	const struct option_instead *instead = table->instead;

	for (; instead && instead->given; instead++)
		if (row == option_row_of(table, instead->left_out) &&
		    given_has(line, option_row_of(table, instead->given)))
			return true;
	return given_has(line, row);
}

/* The file that is to be read, NULL: none. */
static const char *file_of(const struct option_table *table, const struct options_given *line)
{
	const char *const *without = table->without_file;
	const struct option_row *named = option_row_of(table, "--config");

	if (named && given_has(line, named))
		return given_argument(line, named);
	for (; without && *without; without++)
		if (given_has(line, option_row_of(table, *without)))
			return NULL;
	return table->file && !access(table->file, F_OK) ? table->file : NULL;
}

/* Adds what the configuration file has and the command line has not. */
static int add_file(const struct option_table *table, struct options_given *all, const char *path)
{
	struct options_given file = { 0 };
	int err = option_file_read(&file, table, path);

	for (size_t i = 0, line = all->count; i < file.count && !err; i++) {
		struct options_given given = { all->item, line };

		if (!is_replaced(table, &given, file.item[i].row))
			err = given_add(all, file.item[i].row, file.item[i].argument,
					file.item[i].place);
	}
	given_free(&file);
	return err;
}

/* Checks the value and puts it where it belongs. */
static int apply(const struct option_table *table, void *options, const struct option_given *given)
{
	void *field = option_row_field(table, given->row, options);
	struct option_row row = *given->row;
	char name[PATH_MAX + 64];

	if (*given->place) {
		snprintf(name, sizeof(name), "%s%s", row.key, given->place);
		row.option = name;
	}
	return row.parse(&row, field, given->argument);
}

int option_read(const struct option_table *table, struct options_given *given, void *options,
		const char **file, int argc, char **argv)
{
	int err = option_line_read(given, table, argc, argv);
	const char *path = file_of(table, given);

	if (!err && path)
		err = add_file(table, given, path);
	for (size_t i = 0; i < given->count && !err; i++)
		err = apply(table, options, &given->item[i]);
	*file = path; /* last: it may be the field of --config */
	return err;
}

int option_check_rest(const struct option_table *table, int argc, char **argv)
{
	if (optind >= argc)
		return 0;
	return fail(EINVAL, "argument '%s': unexpected; see %s --help", argv[optind],
		    table->program);
}

void option_free(const struct option_table *table, struct options_given *given, void *options)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row_at(table, i)); i++) {
		if (row->parse == option_parse_list) {
			struct option_list *list = option_row_field(table, row, options);

			free(list->item);
			*list = (struct option_list){ 0 };
		} else if (row->parse == option_parse_where) {
			struct where **where = option_row_field(table, row, options);

			where_free(*where);
			*where = NULL;
		}
	}
	given_free(given);
}

void option_say_fixed(const struct option_table *table, const struct options_given *now,
		      const struct options_given *fresh, const char *during)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row_at(table, i)); i++)
		if (row->option && !row->live && given_differs(now, fresh, row))
			warn_line("option %s: it cannot be changed during %s; restart %s",
				  row->option, during, table->program);
}
