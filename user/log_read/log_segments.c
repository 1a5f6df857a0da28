/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One file after the other, in the order of their names. Whether the last one is still being
 * written is a question to the directory's lock.
 */
#include "log_read/log_segments.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_IDLES 5 /* the directory is looked at every so many fruitless tries */

static int name_file(struct log_segments *s, const char *name)
{
	free(s->where);
	s->where = NULL;
	if (name ? asprintf(&s->where, "%s/%s", s->path, name) < 0 : !(s->where = strdup(s->path)))
		return -ENOMEM;
	return 0;
}

int log_segments_stream(struct log_segments *s, const char *name)
{
	*s = (struct log_segments){ .path = strdup(name), .dir = -1 };
	return s->path ? name_file(s, NULL) : -ENOMEM;
}

/* A segment on its own; its directory tells whether it is being written. */
static int open_parent(struct log_segments *s)
{
	const char *slash = strrchr(s->path, '/');
	char *parent = slash ? strndup(s->path, slash - s->path + 1) : strdup(".");

	s->one_name = strdup(slash ? slash + 1 : s->path);
	if (parent && s->one_name)
		s->dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(parent);
	return s->one_name ? 0 : -ENOMEM;
}

static int open_dir(struct log_segments *s)
{
	s->dir = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->dir < 0 ? -errno : log_dir_list(s->dir, &s->names);
}

int log_segments_open(struct log_segments *s, const char *path, int *fd)
{
	struct stat st;
	int err = log_segments_stream(s, path);

	*fd = -1;
	if (err)
		return err;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode))
		return open_parent(s);
	if (!S_ISDIR(st.st_mode))
		return 0;
	close(*fd);
	*fd = -1;
	return open_dir(s);
}

void log_segments_close(struct log_segments *s)
{
	if (s->dir >= 0)
		close(s->dir);
	log_names_free(&s->names);
	free(s->one_name);
	free(s->where);
	free(s->path);
	*s = (struct log_segments){ .dir = -1 };
}

int log_segments_next(struct log_segments *s)
{
	size_t next = log_names_behind(&s->names, s->name);
	int fd, err;

	if (s->dir < 0 || s->one_name || next == s->names.count)
		return -ENODATA;
	memcpy(s->name, s->names.name[next], sizeof(s->name));
	err = name_file(s, s->name);
	if (err)
		return err;
	fd = openat(s->dir, s->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

bool log_segments_again(struct log_segments *s)
{
	return s->dir >= 0 && !s->one_name && s->idles++ % LIST_IDLES == 0 &&
	       !log_dir_list(s->dir, &s->names) &&
	       log_names_behind(&s->names, s->name) < s->names.count;
}

bool log_segments_complete(const struct log_segments *s)
{
	const char *name = s->one_name ? s->one_name : s->name;
	struct log_names names = { 0 };
	bool newest;

	if (s->dir < 0 || !log_dir_has_writer(s->dir))
		return true;
	newest = !log_dir_list(s->dir, &names) && log_names_behind(&names, name) == names.count;
	log_names_free(&names);
	return !newest;
}
