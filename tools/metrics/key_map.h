/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Keys of bytes, each with a number; so many and no more.
 */
#ifndef HDRTAP_TOOLS_METRICS_KEY_MAP_H
#define HDRTAP_TOOLS_METRICS_KEY_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

#define KEY_MAP_NONE (~0U)

struct key_map_entry;

struct key_map {
	struct key_map_entry *entry; /* owned; `places`, a power of two above `most` */
	__u32 places, most, count;
};

/* Returns 0 or -ENOMEM. */
int key_map_open(struct key_map *map, __u32 most);
void key_map_close(struct key_map *map);

/* The number of a key, KEY_MAP_NONE: it is not there. */
__u32 key_map_find(const struct key_map *map, const void *key, size_t size);

/* Adds a key that is not there; it is copied. Returns false when there is no room, or no memory. */
bool key_map_add(struct key_map *map, const void *key, size_t size, __u32 number);

#endif
