/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tally_inside.h"

static int take_away(struct tally *t, struct slice *slice)
{
	int err = 0;

	for (__u32 i = 0; i < slice->count && !err; i++) {
		const struct part *part = &slice->part[i];
		struct tally_row *row = &t->row[part->row];

		row->calls -= part->calls;
		row->hits -= part->hits;
		row->missed -= part->missed;
		err = tally_row_touch(t, part->row);
	}
	t->calls -= slice->calls;
	t->missed -= slice->missed;
	free(slice->part);
	*slice = (struct slice){ 0 };
	return err;
}

/* What a slice has of a key. */
struct counted {
	const void *key;
	size_t size;
	__u64 calls, hits;
	__s64 missed;
};

static struct counted counted_of(const struct tally *t, const struct usage_row *row)
{
	return (struct counted){
		.key = row->key,
		.size = row->size,
		.calls = t->options.ends ? row->counts.ends.count : row->counts.calls,
		.hits = row->counts.ends.class[USAGE_5XX],
		.missed = row->missed - t->window.missed,
	};
}

static int compare(const void *one, const void *other, void *context)
{
	const struct tally *t = context;
	const __u32 a = *(const __u32 *)one, b = *(const __u32 *)other;
	__u64 of_a = counted_of(t, &t->window.rows[a]).calls;
	__u64 of_b = counted_of(t, &t->window.rows[b]).calls;

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

static int add_to_row(struct tally *t, struct slice *slice, __u32 at, const struct counted *counted)
{
	struct tally_row *row = &t->row[at];

	slice->part[slice->count++] = (struct part){
		.row = at,
		.calls = counted->calls,
		.hits = counted->hits,
		.missed = counted->missed,
	};
	row->calls += counted->calls;
	row->hits += counted->hits;
	row->missed += counted->missed;
	if (row->calls > row->most)
		row->most = row->calls;
	return tally_row_touch(t, at);
}

/* `*left` new rows may be added. Returns 0, -ENOSPC or -ENOMEM. */
static int add_part(struct tally *t, struct slice *slice, const struct counted *counted,
		    __u64 *left)
{
	__u32 at = tally_row_find(t, counted->key, counted->size);

	if (slice->count == t->parts_most || (at == TALLY_NONE && !*left))
		return -ENOSPC;
	if (at == TALLY_NONE) {
		at = tally_row_add(t, counted->key, counted->size);
		(*left)--;
	}
	return at == TALLY_NONE ? -ENOMEM : add_to_row(t, slice, at, counted);
}

static int make_parts(struct tally *t, struct slice *slice, __u64 count)
{
	if (count > t->parts_most)
		count = t->parts_most;
	slice->part = count ? malloc(count * sizeof(*slice->part)) : NULL;
	return count && !slice->part ? -ENOMEM : 0;
}

static int add_parts(struct tally *t, struct slice *slice)
{
	__u64 left = t->rows_new, unplaced = 0;
	int err = make_parts(t, slice, t->window.count);

	for (__u32 i = 0; i < t->window.count && !err; i++) {
		const struct counted counted = counted_of(t, &t->window.rows[t->order[i]]);

		err = add_part(t, slice, &counted, &left);
		if (err == -ENOSPC) {
			unplaced = counted.calls > unplaced ? counted.calls : unplaced;
			err = 0;
		}
	}
	slice->missed += unplaced;
	return err;
}

static int add_slice(struct tally *t, struct slice *slice)
{
	const struct usage_counts *all = &t->window.all;
	int err = set_order(t);

	slice->calls = t->options.ends ? all->ends.count : all->calls;
	slice->missed = t->window.missed;
	return err ? err : add_parts(t, slice);
}

static int read_slice(struct tally *t, struct slice *slice, __u64 until)
{
	int err = usage_window_read(&t->window, t->table, until, t->options.every, 0);

	return err || t->window.until != until ? err : add_slice(t, slice);
}

static struct open_slice *open_at(const struct tally *t, __u64 from)
{
	return &t->open[from / t->options.every % t->opens];
}

/* Of the single key. */
static int read_open(struct tally *t, struct slice *slice, __u64 until)
{
	const struct open_slice *open = open_at(t, until - t->options.every);
	const struct counted counted = { "", 0, open->calls, open->hits, 0 };
	__u64 left = 1;
	int err;

	if (open->from != until - t->options.every || !open->calls)
		return 0;
	slice->calls = open->calls;
	err = make_parts(t, slice, 1);
	return err ? err : add_part(t, slice, &counted, &left);
}

/* Rows that have no events any more, and were shown so. */
static void forget_empty(struct tally *t)
{
	for (__u32 i = 0; i < t->touched_count; i++) {
		struct tally_row *row = &t->row[t->touched[i]];

		if (row->used && !row->calls)
			tally_row_drop(t, t->touched[i]);
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
		err = t->open ? read_open(t, slice, until) : read_slice(t, slice, until);
	t->calls += slice->calls;
	t->missed += slice->missed;
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

/* Those that are no hits come first. */
__u64 tally_latency(struct tally *t, const void *key, size_t size, __u32 share)
{
	const struct tally_row *row = tally_find(t, key, size);
	__u64 rank = row ? (row->calls * (__u64)share + 999999) / 1000000 : 0, value = 0;
	struct quantiles_sum *sum;
	const struct usage_row *slow = NULL;

	if (!row || !row->hits || rank <= row->calls - row->hits)
		return 0;
	rank -= row->calls - row->hits;
	sum = calloc(1, sizeof(*sum));
	if (sum && !usage_window_read(&t->window, t->slow, t->until, t->options.window, 0))
		slow = usage_window_find(&t->window, key, size);
	if (slow) {
		usage_window_quantiles(&t->window, slow, sum);
		value = quantiles_sum_value_at(sum, (rank - 0.5) / row->hits);
	}
	free(sum);
	return value;
}

static void add_open(struct tally *t, const struct usage_event *event)
{
	struct open_slice *open = t->last;

	if (event->time - open->from >= t->options.every) {
		__u64 from = event->time - event->time % t->options.every;

		open = open_at(t, from);
		if (open->from > from)
			return; /* late */
		if (open->from < from)
			*open = (struct open_slice){ .from = from };
		t->last = open;
	}
	open->calls++;
	open->hits += event->status >= 500;
}

void tally_add(struct tally *t, const void *key, size_t size, const struct usage_event *event)
{
	if (t->open)
		add_open(t, event);
	else
		usage_table_add(t->table, key, size, event);
	if (t->slow && event->status >= 500)
		usage_table_add(t->slow, key, size, event);
}

void tally_complete(struct tally *t, __u64 until)
{
	if (t->table)
		usage_table_complete(t->table, until);
	if (t->slow)
		usage_table_complete(t->slow, until);
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
	t->free = TALLY_NONE;
	t->calls = t->missed = t->until = 0;
	if (t->buckets)
		memset(t->bucket, 0xff, t->buckets * sizeof(*t->bucket));
}

void tally_reset(struct tally *t)
{
	clear(t);
	if (t->open)
		memset(t->open, 0, t->opens * sizeof(*t->open));
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	if (t->slice)
		clear(t);
	usage_table_free(t->table);
	usage_table_free(t->slow);
	free(t->open);
	usage_window_free(&t->window);
	free(t->slice);
	free(t->row);
	free(t->bucket);
	free(t->touched);
	free(t->order);
	free(t);
}

/* Where events are counted until their slice is read. Returns whether there is memory. */
static bool open_counters(struct tally *t)
{
	const struct usage_table_options table = tally_table_options(&t->options);
	const struct usage_table_options slow = tally_slow_options(&t->options);

	if (t->options.quantiles)
		t->slow = usage_table_new(&slow);
	if (!t->options.single) {
		t->table = usage_table_new(&table);
		return t->table && (t->slow || !t->options.quantiles);
	}
	t->opens = tally_open_slices(&t->options) + 1;
	t->open = t->last = calloc(t->opens, sizeof(*t->open));
	return t->open && (t->slow || !t->options.quantiles);
}

struct tally *tally_new(const struct tally_options *options)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->options = *options;
	t->free = TALLY_NONE;
	t->slices = tally_slices(options);
	t->rows_new = options->single ? 1 : tally_rows_new(options);
	t->parts_most = options->single ? 1 : tally_parts_most(options);
	t->slice = calloc(t->slices, sizeof(*t->slice));
	if (!t->slice || !open_counters(t) || tally_rows_grow(t)) {
		tally_free(t);
		return NULL;
	}
	return t;
}
