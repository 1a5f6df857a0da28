/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A program with its arguments, without a shell; what it is told stands on its standard input. It
 * is a file in memory, which nobody has to wait for.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver_inside.h"

extern char **environ;

/* Returns a descriptor at the beginning of the body, or -errno. */
static int open_body(const struct buffer *body)
{
	int fd = memfd_create("alarm", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, body->bytes, body->size) != (ssize_t)body->size || lseek(fd, 0, SEEK_SET)) {
		close(fd);
		return -EIO;
	}
	return fd;
}

/* A process group of its own, and no signal blocked. */
static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
							    POSIX_SPAWN_SETPGROUP);
}

static int spawn(struct deliver_target *target, int body)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	err = posix_spawn_file_actions_adddup2(&actions, body, STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
						       O_WRONLY, 0);
	if (!err)
		err = set_attributes(&attributes);
	if (!err)
		err = posix_spawn(&target->pid, target->receiver->argument[0], &actions,
				  &attributes, target->receiver->argument, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		target->pid = 0;
	return -err;
}

int deliver_command_begin(struct deliver_target *target)
{
	int body = open_body(&target->body), err;

	if (body < 0)
		return body;
	err = spawn(target, body);
	close(body);
	if (err)
		return err;
	target->kill_at = deliver_now() + target->receiver->timeout_ms;
	target->pid_fd = syscall(SYS_pidfd_open, target->pid, 0);
	return 0;
}

static void close_command(struct deliver_target *target)
{
	if (target->pid_fd >= 0)
		close(target->pid_fd);
	target->pid = 0;
}

void deliver_command_drop(struct deliver_target *target)
{
	if (!target->pid)
		return;
	kill(-target->pid, SIGKILL);
	waitpid(target->pid, NULL, 0);
	close_command(target);
}

void deliver_command_finish(struct deliver_loop *loop, struct deliver_target *target)
{
	char why[64];
	int status;

	if (waitpid(target->pid, &status, WNOHANG) != target->pid) {
		if (deliver_now() < target->kill_at)
			return;
		deliver_command_drop(target);
		deliver_done(loop, target, -ETIMEDOUT, "it did not end in time");
		return;
	}
	close_command(target);
	if (WIFEXITED(status))
		snprintf(why, sizeof(why), "it ended with status %d", WEXITSTATUS(status));
	else
		snprintf(why, sizeof(why), "signal %d ended it", WTERMSIG(status));
	deliver_done(loop, target, status ? -EIO : 0, why);
}
