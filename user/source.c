/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Signals are read like any other input, where a source is ready for them; there are no handlers.
 * What the process was started to ignore (nohup, a shell's background jobs) stays ignored.
 */
#include "source.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "error.h"

static void add_unless_ignored(sigset_t *set, int number)
{
	struct sigaction action;

	if (!sigaction(number, NULL, &action) && action.sa_handler != SIG_IGN)
		sigaddset(set, number);
}

int source_signals_open(void)
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
		return fail(errno, "cannot wait for signals: %s; raise the limit of open files",
			    strerror(errno));
	return fd;
}

enum source_signal source_signals(const struct source *source)
{
	enum source_signal result = SOURCE_GO_ON;
	struct signalfd_siginfo info;

	while (read(source->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGUSR1)
			accounts_print(stderr, source->accounts, source->verbose);
		else if (info.ssi_signo != SIGHUP || !source->reloads)
			result = SOURCE_STOP;
		else if (result == SOURCE_GO_ON)
			result = SOURCE_RELOAD;
	}
	return result;
}
