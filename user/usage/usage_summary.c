/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "usage/usage_summary.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define MANAGEMENT 16 /* bytes that malloc() takes for itself, about */
#define LINE       64 /* bytes, of the processor's cache */

/* --- memory --- */

__u32 usage_summary_places(__u32 rows)
{
	return rows + rows / 2 + 1;
}

size_t usage_summary_row_size(bool ends)
{
	return sizeof(struct usage_entry) + sizeof(struct usage_heap_place) +
	       2 * sizeof(struct usage_place) + (ends ? sizeof(struct usage_detail) : 0);
}

size_t usage_summary_key_size(size_t size)
{
	return size <= sizeof(((struct usage_entry *)NULL)->key.here) ? 0 : size + MANAGEMENT;
}

/* Entries in lines of the cache of their own. Nothing is written: what is not used takes no memory.
 */
static void *new_array(__u32 count, size_t size)
{
	return aligned_alloc(LINE, (count * size + LINE - 1) / LINE * LINE);
}

int usage_summary_init(struct usage_summary *s, const struct usage_shape *shape)
{
	s->shape = shape;
	s->entry = new_array(shape->rows, sizeof(*s->entry));
	s->heap = new_array(shape->rows, sizeof(*s->heap));
	s->place = calloc(shape->places, sizeof(*s->place));
	if (shape->ends)
		s->detail = new_array(shape->rows, sizeof(*s->detail));
	return s->entry && s->heap && s->place && (s->detail || !shape->ends) ? 0 : -ENOMEM;
}

static bool is_there(const struct usage_entry *entry)
{
	return entry->size > sizeof(entry->key.here);
}

static void free_key(struct usage_summary *s, struct usage_entry *entry)
{
	if (!is_there(entry))
		return;
	s->key_room += usage_summary_key_size(entry->size);
	free(entry->key.there);
}

static void free_all(struct usage_summary *s)
{
	for (__u32 i = 0; i < s->used; i++) {
		free_key(s, &s->entry[i]);
		if (s->detail)
			quantiles_free(&s->detail[i].quantiles, &s->quantiles_room);
	}
	quantiles_free(&s->other_quantiles, &s->quantiles_room);
}

void usage_summary_free(struct usage_summary *s)
{
	free_all(s);
	free(s->entry);
	free(s->detail);
	free(s->heap);
	free(s->place);
}

void usage_summary_begin(struct usage_summary *s, __u64 number)
{
	struct usage_summary old = *s;

	free_all(s);
	memset(s->place, 0, s->shape->places * sizeof(*s->place));
	*s = (struct usage_summary){
		.shape = old.shape,
		.number = number,
		.free = USAGE_NO_ENTRY,
		.keep = old.keep,
		.key_room = old.shape->key_room,
		.quantiles_room = old.shape->quantiles_room,
		.entry = old.entry,
		.detail = old.detail,
		.heap = old.heap,
		.place = old.place,
	};
}

size_t usage_summary_memory(const struct usage_summary *s)
{
	const struct usage_shape *shape = s->shape;

	if (!s->number)
		return 0;
	return shape->places * sizeof(*s->place) +
	       s->used * (usage_summary_row_size(shape->ends) - 2 * sizeof(*s->place)) +
	       shape->key_room - s->key_room + shape->quantiles_room - s->quantiles_room;
}

/* --- rows by key --- */

const void *usage_entry_key(const struct usage_entry *entry)
{
	return is_there(entry) ? entry->key.there : entry->key.here;
}

__u32 usage_summary_hash(const struct usage_shape *shape, const void *key, size_t size)
{
	return XXH3_64bits_withSeed(key, size, shape->seed);
}

/* Where an entry of that hash would stand if nobody else did. */
static __u32 home_of(const struct usage_summary *s, __u32 hash)
{
	return (__u64)hash * s->shape->places >> 32;
}

static __u32 behind(const struct usage_summary *s, __u32 at)
{
	return at + 1 < s->shape->places ? at + 1 : 0;
}

/* How far it is from one place to another. */
static __u32 distance(const struct usage_summary *s, __u32 from, __u32 to)
{
	return to >= from ? to - from : to + s->shape->places - from;
}

