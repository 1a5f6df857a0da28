/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Prints the completion of a program for the shell that is named: runs when the program is built.
 * COMPLETION_TABLE is its option table.
 */
#include <stdio.h>
#include <string.h>

#include "completion.h"

#define FUNCTION_MAX 64

extern const struct option_table COMPLETION_TABLE;

static const struct {
	const char *shell;
	void (*print)(const struct option_table *table, const char *function);
} shells[] = {
	{ "bash", completion_bash },
	{ "zsh", completion_zsh },
	{ "fish", completion_fish },
};

int main(int argc, char **argv)
{
	char function[FUNCTION_MAX];

	snprintf(function, sizeof(function), "_%s", COMPLETION_TABLE.program);
	for (char *at = function; (at = strchr(at, '-'));)
		*at = '_';
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (argc != 2 || strcmp(shells[i].shell, argv[1]))
			continue;
		shells[i].print(&COMPLETION_TABLE, function);
		return fflush(stdout) || ferror(stdout);
	}
	fprintf(stderr, "usage: %s bash|zsh|fish\n", argv[0]);
	return 2;
}
