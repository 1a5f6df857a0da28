/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A file gets its name when it is complete and locked, so that nobody ever takes one that is being
 * made for one that was left.
 */
#include "stat/stat_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stat/stat_file.h"

bool stat_dir_names(const char *name)
{
	size_t length = strlen(name), suffix = strlen(STAT_SUFFIX);

	return length > suffix && !strcmp(name + length - suffix, STAT_SUFFIX);
}

bool stat_dir_runs(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return !fcntl(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

static void clear_one(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (!stat_dir_runs(fd))
		unlinkat(dir_fd, name, 0);
	close(fd);
}

/* Names stay names: one that is taken away here never comes again, as it is that of a run. */
static void clear(int dir_fd)
{
	int fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (stat_dir_names(entry->d_name))
			clear_one(dir_fd, entry->d_name);
	closedir(dir);
}

int stat_dir_open(void)
{
	bool made = !mkdir(STAT_DIRECTORY, 0755);
	int fd = open(STAT_DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (made)
		fchmod(fd, 0755); /* whatever the umask is */
	clear(fd);
	return fd;
}

/* The path of a descriptor, which needs no name. */
struct fd_path {
	char text[sizeof("/proc/self/fd/") + 10];
};

static struct fd_path fd_path(int fd)
{
	struct fd_path path;

	snprintf(path.text, sizeof(path.text), "/proc/self/fd/%d", fd);
	return path;
}

/* Everything is allocated: memory that is mapped has no way to say that there is no room. */
static int prepare(int fd, size_t bytes)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fallocate(fd, 0, 0, bytes) || fchmod(fd, 0644) || fcntl(fd, F_OFD_SETLK, &lock))
		return -errno;
	return 0;
}

int stat_dir_make(int dir_fd, size_t bytes, int *lock_fd)
{
	int locked = openat(dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), fd, err;

	if (locked < 0)
		return -errno;
	err = prepare(locked, bytes);
	fd = err ? err : open(fd_path(locked).text, O_RDWR | O_CLOEXEC);
	if (fd >= 0) {
		*lock_fd = locked;
		return fd;
	}
	err = err ? err : -errno;
	close(locked);
	return err;
}

int stat_dir_name(int dir_fd, int lock_fd, const char *name)
{
	if (linkat(AT_FDCWD, fd_path(lock_fd).text, dir_fd, name, AT_SYMLINK_FOLLOW))
		return -errno;
	return 0;
}
