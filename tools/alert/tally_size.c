/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How the memory of a tally is divided.
 */
#include "tally_inside.h"

#define ALLOCATION 16 /* bytes that malloc() adds to a key */
#define TABLE_PART 2  /* of the memory, one part in so many is the table's */
#define PARTS_PART 4  /* ... and of the rest, one in so many is for what slices had */

__u32 tally_slices(const struct tally_options *options)
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

__u64 tally_parts_most(const struct tally_options *options)
{
	return memory_of_parts(options) / sizeof(struct part) / tally_slices(options);
}

/* With two buckets for a row at most, and an entry of `touched` and `order`. */
__u64 tally_rows_new(const struct tally_options *options)
{
	size_t row = sizeof(struct tally_row) + options->key_max + ALLOCATION + 4 * sizeof(__u32);

	return memory_of_rows(options) / row / (tally_slices(options) + 1);
}

/* Slices that events may come for. */
__u32 tally_open_slices(const struct tally_options *options)
{
	return 1 + (TALLY_LAG + options->every - 1) / options->every;
}

/* Latencies share the table's part. */
struct usage_table_options tally_table_options(const struct tally_options *options)
{
	return (struct usage_table_options){
		.memory = options->memory / TABLE_PART / (options->quantiles ? 2 : 1),
		.slice = options->every,
		.slices = tally_open_slices(options),
		.ends = options->ends,
		.key_max = options->key_max,
	};
}

struct usage_table_options tally_slow_options(const struct tally_options *options)
{
	struct usage_table_options slow = tally_table_options(options);

	slow.slices += tally_slices(options);
	slow.quantiles = true;
	slow.rows = options->single ? 1 : 0;
	return slow;
}

__u64 tally_rows(const struct tally_options *options)
{
	const struct usage_table_options table = tally_table_options(options);
	__u64 least = usage_table_rows(&table);

	if (tally_parts_most(options) < least)
		least = tally_parts_most(options);
	return tally_rows_new(options) < least ? tally_rows_new(options) : least;
}
