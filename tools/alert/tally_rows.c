/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Rows by their keys: a hash table with chains, whose places are used again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "tally_inside.h"

#define ROWS_MIN 64

static __u32 *bucket_of(const struct tally *t, const void *key, size_t size)
{
	return &t->bucket[XXH3_64bits(key, size) & (t->buckets - 1)];
}

__u32 tally_row_find(const struct tally *t, const void *key, size_t size)
{
	__u32 at = *bucket_of(t, key, size);

	while (at != TALLY_NONE && (t->row[at].size != size || memcmp(t->row[at].key, key, size)))
		at = t->row[at].next;
	return at;
}

const struct tally_row *tally_find(const struct tally *t, const void *key, size_t size)
{
	__u32 at = tally_row_find(t, key, size);

	return at == TALLY_NONE ? NULL : &t->row[at];
}

static int set_buckets(struct tally *t, __u32 buckets)
{
	__u32 *grown = realloc(t->bucket, buckets * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	t->bucket = grown;
	t->buckets = buckets;
	memset(grown, 0xff, buckets * sizeof(*grown));
	for (__u32 i = 0; i < t->rows; i++) {
		__u32 *bucket;

		if (!t->row[i].used)
			continue;
		bucket = bucket_of(t, t->row[i].key, t->row[i].size);
		t->row[i].next = *bucket;
		*bucket = i;
	}
	return 0;
}

int tally_rows_grow(struct tally *t)
{
	__u32 room = t->room ? 2 * t->room : ROWS_MIN;
	struct tally_row *grown = realloc(t->row, room * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	t->row = grown;
	t->room = room;
	return set_buckets(t, room);
}

static __u32 take_place(struct tally *t)
{
	__u32 at = t->free;

	if (at != TALLY_NONE) {
		t->free = t->row[at].next;
		return at;
	}
	if (t->rows == t->room && tally_rows_grow(t))
		return TALLY_NONE;
	return t->rows++;
}

__u32 tally_row_add(struct tally *t, const void *key, size_t size)
{
	__u8 *copy = malloc(size ? size : 1);
	__u32 at = copy ? take_place(t) : TALLY_NONE, *bucket;

	if (at == TALLY_NONE) {
		free(copy);
		return TALLY_NONE;
	}
	memcpy(copy, key, size);
	bucket = bucket_of(t, key, size);
	t->row[at] = (struct tally_row){ .key = copy, .size = size, .next = *bucket, .used = true };
	*bucket = at;
	return at;
}

void tally_row_drop(struct tally *t, __u32 at)
{
	struct tally_row *row = &t->row[at];
	__u32 *link = bucket_of(t, row->key, row->size);

	while (*link != at)
		link = &t->row[*link].next;
	*link = row->next;
	free(row->key);
	*row = (struct tally_row){ .next = t->free };
	t->free = at;
}

int tally_row_touch(struct tally *t, __u32 at)
{
	if (t->row[at].touched == t->moves)
		return 0;
	if (t->touched_count == t->touched_room) {
		__u32 room = t->touched_room ? 2 * t->touched_room : ROWS_MIN;
		__u32 *grown = realloc(t->touched, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		t->touched = grown;
		t->touched_room = room;
	}
	t->row[at].touched = t->moves;
	t->touched[t->touched_count++] = at;
	return 0;
}
