/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sizes of the other segments are asked for only when a new segment begins, or something is to
 * be deleted.
 */
#include "log_write/log_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static __u64 size_of(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : st.st_size;
}

void log_keep_count(struct log_keep *keep, int dir, const struct log_names *names, const char *open)
{
	size_t i;

	keep->others = 0;
	for (i = 0; i < names->count; i++)
		if (strcmp(names->name[i], open))
			keep->others += size_of(dir, names->name[i]);
}

static void delete_one(struct log_keep *keep, int dir, const char *path, const char *name)
{
	__u64 size = size_of(dir, name);

	if (!unlinkat(dir, name, 0)) {
		keep->others -= size;
	} else if (!keep->said) {
		warn_line("cannot delete %s/%s: %s; the log grows beyond --keep", path, name,
			  strerror(errno));
		keep->said = true;
	}
}

void log_keep_delete(struct log_keep *keep, int dir, const char *path, const char *open, __u64 size)
{
	struct log_names names = { 0 };
	size_t i;

	if (!keep->limit || keep->others + size <= keep->limit || !keep->others)
		return;
	if (log_dir_list(dir, &names) < 0)
		return;
	log_keep_count(keep, dir, &names, open);
	for (i = 0; i < names.count && keep->others + size > keep->limit; i++) {
		if (!strcmp(names.name[i], open))
			break;
		delete_one(keep, dir, path, names.name[i]);
	}
	log_names_free(&names);
}
