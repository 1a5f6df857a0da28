/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Two that start at once may both find no file: it is made where it must not be there yet, and who
 * comes second reads it.
 */
#include "run/key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hdrtap/head/siphash.h>

#include "base/error.h"

static bool wanted(const struct run_meta *meta)
{
	__u32 i;

	for (i = HDRTAP_SLOT_NAMES; i < meta->slot_count; i++)
		if (meta->slot[i].active && meta->slot[i].mode == HDRTAP_MODE_HASH)
			return true;
	return false;
}

static int write_key(int fd)
{
	__u64 key[2];

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return -EIO;
	if (write(fd, key, sizeof(key)) != sizeof(key) || fsync(fd) < 0)
		return errno ? -errno : -ENOSPC;
	return 0;
}

/* Makes the file and the directory that it is in. Returns 0 or -errno. */
static int make_key(const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX];
	int fd, err;

	if (slash && slash != path && slash - path < PATH_MAX) {
		memcpy(directory, path, slash - path);
		directory[slash - path] = '\0';
		if (mkdir(directory, 0700) < 0 && errno != EEXIST)
			return -errno;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;
	err = write_key(fd);
	close(fd);
	if (err)
		unlink(path);
	return err;
}

static int read_key(int fd, const char *path, __u64 key[2])
{
	struct stat stat;
	__u8 bytes[17];

	if (fstat(fd, &stat) < 0)
		return fail(errno, "cannot read the key %s: %s", path, strerror(errno));
	if (!S_ISREG(stat.st_mode) || stat.st_mode & 077)
		return fail(EPERM,
			    "cannot use the key %s: other users can read it; run chmod "
			    "600 on it",
			    path);
	if (read(fd, bytes, sizeof(bytes)) != 16)
		return fail(EINVAL,
			    "cannot use the key %s: it is not 16 bytes long; delete it "
			    "to get a new one",
			    path);
	memcpy(key, bytes, 16);
	return 0;
}

/* What is hashed for the key's id. */
static const char id_text[] = "hdrtap key";

static __u64 key_id(const __u64 key[2])
{
	struct hdrtap_sip sip;
	size_t i;

	hdrtap_sip_begin(&sip, key[0], key[1]);
	for (i = 0; i < sizeof(id_text) - 1; i++)
		hdrtap_sip_feed(&sip, (__u8)id_text[i], 1);
	return hdrtap_sip_end(&sip);
}

int key_load(struct run_meta *meta, __u64 key[2], const char *path)
{
	int fd, err;

	if (!wanted(meta))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		err = make_key(path);
		if (err)
			return fail(-err,
				    "cannot create the key %s: %s; name another file with --key",
				    path, strerror(-err));
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return fail(errno, "cannot read the key %s: %s; name another file with --key", path,
			    strerror(errno));
	err = read_key(fd, path, key);
	close(fd);
	if (!err)
		meta->key_id = key_id(key);
	return err;
}

int key_check(const struct run_meta *meta)
{
	if (!wanted(meta) || meta->key_id)
		return 0;
	return fail(EINVAL, "cannot use mode hash: its key is read only at the start; "
			    "restart hdrtap");
}
