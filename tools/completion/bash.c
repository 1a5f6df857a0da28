/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "options/options_table.h"

static const char head[] =
	"# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only\n"
	"# bash completion of hdrtap; where nothing is suggested, bash completes files.\n"
	"_hdrtap()\n"
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
			   "complete -o bashdefault -o default -F _hdrtap hdrtap\n";

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

static void print_options(void)
{
	printf("\t*) [[ $word != -* ]] || words=(");
	for (size_t i = 0; i < options_table_count; i++)
		if (options_table[i].option)
			printf(" %s%s%s", options_table[i].option, options_table[i].name ? " " : "",
			       options_table[i].name ? options_table[i].name : "");
	printf(") ;;\n");
}

void completion_bash(void)
{
	fputs(head, stdout);
	for (size_t i = 0; i < options_table_count; i++)
		if (options_table[i].argument)
			print_argument(&options_table[i]);
	print_options();
	fputs(tail, stdout);
}
