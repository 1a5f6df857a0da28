/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Tables: counts in windows and totals, the bounds of Space-Saving, memory, sums that close. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "usage/usage_window.h"

#define S 1000000000ULL

static struct usage_table *table;
static struct usage_window window;

static void open_table(struct usage_table_options options)
{
	options.memory = options.memory ? options.memory : 1 << 20;
	options.slice = options.slice ? options.slice : S;
	options.key_max = options.key_max ? options.key_max : 16;
	table = usage_table_new(&options);
	cr_assert(table);
}

static void close_table(void)
{
	usage_window_free(&window);
	usage_table_free(table);
}

static void call(const char *key, __u64 time)
{
	const struct usage_event event = { .time = time,
					   .call = true,
					   .latency = USAGE_NO_LATENCY };

	usage_table_add(table, key, strlen(key), &event);
}

static void end(const char *key, __u64 time, __u16 status, __u64 latency)
{
	const struct usage_event event = {
		.time = time, .end = true, .status = status, .latency = latency
	};

	usage_table_add(table, key, strlen(key), &event);
}

static const struct usage_row *row(const char *key)
{
	return usage_window_find(&window, key, strlen(key));
}

/* Calls of a key in the window that was read; -1: it has no row. */
static long long calls(const char *key)
{
	return row(key) ? (long long)row(key)->counts.calls : -1;
}

static void read_window(__u64 until, __u64 length)
{
	cr_assert_eq(usage_window_read(&window, table, until, length, 0), 0);
}

/* The rows and `other` are everything. */
static void expect_closed(void)
{
	struct usage_counts sum = window.other;

	for (__u32 i = 0; i < window.count; i++)
		usage_counts_add(&sum, &window.rows[i].counts);
	cr_assert_eq(memcmp(&sum, &window.all, sizeof(sum)), 0,
		     "%llu calls and %llu ends of %llu and %llu", sum.calls, sum.ends.count,
		     window.all.calls, window.all.ends.count);
}

Test(usage_table, counts_by_window, .fini = close_table)
{
	open_table((struct usage_table_options){ .slices = 10, .total = true });
	call("a", 100 * S);
	call("a", 101 * S);
	call("b", 101 * S + S - 1);
	call("a", 102 * S);
	read_window(103 * S, S);
	cr_expect_eq(calls("a"), 1);
	cr_expect_eq(calls("b"), -1);
	read_window(103 * S, 2 * S);
	cr_expect_eq(calls("a"), 2);
	cr_expect_eq(calls("b"), 1);
	cr_expect_eq(window.from, 101 * S);
	cr_expect_eq(window.until, 103 * S);
	cr_expect_eq(window.all.calls, 3);
	cr_expect(window.whole);
	read_window(103 * S + S / 2, 5 * S);
	cr_expect_eq(calls("a"), 3);
	cr_expect_eq(window.until, 103 * S, "a window ends with a slice");
	cr_expect_not(window.whole, "nothing is known of the time before the first event");
	cr_assert_eq(usage_total_read(&window, table), 0);
	cr_expect_eq(calls("a"), 3);
	cr_expect_eq(window.all.calls, 4);
	expect_closed();
}

Test(usage_table, old_slices_are_forgotten, .fini = close_table)
{
	open_table((struct usage_table_options){ .slices = 3, .total = true });
	call("a", 100 * S);
	call("b", 104 * S);
	read_window(105 * S, 60 * S);
	cr_expect_eq(calls("a"), -1);
	cr_expect_eq(calls("b"), 1);
	call("a", 105 * S); /* takes the place of second 100 */
	call("late", 99 * S);
	read_window(105 * S, 3 * S);
	cr_expect_eq(window.all.calls, 1);
	usage_total_read(&window, table);
	cr_expect_eq(window.all.calls, 4);
	cr_expect_eq(calls("late"), 1, "the total has everything");
}