void usage_summary_prefetch(const struct usage_summary *s, __u32 hash)
{
	__builtin_prefetch(&s->place[home_of(s, hash)]);
}

/* The first entry of that hash, from that place on, which moves there. */
static __u32 next_of_hash(const struct usage_summary *s, __u32 hash, __u32 *at)
{
	while (s->place[*at].entry && s->place[*at].hash != hash)
		*at = behind(s, *at);
	return s->place[*at].entry - 1;
}

__u32 usage_summary_guess(const struct usage_summary *s, __u32 hash)
{
	__u32 at = home_of(s, hash), number = next_of_hash(s, hash, &at);

	if (number == USAGE_NO_ENTRY)
		return number;
	__builtin_prefetch(&s->entry[number], 1);
	if (s->detail) {
		__builtin_prefetch(&s->detail[number], 1);
		__builtin_prefetch(&s->detail[number].quantiles, 1);
	}
	return number;
}

static bool has_key(const struct usage_entry *entry, const struct usage_key_bytes *key)
{
	return entry->size == key->size && !memcmp(usage_entry_key(entry), key->bytes, key->size);
}

/* All keys of the same hash are looked at when the guess was wrong. */
static __u32 find(const struct usage_summary *s, const struct usage_key_bytes *key, __u32 guess)
{
	__u32 at = home_of(s, key->hash), number;

	if (guess == USAGE_NO_ENTRY || has_key(&s->entry[guess], key))
		return guess;
	for (;; at = behind(s, at)) {
		number = next_of_hash(s, key->hash, &at);
		if (number == USAGE_NO_ENTRY || has_key(&s->entry[number], key))
			return number;
	}
}

static void link_entry(struct usage_summary *s, __u32 number, __u32 hash)
{
	__u32 at = home_of(s, hash);

	while (s->place[at].entry)
		at = behind(s, at);
	s->place[at] = (struct usage_place){ hash, number + 1 };
}

/* Those behind it that may stand in its place move up. */
static void unlink_entry(struct usage_summary *s, __u32 number)
{
	__u32 hole = home_of(s, s->entry[number].hash), at;

	while (s->place[hole].entry != number + 1)
		hole = behind(s, hole);
	for (at = behind(s, hole); s->place[at].entry; at = behind(s, at))
		if (distance(s, home_of(s, s->place[at].hash), at) >= distance(s, hole, at)) {
			s->place[hole] = s->place[at];
			hole = at;
		}
	s->place[hole].entry = 0;
}

/* --- the heap --- */

/* Puts one in the place at the top, whose entry has gone. */
static void sift_down(struct usage_summary *s, struct usage_heap_place moved)
{
	struct usage_heap_place *heap = s->heap;
	__u32 at = 0, below;

	while ((below = 2 * at + 1) < s->heaped) {
		below += below + 1 < s->heaped && heap[below + 1].events < heap[below].events;
		if (heap[below].events >= moved.events)
			break;
		heap[at] = heap[below];
		at = below;
	}
	heap[at] = moved;
}

static void sift_up(struct usage_summary *s, struct usage_heap_place moved)
{
	__u32 at = s->heaped++;

	for (; at && s->heap[(at - 1) / 2].events > moved.events; at = (at - 1) / 2)
		s->heap[at] = s->heap[(at - 1) / 2];
	s->heap[at] = moved;
}

static struct usage_heap_place heap_place(const struct usage_summary *s, __u32 number)
{
	__u64 events = s->entry[number].events;

	return (struct usage_heap_place){ events < UINT32_MAX ? events : UINT32_MAX, number };
}

/* The place at the top is free when as many places as entries are not. */
static bool top_is_free(const struct usage_summary *s)
{
	return s->heaped > s->count;
}

static void push(struct usage_summary *s, __u32 number)
{
	if (top_is_free(s))
		sift_down(s, heap_place(s, number));
	else
		sift_up(s, heap_place(s, number));
	__builtin_prefetch(&s->entry[s->heap[0].entry], 1); /* the next one to leave */
}

/* Takes out the entry with the fewest events, and leaves its place to the next one that comes. */
static __u32 pop_fewest(struct usage_summary *s)
{
	struct usage_heap_place now;

	if (top_is_free(s) && --s->heaped)
		sift_down(s, s->heap[s->heaped]);
	while ((now = heap_place(s, s->heap[0].entry)).events != s->heap[0].events)
		sift_down(s, now);
	return now.entry;
}

