/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A segment ends with a whole block at all times: what a failed write left behind is cut off, and
 * the next try begins at the same place. The blocks themselves say which segment they belong to. A
 * directory or segment that somebody removes is recreated, so that not everything until the next
 * segment goes into a file that nobody can open.
 */
#include "log_write/log_files.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "log/log_block.h"

#define LOCK_TRIES 100 /* 10 ms apart */

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

static bool has_group(const struct log_files *f)
{
	return f->group != (gid_t)-1;
}

static int file_mode(const struct log_files *f)
{
	return has_group(f) ? 0640 : 0600;
}

/* Whatever the umask is. Returns 0 or -errno. */
static int set_access(const struct log_files *f, int fd, int mode)
{
	if (has_group(f) && fchown(fd, -1, f->group) < 0)
		return -errno;
	return fchmod(fd, mode) < 0 ? -errno : 0;
}

int log_files_group(gid_t *group, const char *name, const char *place)
{
	const struct group *entry;

	*group = -1;
	if (!name)
		return 0;
	errno = 0;
	entry = getgrnam(name);
	if (!entry)
		return fail(errno ? errno : EINVAL,
			    "cannot set the log's group to %s%s: %s; see getent group", name, place,
			    errno ? strerror(errno) : "there is no such group");
	*group = entry->gr_gid;
	return 0;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static const char *open_advice(const char *path, int errnum)
{
	switch (errnum) {
	case ENOTDIR:
		if (!access(path, F_OK) && !is_directory(path))
			return "a record log is a directory: name one; for a file, use -f FORMAT "
			       "or -w - without -w DIR, and redirect standard output";
		return "a part of the path is a file; choose another directory";
	case ENOENT:
		return "only the last directory of the path is made; make those above it with "
		       "mkdir -p, or choose another";
	case ENOSPC:
	case EDQUOT:
		return "free some space";
	case EMFILE:
	case ENFILE:
		return "raise the limit on open files";
	case ENOMEM:
		return "free some memory";
	default:
		return "choose a directory that this user can write to, or with -Z a user who can";
	}
}

static int open_failed(const struct log_files *f, int err)
{
	if (err == -EAGAIN)
		return fail(EAGAIN,
			    "cannot write to %s: another hdrtap is writing there; stop it "
			    "or choose another directory",
			    f->path);
	return fail(-err, "cannot write to %s: %s; %s", f->path, strerror(-err),
		    open_advice(f->path, -err));
}

/* A writer whose capture was killed is given the time to write what it has. */
static int lock_patiently(int dir, int mode)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int fd = log_dir_lock(dir, mode);

	for (int i = 0; i < LOCK_TRIES && fd == -EAGAIN; i++) {
		nanosleep(&pause, NULL);
		fd = log_dir_lock(dir, mode);
	}
	return fd;
}

/* Returns 0 or -errno; then what was opened is for the caller to close. */
static int open_dir(struct log_files *f, int (*lock)(int dir, int mode))
{
	bool made = !mkdir(f->path, 0700);
	int err = 0;

	if (!made && errno != EEXIST)
		return -errno;
	f->dir = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		return -errno;
	if (made)
		err = set_access(f, f->dir, has_group(f) ? 0750 : 0700);
	if (err)
		return err;
	f->lock = lock(f->dir, file_mode(f));
	return f->lock < 0 ? f->lock : set_access(f, f->lock, file_mode(f));
}

int log_files_open(struct log_files *f, const char *path, const char *group)
{
	int err;

	memset(f, 0, sizeof(*f));
	f->path = path;
	f->dir = f->lock = f->fd = -1;
	err = log_files_group(&f->group, group, "");
	if (err)
		return err;
	f->sync = log_sync_new();
	err = f->sync ? log_index_init(&f->index) : -ENOMEM;
	if (!err)
		err = open_dir(f, lock_patiently);
	if (!err)
		return 0;
	log_files_close(f);
	return open_failed(f, err);
}

static void delete_old(struct log_files *f)
{
	log_keep_delete(&f->keep, f->dir, f->path, f->name, f->end);
}