Test(usage_table, events_come_nearly_in_order, .fini = close_table)
{
	open_table((struct usage_table_options){ .slices = 3 });
	call("a", 100 * S);
	call("a", 99 * S);
	usage_table_complete(table, 100 * S);
	call("a", 99 * S + 1);
	call("a", 100 * S);
	read_window(101 * S, 2 * S);
	cr_expect_eq(calls("a"), 4);
	cr_expect_eq(window.late, 1);
	cr_expect_eq(window.known, 100 * S);
}

Test(usage_table, time_passes_without_events, .fini = close_table)
{
	open_table((struct usage_table_options){ .slices = 3 });
	call("a", 100 * S);
	usage_table_complete(table, 200 * S);
	read_window(200 * S, 3 * S);
	cr_expect_eq(window.count, 0);
	cr_expect_eq(window.all.calls, 0);
	cr_expect_eq(window.from, 197 * S);
	cr_expect(window.whole);
}

Test(usage_table, a_clock_that_is_set_back_starts_again, .fini = close_table)
{
	open_table((struct usage_table_options){ .slices = 3 });
	call("a", 5000 * S);
	usage_table_complete(table, 5001 * S);
	usage_table_complete(table, 100 * S);
	call("b", 100 * S);
	read_window(101 * S, S);
	cr_expect_eq(calls("b"), 1);
	usage_table_complete(table, 5000 * S);
	read_window(5001 * S, S);
	cr_expect_eq(calls("a"), -1, "what had been counted there is forgotten");
}

Test(usage_table, losses_mark_their_window, .fini = close_table)
{
	open_table((struct usage_table_options){ .slices = 3, .total = true });
	call("a", 100 * S);
	usage_table_lost(table, 100 * S, 7);
	call("a", 101 * S);
	read_window(102 * S, S);
	cr_expect_eq(window.lost, 0);
	read_window(102 * S, 2 * S);
	cr_expect_eq(window.lost, 7);
	usage_total_read(&window, table);
	cr_expect_eq(window.lost, 7);
}

Test(usage_table, ends_are_counted_when_they_come, .fini = close_table)
{
	static struct quantiles_sum sum;

	open_table((struct usage_table_options){ .slices = 3, .ends = true, .quantiles = true });
	call("a", 100 * S);
	call("a", 100 * S);
	call("b", 100 * S);
	end("a", 100 * S, 200, 1000);
	end("a", 101 * S, 503, 3000);
	end("b", 101 * S, 0, USAGE_NO_LATENCY);
	end("c", 101 * S, 999, USAGE_NO_LATENCY);
	read_window(102 * S, S);
	cr_expect_eq(calls("a"), 0);
	cr_expect_eq(row("a")->counts.ends.class[USAGE_5XX], 1);
	cr_expect_eq(row("b")->counts.ends.class[USAGE_UNANSWERED], 1);
	cr_expect_eq(row("c")->counts.ends.class[USAGE_BEYOND], 1);
	read_window(102 * S, 2 * S);
	cr_expect_eq(calls("a"), 2);
	cr_expect_eq(row("a")->counts.ends.count, 2);
	cr_expect_eq(row("a")->counts.ends.latencies, 2);
	cr_expect_eq(row("a")->counts.ends.latency_sum, 4000);
	cr_expect_eq(window.all.ends.count, 4);
	expect_closed();
	usage_window_quantiles(&window, row("a"), &sum);
	cr_expect_eq(sum.total, 2);
	cr_expect_eq(quantiles_sum_value_at(&sum, 1), quantiles_middle(quantiles_step(3000)));
	usage_window_quantiles(&window, row("b"), &sum);
	cr_expect_eq(sum.total, 0);
	usage_window_quantiles_all(&window, &sum);
	cr_expect_eq(sum.total, 2);
}

Test(usage_table, ends_alone_are_nothing_to_a_table_of_calls, .fini = close_table)
{
	open_table((struct usage_table_options){ .slices = 3 });
	end("a", 100 * S, 200, 1000);
	read_window(101 * S, S);
	cr_expect_eq(window.count, 0);
	cr_expect_eq(window.all.ends.count, 0);
}

