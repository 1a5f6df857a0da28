/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* tools/alert/tally.h and seen.h: windows that move on, against counting all anew; bounds. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "alert/losses.h"
#include "alert/seen.h"
#include "alert/tally.h"

#define S    1000000000ULL
#define BASE (1700000000 * S)

static __u64 state = 1;

static __u32 chance(void)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 33;
}

static void add(struct tally *tally, __u32 key, __u64 time, bool hit)
{
	const struct usage_event event = { .time = time,
					   .latency = USAGE_NO_LATENCY,
					   .call = true,
					   .end = true,
					   .status = hit ? 500 : 200 };

	tally_add(tally, &key, sizeof(key), &event);
}

#define KEYS   20
#define SLICES 6
#define STEPS  40

/* Every row is what was counted in the last slices, and moving on shows each row that changed. */
Test(alert_tally, moves)
{
	static __u32 calls[STEPS][KEYS], hits[STEPS][KEYS];
	const struct tally_options options = {
		.every = S, .window = SLICES * S, .key_max = 4, .ends = true, .memory = 1 << 20
	};
	struct tally *tally = tally_new(&options);

	cr_assert(tally);
	for (__u32 step = 0; step < STEPS; step++) {
		for (__u32 i = step % 7 ? chance() % 50 : 0; i; i--) {
			__u32 key = chance() % KEYS;
			bool hit = chance() % 3 == 0;

			add(tally, key, BASE + step * S + chance() % S, hit);
			calls[step][key]++;
			hits[step][key] += hit;
		}
		tally_complete(tally, BASE + (step + 1) * S);
		cr_assert_eq(tally_move(tally, BASE + (step + 1) * S), 0);
		for (__u32 key = 0; key < KEYS; key++) {
			const struct tally_row *row = tally_find(tally, &key, sizeof(key));
			__u32 sum = 0, sum_hits = 0;

			for (__u32 i = 0; i < SLICES && i <= step; i++) {
				sum += calls[step - i][key];
				sum_hits += hits[step - i][key];
			}
			cr_expect_eq(row ? row->calls : 0, sum, "step %u key %u", step, key);
			cr_expect_eq(row ? row->hits : 0, sum_hits);
			cr_expect(!row || !row->missed);
		}
	}
	cr_expect_eq(tally_missed(tally), 0);
	tally_free(tally);
}

#define CLIENTS 100000
#define HEAVY   5

/*
 * With far more keys than there is room for, calls and what may be missing are never fewer than
 * the calls, and within the bound.
 */
Test(alert_tally, bounds)
{
	const struct tally_options options = {
		.every = S, .window = 4 * S, .key_max = 4, .memory = 1 << 20
	};
	struct tally *tally = tally_new(&options);
	__u64 rows = tally_rows(&options), calls = 0, heavy[HEAVY] = { 0 }, slack;

	cr_assert(tally);
	cr_assert_gt(rows, 100);
	cr_assert_lt(rows, CLIENTS / 10);
	for (__u32 slice = 0; slice < 8; slice++) {
		for (__u32 i = 0; i < CLIENTS; i++) {
			__u32 key = i % 100 == 0 ? chance() % HEAVY : chance() % CLIENTS + HEAVY;

			add(tally, key, BASE + slice * S + i * (S / CLIENTS), false);
			if (slice >= 4 && key < HEAVY)
				heavy[key]++;
			calls += slice >= 4;
		}
		tally_complete(tally, BASE + (slice + 1) * S);
		cr_assert_eq(tally_move(tally, BASE + (slice + 1) * S), 0);
	}
	slack = 2 * calls / rows;
	cr_expect_eq(tally_calls(tally), calls);
	for (__u32 key = 0; key < HEAVY; key++) {
		const struct tally_row *row = tally_find(tally, &key, sizeof(key));

		cr_assert(row, "%u", key);
		cr_expect_leq(row->calls, heavy[key]);
		cr_expect_geq(row->calls + tally_missed(tally) + row->missed, heavy[key]);
	}
	cr_expect_leq(tally_missed(tally), slack);
	tally_free(tally);
}

