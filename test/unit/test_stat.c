/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The stat file: what is written is read, and whatever else a file may be is told by its name.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "said.h"
#include "stat/stat_dir.h"
#include "stat/stat_read.h"

#define NAME "00112233445566778899aabbccddeeff.stat"
#define CPUS 3

static char directory[sizeof("/tmp/hdrtap-stat-XXXXXX")];
static int dir_fd, lock_fd, fd;
static struct stat_layout at;

static void put(const void *from, size_t size, size_t where)
{
	cr_assert_eq(pwrite(fd, from, size, where), (ssize_t)size);
}

static void put_head(struct stat_head head)
{
	put(&head, sizeof(head), 0);
}

static struct stat_head sound_head(void)
{
	return (struct stat_head){
		.magic = STAT_MAGIC,
		.version = STAT_VERSION,
		.cpus = CPUS,
		.counters = stat_counters_id(),
		.guard_pid = 17,
		.program_version = "9.8.7",
		.asked = "eth0,eth1",
	};
}

static struct stat_guard sound_guard(void)
{
	struct stat_guard guard = { .sequence = 4, .worker_pid = 18, .interface_count = 1 };

	guard.kernel.count[HDRTAP_COUNTER_HEADS] = 19;
	return guard;
}

static void begin(void)
{
	struct stat_guard guard = sound_guard();
	struct stat_worker worker = { .sequence = 2 };
	struct stat_interface interface = { .name = "eth0", .receive = STAT_HOOK_TC };
	struct stat_cpu cpu = { .lost = 20 };
	struct stat_ring ring = { 4096, 21, 22 };

	strcpy(directory, "/tmp/hdrtap-stat-XXXXXX");
	cr_assert_not_null(mkdtemp(directory));
	dir_fd = open(directory, O_RDONLY | O_DIRECTORY);
	at = stat_layout(CPUS);
	fd = stat_dir_make(dir_fd, at.bytes, &lock_fd);
	cr_assert_geq(fd, 0);
	put_head(sound_head());
	put(&guard, sizeof(guard), at.guard);
	worker.user[HDRTAP_USER_WRITTEN] = 23;
	put(&worker, sizeof(worker), at.worker);
	put(&interface, sizeof(interface), at.interface);
	put(&cpu, sizeof(cpu), at.cpu + 2 * sizeof(cpu));
	put(&ring, sizeof(ring), at.ring + 2 * sizeof(ring));
	cr_assert_eq(stat_dir_name(dir_fd, lock_fd, NAME), 0);
}

static void end(void)
{
	unlinkat(dir_fd, NAME, 0);
	close(dir_fd);
	rmdir(directory);
}

TestSuite(stat_file, .init = begin, .fini = end);

/* Reading fails with `err`, and says `part`. */
static void assert_refused(int err, const char *part)
{
	struct stat_snapshot snapshot;
	int result;

	said_begin();
	result = stat_read(&snapshot, dir_fd, NAME);
	cr_assert(said_line(said_end(), part), "not said: %s", part);
	cr_assert_eq(result, -err);
}

static struct stat_snapshot read_sound(void)
{
	struct stat_snapshot snapshot;

	cr_assert_eq(stat_read(&snapshot, dir_fd, NAME), 0);
	return snapshot;
}

Test(stat_file, what_is_written_is_read)
{
	struct stat_snapshot now = read_sound();

	cr_assert_str_eq(now.head.asked, "eth0,eth1");
	cr_assert_eq(now.head.guard_pid, 17);
	cr_assert_eq(now.guard.worker_pid, 18);
	cr_assert_eq(now.guard.kernel.count[HDRTAP_COUNTER_HEADS], 19);
	cr_assert_eq(now.guard.interface_count, 1);
	cr_assert_str_eq(now.interface[0].name, "eth0");
	cr_assert_eq(now.cpu[2].lost, 20);
	cr_assert_eq(now.ring[2].fill, 21);
	cr_assert_eq(now.ring[2].peak, 22);
	cr_assert_eq(now.worker.user[HDRTAP_USER_WRITTEN], 23);
	stat_free(&now);
}