Test(usage_table, all_status_codes_have_a_class)
{
	static const __u16 codes[] = { 0, 101, 200, 304, 404, 599, 600, 999, 42, 65535 };
	static const enum usage_class classes[] = { USAGE_UNANSWERED, USAGE_1XX,    USAGE_2XX,
						    USAGE_3XX,        USAGE_4XX,    USAGE_5XX,
						    USAGE_BEYOND,     USAGE_BEYOND, USAGE_BEYOND,
						    USAGE_BEYOND };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		cr_expect_eq(usage_class_of(codes[i]), classes[i], "%u", codes[i]);
}

/* --- more keys than rows --- */

static __u64 state = 1;

static __u64 next_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* Rows that may leave: each true count is between what a row says and that plus what it missed. */
Test(usage_table, rows_miss_no_more_than_they_say, .fini = close_table)
{
	static __u32 true_calls[5000];
	char key[16];
	__u64 events = 200000, bound;

	state = 42;
	open_table((struct usage_table_options){ .slices = 4, .rows = 100 });
	for (__u64 i = 0; i < events; i++) {
		/* squared: small numbers come more often */
		__u64 number = next_number() % 5000 * (next_number() % 5000) / 5000;

		true_calls[number]++;
		snprintf(key, sizeof(key), "%llu", number);
		call(key, (100 + i * 4 / events) * S);
	}
	read_window(104 * S, 4 * S);
	expect_closed();
	bound = events / 100;
	cr_expect(window.missed <= bound, "%llu", window.missed);
	for (__u32 number = 0; number < 5000; number++) {
		const struct usage_row *found;

		snprintf(key, sizeof(key), "%u", number);
		found = row(key);
		if (!found) {
			cr_assert(true_calls[number] <= window.missed, "%u", number);
			continue;
		}
		cr_assert(found->counts.calls <= true_calls[number], "%u", number);
		cr_assert(found->counts.calls + found->missed >= true_calls[number], "%u", number);
		cr_assert(found->missed <= window.missed, "%u", number);
	}
}

Test(usage_table, same_events_same_numbers, .fini = close_table)
{
	struct usage_window first = { 0 };
	char key[16];

	for (int turn = 0; turn < 2; turn++) {
		state = 7;
		open_table((struct usage_table_options){ .slices = 2, .rows = 50, .ends = true });
		for (int i = 0; i < 20000; i++) {
			snprintf(key, sizeof(key), "%llu", next_number() % 300);
			call(key, 100 * S + i * 100000);
			end(key, 100 * S + i * 100000, 200 + next_number() % 400, i);
		}
		read_window(102 * S, 2 * S);
		if (turn)
			break;
		first = window;
		window = (struct usage_window){ 0 };
		/* the table stays until rows were compared: their keys are in it */
	}
	cr_assert_eq(first.count, window.count);
	for (__u32 i = 0; i < window.count; i++) {
		cr_assert_eq(first.rows[i].missed, window.rows[i].missed);
		cr_assert_eq(memcmp(&first.rows[i].counts, &window.rows[i].counts,
				    sizeof(window.rows[i].counts)),
			     0);
		cr_assert_eq(first.rows[i].size, window.rows[i].size);
		cr_assert_eq(memcmp(first.rows[i].key, window.rows[i].key, window.rows[i].size), 0);
	}
	usage_table_free((struct usage_table *)first.table);
	usage_window_free(&first);
}

/* After a long time with the same few keys, strangers come with 200,000 others. */
Test(usage_table, strangers_do_not_push_out_those_that_call_often, .fini = close_table)
{
	char key[16];

	open_table((struct usage_table_options){ .total = true, .rows = 1000 });
	for (int round = 0; round < 500; round++)
		for (int i = 0; i < 500; i++) {
			snprintf(key, sizeof(key), "known %d", i);
			call(key, 100 * S);
		}
	for (int i = 0; i < 200000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		call(key, 101 * S);
	}
	usage_total_read(&window, table);
	expect_closed();
	for (int i = 0; i < 500; i++) {
		snprintf(key, sizeof(key), "known %d", i);
		cr_assert_eq(calls(key), 500);
	}
	cr_expect_eq(window.count, 1000);
}

