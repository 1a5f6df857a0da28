/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Privileges dropped for good, before anything is read that others may have written: packets,
 * records, captures, logs.
 */
#ifndef HDRTAP_USER_CONFINE_H
#define HDRTAP_USER_CONFINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "confine/confine_role.h"

/* Who a process is to become. */
struct confine_user {
	bool chosen; /* false: it stays who it is */
	uid_t uid;
	gid_t gid;
	bool with_group; /* also a member of this one, and of no other */
	gid_t group;
};

/* Finds a user by name, which `place` stands behind in the message. Returns 0, or -EINVAL
 * (reported) when there is none. */
int confine_find_user(struct confine_user *user, const char *name, const char *place);

/*
 * The user that works on a path when none is chosen and we are root: its owner. Nothing happens
 * when there is no such path.
 */
void confine_find_owner(struct confine_user *user, const char *path);

/* Makes the user a member of a group, if there is one of that name. */
void confine_find_group(struct confine_user *user, const char *name);

/*
 * Becomes the user, unless the role is the guard's, and drops all capabilities but those of the
 * role. Returns 0 or -errno (reported).
 */
int confine_become(const struct confine_user *user, enum confine_role role);

/*
 * To be called when everything is open: drops what the role needed for that, and makes the
 * kernel refuse every system call that it does not need from here on (seccomp(2)). Returns 0 or
 * -errno (reported).
 */
int confine_for(enum confine_role role);

#endif
