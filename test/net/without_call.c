/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * without_call CALL ERROR COMMAND...: runs the command with a seccomp filter, as containers have
 * one, by which the system call fails with that error number.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int err = filter && argc > 3 ? 0 : -EINVAL;

	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(atoi(argv[2])),
				       seccomp_syscall_resolve_name(argv[1]), 0);
	if (!err)
		err = seccomp_load(filter);
	if (!err)
		execvp(argv[3], argv + 3);
	fprintf(stderr, "without_call: %s\n", strerror(err ? -err : errno));
	return 1;
}
