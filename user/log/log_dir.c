/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Segments are called RUN-NUMBER.hdl. RUN is the UTC time when the run began and the first bytes of
 * its run id, so that the names of all runs sort by time. The lock is one of the open file, not of
 * the process, and it ends with the writer however that ends; readers only ask whether it is there.
 */
#include "log/log_dir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define LOCK_NAME  "lock"
#define DIGITS     8
#define STAMP      "%Y%m%dT%H%M%S"
#define STAMP_SIZE sizeof("20260131T235959999Z")
#define MS_PER_S   1000
#define NS_PER_MS  1000000

void log_dir_make_for(const char *path, uid_t uid, gid_t gid)
{
	if (!mkdir(path, 0700) && lchown(path, uid, gid))
		rmdir(path);
}

static bool is_segment(const char *name)
{
	size_t length = strlen(name), tail = strlen(LOG_SUFFIX) + DIGITS, i;

	if (length <= tail + 1 || length >= LOG_NAME_SIZE)
		return false;
	name += length - tail;
	for (i = 0; i < DIGITS; i++)
		if (!isdigit((unsigned char)name[i]))
			return false;
	return name[-1] == '-' && !strcmp(name + DIGITS, LOG_SUFFIX);
}

static int add_name(struct log_names *names, const char *name)
{
	char(*grown)[LOG_NAME_SIZE];

	if (names->count % 64 == 0) {
		grown = reallocarray(names->name, names->count + 64, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		names->name = grown;
	}
	strcpy(names->name[names->count++], name);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

int log_dir_list(int dir, struct log_names *names)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	log_names_free(names);
	if (!stream) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (!err && (errno = 0, entry = readdir(stream)))
		if (is_segment(entry->d_name))
			err = add_name(names, entry->d_name);
	if (!err)
		err = -errno;
	closedir(stream);
	if (names->count)
		qsort(names->name, names->count, sizeof(*names->name), compare);
	return err;
}

void log_names_free(struct log_names *names)
{
	free(names->name);
	names->name = NULL;
	names->count = 0;
}

size_t log_names_behind(const struct log_names *names, const char *name)
{
	size_t i = names->count;

	while (i && strcmp(names->name[i - 1], name) > 0)
		i--;
	return i;
}

/* The time in a name as ms since the epoch, 0: none. */
static __u64 stamp_of(const char *name)
{
	struct tm tm = { 0 };
	const char *end = strptime(name, STAMP, &tm);
	unsigned int ms;

	if (!end || sscanf(end, "%3uZ", &ms) != 1)
		return 0;
	return timegm(&tm) * (__u64)MS_PER_S + ms;
}

void log_dir_run(const struct log_names *names, const __u8 run_id[16], char run[LOG_RUN_SIZE])
{
	__u64 ms = (clock_boottime() + clock_utc_offset()) / NS_PER_MS, newest = 0;
	char stamp[STAMP_SIZE];
	struct tm tm;
	time_t s;

	if (names->count)
		newest = stamp_of(names->name[names->count - 1]);
	if (ms <= newest)
		ms = newest + 1;
	s = ms / MS_PER_S;
	strftime(stamp, sizeof(stamp), STAMP, gmtime_r(&s, &tm));
	snprintf(run, LOG_RUN_SIZE, "%s%03uZ_%02x%02x%02x%02x", stamp,
		 (unsigned int)(ms % MS_PER_S), run_id[0], run_id[1], run_id[2], run_id[3]);
}

void log_dir_name(const char *run, __u32 segment, char name[LOG_NAME_SIZE])
{
	snprintf(name, LOG_NAME_SIZE, "%s-%0*u%s", run, DIGITS, segment, LOG_SUFFIX);
}

int log_dir_lock(int dir, int mode)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = openat(dir, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode), err;

	if (fd < 0)
		return -errno;
	if (!fcntl(fd, F_OFD_SETLK, &lock))
		return fd;
	err = errno == EACCES ? -EAGAIN : -errno;
	close(fd);
	return err;
}

bool log_dir_has_writer(int dir)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int fd = openat(dir, LOCK_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), err;

	if (fd < 0)
		return false;
	err = fcntl(fd, F_OFD_GETLK, &lock);
	close(fd);
	return !err && lock.l_type != F_UNLCK;
}
