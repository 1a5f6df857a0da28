/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Open addressing, at most half full. Two values with one hash of 64 bits are taken for one: of a
 * million values that happens once in 37 million logs.
 */
#include "seen.h"

#include <errno.h>
#include <stdlib.h>
#include <xxhash.h>

#define PLACES_MIN 64

static struct seen_value *place_of(const struct seen *seen, __u64 hash)
{
	__u32 at = hash & (seen->places - 1);

	while (seen->list[at].hash && seen->list[at].hash != hash)
		at = (at + 1) & (seen->places - 1);
	return &seen->list[at];
}

static void put(struct seen *seen, __u64 hash, __u64 time)
{
	*place_of(seen, hash) = (struct seen_value){ hash, time };
	seen->count++;
	if (time < seen->least)
		seen->least = time;
}

/* Puts those that are not older than `oldest` into a table of so many places. */
static int rebuild(struct seen *seen, __u32 places, __u64 oldest)
{
	struct seen fresh = { .list = calloc(places, sizeof(*fresh.list)),
			      .places = places,
			      .most = seen->most,
			      .least = ~0ULL,
			      .left_out = seen->left_out };

	if (!fresh.list)
		return -ENOMEM;
	for (__u32 i = 0; i < seen->places; i++) {
		const struct seen_value *value = &seen->list[i];

		if (value->hash && value->time >= oldest)
			put(&fresh, value->hash, value->time);
	}
	free(seen->list);
	*seen = fresh;
	return 0;
}

/* Room for one more. A new table makes none where nothing is older than `oldest`. */
static bool make_room(struct seen *seen, __u64 oldest)
{
	if (!seen->places)
		return seen->most && !rebuild(seen, PLACES_MIN, 0);
	if (2 * (seen->count + 1) <= seen->places && seen->count < seen->most)
		return true;
	if (seen->count >= seen->most && oldest <= seen->least)
		return false;
	if (rebuild(seen, seen->places, oldest) || seen->count >= seen->most)
		return false;
	return 4 * seen->count < seen->places || !rebuild(seen, 2 * seen->places, oldest);
}

/* 0 is no value's. */
static __u64 hash_of(const void *value, size_t size)
{
	__u64 hash = XXH3_64bits(value, size);

	return hash ? hash : 1;
}

static bool refresh(struct seen_value *value, __u64 time, __u64 window)
{
	bool fresh = time > value->time && time - value->time > window;

	if (time > value->time)
		value->time = time;
	return fresh;
}

bool seen_add(struct seen *seen, const void *value, size_t size, __u64 time, __u64 window)
{
	__u64 hash = hash_of(value, size);
	struct seen_value *place = seen->places ? place_of(seen, hash) : NULL;

	if (place && place->hash)
		return refresh(place, time, window);
	if (!make_room(seen, time > window ? time - window : 0)) {
		seen->left_out++;
		return false;
	}
	put(seen, hash, time);
	return true;
}

void seen_free(struct seen *seen)
{
	free(seen->list);
	seen->list = NULL;
	seen->places = seen->count = 0;
}

void seen_pack(struct buffer *buffer, const struct seen *seen)
{
	buffer_number(buffer, seen->count);
	for (__u32 i = 0; i < seen->places; i++)
		if (seen->list[i].hash) {
			buffer_number(buffer, seen->list[i].hash);
			buffer_number(buffer, seen->list[i].time);
		}
}

int seen_unpack(struct seen *seen, struct buffer_reader *reader)
{
	__u64 count = buffer_read_number(reader);

	for (__u64 i = 0; i < count && !reader->failed; i++) {
		__u64 hash = buffer_read_number(reader), time = buffer_read_number(reader);

		if (reader->failed || !hash || !make_room(seen, 0) || place_of(seen, hash)->hash)
			continue;
		put(seen, hash, time);
	}
	return reader->failed ? -EBADMSG : 0;
}