Test(usage_table, kept_rows_never_leave, .fini = close_table)
{
	char key[16];

	open_table((struct usage_table_options){
		.total = true, .keep = true, .rows = 10, .ends = true, .quantiles = true });
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i % 100);
		call(key, 100 * S);
		end(key, 100 * S, 200, 1000);
	}
	usage_total_read(&window, table);
	expect_closed();
	cr_expect_eq(window.count, 10);
	for (int i = 0; i < 10; i++) {
		snprintf(key, sizeof(key), "%d", i);
		cr_expect_eq(calls(key), 10);
	}
	cr_expect_eq(window.other.calls, 900);
	cr_expect_eq(window.other.ends.class[USAGE_2XX], 900);
}

/* --- memory --- */

/* Keys of all lengths, latencies that are all different: whatever comes, it stays in its memory. */
Test(usage_table, hostile_keys_do_not_cost_more_than_the_memory, .fini = close_table)
{
	const struct usage_table_options options = { .memory = 4 << 20,
						     .slice = S,
						     .slices = 6,
						     .total = true,
						     .ends = true,
						     .quantiles = true,
						     .key_max = USAGE_KEY_MAX,
						     .rows = 5000 };
	char key[USAGE_KEY_MAX];

	open_table(options);
	cr_expect(usage_table_rows(&options) >= 90);
	memset(key, 'x', sizeof(key));
	for (int i = 0; i < 20000; i++) {
		const struct usage_event event = { .time = 100 * S + i * 500000ULL,
						   .call = true,
						   .end = true,
						   .status = 200,
						   .latency = next_number() >> next_number() % 64 };

		snprintf(key, 9, "%08d", i % 10000);
		usage_table_add(table, key, 8 + next_number() % (USAGE_KEY_MAX - 8), &event);
		if (i % 1000 == 0)
			cr_assert(usage_table_memory(table) <= options.memory, "%zu",
				  usage_table_memory(table));
	}
	usage_total_read(&window, table);
	expect_closed();
	read_window(110 * S, 6 * S);
	expect_closed();
	cr_expect(window.count > 100);
}

Test(usage_table, latencies_without_room_are_counted, .fini = close_table)
{
	static struct quantiles_sum sum;
	__u64 unplaced = 0;

	open_table((struct usage_table_options){
		.memory = 6000, .total = true, .ends = true, .quantiles = true });
	for (int i = 0; i < 3000; i++)
		end(i % 2 ? "a" : "b", 100 * S, 200, 1ULL << 20 | (__u64)i << 14);
	usage_total_read(&window, table);
	expect_closed();
	for (__u32 i = 0; i < window.count; i++)
		unplaced += window.rows[i].unplaced;
	usage_window_quantiles_all(&window, &sum);
	cr_expect(unplaced > 0);
	cr_expect_eq(sum.total + unplaced, 3000);
	cr_expect_eq(window.all.ends.latencies, 3000);
}

Test(usage_table, too_little_memory_is_no_table)
{
	struct usage_table_options options = {
		.memory = 100, .slice = S, .slices = 6, .key_max = 16
	};

	cr_expect_eq(usage_table_rows(&options), 0);
	cr_expect_null(usage_table_new(&options));
}