Test(alert_tally, latencies)
{
	const struct tally_options options = { .every = S,
					       .window = 10 * S,
					       .key_max = 4,
					       .ends = true,
					       .quantiles = true,
					       .memory = 4 << 20 };
	struct tally *tally = tally_new(&options);
	__u32 key = 7;

	cr_assert(tally);
	for (__u32 i = 1; i <= 1000; i++) {
		const struct usage_event event = { .time = BASE + i * (S / 1000),
						   .latency = i * 1000000,
						   .call = true,
						   .end = true,
						   .status = i > 500 ? 500 : 200 };

		tally_add(tally, &key, sizeof(key), &event);
	}
	tally_complete(tally, BASE + 2 * S);
	cr_assert_eq(tally_move(tally, BASE + S), 0);
	cr_assert_eq(tally_move(tally, BASE + 2 * S), 0);
	cr_expect_float_eq(tally_latency(tally, &key, sizeof(key), 900000) / 1e9, 0.9, 0.009);
	cr_expect_float_eq(tally_latency(tally, &key, sizeof(key), 501000) / 1e9, 0.501, 0.005);
	cr_expect_eq(tally_latency(tally, &key, sizeof(key), 500000), 0, "that is no hit");
	cr_expect_eq(tally_latency(tally, "none", 4, 900000), 0);
	tally_free(tally);
}

Test(alert_tally, no_memory)
{
	const struct tally_options options = {
		.every = S, .window = 3600 * S, .key_max = 1024, .memory = 1 << 20
	};

	cr_expect_eq(tally_rows(&options), 0);
}

Test(alert_tally, seen)
{
	struct seen seen = { .most = 100 };

	cr_expect(seen_add(&seen, "a", 1, BASE, 10 * S));
	cr_expect_not(seen_add(&seen, "a", 1, BASE + 10 * S, 10 * S));
	cr_expect_not(seen_add(&seen, "a", 1, BASE + 5 * S, 10 * S), "a late one");
	cr_expect_not(seen_add(&seen, "a", 1, BASE + 20 * S, 10 * S), "seen 10 s ago");
	cr_expect(seen_add(&seen, "a", 1, BASE + 31 * S, 10 * S));
	seen_free(&seen);
}

/* Full: what is too old makes room, and what finds none is not new. */
Test(alert_tally, seen_full)
{
	struct seen seen = { .most = 1000 };
	struct buffer packed = { 0 };
	struct seen again = { .most = 1000 };
	const struct seen_value *list;

	for (__u32 i = 0; i < 1000; i++)
		cr_expect(seen_add(&seen, &i, sizeof(i), BASE, 10 * S));
	list = seen.list;
	cr_expect_not(seen_add(&seen, "x", 1, BASE + S, 10 * S));
	cr_expect_eq(seen.left_out, 1);
	cr_expect_eq(seen.list, list, "a new table would be the same");
	seen_pack(&packed, &seen);
	cr_assert_eq(seen_unpack(&again,
				 &(struct buffer_reader){ packed.bytes, packed.size, false }),
		     0);
	cr_expect_eq(again.count, 1000);
	for (__u32 i = 0; i < 1000; i++)
		cr_expect_not(seen_add(&again, &i, sizeof(i), BASE, 10 * S));
	cr_expect(seen_add(&seen, "x", 1, BASE + 11 * S, 10 * S));
	cr_expect_eq(seen.count, 1);
	buffer_free(&packed);
	seen_free(&seen);
	seen_free(&again);
}

Test(alert_tally, losses)
{
	static struct losses losses;

	for (__u64 i = 0; i < 3 * LOSSES_MAX; i++)
		losses_add(&losses, BASE + i * S, 2);
	losses_add(&losses, BASE, 1); /* late */
	cr_expect_eq(losses_in(&losses, 0, ~0ULL), 6 * LOSSES_MAX + 1);
	losses_forget(&losses, BASE + 2 * LOSSES_MAX * S);
	cr_expect_lt(losses_in(&losses, 0, ~0ULL), 2 * LOSSES_MAX + 10);
	cr_expect_eq(losses_in(&losses, 0, BASE), 0);
}
