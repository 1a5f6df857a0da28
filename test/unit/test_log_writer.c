/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the record log's writer leaves in its directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "log_fixture.h"
#include "log_write/log_encode.h"
#include "said.h"

static mode_t mode_of(const char *path, gid_t *group)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	if (group)
		*group = st.st_gid;
	return st.st_mode & 07777;
}

static __u64 size_of_all(const char *path)
{
	struct stat st;
	__u64 sum = 0;
	__u32 i;

	for (i = 0; log_segment(path, i); i++)
		sum += stat(log_segment(path, i), &st) ? 0 : st.st_size;
	return sum;
}

Test(log_writer, what_went_in_comes_out)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 5000);
	log_done(sink);
	said_begin();
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_str_eq(said_end(), "");
	cr_assert_eq(seen.records, 5000);
	log_expect(&seen, 0, 0, 5000);
	cr_assert_eq(seen.describes, 1);
	cr_assert_eq(seen.lost, 0);
	cr_assert(!memcmp(seen.meta.run_id, meta.run_id, sizeof(meta.run_id)));
	cr_assert_str_eq(seen.meta.host, meta.host);
	cr_assert_str_eq(seen.meta.boot_id, meta.boot_id);
	cr_assert_eq(seen.meta.key_id, meta.key_id);
	cr_assert_eq(seen.meta.slot_count, 4);
	cr_assert(!memcmp(seen.meta.slot, meta.slot, 4 * sizeof(meta.slot[0])));
	log_seen_free(&seen);
}

Test(log_writer, no_records)
{
	const char *path = log_temporary();
	struct log_seen seen;

	log_make(path, LOG_CODEC_ALL, 0, 0);
	said_begin();
	cr_assert_eq(log_read(path, &seen), 0);
	cr_assert_str_eq(said_end(), "");
	cr_assert_eq(seen.records, 0);
	cr_assert_eq(seen.describes, 1);
	log_seen_free(&seen);
}

Test(log_writer, no_more_wanted)
{
	struct log_source_options options = { .path = log_temporary() };
	struct log_seen seen = { .enough = 7 };

	log_make(options.path, LOG_CODEC_ALL, 4, 5);
	cr_assert_eq(log_read_options(&options, &seen), 0);
	cr_assert_eq(seen.records, 7);
	log_seen_free(&seen);
}

Test(log_writer, access)
{
	struct log_options options;
	const char *base = log_temporary();
	char path[128], lock[160];
	struct sink *sink;
	struct run_meta meta;

	snprintf(path, sizeof(path), "%s/new", base);
	snprintf(lock, sizeof(lock), "%s/lock", path);
	options = log_test_options(path);
	umask(0);
	log_meta(&meta);
	sink = log_open(&options, &meta);
	cr_assert_eq(mode_of(path, NULL), 0700);
	cr_assert_eq(mode_of(log_segment(path, 0), NULL), 0600);
	cr_assert_eq(mode_of(lock, NULL), 0600);
	log_done(sink);
}

Test(log_writer, access_of_a_group)
{
	const struct group *group = getgrnam("daemon");
	struct log_options options;
	const char *base = log_temporary();
	char path[128];
	struct sink *sink;
	struct run_meta meta;
	gid_t gid;

	if (geteuid() || !group)
		cr_skip_test("needs root and the group daemon");
	snprintf(path, sizeof(path), "%s/new", base);
	options = log_test_options(path);
	options.group = "daemon";
	umask(077);
	log_meta(&meta);
	sink = log_open(&options, &meta);
	cr_assert(mode_of(path, &gid) == 0750 && gid == group->gr_gid);
	cr_assert(mode_of(log_segment(path, 0), &gid) == 0640 && gid == group->gr_gid);
	log_done(sink);
	options.group = "no-such-group";
	said_begin();
	cr_assert_eq(sink_log_open(&sink, &options), -EINVAL);
	cr_assert(said_line(said_end(), "there is no such group"));
}

Test(log_writer, one_writer_at_a_time)
{
	struct log_options options = log_test_options(log_temporary());
	struct sink *first, *second;
	struct run_meta meta;

	log_meta(&meta);
	first = log_open(&options, &meta);
	said_begin();
	cr_assert_eq(sink_log_open(&second, &options), -EAGAIN);
	cr_assert(said_line(said_end(), "another hdrtap is writing there"));
	log_done(first);
	log_done(log_open(&options, &meta));
}

