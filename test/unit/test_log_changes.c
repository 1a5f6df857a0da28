/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/log/log_changes.h: records come back as they were; what is no record is refused. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "log/log_changes.h"
#include "record_room.h"

#define COUNT 200

static const __u32 sizes[] = { HDRTAP_RECORD_SIZE_DEFAULT, 832,  4096, 8192,
			       HDRTAP_RECORD_HEAD,         1000, 65536 };
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct changes {
	__u32 size;        /* of a record */
	__u8 *records;     /* COUNT */
	__u8 *bytes;       /* what was put */
	size_t end[COUNT]; /* of each record's */
};

static __u32 arena_of(__u32 size)
{
	return size - HDRTAP_RECORD_HEAD < 65535 ? size - HDRTAP_RECORD_HEAD : 65535;
}

/* Changes some bytes and how much the arena holds, as records of a connection differ. */
static void make_next(struct hdrtap_record *rec, __u32 size)
{
	__u8 *bytes = (__u8 *)rec;

	for (int i = rand() % 20; i; i--)
		bytes[rand() % HDRTAP_RECORD_HEAD] = rand();
	rec->kind = 1 + rand() % 2;
	rec->arena_used = rand() % (arena_of(size) + 1);
	for (int i = rand() % 200; i && rec->arena_used; i--)
		rec->arena[rand() % rec->arena_used] = rand();
	memset(rec->arena + rec->arena_used, 0, size - HDRTAP_RECORD_HEAD - rec->arena_used);
}

/* Memory ends where a record does. */
static void make(struct changes *c, __u32 size)
{
	struct log_changes *changes = log_changes_new(size);
	struct hdrtap_record *rec = calloc(1, size);
	size_t used = 0;

	c->size = size;
	c->records = malloc((size_t)COUNT * size);
	c->bytes = malloc((size_t)COUNT * LOG_CHANGES_MAX(size));
	srand(1);
	for (int i = 0; i < COUNT; i++) {
		make_next(rec, size);
		memcpy(c->records + (size_t)i * size, rec, size);
		used += log_changes_put(changes, c->bytes + used, rec);
		c->end[i] = used;
	}
	free(rec);
	log_changes_free(changes);
}

static void clear(struct changes *c)
{
	free(c->records);
	free(c->bytes);
}

/* Into memory that is no longer than what was said. */
static int take(__u32 record_size, __u32 count, const __u8 *bytes, size_t size, __u8 **to)
{
	__u8 *exact = malloc(size);
	int err;

	memcpy(exact, bytes, size);
	*to = malloc((size_t)record_size * count);
	err = log_changes_take(*to, record_size, count, exact, size);
	free(exact);
	return err;
}

static int take_all(const struct changes *c, __u32 count, size_t size, __u8 **to)
{
	return take(c->size, count, c->bytes, size, to);
}

Test(log_changes, records_come_back)
{
	struct changes c;
	__u8 *to;

	for (size_t i = 0; i < SIZES; i++) {
		make(&c, sizes[i]);
		for (__u32 count = 1; count <= COUNT; count += 1 + count / 4) {
			cr_assert_eq(take_all(&c, count, c.end[count - 1], &to), 0);
			cr_assert(!memcmp(to, c.records, (size_t)count * c.size),
				  "%u records of %u bytes", count, c.size);
			free(to);
		}
		clear(&c);
	}
}

Test(log_changes, the_same_again_is_four_bytes)
{
	struct log_changes *changes = log_changes_new(HDRTAP_RECORD_SIZE_DEFAULT);
	union record_room room = { .rec = { .kind = HDRTAP_KIND_REQUEST,
					    .arena_used = ROOM_ARENA } };
	__u8 bytes[LOG_CHANGES_MAX(HDRTAP_RECORD_SIZE_DEFAULT)];

	memset(room.rec.arena, 'a', ROOM_ARENA);
	cr_assert_gt(log_changes_put(changes, bytes, &room.rec), ROOM_ARENA);
	room.rec.kind = HDRTAP_KIND_RESPONSE;
	cr_assert_gt(log_changes_put(changes, bytes, &room.rec), ROOM_ARENA);
	room.rec.kind = HDRTAP_KIND_REQUEST;
	cr_assert_eq(log_changes_put(changes, bytes, &room.rec), 4);
	log_changes_begin(changes);
	cr_assert_gt(log_changes_put(changes, bytes, &room.rec), ROOM_ARENA);
	log_changes_free(changes);
}

Test(log_changes, a_record_that_says_it_holds_more_than_it_can)
{
	struct log_changes *changes = log_changes_new(HDRTAP_RECORD_SIZE_DEFAULT);
	union record_room room = { .rec = { .kind = HDRTAP_KIND_REQUEST, .arena_used = 65535 } };
	__u8 bytes[LOG_CHANGES_MAX(HDRTAP_RECORD_SIZE_DEFAULT)], *to;
	size_t size;

	memset(room.rec.arena, 'a', ROOM_ARENA);
	size = log_changes_put(changes, bytes, &room.rec);
	cr_assert_eq(take(HDRTAP_RECORD_SIZE_DEFAULT, 1, bytes, size, &to), 0);
	cr_assert(!memcmp(to, &room, sizeof(room)));
	free(to);
	log_changes_free(changes);
}

Test(log_changes, cut_or_longer_is_refused)
{
	struct changes c;
	__u8 *to;

	make(&c, HDRTAP_RECORD_SIZE_DEFAULT);
	for (size_t size = 0; size < c.end[9]; size++) {
		cr_assert_eq(take_all(&c, 10, size, &to), -EBADMSG, "%zu bytes", size);
		free(to);
	}
	cr_assert_eq(take_all(&c, 10, c.end[9] + 1, &to), -EBADMSG);
	free(to);
	clear(&c);
}

Test(log_changes, an_unknown_line_is_refused)
{
	const __u8 bytes[4] = { LOG_CHANGES_LINES };
	__u8 *to;

	cr_assert_eq(take(HDRTAP_RECORD_SIZE_DEFAULT, 1, bytes, sizeof(bytes), &to), -EBADMSG);
	free(to);
}

/* Records of another version: 40 bytes are a block and 8 bytes. */
Test(log_changes, other_record_sizes)
{
	static const __u8 bytes[] = {
		0, 2,    1, 2, 3, 4, 5, 6, 7, 8, /* the last 8 bytes, compared with zeros */
		0, 2,    1, 0, 0, 0, 0, 0, 0, 0, /* with the record before */
		1, 0,                            /* with zeros again */
		0, 0xfc,                         /* bits behind the last block mean nothing */
	};
	static const __u8 ends[4][8] = { { 1, 2, 3, 4, 5, 6, 7, 8 },
					 { 0, 2, 3, 4, 5, 6, 7, 8 },
					 { 0 },
					 { 0, 2, 3, 4, 5, 6, 7, 8 } };
	static const __u8 zeros[32];
	__u8 *to;

	cr_assert_eq(take(40, 4, bytes, sizeof(bytes), &to), 0);
	for (int i = 0; i < 4; i++) {
		cr_assert(!memcmp(to + 40 * i, zeros, 32));
		cr_assert(!memcmp(to + 40 * i + 32, ends[i], 8), "record %d", i);
	}
	free(to);
}
