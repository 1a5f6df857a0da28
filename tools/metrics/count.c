/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "count.h"

#include <errno.h>

#include "base/error.h"

static struct counts *of(struct usage_taker *taker)
{
	return (struct counts *)taker;
}

/* A set of its own for a new key, or `other`. */
static __u32 add_set(struct counts *counts, const __u8 *key, size_t size)
{
	char labels[LABELS_ROOM];
	__u32 set = SERIES_OTHER;

	if (!series_full(&counts->series)) {
		labels_text(counts->labels, key, labels);
		set = series_add(&counts->series, key, size, labels);
	} else if (!counts->told_full) {
		warn_line(
			"all time series are in use: calls of others count as `other` from here "
			"on; give more --series, fewer --label, or --where to leave strangers out");
		counts->told_full = true;
	}
	return set;
}

static __u32 set_of(struct counts *counts, struct usage_call *call)
{
	__u8 key[USAGE_KEY_MAX];
	size_t size = usage_key_make(&counts->labels->key, call, key);
	__u32 set = series_find(&counts->series, key, size);

	if (set == KEY_MAP_NONE)
		set = add_set(counts, key, size);
	return set;
}

/* Says so when it is the first one. */
static void count_unknown(struct counts *counts, __u32 number)
{
	const struct required_field *field = &counts->required->field[number];

	if (!counts->unknown[number]++)
		warn_line("option --require %s: the records do not have that field, so it cannot "
			  "be counted; log it with hdrtap -e %s",
			  field->text, field->name);
}

/* Required fields of that kind of head. */
static void count_missing(struct counts *counts, __u32 set, const struct usage_call *call,
			  __u8 kind)
{
	for (__u32 i = 0; i < counts->required->count; i++) {
		const struct required_field *field = &counts->required->field[i];
		enum where_value there =
			field->kind == kind ? required_is_there(field, call) : WHERE_TRUE;

		if (there == WHERE_FALSE) {
			counts->missing[i]++;
			series_count_missing(&counts->series, set, i);
		} else if (there != WHERE_TRUE) {
			count_unknown(counts, i);
		}
	}
}

static int take_request(struct usage_taker *taker, struct usage_call *call)
{
	struct counts *counts = of(taker);
	__u32 set;

	if (usage_key_needs_end(&counts->labels->key))
		return 0; /* all of it is counted when it ended */
	set = set_of(counts, call);
	series_count(&counts->series, set, &call->event);
	count_missing(counts, set, call, HDRTAP_KIND_REQUEST);
	return 0;
}

static int take_end(struct usage_taker *taker, struct usage_call *call)
{
	struct counts *counts = of(taker);
	bool late = usage_key_needs_end(&counts->labels->key);
	struct usage_event event = call->event;
	__u32 set = set_of(counts, call);

	event.call = event.call || (late && call->request);
	series_count(&counts->series, set, &event);
	if (late)
		count_missing(counts, set, call, HDRTAP_KIND_REQUEST);
	count_missing(counts, set, call, HDRTAP_KIND_RESPONSE);
	return 0;
}

static int take_lost(struct usage_taker *taker, __u64 time, __u64 count)
{
	(void)time;
	of(taker)->lost += count;
	return 0;
}

/* The counts outlive the sink. */
static int close_taker(struct usage_taker *taker)
{
	(void)taker;
	return 0;
}

static const struct usage_ops ops = {
	.request = take_request,
	.end = take_end,
	.lost = take_lost,
	.close = close_taker,
};

int counts_open(struct counts *counts, const struct metrics_options *options)
{
	const struct series_shape shape = { options->buckets, options->required.count };
	char other[LABELS_ROOM];

	*counts = (struct counts){ .taker.ops = &ops,
				   .labels = &options->labels,
				   .required = &options->required };
	labels_other(counts->labels, other);
	if (!series_open(&counts->series, &shape, metrics_sets(options), other))
		return 0;
	return fail(ENOMEM, "cannot count: out of memory; give fewer --series");
}

void counts_close(struct counts *counts)
{
	series_close(&counts->series);
}
