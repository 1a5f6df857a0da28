/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * only_families FAMILIES COMMAND...: runs the command with the sockets of a systemd unit that has
 * RestrictAddressFamilies=FAMILIES, which is one word here. All others fail with EAFNOSUPPORT, as
 * there.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAMILIES 64 /* more than there are */

static const struct {
	const char *name;
	int family;
} known[] = { { "AF_UNIX", AF_UNIX }, { "AF_NETLINK", AF_NETLINK }, { "AF_PACKET", AF_PACKET } };

/* The number of a name, -1: not known here. */
static int family_of(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].name, name))
			return known[i].family;
	return -1;
}

static int refuse(scmp_filter_ctx filter, int family)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
				SCMP_A0(SCMP_CMP_EQ, family));
}

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	char allowed[FAMILIES] = { 0 }, *name;
	int err = filter && argc > 2 ? 0 : -EINVAL, family;

	for (name = argc > 2 ? strtok(argv[1], " ") : NULL; name && !err;
	     name = strtok(NULL, " ")) {
		family = family_of(name);
		if (family < 0)
			err = -EINVAL;
		else
			allowed[family] = 1;
	}
	for (family = 0; family < FAMILIES && !err; family++)
		if (!allowed[family])
			err = refuse(filter, family);
	if (!err)
		err = seccomp_load(filter);
	if (!err)
		execvp(argv[2], argv + 2);
	fprintf(stderr, "only_families: %s\n", strerror(err ? -err : errno));
	return 1;
}
