/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Prints the completion of hdrtap for the shell that is named: runs when hdrtap is built.
 */
#include <stdio.h>
#include <string.h>

#include "completion.h"

static const struct {
	const char *shell;
	void (*print)(void);
} shells[] = {
	{ "bash", completion_bash },
	{ "zsh", completion_zsh },
	{ "fish", completion_fish },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (argc != 2 || strcmp(shells[i].shell, argv[1]))
			continue;
		shells[i].print();
		return fflush(stdout) || ferror(stdout);
	}
	fputs("usage: hdrtap-completion bash|zsh|fish\n", stderr);
	return 2;
}
