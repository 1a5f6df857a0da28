/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Quantiles: the layout, the error they may have, and that memory is given back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "usage/usage_quantiles.h"

#define PLENTY (1 << 24)

/* Numbers that look random and are the same every time (Marsaglia's xorshift). */
static __u64 next_number(void)
{
	static __u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

Test(usage_quantiles, steps_cover_all_numbers_without_gaps)
{
	__u64 next = 0;

	for (__u32 step = 0; step < QUANTILES_MAX; step++) {
		cr_assert_eq(quantiles_least(step), next, "step %u", step);
		next = quantiles_largest(step) + 1;
		cr_assert_eq(quantiles_step(quantiles_least(step)), step);
		cr_assert_eq(quantiles_step(quantiles_largest(step)), step);
	}
	cr_assert_eq(next, 0);
}

/* HdrHistogram's own layout with 64 sub-buckets of the first 128: value 127 is exact, from 128 on
 * steps have two numbers, from 256 on four. */
Test(usage_quantiles, layout_is_that_of_hdr_histogram)
{
	cr_expect_eq(quantiles_step(63), 63);
	cr_expect_eq(quantiles_step(64), 64);
	cr_expect_eq(quantiles_step(127), 127);
	cr_expect_eq(quantiles_step(128), 128);
	cr_expect_eq(quantiles_step(129), 128);
	cr_expect_eq(quantiles_step(130), 129);
	cr_expect_eq(quantiles_step(255), 191);
	cr_expect_eq(quantiles_step(256), 192);
	cr_expect_eq(quantiles_step(259), 192);
	cr_expect_eq(quantiles_step(UINT64_MAX), QUANTILES_MAX - 1);
}

Test(usage_quantiles, what_stands_for_a_value_is_within_one_percent)
{
	for (int i = 0; i < 1000000; i++) {
		__u64 value = next_number() >> (next_number() % 64);
		__u64 shown = quantiles_middle(quantiles_step(value));
		__u64 off = shown > value ? shown - value : value - shown;

		cr_assert(off <= value / 100, "%llu is shown as %llu", value, shown);
	}
}

static int compare(const void *one, const void *other)
{
	__u64 a = *(const __u64 *)one, b = *(const __u64 *)other;

	return a < b ? -1 : a > b;
}

static void expect_quantiles(__u64 *values, size_t count)
{
	static const size_t shares[] = { 0, 1, 250, 500, 900, 990, 999, 1000 }; /* in 1000 */
	static struct quantiles_sum sum;
	struct quantiles q = { 0 };
	size_t room = PLENTY;

	for (size_t i = 0; i < count; i++)
		cr_assert(quantiles_add(&q, values[i], &room));
	qsort(values, count, sizeof(*values), compare);
	memset(&sum, 0, sizeof(sum));
	quantiles_sum_add(&sum, &q);
	cr_expect_eq(sum.total, count);
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		size_t rank = (shares[i] * count + 999) / 1000;
		__u64 exact = values[rank ? rank - 1 : 0];
		__u64 got = quantiles_sum_value_at(&sum, shares[i] / 1000.0);
		__u64 off = got > exact ? got - exact : exact - got;

		cr_expect(off <= exact / 100, "%zu in 1000: %llu is shown as %llu", shares[i],
			  exact, got);
	}
	quantiles_free(&q, &room);
	cr_expect_eq(room, PLENTY, "memory is given back");
}

#define VALUES 50000

static __u64 values[VALUES];

Test(usage_quantiles, of_even_long_tailed_and_equal_values)
{
	for (int i = 0; i < VALUES; i++)
		values[i] = 1000000 + next_number() % 100000000;
	expect_quantiles(values, VALUES);
	for (int i = 0; i < VALUES; i++)
		values[i] = 50000000000ULL / (next_number() % 1000000 + 1);
	expect_quantiles(values, VALUES);
	for (int i = 0; i < VALUES; i++)
		values[i] = 12345678;
	expect_quantiles(values, VALUES);
	values[0] = 7;
	expect_quantiles(values, 1);
}

Test(usage_quantiles, of_no_values_are_nothing)
{
	static struct quantiles_sum sum;

	cr_expect_eq(quantiles_sum_value_at(&sum, 0.5), 0);
	cr_expect_eq(quantiles_sum_up_to(&sum, UINT64_MAX), 0);
}

Test(usage_quantiles, counts_up_to_a_bound_grow_with_it)
{
	static struct quantiles_sum sum;
	struct quantiles q = { 0 };
	size_t room = PLENTY;

	for (__u64 value = 1; value <= 1000; value++)
		quantiles_add(&q, value * 1000000, &room);
	quantiles_sum_add(&sum, &q);
	cr_expect_eq(quantiles_sum_up_to(&sum, 0), 0);
	cr_expect_eq(quantiles_sum_up_to(&sum, 1000000), 1);
	for (__u64 bound = 1; bound <= 1000; bound++) {
		__u64 count = quantiles_sum_up_to(&sum, bound * 1000000);

		cr_assert(count >= bound && count <= bound + bound / 60 + 1, "%llu: %llu", bound,
			  count);
	}
	cr_expect_eq(quantiles_sum_up_to(&sum, UINT64_MAX), 1000);
	quantiles_free(&q, &room);
}

Test(usage_quantiles, without_room_nothing_is_added)
{
	struct quantiles q = { 0 }, other = { 0 };
	size_t room = 64, plenty = PLENTY;

	cr_expect(quantiles_add(&q, 1, &room));
	cr_expect(quantiles_add(&q, 1 << 10, &room));
	cr_expect(quantiles_add(&q, 1 << 20, &room));
	cr_expect(quantiles_add(&q, 1 << 30, &room));
	cr_expect_not(quantiles_add(&q, 5, &room));
	cr_expect(quantiles_add(&q, 1, &room), "a step that is there needs none");
	cr_expect_eq(q.count, 4);
	for (int i = 0; i < 3; i++)
		quantiles_add(&other, 5, &plenty);
	quantiles_add(&other, 1, &plenty);
	cr_expect_eq(quantiles_add_all(&q, &other, &room), 3);
	quantiles_free(&q, &room);
	quantiles_free(&other, &plenty);
	cr_expect_eq(room, 64);
}

Test(usage_quantiles, of_a_sum_are_those_of_all)
{
	static struct quantiles_sum sum;
	struct quantiles one = { 0 }, other = { 0 };
	size_t room = PLENTY;

	for (int i = 0; i < 99; i++)
		quantiles_add(&one, 1000, &room);
	quantiles_add(&other, 1 << 20, &room);
	cr_expect_eq(quantiles_add_all(&one, &other, &room), 0);
	quantiles_sum_add(&sum, &one);
	cr_expect_eq(quantiles_sum_value_at(&sum, 0.99), quantiles_middle(quantiles_step(1000)));
	cr_expect_eq(quantiles_sum_value_at(&sum, 0.991),
		     quantiles_middle(quantiles_step(1 << 20)));
	quantiles_free(&one, &room);
	quantiles_free(&other, &room);
}
