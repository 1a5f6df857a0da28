/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a role keeps it keeps only as far as it had it: who lacks something is told when the kernel
 * refuses, with the name of what is missing (capability.h).
 */
#include "confine/confine.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "confine/confine_calls.h"

#define KEPT_MAX 5
#define NONE     (-1)

/* What a role works with until confine_for(). */
static const int kept[][KEPT_MAX] = {
	[CONFINE_GUARD] = { CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON, NONE },
	[CONFINE_GUARD_ADMIN] = { CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON, CAP_SYS_ADMIN, NONE },
	[CONFINE_WORKER] = { CAP_IPC_LOCK, NONE }, /* maps rings */
	[CONFINE_READER] = { NONE },
	[CONFINE_COMPANION] = { NONE },
	[CONFINE_SERVER] = { NONE },
	[CONFINE_CLIENT] = { NONE },
	[CONFINE_TERMINAL] = { NONE },
};

int confine_find_user(struct confine_user *user, const char *name, const char *place)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	if (!entry)
		return fail(EINVAL, "cannot switch to user %s%s: %s; see getent passwd", name,
			    place, errno ? strerror(errno) : "there is no such user");
	user->chosen = true;
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	return 0;
}

void confine_find_owner(struct confine_user *user, const char *path)
{
	struct stat st;
	const struct passwd *entry;

	if (user->chosen || geteuid() || stat(path, &st) || !st.st_uid)
		return;
	entry = getpwuid(st.st_uid);
	user->chosen = true;
	user->uid = st.st_uid;
	user->gid = entry ? entry->pw_gid : st.st_gid;
}

void confine_find_group(struct confine_user *user, const char *name)
{
	const struct group *entry = getgrnam(name);

	user->with_group = entry != NULL;
	if (entry)
		user->group = entry->gr_gid;
}

/* CAP_SYS_ADMIN stands for capabilities that were split off it. */
static bool is_stood_for(int capability)
{
	return (capability == CAP_BPF || capability == CAP_PERFMON) &&
	       !capng_have_capability(CAPNG_PERMITTED, capability) &&
	       capng_have_capability(CAPNG_PERMITTED, CAP_SYS_ADMIN);
}

static bool permitted(int capability)
{
	return capng_have_capability(CAPNG_PERMITTED, capability);
}

/* Says what is to remain, of what there is. */
static void choose(const int keep[KEPT_MAX], bool kill)
{
	int chosen[KEPT_MAX + 2];
	size_t count = 0;

	for (; *keep != NONE; keep++) {
		if (permitted(*keep))
			chosen[count++] = *keep;
		else if (is_stood_for(*keep))
			chosen[count++] = CAP_SYS_ADMIN;
	}
	if (kill && permitted(CAP_KILL))
		chosen[count++] = CAP_KILL;
	capng_clear(CAPNG_SELECT_BOTH);
	while (count--)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, chosen[count]);
}

static int no_new_privileges(void)
{
	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 0;
	return fail(errno, "cannot drop privileges: %s; please report it", strerror(errno));
}

static int change_user(const struct confine_user *user, bool bounding)
{
	int err = capng_change_id(user->uid, user->gid,
				  bounding ? CAPNG_CLEAR_BOUNDING : CAPNG_NO_FLAG);

	if (!err)
		return 0;
	return fail(EPERM,
		    "cannot switch to user %u: %s; run hdrtap as root, or as "
		    "that user without -Z",
		    user->uid, strerror(errno ? errno : EPERM));
}

int confine_become(const struct confine_user *user, enum confine_role role)
{
	bool guards = role == CONFINE_GUARD || role == CONFINE_GUARD_ADMIN, bounding;
	int err = 0;

	if (capng_get_caps_process())
		return fail(EPERM, "cannot read the capabilities of this process; please report "
				   "it");
	bounding = permitted(CAP_SETPCAP);
	if (permitted(CAP_SETGID) && (user->chosen || user->with_group) && !guards &&
	    setgroups(user->with_group, &user->group))
		return fail(errno, "cannot drop the groups of this process: %s; please report it",
			    strerror(errno));
	choose(kept[role], guards && user->chosen);
	if (!guards && user->chosen && user->uid != geteuid())
		err = change_user(user, bounding);
	else if (capng_apply(bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS))
		err = fail(EPERM, "cannot drop capabilities: %s; please report it",
			   strerror(errno));
	return err ? err : no_new_privileges();
}

int confine_for(enum confine_role role)
{
	if (role == CONFINE_WORKER) {
		capng_clear(CAPNG_SELECT_BOTH);
		if (capng_apply(CAPNG_SELECT_CAPS))
			return fail(EPERM, "cannot drop capabilities: %s; please report it",
				    strerror(errno));
	}
	confine_calls(role);
	return 0;
}
