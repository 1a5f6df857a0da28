/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "said.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <criterion/criterion.h>

static int memory = -1, saved = -1;

void said_begin(void)
{
	fflush(stderr);
	memory = memfd_create("stderr", MFD_CLOEXEC);
	saved = dup(STDERR_FILENO);
	cr_assert(memory >= 0 && saved >= 0);
	cr_assert(dup2(memory, STDERR_FILENO) >= 0);
}

const char *said_end(void)
{
	static char text[8192];
	ssize_t got;

	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	got = pread(memory, text, sizeof(text) - 1, 0);
	close(saved);
	close(memory);
	cr_assert(got >= 0);
	text[got] = '\0';
	return text;
}

int said_line(const char *text, const char *part)
{
	const char *end = strchr(text, '\n');

	return !strncmp(text, "hdrtap: ", 8) && end && !end[1] && strstr(text, part);
}
