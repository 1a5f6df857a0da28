/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Asked by the bare system call. CAP_SYS_ADMIN, which CAP_BPF and CAP_PERFMON were once part of,
 * still stands for both.
 */
#include "attach/capability.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attach/permission.h"
#include "base/error.h"

struct effective {
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3];
};

static bool has(const struct effective *set, int capability)
{
	return set->half[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

static void append(char *names, size_t size, const char *name)
{
	size_t length = strlen(names);

	snprintf(names + length, size - length, "%s%s", length ? " and " : "", name);
}

/* Returns false when it cannot be known. */
static bool ask(struct effective *set)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return !syscall(SYS_capget, &header, &set->half);
}

bool capability_effective(int capability)
{
	struct effective set = { 0 };

	return ask(&set) && has(&set, capability);
}

bool capability_perf_restricted(void)
{
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	int level = 0;

	if (file && fscanf(file, "%d", &level) != 1)
		level = 0;
	if (file)
		fclose(file);
	return level > 2;
}

void capabilities_missing(char *names, size_t size)
{
	struct effective set = { 0 };

	names[0] = 0;
	if (!ask(&set))
		return;
	if (!has(&set, CAP_BPF) && !has(&set, CAP_SYS_ADMIN))
		append(names, size, "CAP_BPF");
	if (!has(&set, CAP_NET_ADMIN))
		append(names, size, "CAP_NET_ADMIN");
	if (!has(&set, CAP_PERFMON) && !has(&set, CAP_SYS_ADMIN))
		append(names, size, "CAP_PERFMON");
}

bool capabilities_complete(void)
{
	char names[CAPABILITY_NAMES_MAX];

	capabilities_missing(names, sizeof(names));
	return !names[0];
}

int fail_not_permitted(int errnum, const char *what)
{
	char names[CAPABILITY_NAMES_MAX];

	capabilities_missing(names, sizeof(names));
	if (names[0])
		return fail(errnum,
			    "%s: not permitted without %s; run hdrtap as root, or grant "
			    "what is missing",
			    what, names);
	return fail(errnum, "%s: %s", what, permission_reason());
}
