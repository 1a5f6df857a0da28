/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"

static atomic_bool seen_end;

static void add_unless_ignored(sigset_t *set, int number)
{
	struct sigaction action;

	if (!sigaction(number, NULL, &action) && action.sa_handler != SIG_IGN)
		sigaddset(set, number);
}

int signals_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	add_unless_ignored(&set, SIGINT);
	add_unless_ignored(&set, SIGTERM);
	add_unless_ignored(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
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
		if (info.ssi_signo == SIGUSR1)
			seen |= SIGNALS_ACCOUNTS;
		else
			seen |= info.ssi_signo == SIGHUP ? SIGNALS_HANGUP : SIGNALS_STOP;
	}
	if (seen & (SIGNALS_STOP | SIGNALS_HANGUP))
		seen_end = true;
	return seen;
}

bool signals_asked_to_end(void)
{
	sigset_t pending;

	return seen_end || (!sigpending(&pending) &&
			    (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
			     sigismember(&pending, SIGHUP)));
}