static bool is_run(const struct log_files *f, const struct log_block *block)
{
	return f->fd >= 0 && !memcmp(f->run_id, block->run_id, sizeof(f->run_id));
}

/* Takes the file just made for the segment that `block` begins. */
static int switch_to(struct log_files *f, int fd, const char *name, const struct log_block *block)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = fd;
	strcpy(f->name, name);
	memcpy(f->run_id, block->run_id, sizeof(f->run_id));
	f->segment = block->segment;
	f->end = 0;
	f->filled = false;
	f->is_new = true;
	log_index_begin(&f->index, block);
	return set_access(f, fd, file_mode(f));
}

static const struct log_block *block_at(const __u8 *blocks, size_t at)
{
	return (const struct log_block *)(blocks + at);
}

/* Remembers the head of the open segment; NULL when there is no memory for it. */
static void keep_head(struct log_files *f, const struct log_block *block)
{
	free(f->head);
	f->head = malloc(block->length);
	if (f->head)
		memcpy(f->head, block, block->length);
}

static bool is_removed(int fd)
{
	struct stat st;

	return fd >= 0 && !fstat(fd, &st) && !st.st_nlink;
}

/* Becomes the writer of a directory of the same name. */
static int open_dir_again(struct log_files *f)
{
	struct log_files again = *f;
	int err;

	again.dir = again.lock = -1;
	err = open_dir(&again, log_dir_lock);
	if (err) {
		close_if_open(again.lock);
		close_if_open(again.dir);
		return err;
	}
	close_if_open(f->lock);
	close_if_open(f->dir);
	f->dir = again.dir;
	f->lock = again.lock;
	f->keep.others = 0;
	return 0;
}

/* Begins the open segment again. */
static int begin_again(struct log_files *f)
{
	ssize_t wrote;
	int fd, err;

	if (!f->head)
		return -ENOMEM;
	fd = openat(f->dir, f->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode(f));
	if (fd < 0)
		return -errno;
	err = set_access(f, fd, file_mode(f));
	wrote = err ? 0 : pwrite(fd, f->head, f->head->length, 0);
	if (!err && wrote != f->head->length)
		err = wrote < 0 ? -errno : -ENOSPC;
	if (err) {
		unlinkat(f->dir, f->name, 0);
		close(fd);
		return err;
	}
	close(f->fd);
	f->fd = fd;
	f->end = f->head->length;
	f->dirty = f->is_new = true;
	log_index_begin(&f->index, f->head);
	warn_line("%s/%s was removed and its records are gone; hdrtap "
		  "recreated it",
		  f->path, f->name);
	return 0;
}

/* Recreates what was removed and is needed to write `block`. */
static int make_again(struct log_files *f, const struct log_block *block)
{
	int err = is_removed(f->dir) ? open_dir_again(f) : 0;

	if (err || !is_removed(f->fd) || !is_run(f, block) || f->segment != block->segment)
		return err;
	return begin_again(f);
}

/* Bytes of the whole blocks within the first `size`. */
static size_t whole_blocks(const __u8 *blocks, size_t size)
{
	size_t at = 0;

	while (at < size && at + block_at(blocks, at)->length <= size)
		at += block_at(blocks, at)->length;
	return at;
}

/* Bytes of the blocks up to the next segment's, or to one that the index has no room for. */
static size_t one_piece(const struct log_files *f, const __u8 *blocks, size_t size)
{
	size_t room = log_index_room(&f->index), at = 0;

	do {
		room -= log_index_size(block_at(blocks, at));
		at += block_at(blocks, at)->length;
	} while (at < size && block_at(blocks, at)->kind != LOG_KIND_SEGMENT &&
		 log_index_size(block_at(blocks, at)) <= room);
	return at;
}

/* Appends blocks to the open segment. Returns 0 or -errno; `*done`: bytes of those that are there.
 */
