/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Features are tried, not concluded from the version: distributions carry back what they like.
 */
#include "check/check_kernel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "attach/capability.h"
#include "attach/permission.h"
#include "attach/tcx.h"

#define DISPATCHER "/usr/lib/x86_64-linux-gnu/bpf/xdp-dispatcher.o"

/* Newer than the headers this is built with; linux/bpf.h of Linux 5.18. */
#define XDP_HAS_FRAGS (1U << 5)

/* The number in a file of /proc/sys, -1 when it cannot be read. */
static int setting(const char *path)
{
	FILE *file = fopen(path, "re");
	int value = -1;

	if (file && fscanf(file, "%d", &value) != 1)
		value = -1;
	if (file)
		fclose(file);
	return value;
}

/* Whether the kernel takes XDP programs that can read packets of several buffers. */
static bool has_frags(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 2 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = XDP_HAS_FRAGS);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "hdrtap_check", "GPL", insns, 2, &opts);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void check_needed(struct check *check)
{
	struct utsname system;

	uname(&system);
	if (!libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SCHED_CLS, NULL))
		check_say(check, CHECK_STOP, "kernel",
			  "Linux %s does not support TC classifier programs; use a "
			  "kernel built with BPF",
			  system.release);
	else if (!libbpf_probe_bpf_helper(BPF_PROG_TYPE_SCHED_CLS, BPF_FUNC_loop, NULL))
		check_say(check, CHECK_STOP, "kernel",
			  "Linux %s has no bpf_loop; use Linux 5.17 or later", system.release);
	else
		check_say(check, CHECK_OK, "kernel",
			  "Linux %s has all the helpers that the programs call", system.release);
}

static void check_jit(struct check *check)
{
	int enabled = setting("/proc/sys/net/core/bpf_jit_enable");
	int harden = setting("/proc/sys/net/core/bpf_jit_harden");

	if (!enabled)
		check_say(check, CHECK_NOTE, "JIT",
			  "off: the kernel interprets programs, which is slow; sysctl "
			  "net.core.bpf_jit_enable=1");
	else if (harden == 2)
		check_say(check, CHECK_NOTE, "JIT",
			  "hardened for root, too: programs run slower; sysctl "
			  "net.core.bpf_jit_harden=1 limits hardening to other users");
	else
		check_say(check, CHECK_OK, "JIT", "on");
}

static void check_tcx(struct check *check)
{
	if (tcx_is_known(check->interface.index))
		check_say(check, CHECK_OK, "TCX",
			  "supported: links, which go away with their process");
	else
		check_say(check, CHECK_NOTE, "TCX",
			  "not supported before Linux 6.6: hdrtap uses clsact filters, "
			  "which stay after a kill until hdrtap next starts on the "
			  "interface");
}

static bool has_bpffs(void)
{
	struct statfs fs;

	return !statfs("/sys/fs/bpf", &fs) && fs.f_type == BPF_FS_MAGIC;
}

static void check_xdp(struct check *check)
{
	if (!libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_XDP, NULL) || !has_frags()) {
		check_say(check, check->hook == ATTACH_TC ? CHECK_NOTE : CHECK_STOP, "XDP",
			  "multi-buffer packets are not supported before Linux 5.18; "
			  "use --hook tc");
		return;
	}
	if (!libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_EXT, NULL))
		check_say(check, CHECK_NOTE, "XDP",
			  "one program only: the kernel has no extension programs, "
			  "which chains require");
	else if (!has_bpffs())
		check_say(check, CHECK_NOTE, "XDP",
			  "one program only: /sys/fs/bpf is not a bpffs, which chains "
			  "require; mount -t bpf bpf /sys/fs/bpf");
	else if (access(DISPATCHER, R_OK))
		check_say(check, CHECK_NOTE, "XDP",
			  "one program only: no libxdp dispatcher, which chains "
			  "require; install libxdp");
	else
		check_say(check, CHECK_OK, "XDP",
			  "chains of programs, if the kernel can attach extension "
			  "programs");
}

/* Opens an event as those that rings are of. Returns 0 or -errno. */
static int try_event(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.size = sizeof(attr),
		.sample_type = PERF_SAMPLE_RAW,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, sched_getcpu(), -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static void check_perf(struct check *check)
{
	int err = try_event();

	if (err && capability_perf_restricted() && !capability_effective(CAP_SYS_ADMIN))
		check_say(check, CHECK_STOP, "perf",
			  "events require CAP_SYS_ADMIN here; grant it, or sysctl "
			  "kernel.perf_event_paranoid=2");
	else if (permission_refused(err))
		check_say(check, CHECK_STOP, "perf", "no events: %s", permission_reason());
	else if (err)
		check_say(check, CHECK_STOP, "perf", "no events: %s; use a kernel with perf events",
			  strerror(-err));
	else if (!capability_perf_restricted())
		check_say(check, CHECK_OK, "perf", "events require CAP_PERFMON");
	else if (capability_effective(CAP_SYS_ADMIN))
		check_say(check, CHECK_NOTE, "perf",
			  "events may require CAP_SYS_ADMIN, which hdrtap keeps; to do "
			  "without it: sysctl kernel.perf_event_paranoid=2");
	else
		check_say(check, CHECK_OK, "perf", "events do without CAP_SYS_ADMIN");
}

void check_kernel(struct check *check)
{
	if (!check->permitted) {
		check_say(check, CHECK_NOTE, "kernel", "not checked: not permitted, see above");
		return;
	}
	check_needed(check);
	check_jit(check);
	check_perf(check);
	check_tcx(check);
	check_xdp(check);
}