Test(log_writer, not_a_directory_and_not_permitted)
{
	const char *base = log_temporary();
	char path[128];
	struct log_options options = log_test_options(path);
	struct sink *sink;

	snprintf(path, sizeof(path), "%s/file", base);
	log_store(path, "x", 1);
	said_begin();
	cr_assert_eq(sink_log_open(&sink, &options), -ENOTDIR);
	cr_assert(said_line(said_end(), "a record log is a directory"));
	snprintf(path, sizeof(path), "%s/no/such", base);
	said_begin();
	cr_assert_eq(sink_log_open(&sink, &options), -ENOENT);
	cr_assert(said_line(said_end(), "mkdir -p"));
	snprintf(path, sizeof(path), "%s/private", base);
	cr_assert_eq(mkdir(path, 0700), 0);
	if (geteuid())
		cr_skip_test("needs root");
	cr_assert_eq(seteuid(65534), 0);
	said_begin();
	cr_assert_eq(sink_log_open(&sink, &options), -EACCES);
	cr_assert(said_line(said_end(), "Permission denied"));
	cr_assert_eq(seteuid(0), 0);
}

Test(log_writer, reading_what_may_not_be_read)
{
	const char *path = log_temporary();
	struct log_seen seen;
	char missing[128];

	snprintf(missing, sizeof(missing), "%s/none", path);
	said_begin();
	cr_assert_eq(log_read(missing, &seen), -ENOENT);
	cr_assert(said_line(said_end(), "No such file"));
	said_begin();
	cr_assert_eq(log_read(path, &seen), -ENOENT);
	cr_assert(said_line(said_end(), "it holds no segment"));
	log_make(path, LOG_CODEC_ALL, 1, 1);
	if (geteuid())
		cr_skip_test("needs root");
	cr_assert_eq(seteuid(65534), 0);
	said_begin();
	cr_assert_eq(log_read(path, &seen), -EACCES);
	cr_assert(said_line(said_end(), "Permission denied"));
	cr_assert_eq(seteuid(0), 0);
	cr_assert_eq(chmod(path, 0755), 0);
	cr_assert_eq(seteuid(65534), 0);
	said_begin();
	cr_assert_eq(log_read(path, &seen), -EBADMSG);
	cr_assert(said_line(said_end(), "skipped its records"));
	cr_assert_eq(seteuid(0), 0);
}

Test(log_writer, rotation_by_size)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	struct stat st;
	__u32 i;

	options.segment_size = 20000;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (i = 0; i < 100; i++) {
		log_put(sink, i * 20, 20);
		log_seal(sink);
	}
	log_done(sink);
	cr_assert_gt(log_segments(options.path), 3);
	for (i = 0; i + 1 < log_segments(options.path); i++) {
		cr_assert_eq(stat(log_segment(options.path, i), &st), 0);
		cr_assert(st.st_size >= 20000 && st.st_size < 40000);
	}
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, 2000);
	log_expect(&seen, 0, 0, 2000);
	cr_assert_eq(seen.describes, 1);
	log_seen_free(&seen);
	cr_assert_eq(log_read(log_segment(options.path, 1), &seen), 0);
	cr_assert_eq(seen.describes, 1);
	cr_assert_gt(seen.records, 0);
	log_expect(&seen, 0, seen.number[0], seen.records);
	log_seen_free(&seen);
}

Test(log_writer, rotation_by_age)
{
	struct log_options options = log_test_options(log_temporary());
	struct run_meta meta;
	struct sink *sink;
	__u32 i;

	options.segment_age_ms = 1;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (i = 0; i < 3; i++) {
		usleep(2000);
		log_put(sink, i, 1);
		log_seal(sink);
		usleep(2000);
		log_put(sink, i, 1);
		log_seal(sink);
	}
	log_done(sink);
	cr_assert_geq(log_segments(options.path), 3);
	cr_assert_leq(log_segments(options.path), 6);
}

Test(log_writer, retention)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	__u32 i;

	options.segment_size = 10000;
	options.keep = 50000;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (i = 0; i < 100; i++) {
		log_put(sink, i * 20, 20);
		log_seal(sink);
		cr_assert_leq(size_of_all(options.path), options.keep);
	}
	cr_assert_gt(size_of_all(options.path), options.keep / 2);
	log_done(sink);
	sink = log_open(&options, &meta); /* what another run left counts too */
	log_put(sink, 2000, 20);
	log_done(sink);
	cr_assert_leq(size_of_all(options.path), options.keep);
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_lt(seen.records, 2000);
	log_expect(&seen, 0, 2020 - seen.records, seen.records);
	log_seen_free(&seen);
}

