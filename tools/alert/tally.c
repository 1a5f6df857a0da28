/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define NONE        (~0U)
#define MILLION     1000000.0
#define ALLOCATION  16 /* bytes that malloc() adds to a key */
#define TABLE_PART  2  /* of the memory, one part in so many is the table's */
#define PARTS_PART  4  /* ... and of the rest, one in so many is for what slices had */
#define BUCKETS_MIN 64

/* What a slice had of a row. */
struct part {
	__u32 row;
	__u32 calls, hits;
	__s32 missed;
};

struct slice {
	struct part *part; /* owned */
	__u32 count;
	__u64 calls, missed;
};

struct tally {
	struct tally_options options;
	struct usage_table *table;
	struct usage_window window; /* the slice that was read last, or the window for latencies */
	struct slice *slice;        /* ring of the window's */
	__u32 slices, at;           /* its size; where the next one goes */
	__u64 until, calls, missed;
	struct tally_row *row;
	__u32 rows, room, free; /* used or not; first one of those not used */
	__u32 *bucket, buckets; /* a power of two */
	__u32 *touched, touched_count, touched_room;
	__u32 moves;
	__u64 rows_new;   /* in a slice, at most */
	__u64 parts_most; /* of a slice */
	__u32 *order, order_room;
};

/* --- sizes --- */

static __u32 slices_of(const struct tally_options *options)
{
	return options->window / options->every;
}

static size_t memory_of_parts(const struct tally_options *options)
{
	return options->memory / TABLE_PART / PARTS_PART;
}

static size_t memory_of_rows(const struct tally_options *options)
{
	return options->memory - options->memory / TABLE_PART - memory_of_parts(options);
}

static __u64 parts_most(const struct tally_options *options)
{
	return memory_of_parts(options) / sizeof(struct part) / slices_of(options);
}

/* With two buckets for a row at most, and an entry of `touched` and `order`. */
static __u64 rows_new(const struct tally_options *options)
{
	size_t row = sizeof(struct tally_row) + options->key_max + ALLOCATION + 4 * sizeof(__u32);

	return memory_of_rows(options) / row / (slices_of(options) + 1);
}

static struct usage_table_options table_options(const struct tally_options *options)
{
	__u32 slices = 1 + (TALLY_LAG + options->every - 1) / options->every;

	if (options->quantiles && slices < slices_of(options))
		slices = slices_of(options);
	return (struct usage_table_options){
		.memory = options->memory / TABLE_PART,
		.slice = options->every,
		.slices = slices,
		.ends = options->ends,
		.quantiles = options->quantiles,
		.key_max = options->key_max,
		.rows = options->single ? 1 : 0,
	};
}

__u64 tally_rows(const struct tally_options *options)
{
	const struct usage_table_options table = table_options(options);
	__u64 least = usage_table_rows(&table);

	if (parts_most(options) < least)
		least = parts_most(options);
	return rows_new(options) < least ? rows_new(options) : least;
}

/* --- rows --- */

static __u32 *bucket_of(const struct tally *t, const void *key, size_t size)
{
	return &t->bucket[XXH3_64bits(key, size) & (t->buckets - 1)];
}

static __u32 find_row(const struct tally *t, const void *key, size_t size)
{
	__u32 at = *bucket_of(t, key, size);

	while (at != NONE && (t->row[at].size != size || memcmp(t->row[at].key, key, size)))
		at = t->row[at].next;
	return at;
}

