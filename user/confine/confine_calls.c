/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lists of what is allowed. A call that is missing here fails where it is made, and says so; that
 * is better for a capture than to be killed by a C library that begins to use another call, and as
 * safe. Nothing may be executed, no process be made or inspected, nothing be mounted, and only
 * the guard and clients make sockets that reach beyond this host. Names that an architecture does
 * not have are left out.
 */
#include "confine/confine_calls.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/error.h"

static const char *const everybody[] = {
	"read",
	"readv",
	"pread64",
	"write",
	"writev",
	"pwrite64",
	"lseek",
	"close",
	"openat",
	"open",
	"fstat",
	"stat",
	"lstat",
	"newfstatat",
	"statx",
	"getdents64",
	"readlink",
	"readlinkat",
	"access",
	"faccessat",
	"faccessat2",
	"fcntl",
	"dup",
	"dup2",
	"dup3",
	"munmap",
	"mremap",
	"madvise",
	"brk",
	"futex",
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigpending",
	"rt_sigreturn",
	"restart_syscall",
	"exit",
	"exit_group",
	"getpid",
	"gettid",
	"tgkill",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"getrandom",
	"clock_gettime",
	"gettimeofday",
	"time",
	"clock_nanosleep",
	"nanosleep",
	"timer_create",
	"timer_settime",
	"timer_delete",
	"epoll_wait",
	"epoll_pwait",
	"epoll_ctl",
	"poll",
	"ppoll",
	"sendmsg",
	"recvmsg",
	"recvfrom",
	"sched_yield",
	"sched_getaffinity",
	"prlimit64",
	"sysinfo",
	"uname",
#ifdef __SANITIZE_ADDRESS__ /* its look for leaks stops the process from outside */
	"clone",
	"ptrace",
	"wait4",
	"prctl",
	"sigaltstack",
	"getppid",
	"getdents",
#endif
	NULL,
};

/* Files: the record log, and the thread that brings it to the disk. */
static const char *const writes[] = {
	"rename",    "renameat", "renameat2", "unlink",          "unlinkat",  "mkdir",
	"mkdirat",   "fchmod",   "fchown",    "ftruncate",       "fallocate", "fsync",
	"fdatasync", "flock",    "rseq",      "set_robust_list", NULL,
};

static const char *const guards[] = {
	"bpf",        "perf_event_open", "socket",   "bind",    "getsockname", "getsockopt",
	"setsockopt", "sendto",          "wait4",    "waitid",  "kill",        "flock",
	"unlink",     "rmdir",           "unlinkat", "mkdir",   "mkdirat",     "rename",
	"renameat",   "renameat2",       "statfs",   "fstatfs", "ioctl",       NULL,
};

/* Loops: what libraries make in their threads. */
static const char *const companions[] = {
	"epoll_create1",   "eventfd2",  "pipe2", "timerfd_create",
	"timerfd_settime", "getrusage", NULL,
};

/* Connections that others open. */
static const char *const servers[] = {
	"accept",     "accept4", "getsockname", "getpeername", "getsockopt",
	"setsockopt", "sendto",  "shutdown",    "socketpair",  NULL,
};

/* Connections, names of hosts and the own interfaces, which resolvers look at. */
static const char *const clients[] = {
	"socket", "connect",  "bind",     "getsockname", "getpeername", "getsockopt",  "setsockopt",
	"sendto", "sendmmsg", "recvmmsg", "shutdown",    "socketpair",  "getpriority", NULL,
};

static const char *const terminals[] = {
	"wait4", "waitid", "kill", "select", "pselect6", "rt_sigsuspend", "rt_sigtimedwait", NULL,
};

static int allow(scmp_filter_ctx filter, const char *const *names)
{
	int err = 0;

	for (; *names && !err; names++) {
		int number = seccomp_syscall_resolve_name(*names);

		if (number != __NR_SCMP_ERROR)
			err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
	}
	return err;
}

/* Memory, but none that can be executed. */
static int allow_memory(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp data = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, data);

	return err ? err : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, data);
}

/* Threads, but no processes. Arguments of clone3() cannot be looked at: without it clone() is used.
 */
static int allow_threads(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread);

	return err ? err : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

/* Numbers of requests have 32 bits, whatever the rest of the register holds. */
static int allow_requests(scmp_filter_ctx filter, const unsigned int *requests, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		const struct scmp_arg_cmp request =
			SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, requests[i]);

		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, request);
	}
	return err;
}

/* Whether there is a terminal, and how wide it is; nothing that types into it. */
static int allow_terminal(scmp_filter_ctx filter)
{
	static const unsigned int requests[] = { TCGETS, TIOCGWINSZ };

	return allow_requests(filter, requests, sizeof(requests) / sizeof(*requests));
}

/* How it shows what is typed; still nothing that types. */
static int allow_terminal_setup(scmp_filter_ctx filter)
{
	static const unsigned int requests[] = { TCSETS, TCSETSW, TCSETSF };
	int err = allow_requests(filter, requests, sizeof(requests) / sizeof(*requests));

	return err ? err : allow(filter, terminals);
}

/* The service manager's socket, and the system log's. */
static int allow_local_sockets(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp local = SCMP_A0(SCMP_CMP_EQ, AF_UNIX);
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, local);

	return err ? err : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(connect), 0);
}

static int allow_writer(scmp_filter_ctx filter)
{
	int err = allow(filter, writes);

	if (!err)
		err = allow_terminal(filter);
	return err ? err : allow_threads(filter);
}

/* What a companion has beside what readers have. */
static int allow_companion(scmp_filter_ctx filter, enum confine_role role)
{
	int err = allow(filter, companions);

	if (!err && role != CONFINE_CLIENT)
		err = allow_local_sockets(filter);
	if (err)
		return err;
	switch (role) {
	case CONFINE_SERVER:
		return allow(filter, servers);
	case CONFINE_CLIENT:
		return allow(filter, clients);
	case CONFINE_TERMINAL:
		return allow_terminal_setup(filter);
	default:
		return 0;
	}
}

static bool is_companion(enum confine_role role)
{
	return role >= CONFINE_COMPANION;
}

static bool is_guard(enum confine_role role)
{
	return role == CONFINE_GUARD || role == CONFINE_GUARD_ADMIN;
}

static int build(scmp_filter_ctx filter, enum confine_role role)
{
	int err = allow(filter, everybody);

	if (!err)
		err = allow_memory(filter);
	if (!err)
		err = is_guard(role) ? allow(filter, guards) : allow_writer(filter);
	if (!err && is_companion(role))
		err = allow_companion(filter, role);
	return err ? err : seccomp_load(filter);
}

void confine_calls(enum confine_role role)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = filter ? build(filter, role) : -ENOMEM;

	if (filter)
		seccomp_release(filter);
	if (err)
		warn_line("system calls are not restricted: %s; use a kernel with "
			  "seccomp filters",
			  strerror(-err));
}
