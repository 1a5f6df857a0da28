/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sizes of the other segments are asked for only when something is to be deleted, or a new
 * segment begins.
 */
#include "log_write/log_keep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static __u64 size_of(const struct log_files *f, const char *name)
{
	struct stat st;

	return fstatat(f->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : st.st_size;
}

void log_keep_count(struct log_files *f, const struct log_names *names)
{
	size_t i;

	f->others = 0;
	for (i = 0; i < names->count; i++)
		if (strcmp(names->name[i], f->name))
			f->others += size_of(f, names->name[i]);
}

void log_keep_delete(struct log_files *f)
{
	struct log_names names = { 0 };
	size_t i;

	if (!f->keep || f->others + f->end <= f->keep || !f->others)
		return;
	if (log_dir_list(f->dir, &names) < 0)
		return;
	log_keep_count(f, &names);
	for (i = 0; i < names.count && f->others + f->end > f->keep; i++) {
		__u64 size = size_of(f, names.name[i]);

		if (!strcmp(names.name[i], f->name))
			break;
		if (!unlinkat(f->dir, names.name[i], 0)) {
			f->others -= size;
		} else if (!f->said) {
			warn_line("cannot delete %s/%s: %s; the log grows beyond what is to be "
				  "kept",
				  f->path, names.name[i], strerror(errno));
			f->said = true;
		}
	}
	log_names_free(&names);
}