const struct tally_row *tally_find(const struct tally *t, const void *key, size_t size)
{
	__u32 at = find_row(t, key, size);

	return at == NONE ? NULL : &t->row[at];
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

/* Room for one row more. */
static int grow_rows(struct tally *t)
{
	__u32 room = t->room ? 2 * t->room : BUCKETS_MIN;
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

	if (at != NONE) {
		t->free = t->row[at].next;
		return at;
	}
	if (t->rows == t->room && grow_rows(t))
		return NONE;
	return t->rows++;
}

/* NONE: there is no memory. */
static __u32 add_row(struct tally *t, const void *key, size_t size)
{
	__u8 *copy = malloc(size ? size : 1);
	__u32 at = copy ? take_place(t) : NONE, *bucket;

	if (at == NONE) {
		free(copy);
		return NONE;
	}
	memcpy(copy, key, size);
	bucket = bucket_of(t, key, size);
	t->row[at] = (struct tally_row){ .key = copy, .size = size, .next = *bucket, .used = true };
	*bucket = at;
	return at;
}

static void drop_row(struct tally *t, __u32 at)
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

static int touch(struct tally *t, __u32 at)
{
	if (t->row[at].touched == t->moves)
		return 0;
	if (t->touched_count == t->touched_room) {
		__u32 room = t->touched_room ? 2 * t->touched_room : BUCKETS_MIN;
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

/* --- slices --- */

static int take_away(struct tally *t, struct slice *slice)
{
	int err = 0;

	for (__u32 i = 0; i < slice->count && !err; i++) {
		const struct part *part = &slice->part[i];
		struct tally_row *row = &t->row[part->row];

		row->calls -= part->calls;
		row->hits -= part->hits;
		row->missed -= part->missed;
		err = touch(t, part->row);
	}
	t->calls -= slice->calls;
	t->missed -= slice->missed;
	free(slice->part);
	*slice = (struct slice){ 0 };
	return err;
}

static __u64 calls_of(const struct tally *t, const struct usage_counts *counts)
{
	return t->options.ends ? counts->ends.count : counts->calls;
}

static int compare(const void *one, const void *other, void *context)
{
	const struct tally *t = context;
	const __u32 a = *(const __u32 *)one, b = *(const __u32 *)other;
	__u64 of_a = calls_of(t, &t->window.rows[a].counts);
	__u64 of_b = calls_of(t, &t->window.rows[b].counts);

	return of_a != of_b ? (of_a < of_b ? 1 : -1) : (a < b ? -1 : 1);
}

/* Puts the rows that were read in the order of their events, if not all of them have room. */
static int set_order(struct tally *t)
{
	__u32 count = t->window.count;

	if (count > t->order_room) {
		__u32 *grown = realloc(t->order, count * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		t->order = grown;
		t->order_room = count;
	}
	for (__u32 i = 0; i < count; i++)
		t->order[i] = i;
	if (count > t->rows_new || count > t->parts_most)
		qsort_r(t->order, count, sizeof(*t->order), compare, t);
	return 0;
}

/* Adds a row of the slice. `*left` new rows may be added. Returns 0, -ENOSPC or -ENOMEM. */
static int add_part(struct tally *t, struct slice *slice, const struct usage_row *from, __u64 *left)
{
	__u32 at = find_row(t, from->key, from->size);
	struct tally_row *row;
	struct part *part = &slice->part[slice->count];

	if (slice->count == t->parts_most || (at == NONE && !*left))
		return -ENOSPC;
	if (at == NONE) {
		at = add_row(t, from->key, from->size);
		(*left)--;
	}
	if (at == NONE)
		return -ENOMEM;
	row = &t->row[at];
	*part = (struct part){
		.row = at,
		.calls = calls_of(t, &from->counts),
		.hits = from->counts.ends.class[USAGE_5XX],
		.missed = from->missed - t->window.missed,
	};
	slice->count++;
	row->calls += part->calls;
	row->hits += part->hits;
	row->missed += part->missed;
	if (row->calls > row->most)
		row->most = row->calls;
	return touch(t, at);
}

static int add_parts(struct tally *t, struct slice *slice)
{
	__u64 left = t->rows_new, count = t->window.count, unplaced = 0;
	int err = 0;

	if (count > t->parts_most)
		count = t->parts_most;
	slice->part = count ? malloc(count * sizeof(*slice->part)) : NULL;
	if (count && !slice->part)
		return -ENOMEM;
	for (__u32 i = 0; i < t->window.count && !err; i++) {
		const struct usage_row *row = &t->window.rows[t->order[i]];

		err = add_part(t, slice, row, &left);
		if (err == -ENOSPC) {
			__u64 events = calls_of(t, &row->counts);

			unplaced = events > unplaced ? events : unplaced;
			err = 0;
		}
	}
	slice->missed += unplaced;
	return err;
}

static int add_slice(struct tally *t, struct slice *slice)
{
	int err = set_order(t);

	slice->calls = calls_of(t, &t->window.all);
	slice->missed = t->window.missed;
	if (!err)
		err = add_parts(t, slice);
	t->calls += slice->calls;
	t->missed += slice->missed;
	return err;
}

/* Rows that have no events any more, and were shown so. */
static void forget_empty(struct tally *t)
{
	for (__u32 i = 0; i < t->touched_count; i++) {
		struct tally_row *row = &t->row[t->touched[i]];

		if (row->used && !row->calls)
			drop_row(t, t->touched[i]);
	}
	t->touched_count = 0;
}

int tally_move(struct tally *t, __u64 until)
{
	struct slice *slice = &t->slice[t->at];
	int err;

	forget_empty(t);
	t->moves++;
	err = take_away(t, slice);
	if (!err)
		err = usage_window_read(&t->window, t->table, until, t->options.every, 0);
	if (!err && t->window.until == until)
		err = add_slice(t, slice);
	t->at = (t->at + 1) % t->slices;
	t->until = until;
	return err;
}

/* --- the rest --- */

const struct tally_row *tally_touched(const struct tally *t, size_t i)
{
	return i < t->touched_count ? &t->row[t->touched[i]] : NULL;
}

const struct tally_row *tally_row(const struct tally *t, size_t i)
{
	return i < t->rows ? &t->row[i] : NULL;
}

__u64 tally_calls(const struct tally *t)
{
	return t->calls;
}

__u64 tally_missed(const struct tally *t)
{
	return t->missed;
}

__u64 tally_latency(struct tally *t, const void *key, size_t size, __u32 share)
{
	struct quantiles_sum *sum = calloc(1, sizeof(*sum));
	const struct usage_row *row = NULL;
	__u64 value = 0;

	if (sum && !usage_window_read(&t->window, t->table, t->until, t->options.window, 0))
		row = usage_window_find(&t->window, key, size);
	if (row) {
		usage_window_quantiles(&t->window, row, sum);
		value = quantiles_sum_value_at(sum, share / MILLION);
	}
	free(sum);
	return value;
}

void tally_add(struct tally *t, const void *key, size_t size, const struct usage_event *event)
{
	usage_table_add(t->table, key, size, event);
}

void tally_complete(struct tally *t, __u64 until)
{
	usage_table_complete(t->table, until);
}

static void clear(struct tally *t)
{
	for (__u32 i = 0; i < t->slices; i++) {
		free(t->slice[i].part);
		t->slice[i] = (struct slice){ 0 };
	}
	for (__u32 i = 0; i < t->rows; i++)
		free(t->row[i].key);
	t->rows = t->touched_count = 0;
	t->free = NONE;
	t->calls = t->missed = t->until = 0;
	if (t->buckets)
		memset(t->bucket, 0xff, t->buckets * sizeof(*t->bucket));
}

void tally_reset(struct tally *t)
{
	clear(t);
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	if (t->slice)
		clear(t);
	usage_table_free(t->table);
	usage_window_free(&t->window);
	free(t->slice);
	free(t->row);
	free(t->bucket);
	free(t->touched);
	free(t->order);
	free(t);
}

struct tally *tally_new(const struct tally_options *options)
{
	const struct usage_table_options table = table_options(options);
	struct tally *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->options = *options;
	t->free = NONE;
	t->slices = slices_of(options);
	t->rows_new = rows_new(options);
	t->parts_most = parts_most(options);
	t->slice = calloc(t->slices, sizeof(*t->slice));
	t->table = usage_table_new(&table);
	if (!t->slice || !t->table || grow_rows(t)) {
		tally_free(t);
		return NULL;
	}
	return t;
}
