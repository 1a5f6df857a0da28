/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "option/option_usage.h"

#include <string.h>

#define HELP_COLUMN 24
#define HELP_END    79

/* Prints words in the help column behind `width` columns of something else. */
static void print_help(FILE *out, const char *help, int width)
{
	size_t size;

	if (width >= HELP_COLUMN) {
		fputc('\n', out);
		width = 0;
	}
	for (; *help; help += size + strspn(help + size, " ")) {
		size = strcspn(help, " ");
		if (width > HELP_COLUMN && width + 1 + (int)size > HELP_END) {
			fputc('\n', out);
			width = 0;
		}
		if (width < HELP_COLUMN)
			width += fprintf(out, "%*s", HELP_COLUMN - width, "");
		else
			width += fprintf(out, " ");
		width += fprintf(out, "%.*s", (int)size, help);
	}
	fputc('\n', out);
}

static void print_row(FILE *out, const struct option_row *row)
{
	int width;

	if (!row->option) {
		fprintf(out, "\n%s\n", row->help);
		return;
	}
	width = fprintf(out, "  %s%s%s%s%s", row->option, row->name ? ", " : "",
			row->name ? row->name : "", row->argument ? " " : "",
			row->argument ? row->argument : "");
	print_help(out, row->help, width);
}

void option_usage(const struct option_table *table, FILE *out)
{
	const struct option_row *row;

	fputs(table->usage, out);
	for (size_t i = 0; (row = option_row_at(table, i)); i++)
		print_row(out, row);
	fprintf(out, "\nEXAMPLES\n%s", table->examples);
}
