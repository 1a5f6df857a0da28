/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Everything that the handler needs is made before, because it may call next to nothing.
 */
#include "top_crash.h"

#include <curses.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#define SEQUENCE_MAX 256

static struct {
	int fd; /* -1: there is nothing to be given back */
	struct termios mode;
	char sequence[SEQUENCE_MAX];
} terminal = { .fd = -1 };

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

/* The handler is gone already: what crashed crashes again. */
static void give_back(int number)
{
	if (terminal.fd >= 0) {
		ssize_t wrote = write(terminal.fd, terminal.sequence, strlen(terminal.sequence));

		(void)wrote;
		tcsetattr(terminal.fd, TCSANOW, &terminal.mode);
	}
	raise(number);
}

void top_crash_remember(int fd)
{
	if (!tcgetattr(fd, &terminal.mode))
		terminal.fd = fd;
}

static void add(const char *capability)
{
	const char *text = tigetstr(capability);

	if (text && text != (const char *)-1 &&
	    strlen(terminal.sequence) + strlen(text) < SEQUENCE_MAX)
		strcat(terminal.sequence, text);
}

void top_crash_watch(void)
{
	struct sigaction action = { .sa_handler = give_back, .sa_flags = SA_RESETHAND };

	terminal.sequence[0] = '\0';
	add("sgr0");
	add("rmcup");
	add("rmkx");
	add("cnorm");
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		sigaction(crashes[i], &action, NULL);
}

void top_crash_forget(void)
{
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		signal(crashes[i], SIG_DFL);
	terminal.fd = -1;
}