/* --- rows come and leave --- */

/* The row with the fewest events makes room. */
static void drop_fewest(struct usage_summary *s)
{
	__u32 number = pop_fewest(s);
	struct usage_entry *entry = &s->entry[number];

	s->floor = entry->events;
	s->other.calls += entry->calls;
	if (s->detail) {
		struct usage_detail *detail = &s->detail[number];

		usage_ends_add(&s->other.ends, &detail->ends);
		quantiles_add_all(&s->other_quantiles, &detail->quantiles, &s->quantiles_room);
		quantiles_free(&detail->quantiles, &s->quantiles_room);
	}
	unlink_entry(s, number);
	free_key(s, entry);
	*entry = (struct usage_entry){ .next = s->free };
	s->free = number;
	s->count--;
}

/* Whether there is room for one more, after some left if they have to. */
static bool make_room(struct usage_summary *s, size_t key_size)
{
	while (s->count == s->shape->rows || s->key_room < key_size) {
		if (s->keep || !s->count)
			return false;
		drop_fewest(s);
	}
	return true;
}

static bool set_key(struct usage_summary *s, struct usage_entry *entry,
		    const struct usage_key_bytes *key)
{
	size_t size = key->size;
	__u8 *to = entry->key.here;

	if (size > sizeof(entry->key.here)) {
		to = malloc(size);
		if (!to)
			return false;
		s->key_room -= usage_summary_key_size(size);
		entry->key.there = to;
	}
	memcpy(to, key->bytes, size);
	entry->size = size;
	return true;
}

/* A new row, for an event that is not counted yet. USAGE_NO_ENTRY: there is no room. */
static __u32 add_entry(struct usage_summary *s, const struct usage_key_bytes *key)
{
	bool room = make_room(s, usage_summary_key_size(key->size));
	__u32 number = s->free != USAGE_NO_ENTRY ? s->free : s->used, next;
	struct usage_entry *entry = &s->entry[number];

	if (!room)
		return USAGE_NO_ENTRY;
	next = number == s->used ? USAGE_NO_ENTRY : entry->next;
	*entry = (struct usage_entry){ .hash = key->hash,
				       .missed = s->floor,
				       .events = s->floor + 1 };
	if (!set_key(s, entry, key)) {
		*entry = (struct usage_entry){ .next = next };
		return USAGE_NO_ENTRY;
	}
	if (s->detail)
		s->detail[number] = (struct usage_detail){ 0 };
	s->free = next;
	s->used += number == s->used;
	link_entry(s, number, key->hash);
	push(s, number);
	s->count++;
	return number;
}

/* --- counting --- */

static void count_other(struct usage_summary *s, const struct usage_event *event)
{
	s->other.calls += event->call;
	if (!event->end || !s->detail)
		return;
	usage_ends_count(&s->other.ends, event);
	if (event->latency != USAGE_NO_LATENCY && s->shape->quantiles_room)
		quantiles_add(&s->other_quantiles, event->latency, &s->quantiles_room);
}

static void count_end(struct usage_summary *s, __u32 number, const struct usage_event *event)
{
	struct usage_detail *detail = &s->detail[number];

	usage_ends_count(&detail->ends, event);
	if (event->latency != USAGE_NO_LATENCY && s->shape->quantiles_room)
		s->entry[number].unplaced +=
			!quantiles_add(&detail->quantiles, event->latency, &s->quantiles_room);
}

void usage_summary_add(struct usage_summary *s, const struct usage_key_bytes *key, __u32 guess,
		       const struct usage_event *event)
{
	__u32 number = find(s, key, guess);

	s->all.calls += event->call;
	if (event->end && s->detail)
		usage_ends_count(&s->all.ends, event);
	if (number == USAGE_NO_ENTRY)
		number = add_entry(s, key);
	else
		s->entry[number].events += event->call;
	if (number == USAGE_NO_ENTRY) {
		s->floor++;
		count_other(s, event);
		return;
	}
	s->entry[number].calls += event->call;
	if (event->end && s->detail)
		count_end(s, number, event);
}
