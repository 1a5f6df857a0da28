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
#include <time.h>
#include <unistd.h>

#include "attach/capability.h"
#include "base/descriptors.h"
#include "base/ending.h"
#include "base/error.h"
#include "base/error_out.h"
#include "base/signals.h"
#include "guard/guard.h"
#include "share/channel.h"
#include "worker/worker.h"

#define NS_PER_S 1000000000ULL
#define LOOK_NS  20000000ULL /* between two looks at the worker */

struct split {
	const struct live_options *options;
	struct live_shared shared;
	int guard; /* their ends of the channel */
	int worker;
	int signal_fd;
};

/* The worker, for who waits for its end. */
struct child {
	pid_t pid;
	clockid_t clock; /* of the CPU time that it takes */
	__u64 took;      /* of that, ns, when it was looked at last */
	int idle;        /* so many looks ago it had taken less */
	bool hurried;
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
	int cpus = libbpf_num_possible_cpus(), err;

	if (cpus < 0)
		return fail(-cpus,
			    "cannot find out how many CPUs there are: "
			    "/sys/devices/system/cpu/possible: %s; mount /sys",
			    strerror(-cpus));
	split->signal_fd = signals_open(!split->options->reload);
	if (split->signal_fd < 0)
		return split->signal_fd;
	err = channel_open(&split->guard, &split->worker);
	return err ? err : live_shared_open(&split->shared, cpus, split->options);
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

/*
 * Looks whether the worker does anything. While it waits for a reader or for the disk it wakes up
 * now and then; it does not when it is stopped or hangs in a call. Looks are counted, not time: it
 * may be the machine that was stopped.
 */
static bool hangs(struct child *child)
{
	struct timespec took = { 0 };
	__u64 now;

	clock_gettime(child->clock, &took);
	now = took.tv_sec * NS_PER_S + took.tv_nsec;
	child->idle = now == child->took ? child->idle + 1 : 0;
	child->took = now;
	return child->idle * LOOK_NS >= ENDING_PATIENCE_NS;
}

/* Once we are asked to end. Returns 0, or -ETIMEDOUT (reported) when it is not waited for. */
static int hurry(struct child *child)
{
	if (!child->hurried)
		ending_ask(child->pid);
	child->hurried = true;
	if (!hangs(child))
		return 0;
	return fail(ETIMEDOUT,
		    "the worker does not end: it is stopped, or its disk does not respond; what it "
		    "has is lost if process %d is killed",
		    child->pid);
}

/* As waitpid(), but -ETIMEDOUT (reported) when the worker hangs and we are to end. */
static int wait_for_end(struct child *child, int *how)
{
	const struct timespec pause = { .tv_nsec = LOOK_NS };
	pid_t ended = 0;
	int err = 0;

	while (!err && !(ended = waitpid(child->pid, how, WNOHANG))) {
		nanosleep(&pause, NULL);
		if (ending_asked())
			err = hurry(child);
	}
	if (ended < 0)
		return fail(errno, "cannot wait for the worker: %s; please report it",
			    strerror(errno));
	return err;
}

/* Returns 0, with the exit status, or -errno (reported). */
static int wait_for(struct child *child, int *status)
{
	int how, err = wait_for_end(child, &how);

	if (err)
		return err;
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

static int guard(struct split *split, struct child *worker, int *status)
{
	struct promiscuous promiscuous;
	struct guard_options options = {
		.live = split->options,
		.worker = worker->pid,
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
	struct child worker = { .pid = -1 };

	if (!err) {
		raise_limits();
		error_out_hurry(true);
		worker.pid = fork();
		if (worker.pid < 0)
			err = fail(errno, "cannot capture: %s; stop other programs",
				   strerror(errno));
	}
	if (!worker.pid)
		exit(work(&split));
	if (!err) {
		clock_getcpuclockid(worker.pid, &worker.clock);
		err = guard(&split, &worker, status);
	}
	close_split(&split);
	return err;
}
