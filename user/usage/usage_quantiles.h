/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counts of values by size, from which quantiles are read with a relative error of at most 1 %.
 *
 * The layout is HdrHistogram's (Gil Tene, hdrhistogram.org): each power of two is divided into
 * QUANTILES_STEPS equal steps, whole numbers alone, the same everywhere. Of a step of 1/64 of its
 * power the middle is at most 1/128 (0.8 %) from any value in it; values below 64 are exact. Only
 * steps that have values are kept, sorted: a row with few calls costs a few bytes.
 */
#ifndef HDRTAP_USER_USAGE_QUANTILES_H
#define HDRTAP_USER_USAGE_QUANTILES_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

#define QUANTILES_STEPS 64                           /* per power of two */
#define QUANTILES_MAX   (QUANTILES_STEPS * (64 - 5)) /* steps from 0 to 2^64 - 1 */

struct quantiles_step {
	__u32 step;  /* number */
	__u32 count; /* stays at the largest number when it is reached */
};

/* All zero: empty. */
struct quantiles {
	struct quantiles_step *list; /* owned; ascending */
	__u16 count;                 /* of steps in it */
	__u16 room;
};

/* The step of a value, the least and the largest value of a step, and what stands for them: the
 * middle. */
__u32 quantiles_step(__u64 value);
__u64 quantiles_least(__u32 step);
__u64 quantiles_largest(__u32 step);
__u64 quantiles_middle(__u32 step);

/* Adds a value. Takes at most `*room` bytes more, and takes these from it. Returns false when there
 * is not enough (or no memory): then it is as before. */
bool quantiles_add(struct quantiles *q, __u64 value, size_t *room);

/* Adds the values of another one, as far as there is room; returns how many found none. */
__u64 quantiles_add_all(struct quantiles *q, const struct quantiles *from, size_t *room);

/* Frees the list, and adds its bytes to `*room`. */
void quantiles_free(struct quantiles *q, size_t *room);

/* The sum of some, to be read from. All zero: empty. */
struct quantiles_sum {
	__u64 total;                /* values */
	__u64 count[QUANTILES_MAX]; /* by step */
};

void quantiles_sum_add(struct quantiles_sum *sum, const struct quantiles *q);

/* The value that a share of all (0 to 1) is not above: of rank ceil(share * total), at least 1. 0:
 * there is none. */
__u64 quantiles_sum_value_at(const struct quantiles_sum *sum, double share);

/* How many values are at most `value`, rounded up to the end of its step (1.6 % at most). */
__u64 quantiles_sum_up_to(const struct quantiles_sum *sum, __u64 value);

#endif
