/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A sequence lock: the one writer makes the number odd, writes, and makes it even again; a reader
 * tries again when the number was odd or changed. The guard can be stopped for ever in between, so
 * a reader does not try for ever: numbers that do not belong together are better than none.
 */
#include "share/live_shared.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "stat/stat_dir.h"

#define TRIES 100000

static struct stat_head *head(const struct live_shared *shared)
{
	return (void *)shared->memory;
}

static struct stat_guard *guard_part(const struct live_shared *shared)
{
	return (void *)(shared->memory + shared->at.guard);
}

static struct stat_worker *worker_part(const struct live_shared *shared)
{
	return (void *)(shared->memory + shared->at.worker);
}

static struct stat_cpu *cpu_part(const struct live_shared *shared)
{
	return (void *)(shared->memory + shared->at.cpu);
}

/* Begins to write, and returns the number that ends it. */
static __u32 begin(__u32 *sequence)
{
	__u32 now = *sequence | 1;

	__atomic_store_n(sequence, now, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return now + 1;
}

static void end(__u32 *sequence, __u32 number)
{
	__atomic_store_n(sequence, number, __ATOMIC_RELEASE);
}

static void list_asked(char *to, size_t size, const struct live_options *options)
{
	size_t used = 0;

	for (size_t i = 0; i < options->interface_count && used < size; i++)
		used += snprintf(to + used, size - used, "%s%s", i ? "," : "",
				 options->interfaces[i]);
}

static void fill_head(struct live_shared *shared, const struct live_options *options)
{
	struct stat_head *to = head(shared);

	to->magic = STAT_MAGIC;
	to->version = STAT_VERSION;
	to->cpus = shared->cpus;
	to->counters = stat_counters_id();
	to->started = clock_boottime();
	to->started_utc = to->started + clock_utc_offset();
	to->guard_pid = getpid();
	guard_part(shared)->updated = worker_part(shared)->updated = to->started;
	memcpy(to->run_id, options->meta->run_id, sizeof(to->run_id));
	snprintf(to->program_version, sizeof(to->program_version), "%s", HDRTAP_VERSION);
	list_asked(to->asked, sizeof(to->asked), options);
}

static void name_file(struct live_shared *shared, const struct run_meta *meta)
{
	char *to = shared->name;

	for (size_t i = 0; i < sizeof(meta->run_id); i++)
		to += sprintf(to, "%02x", meta->run_id[i]);
	strcpy(to, STAT_SUFFIX);
}

/* Returns a descriptor of the file or -errno. */
static int make_file(struct live_shared *shared)
{
	int fd;

	shared->dir_fd = stat_dir_open();
	if (shared->dir_fd < 0)
		return shared->dir_fd;
	fd = stat_dir_make(shared->dir_fd, shared->at.bytes, &shared->lock_fd);
	if (fd < 0) {
		close(shared->dir_fd);
		shared->dir_fd = -1;
	}
	return fd;
}

int live_shared_open(struct live_shared *shared, unsigned int cpus,
		     const struct live_options *options)
{
	int fd;

	*shared = (struct live_shared){ .cpus = cpus, .dir_fd = -1, .lock_fd = -1 };
	shared->at = stat_layout(cpus);
	name_file(shared, options->meta);
	fd = make_file(shared);
	shared->unseen = fd < 0 ? fd : 0;
	shared->memory = mmap(NULL, shared->at.bytes, PROT_READ | PROT_WRITE,
			      MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd < 0 ? -1 : fd, 0);
	if (fd >= 0)
		close(fd);
	if (shared->memory == MAP_FAILED) {
		shared->memory = NULL;
		return fail(errno, "cannot capture: out of memory; free some memory");
	}
	fill_head(shared, options);
	return 0;
}

void live_shared_show(struct live_shared *shared)
{
	int err = shared->unseen;

	if (!err)
		err = stat_dir_name(shared->dir_fd, shared->lock_fd, shared->name);
	if (err)
		warn_line("hdrtap-stat will not show this capture: %s: %s; to let this "
			  "user write there, run 'install -d -o %u %s' as root",
			  STAT_DIRECTORY, strerror(-err), geteuid(), STAT_DIRECTORY);
}

static void forget_file(struct live_shared *shared)
{
	if (shared->dir_fd >= 0)
		close(shared->dir_fd);
	if (shared->lock_fd >= 0)
		close(shared->lock_fd);
	shared->dir_fd = shared->lock_fd = -1;
}

void live_shared_close(struct live_shared *shared)
{
	if (shared->dir_fd >= 0)
		unlinkat(shared->dir_fd, shared->name, 0);
	forget_file(shared);
	if (shared->memory)
		munmap(shared->memory, shared->at.bytes);
}

void live_shared_protect(struct live_shared *shared)
{
	forget_file(shared);
	mprotect(shared->memory, shared->at.worker, PROT_READ);
}

void live_shared_write(struct live_shared *shared, const struct stat_guard *guard,
		       const __u64 *lost, const struct stat_interface *interfaces)
{
	struct stat_guard now = *guard, *to = guard_part(shared);
	struct stat_cpu *cpu = cpu_part(shared);
	__u32 number = begin(&to->sequence), told = guard->interface_count;

	now.sequence = to->sequence;
	*to = now;
	for (unsigned int i = 0; i < shared->cpus; i++)
		cpu[i].lost = lost[i];
	if (told > STAT_INTERFACES)
		told = STAT_INTERFACES;
	memcpy(shared->memory + shared->at.interface, interfaces, told * sizeof(*interfaces));
	end(&to->sequence, number);
}

void live_shared_tell(struct live_shared *shared, const struct accounts *accounts,
		      const struct stat_ring *rings)
{
	struct stat_worker *to = worker_part(shared);
	__u32 number = begin(&to->sequence);

	to->updated = clock_boottime();
	memcpy(to->user, accounts->user, sizeof(to->user));
	memcpy(to->output, accounts->output, sizeof(to->output));
	memcpy(shared->memory + shared->at.ring, rings, shared->cpus * sizeof(*rings));
	end(&to->sequence, number);
}

void live_shared_read(const struct live_shared *shared, struct accounts *accounts, __u64 *lost)
{
	const struct stat_guard *from = guard_part(shared);
	const struct stat_cpu *cpu = cpu_part(shared);
	__u32 before, after = 1;

	for (int i = 0; i < TRIES; i++) {
		before = __atomic_load_n(&from->sequence, __ATOMIC_ACQUIRE);
		accounts->kernel = from->kernel;
		accounts->user[HDRTAP_USER_TAKEN] = from->taken;
		for (unsigned int c = 0; c < shared->cpus; c++)
			lost[c] = cpu[c].lost;
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		after = __atomic_load_n(&from->sequence, __ATOMIC_RELAXED);
		if (before == after && !(before & 1))
			return;
	}
}