Test(usage_table, limits_follow_from_rows)
{
	struct usage_table_options options = {
		.memory = 64 << 20, .slice = S, .slices = 10, .key_max = 16, .rows = 1000
	};

	cr_expect_eq(usage_table_rows(&options), 1000);
	cr_expect_eq(usage_table_limit(&options, 1000000), 2000);
	cr_expect_eq(usage_table_limit(&options, 1000001), 2001);
	options.rows = 0;
	cr_expect(usage_table_rows(&options) >= 40000,
		  "a window of ten slices has 1 in 20,000 in the default memory: %u",
		  usage_table_rows(&options));
	options.rows = 1000;
	options.key_max = 600;
	cr_expect_eq(usage_table_rows(&options), 1000);
}

/* --- what alerts need --- */

#define CLIENTS 1000000
#define CALLS   2000000
#define LIMIT   (CALLS / 20000)

static __u32 of_client[CLIENTS];

static void make_calls(void)
{
	for (__u32 i = 0; i < CALLS; i++) {
		/* a fifth of the calls is by few, each of which is near the limit */
		__u32 client =
			next_number() % 5 ? next_number() % CLIENTS : next_number() % 3000 * 331;
		__u8 address[16] = { 0x20, 1, 0xd, 0xb8 };
		const struct usage_event event = { .time = 120 * S + i * (60 * S / CALLS),
						   .call = true };

		of_client[client]++;
		memcpy(address + 12, &client, sizeof(client));
		usage_table_add(table, address, sizeof(address), &event);
	}
}

/* A million clients in the default memory, for a limit of 1 in 20,000 calls: each client above the
 * limit is found, none below half of it. */
Test(usage_table, a_million_clients_hide_nobody, .fini = close_table)
{
	const struct usage_table_options options = {
		.memory = USAGE_MEMORY_DEFAULT, .slice = 6 * S, .slices = 10, .key_max = 16
	};
	__u32 above = 0, found = 0;

	state = 20261130;
	open_table(options);
	cr_assert(usage_table_limit(&options, CALLS) <= LIMIT);
	make_calls();
	cr_expect(usage_table_memory(table) <= USAGE_MEMORY_DEFAULT);
	cr_assert_eq(usage_window_read(&window, table, 180 * S, 60 * S, LIMIT + 1), 0);
	cr_assert_eq(window.all.calls, CALLS);
	expect_closed();
	for (__u32 i = 0; i < window.count; i++) {
		__u32 client;

		memcpy(&client, (const __u8 *)window.rows[i].key + 12, sizeof(client));
		cr_assert(of_client[client] >= LIMIT / 2, "client %u with %u calls", client,
			  of_client[client]);
		found += of_client[client] > LIMIT;
	}
	for (__u32 i = 0; i < CLIENTS; i++)
		above += of_client[i] > LIMIT;
	cr_expect(above > 100, "%u", above);
	cr_expect_eq(found, above);
}

/* Rows below `least` are in `other`, and all others are there. */
Test(usage_table, rows_can_be_left_out, .fini = close_table)
{
	struct usage_window all = { 0 };
	char key[16];
	__u32 enough = 0;

	state = 5;
	open_table((struct usage_table_options){ .slices = 8, .rows = 300 });
	for (int i = 0; i < 100000; i++) {
		__u64 second = next_number() % 8, number = next_number() % 2000;

		/* in every second a few come that are seldom otherwise */
		if (next_number() % 4 == 0)
			number = second * 10 + number % 10;
		snprintf(key, sizeof(key), "%llu", number);
		call(key, (100 + second) * S);
	}
	cr_assert_eq(usage_window_read(&all, table, 108 * S, 8 * S, 0), 0);
	cr_assert_eq(usage_window_read(&window, table, 108 * S, 8 * S, 500), 0);
	expect_closed();
	for (__u32 i = 0; i < all.count; i++) {
		const struct usage_row *one = &all.rows[i], *other;

		other = usage_window_find(&window, one->key, one->size);
		cr_assert_eq(!!other, one->counts.calls + one->missed >= 500);
		cr_assert(!other || other->counts.calls == one->counts.calls);
		enough += !!other;
	}
	cr_expect(enough >= 20 && enough < all.count, "%u of %u", enough, all.count);
	usage_window_free(&all);
}
