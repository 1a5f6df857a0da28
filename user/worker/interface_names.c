/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The names that hold are sorted by interface; those that held before are in a ring, where a new
 * one takes the place of the oldest. So nothing needs a clock to be forgotten, and memory does not
 * depend on how many interfaces there ever were.
 */
#include "worker/interface_names.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PAST_MAX 1024 /* names remembered that no longer hold */

struct interface_name {
	__u64 since;
	__u32 ifindex;
	char name[IF_NAMESIZE];
};

struct interface_names {
	struct interface_name *now; /* in ascending order of ifindex */
	size_t count, room;
	size_t last; /* the place that was looked for last */
	struct interface_name past[PAST_MAX];
	__u64 ended; /* names that came into `past` */
};

struct interface_names *interface_names_new(void)
{
	return calloc(1, sizeof(struct interface_names));
}

void interface_names_free(struct interface_names *names)
{
	if (names)
		free(names->now);
	free(names);
}

static bool is_at(const struct interface_names *names, size_t place, __u32 ifindex)
{
	return place < names->count && names->now[place].ifindex == ifindex;
}

/* Where the interface stands, or would. */
static size_t place_of(const struct interface_names *names, __u32 ifindex)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->now[middle].ifindex < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int make_room(struct interface_names *names)
{
	size_t room = names->room ? 2 * names->room : 64;
	struct interface_name *grown;

	if (names->count < names->room)
		return 0;
	grown = reallocarray(names->now, room, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	names->now = grown;
	names->room = room;
	return 0;
}

/* The name at that place does not hold any more. */
static void end_name(struct interface_names *names, size_t place)
{
	struct interface_name *at = &names->now[place];

	names->past[names->ended++ % PAST_MAX] = *at;
	names->count--;
	memmove(at, at + 1, (names->count - place) * sizeof(*at));
}

int interface_names_tell(struct interface_names *names, __u32 ifindex, const char *name, __u64 time)
{
	size_t place = place_of(names, ifindex);
	struct interface_name *at;

	if (is_at(names, place, ifindex))
		end_name(names, place);
	if (!*name)
		return 0;
	if (make_room(names))
		return -ENOMEM;
	at = &names->now[place];
	memmove(at + 1, at, (names->count++ - place) * sizeof(*at));
	*at = (struct interface_name){ .since = time, .ifindex = ifindex };
	strncpy(at->name, name, sizeof(at->name) - 1);
	return 0;
}

/* What it was called when it was called otherwise, or not gone. */
static const char *find_past(const struct interface_names *names, __u32 ifindex, __u64 time)
{
	const struct interface_name *at;

	for (__u64 i = names->ended; i-- && names->ended - i <= PAST_MAX;) {
		at = &names->past[i % PAST_MAX];
		if (at->ifindex == ifindex && at->since <= time)
			return at->name;
	}
	return NULL;
}

const char *interface_names_find(struct interface_names *names, __u32 ifindex, __u64 time)
{
	if (!is_at(names, names->last, ifindex))
		names->last = place_of(names, ifindex);
	if (is_at(names, names->last, ifindex) && names->now[names->last].since <= time)
		return names->now[names->last].name;
	return find_past(names, ifindex, time);
}