Test(log_writer, sizes_that_make_no_sense)
{
	struct log_options options = log_test_options(log_temporary());
	struct sink *sink;

	options.segment_size = 1000000;
	options.keep = 1000000;
	said_begin();
	cr_assert_eq(sink_log_open(&sink, &options), -EINVAL);
	cr_assert(said_line(said_end(), "choose smaller segments"));
}

Test(log_writer, a_new_meaning_is_a_new_segment)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 10);
	cr_assert_eq(sink->ops->describe(sink, &meta), 0);
	log_put(sink, 10, 10);
	strcpy(meta.slot[meta.slot_count++].name, "accept");
	cr_assert_eq(sink->ops->describe(sink, &meta), 0);
	log_put(sink, 20, 10);
	log_done(sink);
	cr_assert_eq(log_segments(options.path), 2);
	cr_assert_eq(log_read(options.path, &seen), 0);
	log_expect(&seen, 0, 0, 30);
	cr_assert_eq(seen.describes, 2);
	cr_assert_eq(seen.meta.slot_count, 5);
	log_seen_free(&seen);
	cr_assert_eq(log_read(log_segment(options.path, 0), &seen), 0);
	cr_assert_eq(seen.records, 20);
	cr_assert_eq(seen.meta.slot_count, 4);
	log_seen_free(&seen);
}

Test(log_writer, runs_come_in_the_order_they_began)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta[2];
	struct sink *sink;
	__u32 i;

	log_meta(&meta[0]);
	log_meta(&meta[1]);
	for (i = 0; i < 8; i++) {
		sink = log_open(&options, &meta[i % 2]);
		log_put(sink, i * 10, 5);
		cr_assert_eq(sink->ops->describe(sink, &meta[!(i % 2)]), 0);
		log_put(sink, i * 10 + 5, 5);
		log_done(sink);
	}
	cr_assert_eq(log_segments(options.path), 16);
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, 80);
	log_expect(&seen, 0, 0, 80);
	log_seen_free(&seen);
}

/* The clock was wrong, and set right since. */
Test(log_writer, a_run_from_the_future_is_an_earlier_one)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	char name[160];

	log_make(options.path, LOG_CODEC_ALL, 1, 5);
	snprintf(name, sizeof(name), "%s/29991231T235959999Z_00000000-00000000.hdl", options.path);
	cr_assert_eq(rename(log_segment(options.path, 0), name), 0);
	log_make(options.path, LOG_CODEC_ALL, 1, 3);
	cr_assert_not_null(strstr(log_segment(options.path, 1), "/30000101T000000000Z_"));
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, 8);
	log_expect(&seen, 0, 0, 5);
	log_expect(&seen, 5, 0, 3);
	log_seen_free(&seen);
}

Test(log_writer, losses)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	cr_assert_eq(sink->ops->lost(sink, 3, 5), 0);
	log_put(sink, 0, 1);
	cr_assert_eq(sink->ops->lost(sink, 3, 6), 0);
	log_seal(sink);
	cr_assert_eq(sink->ops->lost(sink, 0, 7), 0);
	log_seal(sink);
	cr_assert_eq(sink->ops->lost(sink, 4000000000U, 8), 0);
	log_done(sink);
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, 1);
	cr_assert_eq(seen.lost, 26);
	cr_assert_eq(seen.lost_cpu, LOG_CPU_MAX - 1);
	log_seen_free(&seen);
}

Test(log_writer, a_clock_that_is_set_begins_a_batch)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_source_options source = { .path = options.path };
	struct log_reader *reader;
	struct message error;
	union record_room room;
	struct run_meta meta;
	struct sink *sink;
	int i, event, batches = 0;

	log_meta(&meta);
	sink = log_open(&options, &meta);
	for (i = 0; i < 30; i++) {
		log_record(&room.rec, i);
		cr_assert_eq(sink->ops->write(sink, &room.rec, i / 10 * -5000000000LL + i % 10,
					      NULL),
			     0);
	}
	log_done(sink);
	cr_assert_eq(log_reader_open(&reader, &source, &error), 0);
	while ((event = log_reader_next(reader)) != LOG_EVENT_END) {
		if (event != LOG_EVENT_BATCH)
			continue;
		cr_assert_eq(log_reader_batch(reader)->record_count, 10);
		cr_assert_eq(log_reader_batch(reader)->utc_offset, batches++ * -5000000000LL + 9);
	}
	cr_assert_eq(batches, 3);
	log_reader_close(reader);
}

