/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * It is in a process group of its own, so that keys like Ctrl-C and Ctrl-Z reach us alone: it is
 * ended by us, and goes on while we are stopped. When we are gone in any other way, the kernel
 * tells it, and it has nobody to write to.
 */
#include "top_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/error.h"

#define PIPE_BYTES (1 << 20)
#define LOOK_NS    20000000L /* between two looks whether it has ended */
#define WAIT_MS    100
#define LOOKS      1000 /* twenty seconds */
#define NOT_FOUND  127

static const struct timespec pause_between_looks = { .tv_nsec = LOOK_NS };

/* Where our own program is, there may be the other one. */
static void beside_us(char path[PATH_MAX], const char *name)
{
	ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	path[size < 0 ? 0 : size] = '\0';
	slash = strrchr(path, '/');
	if (!slash || slash - path + strlen(name) + 2 > PATH_MAX)
		path[0] = '\0';
	else
		strcpy(slash + 1, name);
}

/* In the child. */
static void become(int null, int stream, pid_t parent, char *const *arguments)
{
	char path[PATH_MAX];
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(NOT_FOUND);
	dup2(null, STDIN_FILENO);
	dup2(stream, STDOUT_FILENO);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	beside_us(path, arguments[0]);
	execv(path, arguments);
	execvp(arguments[0], arguments);
	fail(errno, "cannot start %s: %s; install it, or put it into PATH", arguments[0],
	     strerror(errno));
	_exit(NOT_FOUND);
}

int top_child_start(struct top_child *child, char *const *arguments)
{
	int ends[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC), err = 0;
	pid_t parent = getpid();

	if (null < 0 || pipe2(ends, O_CLOEXEC)) {
		err = fail(errno, "cannot start hdrtap: %s; raise the limit on open files",
			   strerror(errno));
	} else {
		fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* where it is allowed */
		child->stream = ends[0];
		child->pid = fork();
		if (!child->pid)
			become(null, ends[1], parent, arguments);
		if (child->pid < 0)
			err = fail(errno, "cannot start hdrtap: %s; end other programs",
				   strerror(errno));
		close(ends[1]);
	}
	if (null >= 0)
		close(null);
	return err;
}

static bool has_ended(struct top_child *child)
{
	if (child->pid > 0 && !child->ended)
		child->ended = waitpid(child->pid, &child->status, WNOHANG) == child->pid;
	return child->ended;
}

/* Its own messages say why. */
static int fail_ended(struct top_child *child)
{
	char words[64];

	while (!has_ended(child))
		nanosleep(&pause_between_looks, NULL);
	top_child_words(child, words, sizeof(words));
	return fail(EIO, "there is no capture: hdrtap ended with %s; see above", words);
}

int top_child_wait(struct top_child *child)
{
	struct pollfd stream = { .fd = child->stream, .events = POLLIN };

	while (!ending_asked()) {
		if (poll(&stream, 1, WAIT_MS) <= 0)
			continue;
		return stream.revents & POLLIN ? 0 : fail_ended(child);
	}
	return -ECANCELED;
}

void top_child_words(const struct top_child *child, char *text, size_t size)
{
	if (WIFSIGNALED(child->status))
		snprintf(text, size, "killed by signal %d", WTERMSIG(child->status));
	else
		snprintf(text, size, "exit status %d", WEXITSTATUS(child->status));
}

void top_child_end(struct top_child *child)
{
	if (child->pid <= 0)
		return;
	if (!has_ended(child))
		ending_ask(child->pid);
	for (int i = 0; i < LOOKS && !has_ended(child); i++)
		nanosleep(&pause_between_looks, NULL);
	if (!child->ended && !kill(child->pid, SIGKILL))
		waitpid(child->pid, &child->status, 0);
	child->ended = true;
	close(child->stream);
	child->pid = 0;
}
