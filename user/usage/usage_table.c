/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Memory is divided evenly among the summaries, and in each of them, where there are quantiles,
 * halved. What is left of the rows' half beside the rows themselves is for keys that are too long
 * to be in them.
 */
#include "usage/usage_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "usage/usage_table_inside.h"

static __u32 ring_of(const struct usage_table_options *options)
{
	return options->slices ? options->slices + USAGE_SPARE : 0;
}

/* Bytes for the rows of one summary. */
static size_t rows_memory(const struct usage_table_options *options)
{
	size_t summaries = ring_of(options) + options->total;
	size_t memory = summaries ? options->memory / summaries : 0;

	return options->quantiles ? memory / 2 : memory;
}

static __u32 least(__u64 one, __u64 other)
{
	return one < other ? one : other;
}

/* How many rows have room, however long their keys are. */
static __u32 rows_of_long_keys(const struct usage_table_options *options)
{
	return rows_memory(options) /
	       (usage_summary_row_size(options->ends) + usage_summary_key_size(options->key_max));
}

/* How many rows there may be, however short their keys are: the others have to leave half as many
 * long keys the room they need. */
static __u32 rows_at_most(const struct usage_table_options *options)
{
	__u64 rows = rows_of_long_keys(options);
	size_t keys = (rows + 1) / 2 * usage_summary_key_size(options->key_max);

	if (!options->rows || !rows)
		return rows;
	return least(options->rows,
		     (rows_memory(options) - keys) / usage_summary_row_size(options->ends));
}

__u32 usage_table_rows(const struct usage_table_options *options)
{
	__u32 rows = rows_at_most(options);
	size_t key = usage_summary_key_size(options->key_max);
	size_t left = rows_memory(options) - rows * usage_summary_row_size(options->ends);

	return key ? least(rows, left / key) : rows;
}

__u64 usage_table_limit(const struct usage_table_options *options, __u64 calls)
{
	__u64 rows = usage_table_rows(options);

	return rows ? (2 * calls + rows - 1) / rows : ~0ULL;
}

static void set_shape(struct usage_table *table)
{
	const struct usage_table_options *options = &table->options;
	struct usage_shape *shape = &table->shape;
	size_t memory = rows_memory(options);

	shape->rows = rows_at_most(options);
	shape->ends = options->ends;
	shape->places = usage_summary_places(shape->rows);
	shape->key_room = memory - shape->rows * usage_summary_row_size(shape->ends);
	shape->quantiles_room = options->quantiles ? memory : 0;
	if (getrandom(&shape->seed, sizeof(shape->seed), GRND_NONBLOCK) < 0)
		shape->seed = 0;
}

static int open_summaries(struct usage_table *table)
{
	int err = 0;

	table->ring = ring_of(&table->options);
	table->slice = calloc(table->ring + 1, sizeof(*table->slice));
	if (!table->slice)
		return -ENOMEM;
	for (__u32 i = 0; i < table->ring && !err; i++)
		err = usage_summary_init(&table->slice[i], &table->shape);
	if (!err && table->options.total)
		err = usage_summary_init(&table->total, &table->shape);
	if (!err && table->options.total) {
		table->total.keep = table->options.keep;
		usage_summary_begin(&table->total, 1);
	}
	return err;
}

struct usage_table *usage_table_new(const struct usage_table_options *options)
{
	struct usage_table *table = usage_table_rows(options) ? calloc(1, sizeof(*table)) : NULL;

	if (!table)
		return NULL;
	table->options = *options;
	set_shape(table);
	if (open_summaries(table)) {
		usage_table_free(table);
		return NULL;
	}
	return table;
}

void usage_table_free(struct usage_table *table)
{
	if (!table)
		return;
	for (__u32 i = 0; table->slice && i < table->ring; i++)
		usage_summary_free(&table->slice[i]);
	usage_summary_free(&table->total);
	free(table->slice);
	free(table);
}

/* --- time --- */

/* The summary of that time, NULL: it is forgotten, or there are none. Others are left as they are
 * until their place is needed. */
static struct usage_summary *look_up(struct usage_table *table, __u64 time)
{
	__u64 number = table->ring ? time / table->options.slice : 0;
	struct usage_summary *slice;

	if (!number || number + table->ring <= table->newest)
		return NULL;
	if (number > table->newest)
		table->newest = number;
	if (!table->first || number < table->first)
		table->first = number;
	slice = &table->slice[number % table->ring];
	if (slice->number != number)
		usage_summary_begin(slice, number);
	table->last = slice;
	table->last_begin = number * table->options.slice;
	return slice;
}

/* Most events are in the slice of the one before. */
static struct usage_summary *at_time(struct usage_table *table, __u64 time)
{
	if (table->last && time - table->last_begin < table->options.slice)
		return table->last;
	return look_up(table, time);
}

/* What is behind that time has not happened. */
static void set_back(struct usage_table *table, __u64 time)
{
	__u64 number = table->ring ? time / table->options.slice : 0;

	for (__u32 i = 0; i < table->ring; i++)
		if (table->slice[i].number > number)
			usage_summary_begin(&table->slice[i], 0);
	table->last = NULL;
	table->newest = number;
	if (table->first > number)
		table->first = 0;
}

void usage_table_complete(struct usage_table *table, __u64 until)
{
	if (until < table->known)
		set_back(table, until);
	table->known = until;
	at_time(table, until);
}

/* --- counting --- */

/* In both, places and then entries come into the cache while the other's do. */
static void add_to_both(struct usage_summary *slice, struct usage_summary *total,
			const struct usage_key_bytes *key, const struct usage_event *event)
{
	__u32 in_slice, in_total;

	usage_summary_prefetch(slice, key->hash);
	usage_summary_prefetch(total, key->hash);
	in_slice = usage_summary_guess(slice, key->hash);
	in_total = usage_summary_guess(total, key->hash);
	usage_summary_add(slice, key, in_slice, event);
	usage_summary_add(total, key, in_total, event);
}

bool usage_table_counts(const struct usage_table *table, const struct usage_event *event)
{
	return event->call || (event->end && table->options.ends);
}

void usage_table_add(struct usage_table *table, const void *key, size_t size,
		     const struct usage_event *event)
{
	struct usage_summary *slice = at_time(table, event->time), *total = &table->total;
	struct usage_key_bytes bytes = { key, size, 0 };
	bool late = event->time < table->known;

	if (!usage_table_counts(table, event))
		return;
	bytes.hash = usage_summary_hash(&table->shape, key, size);
	if (slice && table->options.total)
		add_to_both(slice, total, &bytes, event);
	else if (slice)
		usage_summary_add(slice, &bytes, usage_summary_guess(slice, bytes.hash), event);
	else if (table->options.total)
		usage_summary_add(total, &bytes, usage_summary_guess(total, bytes.hash), event);
	if (slice)
		slice->late += late;
	total->late += late;
}

void usage_table_lost(struct usage_table *table, __u64 time, __u64 count)
{
	struct usage_summary *slice = at_time(table, time);

	if (slice)
		slice->lost += count;
	table->total.lost += count;
}

size_t usage_table_memory(const struct usage_table *table)
{
	size_t memory = table->options.total ? usage_summary_memory(&table->total) : 0;

	for (__u32 i = 0; i < table->ring; i++)
		memory += usage_summary_memory(&table->slice[i]);
	return memory;
}
