/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One process becomes two before anything is loaded or opened, so that neither ever holds what only
 * the other needs.
 */
#include "live/live.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach/capability.h"
#include "base/descriptors.h"
#include "base/error.h"
#include "base/signals.h"
#include "guard/guard.h"
#include "share/channel.h"
#include "worker/worker.h"

struct split {
	const struct live_options *options;
	struct live_shared shared;
	int guard; /* their ends of the channel */
	int worker;
	int signal_fd;
};

/* Rings are locked memory, and who maps them holds no capability then. Each interface takes two
 * files. */
static void raise_limits(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &limit);
	descriptors_raise();
}

static int open_split(struct split *split)
{
	int err = channel_open(&split->guard, &split->worker);

	if (err)
		return err;
	err = live_shared_open(&split->shared, libbpf_num_possible_cpus(), split->options);
	if (err)
		return err;
	split->signal_fd = signals_open();
	return split->signal_fd < 0 ? split->signal_fd : 0;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_split(struct split *split)
{
	close_one(&split->guard);
	close_one(&split->worker);
	close_one(&split->signal_fd);
	live_shared_close(&split->shared);
}

/* The worker's life. Signals stay blocked: the guard says what they mean. */
static int work(struct split *split)
{
	const struct live_options *options = split->options;
	struct worker worker = { .channel = split->worker, .shared = &split->shared };
	int status;

	close_one(&split->guard);
	close_one(&split->signal_fd);
	live_shared_protect(&split->shared);
	if (confine_become(&options->user, CONFINE_WORKER))
		return EXIT_FAILURE;
	status = options->work(options->context, &worker);
	close_split(split);
	return status;
}

/* Returns 0, with the exit status, or -errno (reported). */
static int wait_for(pid_t worker, int *status)
{
	int how;

	while (waitpid(worker, &how, 0) < 0)
		if (errno != EINTR)
			return fail(errno, "cannot wait for the worker: %s; please report it",
				    strerror(errno));
	if (WIFSIGNALED(how))
		return fail(ECANCELED,
			    "the worker was killed by signal %d (%s): records it had not "
			    "written are lost; the log is intact up to its last batch",
			    WTERMSIG(how), strsignal(WTERMSIG(how)));
	*status = WEXITSTATUS(how);
	return 0;
}

/* libxdp's chains of programs take more than attaching does, and so do perf events on some kernels.
 */
static enum confine_role guard_role(const struct live_options *options)
{
	return options->attach.hook == ATTACH_TC && !capability_perf_restricted()
		       ? CONFINE_GUARD
		       : CONFINE_GUARD_ADMIN;
}

static int guard(struct split *split, pid_t worker, int *status)
{
	struct promiscuous promiscuous;
	struct guard_options options = {
		.live = split->options,
		.worker = worker,
		.channel = split->guard,
		.shared = &split->shared,
		.signal_fd = split->signal_fd,
	};
	const struct live_options *live = split->options;
	int err, ended;

	close_one(&split->worker);
	if (live->promiscuous) {
		promiscuous_open(&promiscuous);
		options.promiscuous = &promiscuous;
	}
	err = live->prepare ? live->prepare(live->context) : 0;
	if (!err)
		err = confine_become(&live->user, guard_role(live));
	if (!err)
		err = guard_run(&options);
	if (live->promiscuous)
		promiscuous_close(&promiscuous);
	close_one(&split->guard);
	ended = wait_for(worker, status);
	if (err == -EPIPE) /* the worker is gone, and said why if it could */
		err = 0;
	return err ? err : ended;
}

int live_run(const struct live_options *options, int *status)
{
	struct split split = {
		.options = options,
		.shared = { .dir_fd = -1, .lock_fd = -1 },
		.guard = -1,
		.worker = -1,
		.signal_fd = -1,
	};
	int err = open_split(&split);
	pid_t worker = -1;

	if (!err) {
		raise_limits();
		worker = fork();
		if (worker < 0)
			err = fail(errno, "cannot capture: %s; stop other programs",
				   strerror(errno));
	}
	if (!worker)
		exit(work(&split));
	if (!err)
		err = guard(&split, worker, status);
	close_split(&split);
	return err;
}