Test(stat_file, one_without_its_capture_is_stale)
{
	struct stat_snapshot snapshot;

	close(lock_fd);
	said_begin();
	cr_assert_eq(stat_read(&snapshot, dir_fd, NAME), -ESTALE);
	cr_assert_eq(stat_read(&snapshot, dir_fd, "no-such.stat"), -ESTALE);
	cr_assert_str_eq(said_end(), "");
}

Test(stat_file, mapped_memory_keeps_no_lock)
{
	void *memory = mmap(NULL, at.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	int other = openat(dir_fd, NAME, O_RDONLY);

	cr_assert_neq(memory, MAP_FAILED);
	close(fd);
	cr_assert(stat_dir_runs(other));
	close(lock_fd);
	cr_assert(!stat_dir_runs(other));
}

Test(stat_file, short_ones_are_refused)
{
	const size_t sizes[] = { 0,        1,         sizeof(struct stat_head) - 1,
				 at.guard, at.worker, at.bytes - 1 };

	for (size_t i = sizeof(sizes) / sizeof(*sizes); i--;) {
		cr_assert_eq(ftruncate(fd, sizes[i]), 0);
		assert_refused(EBADMSG, "it is too short");
	}
}

Test(stat_file, other_files_are_refused)
{
	struct stat_head head = sound_head();

	head.magic ^= 1;
	put_head(head);
	assert_refused(EBADMSG, "it is not a capture's file");
}

Test(stat_file, other_versions_are_named)
{
	struct stat_head head = sound_head();

	head.version++;
	put_head(head);
	assert_refused(
		EPROTONOSUPPORT,
		"it is from hdrtap 9.8.7, whose counters differ from those of " HDRTAP_VERSION);
	head = sound_head();
	head.counters ^= 1;
	put_head(head);
	assert_refused(EPROTONOSUPPORT, "use the hdrtap-stat of that version");
}

Test(stat_file, wrong_numbers_of_cpus_are_refused)
{
	const __u32 wrong[] = { 0, STAT_CPUS_MAX + 1, ~0U };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct stat_head head = sound_head();

		head.cpus = wrong[i];
		put_head(head);
		assert_refused(EBADMSG, "its number of CPUs is wrong");
	}
}

Test(stat_file, what_is_no_file_is_refused)
{
	cr_assert_eq(unlinkat(dir_fd, NAME, 0), 0);
	cr_assert_eq(mkfifoat(dir_fd, NAME, 0600), 0);
	assert_refused(EBADMSG, "it is not a regular file");
	cr_assert_eq(unlinkat(dir_fd, NAME, 0), 0);
	cr_assert_eq(symlinkat("/dev/zero", dir_fd, NAME), 0);
	assert_refused(ELOOP, "cannot read");
}

Test(stat_file, nothing_in_it_is_trusted)
{
	struct stat_head head = sound_head();
	struct stat_guard guard = sound_guard();
	struct stat_interface interface;
	struct stat_snapshot now;

	memset(head.asked, '\033', sizeof(head.asked));
	put_head(head);
	guard.interface_count = guard.program_count = ~0U;
	memset(guard.program, 0xff, sizeof(guard.program));
	put(&guard, sizeof(guard), at.guard);
	memset(&interface, 0xff, sizeof(interface));
	put(&interface, sizeof(interface), at.interface);
	now = read_sound();
	cr_assert_eq(now.guard.interface_count, STAT_INTERFACES);
	cr_assert_eq(now.interfaces_untold, ~0U - STAT_INTERFACES);
	cr_assert_eq(now.guard.program_count, STAT_PROGRAMS);
	cr_assert_lt(now.interface[0].receive, STAT_HOOK_MAX);
	cr_assert_lt(now.interface[0].transmit, STAT_HOOK_MAX);
	cr_assert_str_eq(now.interface[0].name, "???????????????");
	cr_assert_eq(strspn(now.head.asked, "?"), STAT_ASKED - 1);
	cr_assert_eq(strlen(now.guard.program[STAT_PROGRAMS - 1].name), STAT_PROGRAM - 1);
	stat_free(&now);
}

Test(stat_file, one_that_stays_half_written_is_read)
{
	struct stat_guard guard = sound_guard();
	struct stat_snapshot now;

	guard.sequence = 5;
	put(&guard, sizeof(guard), at.guard);
	now = read_sound();
	cr_assert_eq(now.guard.kernel.count[HDRTAP_COUNTER_HEADS], 19);
	stat_free(&now);
}
