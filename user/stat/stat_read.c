/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Files are read, not mapped: one that is cut short while it is mapped would be our end.
 */
#include "stat/stat_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "stat/stat_dir.h"

#define TRIES 50 /* a millisecond apart, while a part is being written */

static int damaged(const char *name, const char *why)
{
	return fail(EBADMSG, "cannot read %s/%s: %s; it is not shown", STAT_DIRECTORY, name, why);
}

/* Returns 0 or -errno (reported). */
static int read_at(int fd, const char *name, void *to, size_t size, size_t at)
{
	ssize_t got = pread(fd, to, size, at);

	if (got < 0)
		return fail(errno, "cannot read %s/%s: %s; it is not shown", STAT_DIRECTORY, name,
			    strerror(errno));
	return got == (ssize_t)size ? 0 : damaged(name, "it is too short");
}

static int check_head(const struct stat_head *head, const char *name)
{
	if (head->magic != STAT_MAGIC)
		return damaged(name, "it is not a capture's file");
	if (head->version != STAT_VERSION || head->counters != stat_counters_id())
		return fail(EPROTONOSUPPORT,
			    "cannot read %s/%s: it is from hdrtap %.*s, whose counters "
			    "differ from those of %s; use the hdrtap-stat of that version",
			    STAT_DIRECTORY, name, (int)sizeof(head->program_version),
			    head->program_version, HDRTAP_VERSION);
	if (!head->cpus || head->cpus > STAT_CPUS_MAX)
		return damaged(name, "its number of CPUs is wrong");
	return 0;
}

struct sequences {
	__u32 guard;
	__u32 worker;
};

static int read_sequences(int fd, const char *name, const struct stat_layout *at,
			  struct sequences *to)
{
	int err = read_at(fd, name, &to->guard, sizeof(to->guard), at->guard);

	return err ? err : read_at(fd, name, &to->worker, sizeof(to->worker), at->worker);
}

static bool whole(const struct sequences *before, const struct sequences *after)
{
	return before->guard == after->guard && before->worker == after->worker &&
	       !((before->guard | before->worker) & 1);
}

/* A process that was stopped while it wrote is waited for, not for ever. */
static int read_whole(int fd, const char *name, const struct stat_layout *at, __u8 *to)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct sequences before, after;
	int err = 0;

	for (int i = 0; i < TRIES; i++) {
		err = read_sequences(fd, name, at, &before);
		if (!err)
			err = read_at(fd, name, to, at->bytes, 0);
		if (!err)
			err = read_sequences(fd, name, at, &after);
		if (err || whole(&before, &after))
			return err;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static void clean(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static __u32 at_most(__u32 count, __u32 limit)
{
	return count < limit ? count : limit;
}

static void clean_interfaces(struct stat_interface *list, __u32 count)
{
	for (__u32 i = 0; i < count; i++) {
		clean(list[i].name, sizeof(list[i].name));
		list[i].receive = at_most(list[i].receive, STAT_HOOK_MAX - 1);
		list[i].transmit = at_most(list[i].transmit, STAT_HOOK_MAX - 1);
	}
}

/* Finds the parts of what stands in to->memory. */
static void take_apart(struct stat_snapshot *to, const struct stat_layout *at)
{
	struct stat_interface *interface = (void *)(to->memory + at->interface);
	__u32 count;

	memcpy(&to->head, to->memory, sizeof(to->head));
	memcpy(&to->guard, to->memory + at->guard, sizeof(to->guard));
	memcpy(&to->worker, to->memory + at->worker, sizeof(to->worker));
	to->cpu = (void *)(to->memory + at->cpu);
	to->ring = (void *)(to->memory + at->ring);
	to->interface = interface;
	clean(to->head.program_version, sizeof(to->head.program_version));
	clean(to->head.asked, sizeof(to->head.asked));
	count = at_most(to->guard.interface_count, STAT_INTERFACES);
	to->interfaces_untold = to->guard.interface_count - count;
	to->guard.interface_count = count;
	to->guard.program_count = at_most(to->guard.program_count, STAT_PROGRAMS);
	for (__u32 i = 0; i < to->guard.program_count; i++)
		clean(to->guard.program[i].name, sizeof(to->guard.program[i].name));
	clean_interfaces(interface, count);
}

static int read_snapshot(struct stat_snapshot *to, int fd, const char *name)
{
	struct stat_head head;
	struct stat_layout at;
	int err = read_at(fd, name, &head, sizeof(head), 0);

	if (!err)
		err = check_head(&head, name);
	if (err)
		return err;
	at = stat_layout(head.cpus);
	to->memory = malloc(at.bytes);
	if (!to->memory)
		return fail(ENOMEM, "cannot read %s: out of memory; free some memory", name);
	err = read_whole(fd, name, &at, to->memory);
	if (!err && memcmp(to->memory, &head, sizeof(head)))
		err = damaged(name, "its constant part changes");
	if (err)
		free(to->memory);
	else
		take_apart(to, &at);
	return err;
}

int stat_read(struct stat_snapshot *to, int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0 && errno == ENOENT) /* it ended */
		return -ESTALE;
	if (fd < 0)
		return fail(errno, "cannot read %s/%s: %s; it is not shown", STAT_DIRECTORY, name,
			    strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		err = damaged(name, "it is not a regular file");
	else if (!stat_dir_runs(fd))
		err = -ESTALE;
	else
		err = read_snapshot(to, fd, name);
	close(fd);
	return err;
}

void stat_free(struct stat_snapshot *snapshot)
{
	free(snapshot->memory);
}

static int add(struct stat_list *list, int dir_fd, const char *name)
{
	struct stat_snapshot *item = reallocarray(list->item, list->count + 1, sizeof(*item));
	int err;

	if (!item)
		return fail(ENOMEM, "cannot read %s: out of memory; free some memory", name);
	list->item = item;
	err = stat_read(&item[list->count], dir_fd, name);
	if (!err)
		list->count++;
	return err == -ESTALE ? 0 : err;
}

static int add_all(struct stat_list *list, DIR *dir)
{
	const struct dirent *entry;
	int result = 0, err;

	while ((entry = readdir(dir))) {
		err = stat_dir_names(entry->d_name) ? add(list, dirfd(dir), entry->d_name) : 0;
		result = result ? result : err;
	}
	return result;
}

static int by_start(const void *one, const void *other)
{
	const struct stat_head *a = &((const struct stat_snapshot *)one)->head;
	const struct stat_head *b = &((const struct stat_snapshot *)other)->head;

	return (a->started > b->started) - (a->started < b->started);
}

int stat_list_read(struct stat_list *list)
{
	DIR *dir = opendir(STAT_DIRECTORY);
	int err;

	*list = (struct stat_list){ 0 };
	if (!dir && errno == ENOENT) /* none was ever started */
		return 0;
	if (!dir)
		return fail(errno, "cannot read %s: %s; ask whoever runs the captures",
			    STAT_DIRECTORY, strerror(errno));
	err = add_all(list, dir);
	closedir(dir);
	if (list->count)
		qsort(list->item, list->count, sizeof(*list->item), by_start);
	return err;
}

void stat_list_free(struct stat_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		stat_free(&list->item[i]);
	free(list->item);
}
