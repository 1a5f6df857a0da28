/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/error.h"

static void end_at_once(int number)
{
	(void)number;
	_exit(EXIT_SUCCESS);
}

static bool is_ignored(int number)
{
	struct sigaction action;

	return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

/* A handler, because the first process of a container does not get signals that have none. */
static void handle(int number)
{
	struct sigaction action = { .sa_handler = end_at_once };

	sigaction(number, &action, NULL);
}

int signals_open(bool hangup_ends)
{
	sigset_t set;
	int fd;

	ending_by_hangup(hangup_ends);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (!is_ignored(SIGHUP))
		sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	handle(SIGINT);
	handle(SIGTERM);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return fail(errno, "cannot wait for signals: %s; raise the limit on open files",
			    strerror(errno));
	return fd;
}

unsigned int signals_read(int signal_fd)
{
	struct signalfd_siginfo info;
	unsigned int seen = 0;

	while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
		ending_note(info.ssi_signo);
		if (info.ssi_signo == SIGUSR1)
			seen |= SIGNALS_ACCOUNTS;
		else
			seen |= info.ssi_signo == SIGHUP ? SIGNALS_HANGUP : SIGNALS_STOP;
	}
	return seen;
}

void signals_end_at_once(bool at_once)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(at_once ? SIG_UNBLOCK : SIG_BLOCK, &set, NULL);
}
