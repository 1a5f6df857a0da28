/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * In a container capabilities look complete, and bpf() fails all the same: a seccomp filter refuses
 * the call itself, whatever is asked; and the kernel does not take the capabilities of a user
 * namespace for it. Neither says so.
 */
#include "attach/permission.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Inode of the first user namespace: PROC_USER_INIT_INO of linux/proc_ns.h. */
#define USER_NAMESPACE_FIRST 0xEFFFFFFD

int permission_try(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "hdrtap_try", "GPL", insns, 2, NULL);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

bool permission_refused(int err)
{
	return err == -EPERM || err == -EACCES || err == -ENOSYS;
}

/* Whether a call that makes no sense does not come to the kernel's code for it, which says EINVAL:
 * bpf() for its first argument, perf_event_open() for its last. */
static bool is_refused(long call, long first, unsigned long last)
{
	return syscall(call, first, NULL, 0, -1, last) < 0 && permission_refused(-errno);
}

/* The text behind "NAME:" in a file of /proc, "" when there is none. Of static storage. */
static const char *status_of(const char *name)
{
	static char line[128];
	FILE *file = fopen("/proc/self/status", "re");
	size_t length = strlen(name);
	const char *found = "";

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && line[length] == ':') {
			found = line + length + 1;
			break;
		}
	if (file)
		fclose(file);
	return found;
}

static bool has_filter(void)
{
	int mode = 0;

	return sscanf(status_of("Seccomp"), "%d", &mode) == 1 && mode;
}

static bool in_user_namespace(void)
{
	struct stat st;

	return !stat("/proc/self/ns/user", &st) && st.st_ino != USER_NAMESPACE_FIRST;
}

/* Whether the kernel is locked down, so that not even root may change what it does. */
static bool is_locked_down(void)
{
	char modes[64] = "";
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");

	if (file && !fgets(modes, sizeof(modes), file))
		modes[0] = 0;
	if (file)
		fclose(file);
	return modes[0] && !strstr(modes, "[none]");
}

const char *permission_reason(void)
{
	bool bpf = is_refused(SYS_bpf, -1, 0);
	bool without = bpf && errno == ENOSYS;

	if (in_user_namespace())
		return "this is a user namespace, whose capabilities do not count for bpf(); run "
		       "hdrtap as root of the host";
	if (has_filter() && (bpf || is_refused(SYS_perf_event_open, 0, ~0UL)))
		return "a seccomp filter, as containers have one, refuses a system call; allow bpf "
		       "and perf_event_open there, or run hdrtap outside";
	if (without)
		return "this kernel was built without BPF; use a kernel with BPF";
	if (is_locked_down())
		return "not permitted, although no capability is missing: the kernel is locked "
		       "down; boot it without lockdown";
	return "not permitted, although no capability is missing; check for a security module, "
	       "and the kernel's log";
}