static int append(struct log_files *f, const __u8 *blocks, size_t size, size_t *done)
{
	ssize_t wrote;
	int err = 0;

	*done = 0;
	while (*done < size) {
		wrote = pwrite(f->fd, blocks + *done, size - *done, f->end + *done);
		if (wrote > 0)
			*done += wrote;
		else if (wrote == 0 || errno != EINTR)
			break;
	}
	if (*done < size) {
		err = wrote < 0 ? -errno : -ENOSPC;
		*done = whole_blocks(blocks, *done);
		if (ftruncate(f->fd, f->end + *done) < 0)
			warn_line("cannot truncate %s/%s: %s; readers will find an incomplete "
				  "batch at its end",
				  f->path, f->name, strerror(errno));
	}
	f->end += *done;
	f->dirty |= *done > 0;
	return err;
}

/* Writes the index of what was written since the one before. Returns 0 or -errno. */
static int append_index(struct log_files *f)
{
	size_t size = log_index_finish(&f->index), done;
	__u64 offset = f->end;
	int err = append(f, f->index.bytes, size, &done);

	if (!err)
		log_index_chain(&f->index, offset);
	return err;
}

void log_files_end(struct log_files *f)
{
	if (f->fd < 0 || !f->index.open || append_index(f))
		return;
	log_index_end(&f->index);
	delete_old(f);
}

/* Closes the segment and makes the one that `block` begins. */
static int next_segment(struct log_files *f, const struct log_block *block)
{
	struct log_names names = { 0 };
	char name[LOG_NAME_SIZE];
	int err, fd;

	log_files_end(f);
	err = log_files_sync(f);
	if (!err)
		err = log_dir_list(f->dir, &names);
	if (!err) {
		if (!is_run(f, block))
			log_dir_run(&names, block->run_id, f->run);
		log_dir_name(f->run, block->segment, name);
		fd = openat(f->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode(f));
		err = fd < 0 ? -errno : switch_to(f, fd, name, block);
		log_keep_count(&f->keep, f->dir, &names, f->name);
	}
	log_names_free(&names);
	return err;
}

/* Appends blocks that one_piece() chose. Adds to `*taken` the bytes that are there. */
static int append_piece(struct log_files *f, const __u8 *blocks, size_t size, size_t *taken)
{
	__u64 offset = f->end;
	size_t done, at;
	int err = append(f, blocks, size, &done);

	for (at = 0; at < done; at += block_at(blocks, at)->length) {
		log_index_add(&f->index, block_at(blocks, at), offset + at);
		f->filled |= block_at(blocks, at)->kind != LOG_KIND_SEGMENT;
	}
	*taken += done;
	return err;
}

/* Makes the segment ready for `block`. Returns 0 or -errno. */
static int prepare(struct log_files *f, const struct log_block *block)
{
	int err = 0;

	if (!is_run(f, block) || f->segment != block->segment) {
		err = next_segment(f, block);
		if (!err)
			keep_head(f, block);
	}
	if (!err && log_index_size(block) > log_index_room(&f->index) && append_index(f))
		log_index_end(&f->index);
	return err;
}

int log_files_write(struct log_files *f, const __u8 *blocks, size_t size, size_t *taken)
{
	const __u8 *next;
	int err = size ? make_again(f, block_at(blocks, 0)) : 0;

	*taken = 0;
	while (!err && *taken < size) {
		next = blocks + *taken;
		err = prepare(f, block_at(next, 0));
		if (!err)
			err = append_piece(f, next, one_piece(f, next, size - *taken), taken);
	}
	delete_old(f);
	return err;
}

int log_files_sync(struct log_files *f)
{
	int err = f->dirty ? log_sync_order(f->sync, f->fd, fdatasync) : 0;

	if (err)
		return err;
	f->dirty = false;
	err = f->is_new ? log_sync_order(f->sync, f->dir, fsync) : 0;
	if (!err)
		f->is_new = false;
	return err;
}

void log_files_close(struct log_files *f)
{
	close_if_open(f->fd);
	close_if_open(f->lock);
	close_if_open(f->dir);
	log_sync_free(f->sync);
	log_index_free(&f->index);
	free(f->head);
}
