/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "checkpoint.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/error.h"
#include "base/write_all.h"

#define MAGIC "hdralert"

struct head {
	char magic[8];
	__u32 version, reserved;
	__u64 size, hash;
};

static int write_file(int fd, const struct buffer *state)
{
	const struct head head = {
		.magic = MAGIC,
		.version = htole32(CHECKPOINT_VERSION),
		.size = htole64(state->size),
		.hash = htole64(XXH3_64bits(state->bytes, state->size)),
	};
	int err = write_all(fd, &head, sizeof(head));

	if (!err)
		err = write_all(fd, state->bytes, state->size);
	if (!err && fsync(fd))
		err = -errno;
	return err;
}

/* The new name is on the disk when its directory is. */
static int sync_directory(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd, err = 0;

	snprintf(directory, sizeof(directory), "%.*s", slash ? (int)(slash - path + 1) : 1,
		 slash ? path : ".");
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int put(const char *path, const char *beside, const struct buffer *state)
{
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int err = fd < 0 ? -errno : write_file(fd, state);

	if (fd >= 0)
		close(fd);
	if (!err && rename(beside, path))
		err = -errno;
	return err ? err : sync_directory(path);
}

int checkpoint_write(const char *path, const struct buffer *state)
{
	char beside[PATH_MAX];
	int err = -ENAMETOOLONG;

	if (state->failed)
		return fail(ENOMEM, "cannot keep the state: out of memory; free some memory");
	if ((size_t)snprintf(beside, sizeof(beside), "%s.new", path) < sizeof(beside))
		err = put(path, beside, state);
	if (err)
		return fail(-err, "cannot write the state %s: %s; give another file with --state",
			    path, strerror(-err));
	return 0;
}

static int wrong(const char *path, const char *why)
{
	return fail(EBADMSG,
		    "state %s: %s; remove the file to begin anew, or name another one with --state",
		    path, why);
}

/* The whole file. */
static int read_all(int fd, struct buffer *to)
{
	char block[65536];
	ssize_t size;

	while ((size = read(fd, block, sizeof(block))) != 0) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -errno;
		buffer_add(to, block, size);
		if (to->failed)
			return -ENOMEM;
		if (to->size > CHECKPOINT_MAX)
			return -EFBIG;
	}
	return 0;
}

/* Takes the head off. */
static int check(const char *path, struct buffer *file)
{
	struct head head;
	size_t size = file->size - sizeof(head);

	if (file->size < sizeof(head))
		return wrong(path, "it is too short");
	memcpy(&head, file->bytes, sizeof(head));
	if (memcmp(head.magic, MAGIC, sizeof(head.magic)))
		return wrong(path, "it is not one of hdrtap-alert");
	if (le32toh(head.version) != CHECKPOINT_VERSION)
		return wrong(path, "it is of another version");
	if (le64toh(head.size) != size ||
	    le64toh(head.hash) != XXH3_64bits(file->bytes + sizeof(head), size))
		return wrong(path, "it is damaged");
	memmove(file->bytes, file->bytes + sizeof(head), size);
	file->size = size;
	return 0;
}

int checkpoint_read(const char *path, struct buffer *state)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0 && errno == ENOENT)
		return 0;
	err = fd < 0 ? -errno : read_all(fd, state);
	if (fd >= 0)
		close(fd);
	if (err)
		fail(-err, "cannot read the state %s: %s; give another file with --state", path,
		     strerror(-err));
	else
		err = check(path, state);
	if (err)
		buffer_free(state);
	return err;
}
