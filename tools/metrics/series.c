/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Requests, errors, unanswered ones, the responses of each class, sum and count of latencies. */
#define PER_SET (3 + (USAGE_CLASSES - 1) + 2)

static __u32 numbers_per_set(const struct series_shape *shape)
{
	return shape->buckets.count + 1 + shape->fields;
}

__u32 series_per_set(const struct series_shape *shape)
{
	return PER_SET + numbers_per_set(shape);
}

static bool add_set(struct series *series, const char *labels)
{
	struct series_set *set = &series->set[series->count];

	set->labels = strdup(labels);
	if (!set->labels || !key_map_add(&series->labels, labels, strlen(labels), series->count)) {
		free(set->labels);
		set->labels = NULL;
		return false;
	}
	series->count++;
	return true;
}

int series_open(struct series *series, const struct series_shape *shape, __u32 most,
		const char *other)
{
	int err;

	*series = (struct series){ .shape = *shape, .most = most };
	series->set = calloc(most, sizeof(*series->set));
	series->numbers = calloc((size_t)most * numbers_per_set(shape), sizeof(*series->numbers));
	err = key_map_open(&series->keys, 2 * most);
	if (!err)
		err = key_map_open(&series->labels, most);
	if (!err && (!series->set || !series->numbers || !add_set(series, other)))
		err = -ENOMEM;
	return err;
}

void series_close(struct series *series)
{
	for (__u32 i = 0; i < series->count; i++)
		free(series->set[i].labels);
	free(series->set);
	free(series->numbers);
	key_map_close(&series->keys);
	key_map_close(&series->labels);
	*series = (struct series){ 0 };
}

__u32 series_find(const struct series *series, const void *key, size_t size)
{
	return key_map_find(&series->keys, key, size);
}

bool series_full(const struct series *series)
{
	return series->count == series->most || series->keys.count == series->keys.most;
}

__u32 series_add(struct series *series, const void *key, size_t size, const char *labels)
{
	__u32 set = key_map_find(&series->labels, labels, strlen(labels));

	if (set == KEY_MAP_NONE) {
		if (series_full(series) || !add_set(series, labels))
			return SERIES_OTHER;
		set = series->count - 1;
	}
	key_map_add(&series->keys, key, size, set);
	return set;
}

static __u64 *numbers_of(const struct series *series, __u32 set)
{
	return series->numbers + (size_t)set * numbers_per_set(&series->shape);
}

const __u64 *series_buckets(const struct series *series, __u32 set)
{
	return numbers_of(series, set);
}

const __u64 *series_missing(const struct series *series, __u32 set)
{
	return numbers_of(series, set) + series->shape.buckets.count + 1;
}

void series_count(struct series *series, __u32 number, const struct usage_event *event)
{
	struct series_set *set = &series->set[number];

	set->calls += event->call;
	if (!event->end)
		return;
	set->class[usage_class_of(event->status)]++;
	if (event->latency == USAGE_NO_LATENCY)
		return;
	set->latency_sum += event->latency;
	numbers_of(series, number)[buckets_of(&series->shape.buckets, event->latency)]++;
}

void series_count_missing(struct series *series, __u32 set, __u32 field)
{
	numbers_of(series, set)[series->shape.buckets.count + 1 + field]++;
}
