/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A temporary file beside it takes its name. The collector reads files that end in .prom, which a
 * temporary one does not.
 */
#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/write_all.h"

static int write_file(const char *path, const struct text *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644), err;

	if (fd < 0)
		return -errno;
	err = fchmod(fd, 0644) ? -errno : write_all(fd, text->bytes, text->size);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int textfile_write(const char *path, const struct text *text)
{
	char temporary[PATH_MAX];
	int err;

	if (text->failed)
		return fail(ENOMEM, "cannot write %s: out of memory; free some memory", path);
	if (snprintf(temporary, sizeof(temporary), "%s.%d.tmp", path, getpid()) >=
	    (int)sizeof(temporary))
		return fail(ENAMETOOLONG, "cannot write %s: the name is too long; shorten it",
			    path);
	err = write_file(temporary, text);
	if (!err && rename(temporary, path))
		err = -errno;
	if (!err)
		return 0;
	unlink(temporary);
	return fail(-err, "cannot write %s: %s; give a file in a directory that user %u may write",
		    path, strerror(-err), geteuid());
}
