/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"

#define ARGUMENTS_MAX (16 + 2 * 64)
#define MESSAGE       "hdrtap: " /* what all of its messages begin with */
#define NS_PER_S      1000000000ULL
#define NS_PER_US     1000ULL

/* The path of the hdrtap in this program's directory. */
static int find_hdrtap(char *path, size_t size)
{
	static const char name[] = "hdrtap";
	ssize_t length = readlink("/proc/self/exe", path, size - sizeof(name));
	char *slash;

	if (length < 0)
		return fail(errno, "cannot find hdrtap: %s; check that /proc is mounted",
			    strerror(errno));
	path[length] = 0;
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, name);
	return 0;
}

static void run(const struct child *child, const struct replay_options *options,
		const char *interface, const char *path)
{
	const char *argument[ARGUMENTS_MAX] = { "hdrtap",  "-v",      "-i",
						interface, "--hook",  options->xdp ? "xdp" : "tc",
						"-w",      child->log };
	int count = 8;
	char connections[32];

	snprintf(connections, sizeof(connections), "%llu", options->connections);
	argument[count++] = "--connections";
	argument[count++] = connections;
	for (size_t i = 0; i < options->element_count; i++) {
		argument[count++] = "-e";
		argument[count++] = options->elements[i];
	}
	execv(path, (char **)argument);
	fail(errno, "cannot run %s: %s; install it there", path, strerror(errno));
	_exit(1);
}

static __u64 ns_of(struct timeval time)
{
	return time.tv_sec * NS_PER_S + time.tv_usec * NS_PER_US;
}

/* CPU time of the process so far, in ns: at the start most of it is the verifier's. */
static __u64 used(pid_t pid)
{
	struct timespec time = { 0 };
	clockid_t clock;

	if (!clock_getcpuclockid(pid, &clock))
		clock_gettime(clock, &time);
	return time.tv_sec * NS_PER_S + time.tv_nsec;
}

static int await_ready(struct child *child)
{
	char line[1024];

	while (fgets(line, sizeof(line), child->says)) {
		if (strstr(line, "listening on")) {
			child->started_ns = used(child->pid);
			return 0;
		}
		fputs(line, stderr);
	}
	return fail(EIO, "hdrtap did not start; see above");
}

int child_start(struct child *child, const struct replay_options *options, const char *interface)
{
	const char *where = getenv("TMPDIR");
	int ends[2];
	char path[4096];
	int err = find_hdrtap(path, sizeof(path));

	*child = (struct child){ 0 };
	if (err)
		return err;
	snprintf(child->log, sizeof(child->log), "%.40s/hdrtap-replay-XXXXXX",
		 where ? where : "/tmp");
	if (!mkdtemp(child->log)) {
		child->log[0] = 0;
		return fail(errno, "cannot create a directory for the log: %s; set TMPDIR",
			    strerror(errno));
	}
	if (pipe2(ends, O_CLOEXEC))
		return fail(errno, "cannot start hdrtap: %s", strerror(errno));
	child->pid = fork();
	if (!child->pid) {
		dup2(ends[1], STDERR_FILENO);
		run(child, options, interface, path);
	}
	close(ends[1]);
	child->says = fdopen(ends[0], "r");
	if (child->pid < 0 || !child->says)
		return fail(errno, "cannot start hdrtap: %s", strerror(errno));
	return await_ready(child);
}

#define X_NAME(symbol, name, ...) name,
static const char *const kernel_names[] = { HDRTAP_KERNEL_COUNTERS(X_NAME) };

/* A message, which is passed on, or a line of the accounts: a number, a counter's name, what that
 * means. */
static void take_line(const char *line, struct replay_result *result)
{
	unsigned long long number;
	char name[64];

	if (!strncmp(line, MESSAGE, strlen(MESSAGE)))
		fputs(line, stderr);
	if (sscanf(line, "%llu %63s", &number, name) != 2)
		return;
	if (!strcmp(name, "records_written"))
		result->records = number;
	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		if (!strcmp(name, kernel_names[i]))
			result->counts.count[i] = number;
}

static void remove_log(const char *path)
{
	DIR *directory = *path ? opendir(path) : NULL;
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory)
		closedir(directory);
	if (*path)
		rmdir(path);
}

int child_stop(struct child *child, struct replay_result *result)
{
	struct rusage usage = { 0 };
	char line[1024];
	int status = 0;

	if (child->pid > 0)
		kill(child->pid, SIGINT);
	while (child->says && fgets(line, sizeof(line), child->says))
		take_line(line, result);
	if (child->says)
		fclose(child->says);
	if (child->pid > 0)
		wait4(child->pid, &status, 0, &usage); /* its worker's time is in it */
	remove_log(child->log);
	result->cpu_ns = ns_of(usage.ru_utime) + ns_of(usage.ru_stime) - child->started_ns;
	if (WIFSIGNALED(status))
		return fail(EIO, "hdrtap was killed by signal %d; see dmesg", WTERMSIG(status));
	return status ? fail(EIO, "hdrtap exited with status %d; see above", WEXITSTATUS(status))
		      : 0;
}
