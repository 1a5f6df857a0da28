/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "key_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct key_map_entry {
	void *key; /* owned; NULL: free */
	__u32 hash, size, number;
};

int key_map_open(struct key_map *map, __u32 most)
{
	__u32 places = 16;

	while (places < 2ULL * most)
		places *= 2;
	*map = (struct key_map){ .places = places, .most = most };
	map->entry = calloc(places, sizeof(*map->entry));
	return map->entry ? 0 : -ENOMEM;
}

void key_map_close(struct key_map *map)
{
	for (__u32 i = 0; map->entry && i < map->places; i++)
		free(map->entry[i].key);
	free(map->entry);
	*map = (struct key_map){ 0 };
}

/* Where the key is, or would be. */
static struct key_map_entry *place_of(const struct key_map *map, const void *key, size_t size,
				      __u32 hash)
{
	__u32 at = hash & (map->places - 1);
	struct key_map_entry *entry;

	for (;; at = (at + 1) & (map->places - 1)) {
		entry = &map->entry[at];
		if (!entry->key ||
		    (entry->hash == hash && entry->size == size && !memcmp(entry->key, key, size)))
			return entry;
	}
}

__u32 key_map_find(const struct key_map *map, const void *key, size_t size)
{
	const struct key_map_entry *entry = place_of(map, key, size, XXH3_64bits(key, size));

	return entry->key ? entry->number : KEY_MAP_NONE;
}

bool key_map_add(struct key_map *map, const void *key, size_t size, __u32 number)
{
	__u32 hash = XXH3_64bits(key, size);
	struct key_map_entry *entry;

	if (map->count == map->most)
		return false;
	entry = place_of(map, key, size, hash);
	entry->key = malloc(size ? size : 1);
	if (!entry->key)
		return false;
	memcpy(entry->key, key, size);
	entry->hash = hash;
	entry->size = size;
	entry->number = number;
	map->count++;
	return true;
}
