/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "completion.h"

#include <stdio.h>
#include <string.h>

static const char head[] = "# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only\n"
			   "# fish completion of %s.\n"
			   "complete -c %s -f\n";

/* Inside single quotes. */
static void print_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static void print_name(const char *name)
{
	if (name[1] == '-')
		printf(" -l %s", name + 2);
	else
		printf(" -s %s", name + 1);
}

static void print_argument(const struct option_row *row)
{
	const struct option_word *word;

	if (row->words) {
		printf(" -x -a '");
		for (word = row->words; word->text; word++)
			printf("%s%s", word == row->words ? "" : " ", word->text);
		printf("'");
	} else if (!strcmp(row->argument, "IF")) {
		printf(" -x -a '(string replace -r \".*/\" \"\" /sys/class/net/*)%s'",
		       row->list == OPTION_REPEATED ? " any" : "");
	} else if (!strcmp(row->argument, "FILE") || !strcmp(row->argument, "DIR")) {
		printf(" -r -F");
	} else {
		printf(" -x");
	}
}

void completion_fish(const struct option_table *table, const char *function)
{
	const struct option_row *row;

	(void)function; /* fish needs none */
	printf(head, table->program, table->program);
	for (size_t i = 0; (row = option_row_at(table, i)); i++) {
		if (!row->option)
			continue;
		printf("complete -c %s", table->program);
		print_name(row->option);
		if (row->name)
			print_name(row->name);
		if (row->argument)
			print_argument(row);
		printf(" -d '");
		print_text(row->help);
		printf("'\n");
	}
}
