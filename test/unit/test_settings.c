/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The rate limit, and which slots were chosen for which records. */
#include <criterion/criterion.h>

#include <hdrtap/out/limit.h>

#include "run/elements.h"
#include "run/settings.h"

#define SECOND HDRTAP_NS_PER_S

/* How many of `count` records at that time are one too many. */
static int beyond(__u64 *word, __u32 limit, __u64 time, int count)
{
	int limited = 0;

	while (count--)
		limited += hdrtap_limited(word, limit, time);
	return limited;
}

Test(settings, limit_is_for_each_second)
{
	__u64 word = 0;

	cr_assert_eq(beyond(&word, 3, 100 * SECOND, 5), 2);
	cr_assert_eq(beyond(&word, 3, 101 * SECOND - 1, 2), 2);
	cr_assert_eq(beyond(&word, 3, 101 * SECOND, 4), 1);
	cr_assert_eq(beyond(&word, 3, 200 * SECOND, 3), 0);
}

Test(settings, older_records_count_in_the_second_that_is_on)
{
	__u64 word = 0;

	cr_assert_eq(beyond(&word, 3, 100 * SECOND, 2), 0);
	cr_assert_eq(beyond(&word, 3, 40 * SECOND, 2), 1);
	cr_assert_eq(beyond(&word, 3, 100 * SECOND, 1), 1);
}

Test(settings, a_clock_that_was_set_back_begins_anew)
{
	__u64 word = 0;

	cr_assert_eq(beyond(&word, 3, 100 * SECOND, 4), 1);
	cr_assert_eq(beyond(&word, 3, 39 * SECOND, 4), 1);
}

Test(settings, limit_raised_and_lowered_within_a_second)
{
	__u64 word = 0;

	cr_assert_eq(beyond(&word, 3, 100 * SECOND, 4), 1);
	cr_assert_eq(beyond(&word, 5, 100 * SECOND, 4), 2);
	cr_assert_eq(beyond(&word, 1, 100 * SECOND, 1), 1);
}

Test(settings, slots_know_for_which_records_they_were_chosen)
{
	struct run_meta meta;
	__u32 first = HDRTAP_SLOT_NAMES, second = first + 1;

	cr_assert_eq(run_meta_init(&meta), 0);
	cr_assert_eq(elements_choose(&meta, "a"), 0);
	run_meta_generation(&meta, 31);
	cr_assert_eq(elements_choose(&meta, "none,b"), 0);
	run_meta_generation(&meta, 32);
	cr_assert_eq(meta.slot[first].chosen, 1u << 31);
	cr_assert_eq(meta.slot[second].chosen, 1);
	cr_assert_eq(elements_choose(&meta, "a"), 0);
	run_meta_generation(&meta, 33);
	cr_assert_eq(meta.slot[first].chosen, 1u << 31 | 2);
	cr_assert_eq(meta.slot[second].chosen, 3);
	run_meta_generation(&meta, 63);
	cr_assert_eq(meta.slot[second].chosen, 3 | 1u << 31);
}

Test(settings, all_that_was_chosen_is_in_them)
{
	struct settings_options options = { .kinds = 1 << HDRTAP_KIND_REQUEST, .limit = 9 };
	static struct hdrtap_settings settings;
	struct run_meta meta;

	options.ports.chosen = 1;
	options.ports.bit[10] = 1;
	cr_assert_eq(run_meta_init(&meta), 0);
	cr_assert_eq(elements_choose(&meta, "a,b"), 0);
	cr_assert_eq(settings_build(&settings, &meta, &options, 12), 0);
	cr_assert_eq(settings.elements.generation, 12);
	cr_assert_eq(settings.elements.kinds, options.kinds);
	cr_assert_eq(settings.elements.names, 2);
	cr_assert_eq(settings.limit, 9);
	cr_assert(hdrtap_port_chosen(&settings.ports, 80));
	cr_assert(!hdrtap_port_chosen(&settings.ports, 81));
}
