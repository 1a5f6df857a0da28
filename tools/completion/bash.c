/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "completion.h"

#include <stdio.h>
#include <string.h>

static const char head[] =
	"# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only\n"
	"# bash completion of %s; where nothing is suggested, bash completes files.\n"
	"%s()\n"
	"{\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} words=() "
	"known\n"
	"\n"
	"\tif [ \"$word\" = = ]; then\n"
	"\t\tword=''\n"
	"\telif [ \"$option\" = = ]; then\n"
	"\t\toption=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tfi\n"
	"\tcase $option in\n";

/* Not compgen -W, which would run a command that stands in an interface's name. */
static const char tail[] = "\tesac\n"
			   "\tCOMPREPLY=()\n"
			   "\tfor known in \"${words[@]##*/}\"; do\n"
			   "\t\t[[ $known != \"$word\"* ]] || COMPREPLY+=(\"$known\")\n"
			   "\tdone\n"
			   "}\n"
			   "complete -o bashdefault -o default -F %s %s\n";

/* The option's branch: what may stand behind it. */
static void print_argument(const struct option_row *row)
{
	const struct option_word *word;

	printf("\t%s)", row->option);
	if (row->words) {
		printf(" words=(");
		for (word = row->words; word->text; word++)
			printf("%s%s", word == row->words ? "" : " ", word->text);
		printf(")");
	} else if (!strcmp(row->argument, "IF")) {
		printf(" words=(/sys/class/net/*%s)", row->list == OPTION_REPEATED ? " any" : "");
	}
	printf(" ;;\n");
}

static void print_options(const struct option_table *table)
{
	const struct option_row *row;

	printf("\t*) [[ $word != -* ]] || words=(");
	for (size_t i = 0; (row = option_row_at(table, i)); i++)
		if (row->option)
			printf(" %s%s%s", row->option, row->name ? " " : "",
			       row->name ? row->name : "");
	printf(") ;;\n");
}

void completion_bash(const struct option_table *table, const char *function)
{
	const struct option_row *row;

	printf(head, table->program, function);
	for (size_t i = 0; (row = option_row_at(table, i)); i++)
		if (row->argument)
			print_argument(row);
	print_options(table);
	printf(tail, function, table->program);
}
