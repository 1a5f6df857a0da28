/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One specification of _arguments per option; one that has two names has two.
 */
#include "completion.h"

#include <stdio.h>
#include <string.h>

static const char head[] = "#compdef %s\n"
			   "# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only\n"
			   "# zsh completion of %s.\n"
			   "%s_interfaces() {\n"
			   "\tlocal -a interfaces=(/sys/class/net/*(N:t) $@)\n"
			   "\tcompadd -a interfaces\n"
			   "}\n"
			   "\n"
			   "%s() {\n"
			   "\t_arguments -S";

/* Nothing for the expression: a message would keep zsh from completing an option. */
static const char tail[] = "\n"
			   "}\n"
			   "\n"
			   "%s \"$@\"\n";

/* Inside single quotes, and brackets or colons of a specification. */
static void print_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr("[]:\\", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void print_argument(const struct option_row *row, const char *function)
{
	const struct option_word *word;

	putchar(':');
	print_text(row->argument);
	putchar(':');
	if (row->words) {
		for (word = row->words; word->text; word++)
			printf("%s%s", word == row->words ? "(" : " ", word->text);
		putchar(')');
	} else if (!strcmp(row->argument, "IF")) {
		printf(" %s_interfaces%s", function, row->list == OPTION_REPEATED ? " any" : "");
	} else if (!strcmp(row->argument, "FILE") || !strcmp(row->argument, "DIR")) {
		printf("_files");
	} else {
		putchar(' ');
	}
}

static void print_option(const struct option_row *row, const char *option, const char *function)
{
	printf(" \\\n\t\t'");
	if (row->list == OPTION_REPEATED || row->most)
		putchar('*');
	else if (row->name)
		printf("(%s %s)", row->option, row->name);
	printf("%s[", option);
	print_text(row->help);
	putchar(']');
	if (row->argument)
		print_argument(row, function);
	putchar('\'');
}

void completion_zsh(const struct option_table *table, const char *function)
{
	const struct option_row *row;

	printf(head, table->program, table->program, function, function);
	for (size_t i = 0; (row = option_row_at(table, i)); i++) {
		if (!row->option)
			continue;
		print_option(row, row->option, function);
		if (row->name)
			print_option(row, row->name, function);
	}
	printf(tail, function);
}
