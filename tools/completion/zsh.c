/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One specification of _arguments per option; one that has two names has two.
 */
#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "options/options_table.h"

static const char head[] = "#compdef hdrtap\n"
			   "# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only\n"
			   "# zsh completion of hdrtap.\n"
			   "_hdrtap_interfaces() {\n"
			   "\tlocal -a interfaces=(/sys/class/net/*(N:t) $@)\n"
			   "\tcompadd -a interfaces\n"
			   "}\n"
			   "\n"
			   "_hdrtap() {\n"
			   "\t_arguments -S";

/* Nothing for the expression: a message would keep zsh from completing an option. */
static const char tail[] = "\n"
			   "}\n"
			   "\n"
			   "_hdrtap \"$@\"\n";

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

static void print_argument(const struct option_row *row)
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
		printf(" _hdrtap_interfaces%s", row->list == OPTION_REPEATED ? " any" : "");
	} else if (!strcmp(row->argument, "FILE") || !strcmp(row->argument, "DIR")) {
		printf("_files");
	} else {
		putchar(' ');
	}
}

static void print_option(const struct option_row *row, const char *option)
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
		print_argument(row);
	putchar('\'');
}

void completion_zsh(void)
{
	fputs(head, stdout);
	for (size_t i = 0; i < options_table_count; i++) {
		if (!options_table[i].option)
			continue;
		print_option(&options_table[i], options_table[i].option);
		if (options_table[i].name)
			print_option(&options_table[i], options_table[i].name);
	}
	fputs(tail, stdout);
}