static void mount_small(const char *path)
{
	if (geteuid() || unshare(CLONE_NEWNS))
		cr_skip_test("needs root and a mount namespace");
	cr_assert_eq(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	cr_assert_eq(mount("tmpfs", path, "tmpfs", 0, "size=1m"), 0);
}

/* Takes the rest of the disk. */
static void fill_disk(const char *path)
{
	char name[128];
	static __u8 block[4096];
	int fd;

	snprintf(name, sizeof(name), "%s/ballast", path);
	fd = open(name, O_WRONLY | O_CREAT, 0600);
	while (write(fd, block, sizeof(block)) == sizeof(block))
		;
	cr_assert_eq(errno, ENOSPC);
	close(fd);
}

static void free_disk(const char *path)
{
	char name[128];

	snprintf(name, sizeof(name), "%s/ballast", path);
	cr_assert_eq(unlink(name), 0);
}

/* The disk is full for a while: what was taken is there afterwards, in whole batches. */
Test(log_writer, a_full_disk_that_gets_room_again)
{
	struct log_options options = log_test_options(log_temporary());
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	const char *said;
	__u32 i;

	mount_small(options.path);
	log_meta(&meta);
	sink = log_open(&options, &meta);
	log_put(sink, 0, 100);
	log_seal(sink);
	fill_disk(options.path);
	said_begin();
	for (i = 1; i < 20; i++) {
		log_put(sink, i * 100, 100);
		log_seal(sink);
	}
	cr_assert(said_line(said_end(), "No space left on device"));
	said_begin();
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_str_eq(said_end(), "");
	cr_assert_geq(seen.records, 100);
	log_expect(&seen, 0, 0, seen.records);
	log_seen_free(&seen);
	free_disk(options.path);
	said_begin();
	log_done(sink);
	said = said_end();
	cr_assert(said_line(said, "works again; 0 records were lost"), "%s", said);
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, 2000);
	log_expect(&seen, 0, 0, 2000);
	log_seen_free(&seen);
}

/* Beyond what is kept, records are refused, counted, and told in the log. */
Test(log_writer, a_full_disk_for_long, .timeout = 600)
{
	struct log_options options = log_test_options(log_temporary());
	union record_room room;
	struct log_seen seen;
	struct run_meta meta;
	struct sink *sink;
	__u32 taken = 0, refused = 0;

	mount_small(options.path);
	options.codec = LOG_CODEC_NONE;
	log_meta(&meta);
	sink = log_open(&options, &meta);
	fill_disk(options.path);
	said_begin();
	while (refused < 1000) {
		log_record(&room.rec, taken);
		switch (log_write(sink, &room.rec)) {
		case 0:
			taken++;
			break;
		case -ENOSPC:
			refused++;
			break;
		default:
			cr_assert_fail();
		}
		cr_assert_lt(taken, 2 * LOG_PENDING_MAX / HDRTAP_RECORD_SIZE_DEFAULT);
	}
	cr_assert(said_line(said_end(), "No space left on device"));
	cr_assert_gt(taken, LOG_PENDING_MAX / HDRTAP_RECORD_SIZE_DEFAULT / 2);
	free_disk(options.path);
	cr_assert_eq(mount("tmpfs", options.path, "tmpfs", MS_REMOUNT, "size=64m"), 0);
	said_begin();
	log_done(sink);
	cr_assert(said_line(said_end(), "works again; 1000 records were lost"));
	cr_assert_eq(log_read(options.path, &seen), 0);
	cr_assert_eq(seen.records, taken);
	log_expect(&seen, 0, 0, taken);
	cr_assert_eq(seen.lost, refused);
	log_seen_free(&seen);
}

Test(log_writer, a_disk_that_stays_full)
{
	struct log_options options = log_test_options(log_temporary());
	struct run_meta meta;
	struct sink *sink;
	const char *said;

	mount_small(options.path);
	log_meta(&meta);
	sink = log_open(&options, &meta);
	fill_disk(options.path);
	said_begin();
	log_put(sink, 0, 42);
	cr_assert_eq(sink->ops->close(sink), -ENOSPC);
	said = said_end();
	cr_assert_not_null(strstr(said, "cannot write the last 42 records"));
}
